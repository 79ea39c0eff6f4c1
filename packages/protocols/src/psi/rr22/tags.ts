/** Tags: the receiver's own in a table, the sender's in a random order, and the common order of those that match. */

export interface Matches {
  /** First four bytes of each tag, as a number. */
  heads: Uint32Array
  /** Position in the sender's order; ascending. */
  positions: Uint32Array
  /** Own row. */
  rows: Uint32Array
}

/** Bytes of a tag that a slot holds: three words. Longer tags are compared in full where these are equal. */
const heldBytes = 12
const taken = 0x80000000

/**
 * The receiver's tags, found by their bytes. Where two own tags are equal (their rows differ: with a probability that the
 * tag length bounds) the first stands. Times depend on tags alone, which are pseudorandom.
 */
export class TagIndex {
  readonly #tags: Uint8Array
  readonly #stride: number
  readonly #size: number
  /** Four words a slot, side by side for the cache: three of the tag, and row + 1, 0 where it is empty; its top bit: taken. */
  readonly #slots: Uint32Array
  readonly #matches: Matches
  #count = 0

  /** @param tags  one each `stride` bytes, of which the first `size` count: 5 to 16 */
  constructor(tags: Uint8Array, stride: number, size: number, theirs: number) {
    const n = tags.length / stride
    const slots = new Uint32Array(4 * slotsFor(n))
    const last = slots.length / 4 - 1
    const held = Math.min(size, heldBytes)
    for (let row = 0; row < n; row++) {
      const at = stride * row
      const [a, b, c] = [word(tags, at, 4), word(tags, at + 4, held - 4), word(tags, at + 8, held - 8)]
      let slot = 4 * (a & last)
      while (slots[slot + 3] !== 0) {
        if (slots[slot] === a && slots[slot + 1] === b && slots[slot + 2] === c)
          if (sameRest(tags, stride * (slots[slot + 3]! - 1), tags, at, size)) break
        slot = (slot + 4) & (4 * last)
      }
      if (slots[slot + 3] !== 0) continue
      slots[slot] = a
      slots[slot + 1] = b
      slots[slot + 2] = c
      slots[slot + 3] = row + 1
    }
    this.#tags = tags
    this.#stride = stride
    this.#size = size
    this.#slots = slots
    const most = Math.min(n, theirs)
    this.#matches = { heads: new Uint32Array(most), positions: new Uint32Array(most), rows: new Uint32Array(most) }
  }

  /** Looks up tags laid end to end, the first at position `from`. @returns the position of one that repeats a match, or -1 */
  match(theirs: Uint8Array, from: number): number {
    const [slots, tags, size, stride] = [this.#slots, this.#tags, this.#size, this.#stride]
    const last = slots.length / 4 - 1
    const held = Math.min(size, heldBytes)
    const { heads, positions, rows } = this.#matches
    let count = this.#count
    for (let at = 0, position = from; at < theirs.length; at += size, position++) {
      const a = word(theirs, at, 4)
      const b = word(theirs, at + 4, held - 4)
      const c = word(theirs, at + 8, held - 8)
      for (let slot = 4 * (a & last); slots[slot + 3] !== 0; slot = (slot + 4) & (4 * last)) {
        if (slots[slot] !== a || slots[slot + 1] !== b || slots[slot + 2] !== c) continue
        const row = (slots[slot + 3]! & ~taken) - 1
        if (!sameRest(tags, stride * row, theirs, at, size)) continue
        if (slots[slot + 3]! >= taken) return position
        slots[slot + 3] = slots[slot + 3]! | taken
        heads[count] = a
        positions[count] = position
        rows[count++] = row
        break
      }
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

/** A power of two, so that a table of n is at most two thirds full. */
export const slotsFor = (n: number): number => 2 ** Math.ceil(Math.log2(1.5 * n + 2))

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
  positions.map((position) => word(tags, size * position, 4))

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

/** The bytes that a slot does not hold. */
function sameRest(a: Uint8Array, from: number, b: Uint8Array, at: number, size: number): boolean {
  for (let k = heldBytes; k < size; k++) if (a[from + k] !== b[at + k]) return false
  return true
}

/** Up to four bytes, little-endian. */
function word(bytes: Uint8Array, at: number, length: number): number {
  if (length >= 4) return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  let value = 0
  for (let k = 0; k < length; k++) value |= bytes[at + k]! << (8 * k)
  return value
}
