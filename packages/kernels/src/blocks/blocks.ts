/**
 * Vectors of 128-bit blocks: GF(2^128), trees, codes and key-value stores for oblivious transfer, VOLE and PSI. One
 * interface, two implementations: `reference/` (plain TypeScript, the specification) and `wasm/` (AssemblyScript SIMD).
 *
 * Every Blocks passed in comes from `zeros` or `bytes` of the same instance, or is a part of one that begins at a multiple
 * of 16 bytes; AES and the network may write straight into it. Other arrays may lie anywhere. An output may be an input
 * where that is said. Lengths must fit: RangeError otherwise. What a function computes from secrets depends on them in its
 * memory accesses only where that is said (tables); counts, shapes, seeds of codes and row hashes are public or the
 * caller's own.
 *
 * Functions that return a promise work one at a time: nothing else may be called before it settles (an error says so).
 *
 * GF(2^128) is GF(2)[x] / (x^128 + x^7 + x^2 + x + 1); bit i of a block (bit i mod 8 of byte ⌊i/8⌋) is the coefficient of
 * x^i. (Not the mirrored bits of GCM.) Addition is XOR.
 */
import type { BlockCipher } from '@secureflow/base'
import type { OkvsShape } from './okvs-parameters.ts'
import type { ExConv, Trees } from './vole-parameters.ts'

/** n blocks of 16 bytes laid end to end. */
export type Blocks = Uint8Array

/** π₀ and π₁ of the trees: child b of p is π_b(p) ⊕ p. Public keys, fresh for each session. */
export type TreeCiphers = readonly [BlockCipher, BlockCipher]

/** Keys as rows of a store, ordered by bin. Lives as long as the memory it was made in. */
export interface OkvsRows {
  readonly shape: OkvsShape
  readonly count: number
  /** Row hash h = π(key) ⊕ key of each row. */
  readonly hashes: Blocks
  /** Which key each row is: u32. */
  readonly keys: Uint32Array
  /** Where each bin begins, and the end. */
  readonly starts: Uint32Array
}

/** Tags to be found by their bytes. Lives as long as the memory it was made in. */
export interface TagIndex {
  readonly tags: Blocks
  readonly size: number
  readonly slots: Uint32Array
  /** The first row whose tag an earlier row has, or −1. */
  readonly repeated: number
}

export interface BlockKernels {
  readonly name: 'wasm' | 'reference'

  /** `count` zeroed blocks inside the instance's memory. Live until `release` of an earlier mark. @throws KERNEL_MEMORY */
  zeros(count: number): Blocks
  /** The same for any number of bytes. */
  bytes(length: number): Uint8Array
  mark(): number
  /** Frees everything allocated since the mark, wiping it: it may have held secrets. */
  release(mark: number): void

  /** Resolves when the worker threads are up; at once where there are none. Until then everything runs on the calling thread. */
  warm(): Promise<void>
  /** Ends the worker threads, wherever there are any; asynchronous work under way and later is ABORTED. */
  close(): Promise<void>

  /** out = a ⊕ b; any length of bytes; out may be a or b */
  xor(out: Blocks, a: Blocks, b: Blocks): void
  /** out_i = a_i · b_i; out may be a or b */
  mul(out: Blocks, a: Blocks, b: Blocks): void
  /** out_i = s · a_i, s one block; out may be a. By tables of s that are read at places which a decides. */
  scale(out: Blocks, a: Blocks, s: Uint8Array): void
  /** out_i = out_i ⊕ s · a_i, as `scale` */
  addScaled(out: Blocks, a: Blocks, s: Uint8Array): void
  /**
   * out_i = M · a_i for a map M of bits; out may be a. By tables of M that are read at places which a decides.
   * @param images  of the 128 unit vectors, 2,048 bytes anywhere
   */
  map(out: Blocks, a: Blocks, images: Uint8Array): void
  /** out_i = out_i ⊕ M · a_i, as `map` */
  addMapped(out: Blocks, a: Blocks, images: Uint8Array): void
  /** Σ a_i · b_i, one new block */
  dot(a: Blocks, b: Blocks): Uint8Array
  /** Σ x^(i+1) · a_i, one new block; as `scale` by x */
  powerSum(a: Blocks, x: Uint8Array): Uint8Array
  /** out_i = sum of row i of a, `columns` blocks a row */
  sumRows(out: Blocks, a: Blocks, columns: number): void
  /** out_i = a_indices[i] */
  gather(out: Blocks, a: Blocks, indices: Uint32Array): void

  /** All but the first `size` bytes of each block become 0. */
  truncate(a: Blocks, size: number): void
  /** The first `size` bytes (1 to 16) of each block, laid end to end in `out`, which may lie anywhere. */
  pack(out: Uint8Array, a: Blocks, size: number): void
  /** Blocks from their first `size` bytes laid end to end; their other bytes are 0. */
  unpack(out: Blocks, bytes: Uint8Array, size: number): void

  /** a: 128 rows of n bits, n a multiple of 128 (bit j of a row is bit j mod 8 of its byte ⌊j/8⌋); out: n blocks, bit i of block j = bit j of row i */
  transpose(out: Blocks, a: Uint8Array): void

  /** out_i = π(a_i) ⊕ a_i; out may be a */
  hash(out: Blocks, a: Blocks, cipher: BlockCipher): void
  /** out_i = π(π(a_i) ⊕ t_i) ⊕ π(a_i), t_i = first + i: tweakable and circular-correlation robust (TMMO, [GKWY20] 7.4); out may be a */
  hashTweaked(out: Blocks, a: Blocks, first: number, cipher: BlockCipher): void
  /** out_i = the first 16 bytes of keyed BLAKE3 of `bytes[offsets[i] .. offsets[i+1])`; key of 32 bytes. Fastest to 64 bytes an item. */
  hashItems(out: Blocks, bytes: Uint8Array, offsets: Uint32Array, key: Uint8Array): Promise<void>

  /**
   * GGM trees, all of one shape. Only nodes with a leaf below them exist.
   * @param leaves out: tree after tree
   * @param sums out: for each tree and level (below the root) the sum of its left children, then of its right ones
   * @param seeds the roots
   */
  expandTrees(leaves: Blocks, sums: Blocks, seeds: Blocks, shape: Trees, ciphers: TreeCiphers): Promise<void>
  /**
   * The same trees without the leaf at `points` of each, which becomes 0.
   * @param siblings for each tree and level the sum of that side on which the path does not go
   */
  expandPunctured(
    leaves: Blocks,
    points: Uint32Array,
    siblings: Blocks,
    shape: Trees,
    ciphers: TreeCiphers,
  ): Promise<void>

  /**
   * Dual ExConv encoding in place of each vector of 2·outputs blocks: the result is its first half, the second is used up.
   * Over the subfield (subfield.ts) coordinates that are zero everywhere stay so.
   */
  compress(vectors: readonly Blocks[], code: ExConv): Promise<void>

  /** Hashes keys to rows and orders them by bin. @param cipher π of the store, AES under its public seed */
  placeKeys(keys: Blocks, shape: OkvsShape, cipher: BlockCipher): OkvsRows
  /**
   * Solves for an encoding under which each key decodes to its value (value i for key i). Columns that no equation fixes
   * keep what `out` holds: zeros, or random blocks where the encoding itself is sent. Blocks are added, never multiplied:
   * values from a GF(2)-subspace (say with zero upper bytes) and an `out` from it give an encoding in it.
   * @returns false where there is none (probability 2^-40 for distinct keys: take another seed; always when a key is there twice)
   */
  encode(out: Blocks, rows: OkvsRows, values: Blocks): Promise<boolean>
  /** out_i = what key i decodes to */
  decode(out: Blocks, rows: OkvsRows, encoding: Blocks): Promise<void>

  /**
   * An index of tags: the first `size` bytes (5 to 16) of each block, which stay as they are. Tags are to be pseudorandom
   * to whoever chose what they stand for; what is read where depends on them alone.
   */
  indexTags(tags: Blocks, size: number): TagIndex
  /** The row of each tag of `theirs`, laid end to end; the first where several have it, −1 where none has. */
  findTags(index: TagIndex, theirs: Uint8Array): Int32Array
  /** The first `size` bytes (1 to 16) of each block at `indices`, laid end to end in `out`, which may lie anywhere. */
  gatherBytes(out: Uint8Array, a: Blocks, indices: Uint32Array, size: number): void
}
