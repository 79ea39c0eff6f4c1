/**
 * Vectors over Z_2^64, the ring of all shares. One interface, two implementations: `reference/ring64.ts` (plain TypeScript,
 * the specification) and `wasm/` (AssemblyScript SIMD). Every U64 passed in comes from `zeros` of the same instance (or is
 * a part of one); other arrays may lie anywhere. An output may be an input of the element-wise functions, of no other.
 * Lengths must fit: RangeError otherwise.
 *
 * Layout: row-major matrices; bit planes are 64 lanes a word, lane i of word w = element 64·w + i.
 */
export type U64 = BigUint64Array

export interface Ring64 {
  readonly name: 'wasm' | 'reference'

  /** A zeroed vector inside the instance's memory. Lives until `release` of an earlier mark. @throws KERNEL_MEMORY */
  zeros(length: number): U64
  mark(): number
  /** Frees everything allocated since the mark, wiping it: it may have held secrets. */
  release(mark: number): void

  add(out: U64, a: U64, b: U64): void
  sub(out: U64, a: U64, b: U64): void
  mul(out: U64, a: U64, b: U64): void
  /** out = a + s (every element) */
  addScalar(out: U64, a: U64, s: bigint): void
  /** out = a · s */
  scale(out: U64, a: U64, s: bigint): void
  /** out (m×n) = a (m×k) · b (k×n) */
  matmul(out: U64, a: U64, b: U64, m: number, k: number, n: number): void
  /** out (k×n) = aᵀ · b for a (m×k), b (m×n) */
  matmulTransposed(out: U64, a: U64, b: U64, m: number, k: number, n: number): void
  /** out row i = a row rows[i]; `columns` elements a row */
  gatherRows(out: U64, a: U64, rows: Uint32Array, columns: number): void

  /** round(v·2^fracBits) in two's complement. @returns the number of values that are not finite, not within ±limit or beyond 63 bits (they become 0) */
  encodeFixed(out: U64, values: Float64Array, fracBits: number, limit: number): number
  decodeFixed(out: Float64Array, a: U64, fracBits: number): void

  /** Logical shift right. */
  shiftRight(out: U64, a: U64, bits: number): void
  /**
   * One party's share of the truncation by `bits` of x, from the opened c = x + 2^62 + r and its shares of
   * rc = bits `bits`..62 of r and rb = bit 63 of r (EDGKRS20 5.1): error 0 or +1 in the last place, never large.
   */
  truncateOpened(out: U64, c: U64, rc: U64, rb: U64, bits: number, leader: boolean): void

  xor(out: U64, a: U64, b: U64): void
  and(out: U64, a: U64, b: U64): void
  /** Beaver AND on XOR shares: out = c ⊕ e∧b ⊕ f∧a, and ⊕ e∧f at the leader. */
  andOpened(out: U64, e: U64, f: U64, a: U64, b: U64, c: U64, leader: boolean): void
  /** Bits lowBit..lowBit+planes−1 of n elements as `planes` planes of ⌈n/64⌉ words; lanes beyond n are 0. */
  bitSlice(out: U64, a: U64, n: number, lowBit: number, planes: number): void
  /** The inverse for one plane: out[i] = bit i of the plane, as 0 or 1. */
  unslice(out: U64, plane: U64, n: number): void
}
