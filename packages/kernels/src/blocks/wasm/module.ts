/** What the compiled block kernels export, and the memory that they need besides vectors. */
import type { BlockCipher, Platform } from '@secureflow/base'
import type { Arena } from '../../wasm/arena.ts'

/** Offsets are i32; n counts blocks unless named otherwise. See assembly/blocks for what each one does. */
export interface Kernels {
  xor(out: number, a: number, b: number, bytes: number): void
  mul(out: number, a: number, b: number, n: number): void
  multiplierTable(table: number, s: number): void
  mapTable(table: number, images: number): void
  scale(out: number, a: number, table: number, keep: bigint, n: number): void
  dot(out: number, a: number, b: number, n: number): void
  powerSum(out: number, a: number, table: number, n: number): void
  sumRows(out: number, a: number, columns: number, n: number): void
  gather(out: number, a: number, indices: number, n: number): void
  truncate(a: number, size: number, n: number): void
  pack(out: number, a: number, size: number, n: number): void
  unpack(out: number, a: number, size: number, n: number): void
  tweak(out: number, a: number, first: bigint, n: number): void
  transpose(out: number, a: number, n: number, scratch: number): void
  blake3(out: number, items: number, offsets: number, origin: number, key: number, n: number, scratch: number): void
  children(
    out: number,
    parents: number,
    hashed0: number,
    hashed1: number,
    trees: number,
    width: number,
    next: number,
    sums: number,
    stride: number,
  ): void
  puncture(
    nodes: number,
    points: number,
    above: number,
    siblings: number,
    siblingStride: number,
    sums: number,
    sumStride: number,
    trees: number,
    width: number,
  ): void
  accumulate(d: number, words: number, from: number, to: number, m: number, tables: number): void
  accumulateSubfield(d: number, words: number, from: number, to: number, m: number, tables: number): void
  expandRegular(e: number, d: number, words: number, places: bigint, n: number): void
  expandUniform(e: number, d: number, words: number, places: bigint, n: number): void
  expandUniformTwo(e: number, e2: number, pairs: number, words: number, places: bigint, n: number): void
  interleave(out: number, a: number, b: number, n: number): void
  countBins(counts: number, hashes: number, bins: number, n: number): void
  orderRows(out: number, keys: number, next: number, hashes: number, bins: number, first: number, n: number): void
  denseTables(tables: number, columns: number, dense: number): number
  decodeBin(out: number, hashes: number, keys: number, p: number, tables: number, sparse: number, n: number): void
  peel(
    columns: number,
    order: number,
    state: number,
    stack: number,
    gone: number,
    hashes: number,
    sparse: number,
    gap: number,
    n: number,
  ): number
  indexTags(slots: number, mask: number, tags: number, size: number, n: number): number
  findTags(out: number, slots: number, mask: number, tags: number, theirs: number, size: number, n: number): void
  gatherBytes(out: number, a: number, indices: number, size: number, n: number): void
  wipe(at: number, bytes: number): void
  substitute(
    p: number,
    columns: number,
    order: number,
    peeled: number,
    hashes: number,
    keys: number,
    values: number,
    tables: number,
  ): void
}

/** Memory: nothing | tables and small operands | two stages | vectors. */
export const tablesAt = 1024
/** The largest: those of a fixed multiplier (8 KB). */
export const operandsAt = tablesAt + 8192
export const stageBytes = 128 * 1024 // what AES and copies are fastest at
export const slack = 64 // BLAKE3 reads whole blocks
const stagesAt = operandsAt + 1024
export const stageAt = (stage: 0 | 1): number => stagesAt + stage * (stageBytes + slack)
export const vectorsAt = stageAt(1) + stageBytes + slack

export interface Machine {
  readonly platform: Platform
  readonly kernels: Kernels
  readonly arena: Arena
  /** Views of the stages; what they held is wiped by `wipe`. */
  readonly stages: readonly [Uint8Array, Uint8Array]
  readonly operands: Uint8Array
  wipe(): void
  /** To be called between pieces of long work: lets the event loop run once the calling thread has been busy for long. */
  breathe(): Promise<void> | undefined
}

/** How long the calling thread may keep the event loop waiting. */
const busyMs = 20

/** One turn of the event loop, about 50 us (a timer of 0 costs 1 ms). */
export function oneTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })
}

export function machineOn(platform: Platform, kernels: Kernels, arena: Arena, pause: () => Promise<void>): Machine {
  let since = 0
  const view = (offset: number, length: number): Uint8Array => new Uint8Array(arena.memory.buffer, offset, length)
  return {
    platform,
    kernels,
    arena,
    stages: [view(stageAt(0), stageBytes), view(stageAt(1), stageBytes)],
    operands: view(operandsAt, 1024),
    wipe: () => kernels.wipe(tablesAt, vectorsAt - tablesAt),
    breathe() {
      if (performance.now() - since < busyMs) return undefined
      return pause().then(() => {
        since = performance.now()
      })
    },
  }
}

/** stage 0 = AES(blocks), for at most `stageBytes` */
export function encryptToStage({ stages }: Machine, blocks: Uint8Array, cipher: BlockCipher): void {
  cipher.encrypt(blocks.length === stageBytes ? stages[0] : stages[0].subarray(0, blocks.length), blocks)
}

/** Cuts a length into pieces of at most `most`. */
export function* pieces(length: number, most: number): Generator<{ from: number; count: number }> {
  for (let from = 0; from < length; from += most) yield { from, count: Math.min(most, length - from) }
}
