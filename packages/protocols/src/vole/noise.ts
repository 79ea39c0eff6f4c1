/** Products in GF(2^128) that the noise of a VOLE needs. */
import { type BlockKernels, type Blocks, coordinateMaps } from '@secureflow/kernels'

/**
 * Σ_j x^j·q_(i,j) for each i: from 128 correlations of bits to one of blocks.
 * @param bits  `values`·128 blocks @returns `values` new blocks
 */
export function multiplyUp(kernels: BlockKernels, bits: Blocks, values: number): Blocks {
  const out = kernels.zeros(values)
  const mark = kernels.mark()
  const powers = kernels.zeros(128 * values)
  for (let i = 0; i < 128 * values; i++) powers[16 * i + ((i & 127) >> 3)] = 1 << (i & 7)
  kernels.mul(powers, powers, bits)
  kernels.sumRows(out, powers, 128)
  kernels.release(mark)
  return out
}

/**
 * The same for values of `bits.length / values` bits in coordinates over GF(2^16): Σ_j e_j·q_(i,j), e_j the unit vectors.
 */
export function multiplyUpCoordinates(kernels: BlockKernels, bits: Blocks, values: number): Blocks {
  const { toField, fromField } = coordinateMaps()
  const each = bits.length / values
  const out = kernels.zeros(values)
  const mark = kernels.mark()
  const [units, inField] = [kernels.zeros(bits.length / 16), kernels.zeros(bits.length / 16)]
  for (let i = 0; i < values; i++) units.set(toField.subarray(0, each), each * i)
  kernels.map(inField, bits, toField)
  kernels.mul(units, units, inField)
  kernels.sumRows(out, units, each / 16)
  kernels.map(out, out, fromField)
  kernels.release(mark)
  return out
}

/** x to each exponent, by squaring, without a branch on the exponents. */
export function powersAt(kernels: BlockKernels, x: Uint8Array, exponents: Uint32Array): Blocks {
  const out = kernels.zeros(exponents.length)
  const factor = kernels.zeros(exponents.length)
  for (let i = 0; i < exponents.length; i++) out[16 * i] = 1
  for (let bit = 31; bit >= 0; bit--) {
    kernels.mul(out, out, out)
    for (let i = 0; i < exponents.length; i++) {
      const mask = -((exponents[i]! >>> bit) & 1) & 255
      for (let k = 0; k < 16; k++) factor[16 * i + k] = (x[k]! & mask) | (k === 0 ? 1 & ~mask : 0)
    }
    kernels.mul(out, out, factor)
  }
  return out
}
