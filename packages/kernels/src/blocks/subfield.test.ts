/** GF(2^128) in coordinates over GF(2^16): a field again, and γ of the code acts as one of its elements. */
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, it } from 'vitest'
import { randomInto } from './blocks.suite.ts'
import { loadBlocks } from './load.ts'
import { product } from './reference/field128.ts'
import { timesSubfieldX } from './reference/subfield.ts'
import { coordinateMaps, productMap } from './subfield.ts'
import { voleShape } from './vole-parameters.ts'

const kernels = await loadBlocks(nodePlatform, { maxBytes: 2 ** 22 })
const n = 24
const drawn = (seed: number): Uint8Array => {
  const v = kernels.zeros(n)
  randomInto(v, seed)
  return v
}
/** a · s for each block of a, in coordinates. */
function scaled(a: Uint8Array, s: Uint8Array): Uint8Array {
  const out = kernels.zeros(a.length / 16)
  kernels.map(out, a, productMap(kernels, s))
  return out
}
const block = (v: Uint8Array, i: number): Uint8Array => v.subarray(16 * i, 16 * i + 16)
const unit = (bit: number): Uint8Array => new Uint8Array(16).map((_, k) => (k === bit >> 3 ? 1 << (bit & 7) : 0))

describe('coordinates over GF(2^16)', () => {
  const { toField, fromField } = coordinateMaps()

  it('g is a root of g^16 + g^5 + g^3 + g^2 + 1, and generates the subfield', () => {
    const g = block(toField, 1)
    const power = (exponent: number): Uint8Array => {
      let out = unit(0)
      for (let i = 0; i < exponent; i++) out = product(out, g) as Uint8Array<ArrayBuffer>
      return out
    }
    const sum = [16, 5, 3, 2, 0].map(power).reduce((a, b) => a.map((byte, k) => byte ^ b[k]!))
    expect(sum).toEqual(new Uint8Array(16))
    expect(power(65_535)).toEqual(unit(0))
    for (const prime of [3, 5, 17, 257]) expect(power(65_535 / prime)).not.toEqual(unit(0))
  })

  it('the maps are each other’s inverse', () => {
    const a = drawn(1)
    for (const [first, second] of [
      [toField, fromField],
      [fromField, toField],
    ]) {
      const out = kernels.zeros(n)
      kernels.map(out, a, first!)
      expect(Buffer.compare(out, a)).not.toBe(0)
      kernels.map(out, out, second!)
      expect(Buffer.compare(out, a)).toBe(0)
    }
  })

  it('products are those of GF(2^128): commutative, associative, with the first unit as one and no divisors of zero', () => {
    const [a, b, c] = [drawn(1), drawn(2), drawn(3)]
    for (let i = 0; i < n; i++) {
      const [x, y, z] = [block(a, i), block(b, i), block(c, i)]
      expect(scaled(x, y)).toEqual(scaled(y, x))
      expect(scaled(scaled(x, y), z)).toEqual(scaled(x, scaled(y, z)))
      expect(scaled(x, unit(0))).toEqual(Uint8Array.from(x))
      expect(scaled(x, y).some((byte) => byte !== 0)).toBe(true)
    }
  })

  it('multiplying each coordinate by g is the product with g', () => {
    const a = drawn(4)
    const expected = Uint8Array.from(a)
    const words = new Uint32Array(expected.buffer)
    for (let at = 0; at < words.length; at += 4) timesSubfieldX(words, at)
    expect(Buffer.compare(scaled(a, unit(1)), expected)).toBe(0)
  })
})

describe('the code over GF(2^16)', () => {
  it('every output of a small instance depends on half of the inputs', { timeout: 120_000 }, async () => {
    const { code } = voleShape(0, true)
    const inputs = 2 * code.outputs
    const weights = new Uint32Array(code.outputs)
    // Eight unit vectors at a time, each in a coordinate of its own: a code over the subfield keeps them apart.
    for (let from = 0; from < inputs; from += 8) {
      const mark = kernels.mark()
      const units = kernels.zeros(inputs)
      for (let k = 0; k < 8; k++) units[16 * (from + k) + 2 * k] = 1
      await kernels.compress([units], code)
      for (let row = 0; row < code.outputs; row++)
        for (let at = 16 * row; at < 16 * row + 16; at += 2) if (units[at] !== 0 || units[at + 1] !== 0) weights[row]!++
      kernels.release(mark)
    }
    expect(Math.min(...weights) / inputs).toBeGreaterThan(0.498)
    expect(Math.max(...weights) / inputs).toBeLessThan(0.502)
  })
})
