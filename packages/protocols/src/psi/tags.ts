/**
 * A set of fixed-length byte strings ("tags") that remembers the position of each: open addressing over typed arrays,
 * about `size` + 12 bytes a tag. It hashes a tag by its first bytes: tags here are pseudorandom to whoever chose the input,
 * so that nobody can aim at one bucket.
 */
export class TagTable {
  readonly #size: number
  readonly #tags: Uint8Array
  /** Position + 1, 0 for an empty slot. */
  readonly #slots: Uint32Array
  readonly #mask: number
  #count = 0

  /** @param size  bytes a tag, at least 4 */
  constructor(size: number, capacity: number) {
    this.#size = size
    this.#tags = new Uint8Array(size * capacity)
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * capacity + 2)))
    this.#mask = this.#slots.length - 1
  }

  get count(): number {
    return this.#count
  }

  /** Keeps the first `size` bytes at `at` under the next position. @returns false where the same tag is in already */
  add(bytes: Uint8Array, at: number): boolean {
    const slot = this.#slotOf(bytes, at)
    if (this.#slots[slot] !== 0) return false
    this.#tags.set(bytes.subarray(at, at + this.#size), this.#count * this.#size)
    this.#slots[slot] = ++this.#count
    return true
  }

  /** The position of this tag, or -1. */
  find(bytes: Uint8Array, at: number): number {
    return this.#slots[this.#slotOf(bytes, at)]! - 1
  }

  /** The tags at positions `from` to `to`, end to end: a view. */
  tags(from: number, to: number): Uint8Array {
    return this.#tags.subarray(from * this.#size, to * this.#size)
  }

  /** The tags at these positions, in their order, end to end. */
  gather(positions: Uint32Array): Uint8Array {
    const out = new Uint8Array(positions.length * this.#size)
    for (let i = 0; i < positions.length; i++) out.set(this.tags(positions[i]!, positions[i]! + 1), i * this.#size)
    return out
  }

  /** The slot that holds this tag, or the empty one where it belongs. */
  #slotOf(bytes: Uint8Array, at: number): number {
    const head = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    let slot = head & this.#mask
    for (;;) {
      const position = this.#slots[slot]!
      if (position === 0 || this.#equals(position - 1, bytes, at)) return slot
      slot = (slot + 1) & this.#mask
    }
  }

  #equals(position: number, bytes: Uint8Array, at: number): boolean {
    const start = position * this.#size
    for (let i = 0; i < this.#size; i++) if (this.#tags[start + i] !== bytes[at + i]) return false
    return true
  }
}
