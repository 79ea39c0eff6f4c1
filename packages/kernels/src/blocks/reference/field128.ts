/** GF(2^128) on four little-endian words a block; see blocks.ts for the representation. */

export const words = (blocks: Uint8Array): Uint32Array =>
  new Uint32Array(blocks.buffer, blocks.byteOffset, blocks.length >> 2)

/** A word view of bytes that may lie at any offset: a copy where they must. */
export const wordsOf = (bytes: Uint8Array): Uint32Array =>
  bytes.byteOffset % 4 === 0 ? words(bytes) : words(bytes.slice())

/** v = x · v, for the block at word `at` */
export function timesX(v: Uint32Array, at: number): void {
  const top = v[at + 3]! >>> 31
  for (let k = 3; k > 0; k--) v[at + k] = (v[at + k]! << 1) | (v[at + k - 1]! >>> 31)
  v[at] = (v[at]! << 1) ^ (top * 0x87)
}

/** out_o ^= a_i · b_j, offsets in words */
export function addProduct(out: Uint32Array, o: number, a: Uint32Array, i: number, b: Uint32Array, j: number): void {
  const shifted = b.slice(j, j + 4)
  for (let bit = 0; bit < 128; bit++) {
    const mask = -((a[i + (bit >> 5)]! >>> (bit & 31)) & 1)
    for (let k = 0; k < 4; k++) out[o + k]! ^= shifted[k]! & mask
    timesX(shifted, 0)
  }
}

export function product(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(16)
  addProduct(words(out), 0, wordsOf(a), 0, wordsOf(b), 0)
  return out
}
