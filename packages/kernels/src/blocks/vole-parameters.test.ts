/** Each bound in the table of parameters, computed again. */
import { describe, expect, it } from 'vitest'
import {
  accumulatorShift,
  accumulatorWeight,
  expanderRegular,
  expanderWeight,
  mostCoordinates,
  nodesOnLevel,
  noiseWeight,
  pseudoDistance,
  subfieldDistance,
  subfieldNoiseWeight,
  subfieldShift,
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

  it.each(
    [0, 1, 1024, 1025, 87_192, 1_412_160, 2 ** 27].flatMap((n) =>
      [false, true].map((subfield) => [n, subfield] as const),
    ),
  )('%i correlations, over the subfield %s: one point in each of t equal trees', (n, subfield) => {
    const { trees, code } = voleShape(n, subfield)
    const noise = subfield ? subfieldNoiseWeight : noiseWeight
    expect(code.outputs).toBeGreaterThanOrEqual(n)
    expect(code.outputs).toBeLessThan(Math.max(n, 1024) + noise)
    expect(trees.trees).toBe(noise)
    expect(code.subfield ?? false).toBe(subfield)
    expect(trees.trees * trees.leaves).toBe(2 * code.outputs)
    expect(2 ** treeDepth(trees.leaves)).toBeGreaterThanOrEqual(trees.leaves)
    expect(nodesOnLevel(trees.leaves, treeDepth(trees.leaves))).toBe(trees.leaves)
    expect(nodesOnLevel(trees.leaves, 0)).toBe(1)
  })
})

/** GF(2)[g] / (g^16 + g^5 + g^3 + g^2 + 1), apart from the kernels. */
function multiply16(a: number, b: number): number {
  let product = 0
  for (let i = 15; i >= 0; i--) {
    product <<= 1
    if (product >> 16) product ^= 0x1002d
    if ((b >> i) & 1) product ^= a
  }
  return product
}
function power16(a: number, exponent: number): number {
  let result = 1
  for (let i = 0; i < exponent; i++) result = multiply16(result, a)
  return result
}

describe('VOLE parameters over the subfield', () => {
  const gamma = 1 << subfieldShift

  it('γ generates the multiplicative group of GF(2^16), so that it lies in no smaller field', () => {
    expect(power16(gamma, 65_535)).toBe(1)
    for (const prime of [3, 5, 17, 257]) expect(power16(gamma, 65_535 / prime), `${prime}`).not.toBe(1)
  })

  it('the minimal polynomial of γ has degree 16 and 9 terms', () => {
    let polynomial = [1]
    for (let i = 0, root = gamma; i < 16; i++, root = multiply16(root, root)) {
      const next = [0, ...polynomial]
      polynomial.forEach((coefficient, k) => {
        next[k]! ^= multiply16(coefficient, root)
      })
      polynomial = next
    }
    expect(polynomial.every((coefficient) => coefficient <= 1)).toBe(true)
    expect(polynomial.filter((coefficient) => coefficient === 1).length).toBe(9)
  })

  /** Where an attacker combines coordinates such that this many noise values cancel. */
  const left = subfieldNoiseWeight - (mostCoordinates - 1)

  it('a linear test has advantage 2^-128, even where all but one coordinate are spent on cancelling noise', () => {
    expect(-left * Math.log2(1 - 2 * subfieldDistance)).toBeGreaterThanOrEqual(128)
  })

  it('and over GF(2^16) at the distance that random codes of this rate have (Gilbert and Varshamov)', () => {
    const q = 2 ** 16
    const entropy = (d: number) => (d * Math.log2(q - 1) - d * Math.log2(d) - (1 - d) * Math.log2(1 - d)) / Math.log2(q)
    let [low, high] = [0.01, 0.5]
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      if (entropy(middle) < 0.5) low = middle
      else high = middle
    }
    expect(low).toBeGreaterThan(0.43)
    expect(-left * Math.log2(1 - low)).toBeGreaterThanOrEqual(128)
  })

  /** log2 of t over j. */
  const choose = (t: number, j: number): number => (j === 0 ? 0 : choose(t, j - 1) + Math.log2((t - j + 1) / j))

  it('cancelling noise costs more than it gains: hitting j of t values by chance, against j steps of the linear test', () => {
    const gain = -Math.log2(1 - 2 * subfieldDistance)
    for (let j = 1; j < mostCoordinates; j++)
      expect(16 * j - choose(subfieldNoiseWeight, j), `${j} values`).toBeGreaterThan(j * gain)
  })

  it('half of the places hold all but 5 of the noise values once in 2^128 guesses', () => {
    const ways = Array.from({ length: mostCoordinates }, (_, j) => 2 ** choose(subfieldNoiseWeight, j))
    expect(subfieldNoiseWeight - Math.log2(ways.reduce((a, b) => a + b))).toBeGreaterThanOrEqual(128)
  })
})
