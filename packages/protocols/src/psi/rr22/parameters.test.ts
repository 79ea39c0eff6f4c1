/** Recomputes each bound of parameters.ts. */
import { mostCoordinates, voleShape } from '@secureflow/kernels'
import { expect, test } from 'vitest'
import { sizesOf, statisticalSecurity, tagBytes } from './parameters.ts'

const sizes = [0, 1, 100, 2 ** 10, 2 ** 16, 200_000, 2 ** 20, 10_000_000, 2 ** 24]

test('some two tags of different items are equal with at most 2^-40, and one byte less would not do', () => {
  for (const nx of sizes)
    for (const ny of sizes) {
      const pairs = Math.log2(Math.max(1, nx * ny))
      const bits = 8 * tagBytes(nx, ny)
      expect(pairs - bits, `${nx} x ${ny}`).toBeLessThanOrEqual(-statisticalSecurity)
      if (bits > statisticalSecurity) expect(pairs - (bits - 8), `${nx} x ${ny}`).toBeGreaterThan(-statisticalSecurity)
    }
  expect([2 ** 16, 2 ** 20, 2 ** 22, 2 ** 24].map((n) => tagBytes(n, n))).toEqual([9, 10, 11, 11])
})

test('malicious tags have 128 bits whatever the sizes', () => {
  for (const n of sizes)
    expect(sizesOf('rr22-malicious', n, n)).toMatchObject({
      vole: { security: 'malicious' },
      columnBytes: 16,
      tagBytes: 16,
    })
})

test('low communication: a value of any row meets that of another with at most 2^-40, in 10 bytes up to 2^40 pairs', () => {
  for (const nx of sizes)
    for (const ny of sizes) {
      const { columnBytes, vole, store } = sizesOf('rr22-low', nx, ny)
      const pairs = Math.log2(Math.max(1, nx * ny))
      expect(pairs - 8 * columnBytes, `${nx} x ${ny}`).toBeLessThanOrEqual(-statisticalSecurity)
      expect(columnBytes).toBe(pairs <= 40 ? 10 : 12)
      expect(vole).toEqual({ security: 'semi-honest', coordinates: columnBytes / 2 })
      expect(vole.coordinates).toBeLessThanOrEqual(mostCoordinates)
      expect(store.columns).toBeLessThanOrEqual(sizesOf('rr22', nx, ny).store.columns)
    }
})

test('values and keys of 128 bits: a collision among the largest sets is rarer than 2^-40', () => {
  const largest = 2 ** 24
  expect(2 * Math.log2(largest) - 128, 'H_B(x) = H_B(y)').toBeLessThanOrEqual(-statisticalSecurity)
  expect(2 * Math.log2(2 * largest) - 129, 'two items with one key').toBeLessThanOrEqual(-statisticalSecurity)
})

test('the check of the transfers: a false hash passes for one challenge in 2^128, a false product for N in 2^128', () => {
  const { trees } = voleShape(2 ** 25)
  expect(Math.log2(trees.trees * trees.leaves) - 128).toBeLessThan(-100)
})
