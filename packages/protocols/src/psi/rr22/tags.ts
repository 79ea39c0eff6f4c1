/** Tags: the receiver's own in a table, the sender's in a random order, and the common order of those that match. */

export interface Matches {
  /** First four bytes of each tag, as a number. */
  heads: Uint32Array
  /** Position in the sender's order; ascending. */
  positions: Uint32Array
  /** Own row. */
  rows: Uint32Array
}

/**
 * The receiver's tags, found by their bytes. Where two own tags are equal (their rows differ: with a probability that the
 * tag length bounds) the first stands.
 */
export class TagIndex {
  readonly #tags: Uint8Array
  readonly #stride: number
  readonly #size: number
  /** Row + 1, 0 for an empty slot. */
  readonly #slots: Uint32Array
  readonly #taken: Uint8Array
  readonly #matches: Matches
  #count = 0

  /** @param tags  one each `stride` bytes, of which the first `size` count */
  constructor(tags: Uint8Array, stride: number, size: number, theirs: number) {
    const n = tags.length / stride
    this.#tags = tags
    this.#stride = stride
    this.#size = size
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * n + 2)))
    this.#taken = new Uint8Array(n)
    const most = Math.min(n, theirs)
    this.#matches = { heads: new Uint32Array(most), positions: new Uint32Array(most), rows: new Uint32Array(most) }
    const mask = this.#slots.length - 1
    for (let row = 0; row < n; row++) {
      let slot = headAt(tags, stride * row) & mask
      while (this.#slots[slot] !== 0 && !this.#same(this.#slots[slot]! - 1, tags, stride * row))
        slot = (slot + 1) & mask
      if (this.#slots[slot] === 0) this.#slots[slot] = row + 1
    }
  }

  /** Looks up tags laid end to end, the first at position `from`. @returns the position of one that repeats a match, or -1 */
  match(theirs: Uint8Array, from: number): number {
    const mask = this.#slots.length - 1
    const { heads, positions, rows } = this.#matches
    for (let at = 0, position = from; at < theirs.length; at += this.#size, position++) {
      const head = headAt(theirs, at)
      for (let slot = head & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
        const row = this.#slots[slot]! - 1
        if (!this.#same(row, theirs, at)) continue
        if (this.#taken[row] === 1) return position
        this.#taken[row] = 1
        heads[this.#count] = head
        positions[this.#count] = position
        rows[this.#count++] = row
        break
      }
    }
    return -1
  }

  matches(): Matches {
    const { heads, positions, rows } = this.#matches
    const n = this.#count
    return { heads: heads.subarray(0, n), positions: positions.subarray(0, n), rows: rows.subarray(0, n) }
  }

  #same(row: number, bytes: Uint8Array, at: number): boolean {
    const own = this.#stride * row
    for (let k = 0; k < this.#size; k++) if (this.#tags[own + k] !== bytes[at + k]) return false
    return true
  }
}

/** The rows by the first four bytes of their tags, and where those are equal by position, which is random: neither follows anyone's rows. */
export function commonOrder({ heads, rows }: Matches): Uint32Array {
  const keys = new Uint32Array(2 * rows.length)
  for (let i = 0; i < rows.length; i++) {
    keys[2 * i] = i
    keys[2 * i + 1] = heads[i]!
  }
  new BigUint64Array(keys.buffer).sort()
  return Uint32Array.from({ length: rows.length }, (_, i) => rows[keys[2 * i]!]!)
}

/** Heads of the tags at these positions, laid end to end. */
export const headsAt = (tags: Uint8Array, positions: Uint32Array, size: number): Uint32Array =>
  positions.map((position) => headAt(tags, size * position))

/** The first `size` bytes of each 16-byte tag, at position i that of row order[i]. */
export function shuffled(tags: Uint8Array, order: Uint32Array, size: number): Uint8Array {
  const out = new Uint8Array(order.length * size)
  for (let i = 0; i < order.length; i++) {
    const from = 16 * order[i]!
    const to = i * size
    for (let k = 0; k < size; k++) out[to + k] = tags[from + k]!
  }
  return out
}

function headAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}
