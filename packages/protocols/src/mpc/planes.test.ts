import { nodePlatform } from '@secureflow/platform'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mpcFixture } from './fixture.ts'
import {
  chainInputs,
  chainProducts,
  evaluateChain,
  exactDigits,
  halves,
  lookUp,
  multiplyMasks,
  oneHotTables,
  wordsFor,
} from './planes.ts'

const { random } = mpcFixture(nodePlatform)

test.each([2, 3, 4, 5, 6])(
  'a chain of %i equals its polynomial on all inputs, under random masks and shares',
  (length) => {
    const inputs = chainInputs(length)
    const width = Math.max(1, 2 ** inputs / 32)
    const plain = new Uint32Array(inputs * width)
    for (let row = 0; row < 2 ** inputs; row++)
      for (let i = 0; i < inputs; i++) plain[i * width + (row >> 5)]! |= ((row >> i) & 1) << (row & 31)
    const uniform = (words: number, seed: string) =>
      Uint32Array.from(random(words, `${seed}${length}`), (v) => Number(v & 0xffffffffn))
    const masks = uniform(inputs * width, 'm')
    const products = new Uint32Array(chainProducts(length) * width)
    multiplyMasks(products, masks, length, width)
    const e = plain.map((v, i) => v ^ masks[i]!)
    const [maskShare, productShare] = [uniform(masks.length, 's'), uniform(products.length, 't')]
    const [own, other] = [new Uint32Array(width), new Uint32Array(width)]
    evaluateChain(own, e, maskShare, productShare, length, width, true)
    const rest = (all: Uint32Array, share: Uint32Array) => all.map((v, i) => v ^ share[i]!)
    evaluateChain(other, e, rest(masks, maskShare), rest(products, productShare), length, width, false)
    for (let row = 0; row < 2 ** inputs; row++) {
      const input = (i: number): number => (row >> i) & 1
      let expected = input(length - 1)
      for (let p = length - 2; p >= 0; p--) expected = input(p) ^ (input(length + p) & expected)
      expect(((own[row >> 5]! ^ other[row >> 5]!) >>> (row & 31)) & 1, `${row}`).toBe(expected)
    }
  },
)

/** [x − t < 0] from c and the plain tables of r, by the definition of the digits. */
function below(c: bigint, r: bigint, t: bigint, digits: number): number {
  const [cs, rs] = [BigUint64Array.of(c), BigUint64Array.of(r)]
  const tables = new BigUint64Array(digits)
  oneHotTables(tables, rs, digits)
  const { generate, propagate } = lookUp(cs, tables, digits, [t])
  let carry = generate[digits - 1]![0]! & 1
  for (let i = digits - 2; i >= 0; i--) carry = (generate[i]![0]! & 1) ^ (propagate[i]![0]! & 1 & carry)
  return carry
}

test('digits and tables give the sign of any x for any mask', () => {
  const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
  const near = fc.bigInt({ min: -3n, max: 3n })
  const x = fc.oneof(
    u64,
    near,
    fc.tuple(fc.nat(63), near).map(([bit, d]) => (1n << BigInt(bit)) + d),
  )
  fc.assert(
    fc.property(x, u64, u64, (value, r, t) => {
      const c = BigInt.asUintN(64, value + t + r)
      expect(below(c, r, t, exactDigits)).toBe(BigInt.asIntN(64, value) < 0n ? 1 : 0)
    }),
    { numRuns: 3000 },
  )
})

test('fewer digits err only in the ignored part below the threshold', () => {
  const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
  for (const digits of [1, 2, 5, 8]) {
    const ignored = 1n << BigInt(64 - 6 * digits)
    const x = fc.bigInt({ min: -(1n << 61n), max: 1n << 61n })
    const around = fc.bigInt({ min: -2n * ignored, max: 2n * ignored }).map((v) => BigInt.asIntN(62, v))
    fc.assert(
      fc.property(fc.oneof(x, around), u64, (value, r) => {
        const bit = below(BigInt.asUintN(64, value + r), r, 0n, digits)
        if (value >= 0n) expect(bit).toBe(0)
        else if (value < -ignored) expect(bit).toBe(1)
      }),
      { numRuns: 800 },
    )
  }
})

test('planes of 65 elements fill two words, and their lanes keep to themselves', () => {
  expect([0, 1, 64, 65].map(wordsFor)).toEqual([0, 1, 1, 2])
  const r = BigUint64Array.from(random(65, 'lanes'))
  const x = BigInt64Array.from({ length: 65 }, (_, i) => (i % 3 === 0 ? -5n : 5n))
  const c = BigUint64Array.from(x, (v, i) => BigInt.asUintN(64, v + r[i]!))
  const tables = new BigUint64Array(65 * exactDigits)
  oneHotTables(tables, r, exactDigits)
  const { generate, propagate } = lookUp(c, tables, exactDigits, [0n])
  let carry = generate[exactDigits - 1]!
  for (let i = exactDigits - 2; i >= 0; i--) carry = generate[i]!.map((g, w) => g ^ (propagate[i]![w]! & carry[w]!))
  for (let i = 0; i < 65; i++) expect((carry[i >> 5]! >>> (i & 31)) & 1, `${i}`).toBe(i % 3 === 0 ? 1 : 0)
  expect(halves(r)).toHaveLength(130)
})
