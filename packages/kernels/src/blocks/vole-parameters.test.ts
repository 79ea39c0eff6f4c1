/** Each bound in the table of parameters, computed again. */
import { describe, expect, it } from 'vitest'
import {
  accumulatorShift,
  accumulatorWeight,
  expanderRegular,
  expanderWeight,
  nodesOnLevel,
  noiseWeight,
  pseudoDistance,
  treeDepth,
  voleShape,
} from './vole-parameters.ts'

/** GF(2)[x] / (x^128 + x^7 + x^2 + x + 1), apart from the kernels. */
const modulus = (1n << 128n) | 0x87n
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n
  for (let i = 127n; i >= 0n; i--) {
    product <<= 1n
    if (product >> 128n) product ^= modulus
    if ((b >> i) & 1n) product ^= a
  }
  return product
}
function power(a: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let e = exponent, b = a; e > 0n; e >>= 1n, b = multiply(b, b)) if (e & 1n) result = multiply(result, b)
  return result
}

describe('VOLE parameters', () => {
  const gamma = 1n << BigInt(accumulatorShift)

  it('γ generates the multiplicative group of GF(2^128)', () => {
    const primes = [3n, 5n, 17n, 257n, 641n, 65_537n, 274_177n, 6_700_417n, 67_280_421_310_721n]
    const order = (1n << 128n) - 1n
    expect(primes.reduce((a, b) => a * b)).toBe(order)
    expect(power(gamma, order)).toBe(1n)
    for (const prime of primes) expect(power(gamma, order / prime), `order divides by ${prime}`).not.toBe(1n)
  })

  it('the minimal polynomial of γ has degree 128 and is dense', () => {
    // Π (y + γ^(2^i)) over the 128 conjugates; coefficients come out in GF(2).
    let polynomial = [1n]
    for (let i = 0, root = gamma; i < 128; i++, root = multiply(root, root)) {
      const next = [0n, ...polynomial]
      polynomial.forEach((coefficient, k) => {
        next[k]! ^= multiply(coefficient, root)
      })
      polynomial = next
    }
    expect(polynomial.every((coefficient) => coefficient === 0n || coefficient === 1n)).toBe(true)
    expect(polynomial.filter((coefficient) => coefficient === 1n).length).toBeGreaterThan(40)
  })

  it('a linear test has advantage 2^-128 against the noise', () => {
    expect(-noiseWeight * Math.log2(1 - 2 * pseudoDistance)).toBeGreaterThanOrEqual(128)
    expect([expanderWeight, accumulatorWeight]).toEqual([21, 24])
    expect(expanderRegular).toBe(Math.ceil(expanderWeight / 2))
  })

  it.each([0, 1, 1024, 1025, 87_192, 1_412_160, 2 ** 27])(
    '%i correlations: one point in each of t equal trees',
    (n) => {
      const { trees, code } = voleShape(n)
      expect(code.outputs).toBeGreaterThanOrEqual(n)
      expect(code.outputs).toBeLessThan(Math.max(n, 1024) + 128)
      expect(trees.trees).toBe(noiseWeight)
      expect(trees.trees * trees.leaves).toBe(2 * code.outputs)
      expect(2 ** treeDepth(trees.leaves)).toBeGreaterThanOrEqual(trees.leaves)
      expect(nodesOnLevel(trees.leaves, treeDepth(trees.leaves))).toBe(trees.leaves)
      expect(nodesOnLevel(trees.leaves, 0)).toBe(1)
    },
  )
})
