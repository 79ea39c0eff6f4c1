/**
 * GF(2^128) as vectors of eight coordinates over its subfield K = GF(2^16) = GF(2)[g] / (g^16 + g^5 + g^3 + g^2 + 1): bits
 * 16k..16k+15 of a block are coordinate k, and the block stands for Σ_k coordinate_k · x^k. Sums are XOR as before; products
 * are those of GF(2^128), through the two maps below. A code over K and a product both commute with K, and a code over K
 * keeps the space of the first coordinates: that is what a vector OLE whose u is shorter than a block stands on.
 */
import type { BlockKernels } from './blocks.ts'
import { product, timesX, words } from './reference/field128.ts'

const bits = 128
/** g in GF(2^128), little-endian; a root of the polynomial above (`subfield.test.ts`). */
const g = Uint8Array.from([
  0x4b, 0x26, 0x51, 0x16, 0x38, 0xb6, 0xc1, 0x36, 0xb4, 0x66, 0x12, 0x61, 0xf8, 0xe3, 0x19, 0xcb,
])

interface CoordinateMaps {
  /** Images of the unit vectors, for `map`: what a block in coordinates is in GF(2^128). */
  toField: Uint8Array
  fromField: Uint8Array
}

let made: CoordinateMaps | undefined

/** Public constants, computed once. */
export function coordinateMaps(): CoordinateMaps {
  if (made === undefined) {
    const toField = basis()
    made = { toField, fromField: inverse(toField) }
  }
  return made
}

/** x^k · g^j at place 16k + j. */
function basis(): Uint8Array {
  const out = new Uint8Array(16 * bits)
  let power = Uint8Array.of(1, ...new Uint8Array(15)) as Uint8Array
  for (let j = 0; j < 16; j++, power = product(power, g)) {
    const element = words(power.slice())
    for (let k = 0; k < 8; k++, timesX(element, 0)) words(out).set(element, 4 * (16 * k + j))
  }
  return out
}

/** Of an invertible map, by elimination: rows of images, and beside them the unit vectors that they came from. */
function inverse(images: Uint8Array): Uint8Array {
  const rows = Array.from({ length: bits }, (_, i) => {
    const row = new Uint32Array(8)
    row.set(words(images).subarray(4 * i, 4 * i + 4))
    row[4 + (i >> 5)] = 1 << (i & 31)
    return row
  })
  for (let pivot = 0; pivot < bits; pivot++) {
    const has = (row: Uint32Array) => ((row[pivot >> 5]! >>> (pivot & 31)) & 1) === 1
    const at = rows.findIndex((row, i) => i >= pivot && has(row))
    if (at < 0) throw new Error('the coordinates are dependent')
    ;[rows[pivot], rows[at]] = [rows[at]!, rows[pivot]!]
    const own = rows[pivot]!
    for (const row of rows) if (row !== own && has(row)) for (let k = 0; k < 8; k++) row[k]! ^= own[k]!
  }
  const out = new Uint8Array(16 * bits)
  rows.forEach((row, i) => {
    words(out).set(row.subarray(4), 4 * i)
  })
  return out
}

/**
 * The product with s, both in coordinates, as images for `map` and `addMapped`: 128 new blocks, as secret as s. Those of the
 * first coordinates alone are enough for vectors that have no others.
 */
export function productMap(kernels: BlockKernels, s: Uint8Array): Uint8Array {
  const { toField, fromField } = coordinateMaps()
  const images = kernels.zeros(bits)
  const mark = kernels.mark()
  const inField = kernels.zeros(1)
  inField.set(s)
  kernels.map(inField, inField, toField)
  images.set(toField)
  kernels.scale(images, images, inField)
  kernels.map(images, images, fromField)
  kernels.release(mark)
  return images
}
