/** GF(2^16) in each 16 bits of a block: GF(2)[g] / (g^16 + g^5 + g^3 + g^2 + 1). */

/** v = g · v by coordinate, for the block at word `at` */
export function timesSubfieldX(v: Uint32Array, at: number): void {
  for (let k = at; k < at + 4; k++) {
    const tops = (v[k]! >>> 15) & 0x00010001
    v[k] = ((v[k]! & 0x7fff7fff) << 1) ^ (tops * 0x2d)
  }
}
