/** Which columns a row of the store has, from its hash (reference/okvs.ts). */
import { below } from './exconv.ts'
import type { OkvsShape } from './okvs-parameters.ts'

/** The three sparse columns of a row, distinct and uniform. */
export function sparseColumns(h: Uint32Array, row: number, sparse: number): [number, number, number] {
  const a = below(h[4 * row]!, sparse)
  let b = below(h[4 * row + 1]!, sparse - 1)
  if (b >= a) b++
  let c = below(h[4 * row + 2]!, sparse - 2)
  if (c >= Math.min(a, b)) c++
  if (c >= Math.max(a, b)) c++
  return [a, b, c]
}

/** Bit j: whether the row has dense column j. */
export const denseBit = (h: Uint32Array, row: number, j: number): number => (h[4 * row + (j >> 4)]! >>> (j & 15)) & 1

/** sum ⊕= the dense columns of a row */
export function addDense(sum: Uint32Array, p: Uint32Array, shape: OkvsShape, h: Uint32Array, row: number): void {
  for (let j = 0; j < shape.dense; j++) if (denseBit(h, row, j) === 1) add(sum, 0, p, shape.sparse + j)
}

export function add(out: Uint32Array, to: number, a: Uint32Array, from: number): void {
  for (let l = 0; l < 4; l++) out[4 * to + l]! ^= a[4 * from + l]!
}
