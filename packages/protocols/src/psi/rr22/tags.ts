/** Tags: the receiver's own in a table, the sender's in a random order, and the common order of those that match. */
import type { BlockKernels, Blocks, TagIndex as OwnTags } from '@secureflow/kernels'

export interface Matches {
  /** First four bytes of each tag, as a number. */
  heads: Uint32Array
  /** Position in the sender's order; ascending. */
  positions: Uint32Array
  /** Own row. */
  rows: Uint32Array
}

/** The receiver's tags, found by their bytes. Where two own tags are equal the first stands. */
export class TagIndex {
  readonly #kernels: BlockKernels
  readonly #index: OwnTags
  /** Own rows that have matched. */
  readonly #taken: Uint8Array
  readonly #matches: Matches
  readonly #passesRepeats: boolean
  #count = 0

  /**
   * @param tags  a block each, of which the first `size` bytes count: 5 to 16
   * @param passesRepeats  whether a tag that matches once more counts as one, as in a set, and is not named
   */
  constructor(kernels: BlockKernels, tags: Blocks, size: number, theirs: number, passesRepeats = false) {
    this.#passesRepeats = passesRepeats
    const n = tags.length / 16
    this.#kernels = kernels
    this.#index = kernels.indexTags(tags, size)
    this.#taken = new Uint8Array(n)
    const most = Math.min(n, theirs)
    this.#matches = { heads: new Uint32Array(most), positions: new Uint32Array(most), rows: new Uint32Array(most) }
  }

  /** Looks up tags laid end to end, the first at position `from`. @returns the position of one that repeats a match, or -1 */
  match(theirs: Uint8Array, from: number): number {
    const taken = this.#taken
    const { size } = this.#index
    const { heads, positions, rows } = this.#matches
    const found = this.#kernels.findTags(this.#index, theirs)
    let count = this.#count
    for (let i = 0; i < found.length; i++) {
      const row = found[i]!
      if (row < 0) continue
      if (taken[row] === 1 && this.#passesRepeats) continue
      if (taken[row] === 1) return from + i
      taken[row] = 1
      heads[count] = word(theirs, size * i)
      positions[count] = from + i
      rows[count++] = row
    }
    this.#count = count
    return -1
  }

  matches(): Matches {
    const { heads, positions, rows } = this.#matches
    const n = this.#count
    return { heads: heads.subarray(0, n), positions: positions.subarray(0, n), rows: rows.subarray(0, n) }
  }
}

/**
 * The rows by the first four bytes of their tags, and where those are equal by position, which is random: neither follows
 * anyone's rows. A radix sort, three passes of 11 bits.
 */
export function commonOrder({ heads, rows }: Matches): Uint32Array {
  const n = rows.length
  let [keys, values] = [heads, rows]
  for (let shift = 0; shift < 33; shift += 11) {
    const starts = new Uint32Array(2049)
    for (let i = 0; i < n; i++) starts[((keys[i]! >>> shift) & 2047) + 1]!++
    for (let b = 0; b < 2048; b++) starts[b + 1]! += starts[b]!
    const [sortedKeys, sortedValues] = [new Uint32Array(n), new Uint32Array(n)]
    for (let i = 0; i < n; i++) {
      const to = starts[(keys[i]! >>> shift) & 2047]!++
      sortedKeys[to] = keys[i]!
      sortedValues[to] = values[i]!
    }
    ;[keys, values] = [sortedKeys, sortedValues]
  }
  return values
}

/** Heads of the tags at these positions, laid end to end. */
export const headsAt = (tags: Uint8Array, positions: Uint32Array, size: number): Uint32Array =>
  positions.map((position) => word(tags, size * position))

/** The first `size` bytes of each tag, at position i that of row order[i]. */
export function shuffled(kernels: BlockKernels, tags: Blocks, order: Uint32Array, size: number): Uint8Array {
  const out = new Uint8Array(order.length * size)
  kernels.gatherBytes(out, tags, order, size)
  return out
}

/** Four bytes, little-endian. */
const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
