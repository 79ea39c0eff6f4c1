import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leastRows } from './binned.ts'
import { correlation, informationValue, weightsOfEvidence } from './evidence.ts'

const rows = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -20, max: 20 })), { minLength: 2, maxLength: 300 })
  .filter((all) => new Set(all.map(([y]) => y)).size === 2)
const sum = (of: number[]) => of.reduce((a, b) => a + b, 0)

test('bins hold every row once, none too few, and the values between their edges', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 2, max: 20 }), (all, count) => {
      const values = all.map(([, v]) => v)
      const bins = weightsOfEvidence(
        values,
        all.map(([y]) => y),
        count,
      )
      expect(bins.length).toBeLessThanOrEqual(count)
      expect(sum(bins.map((b) => b.rows))).toBe(all.length)
      expect(sum(bins.map((b) => b.ones))).toBeCloseTo(1, 9)
      expect(sum(bins.map((b) => b.zeros))).toBeCloseTo(1, 9)
      for (const { from, to, rows: n } of bins) {
        expect(n).toBeGreaterThanOrEqual(Math.min(leastRows, all.length))
        expect(values.filter((v) => v >= (from ?? -99) && v < (to ?? 99)).length).toBe(n)
      }
    }),
  )
})

test('a column that is the label says much, one that has nothing to do with it nothing', () => {
  const labels = Array.from({ length: 400 }, (_, i) => i % 2)
  const same = weightsOfEvidence(labels, labels, 10)
  expect(same.map((b) => Math.sign(b.woe))).toEqual([-1, 1])
  expect(informationValue(same)).toBeGreaterThan(5)
  const apart = weightsOfEvidence(
    labels.map((_, i) => Math.floor(i / 2)),
    labels,
    10,
  )
  expect(informationValue(apart)).toBeCloseTo(0, 3)
})

test('correlation is that of the textbook', () => {
  expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12)
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12)
  expect(correlation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12)
  expect(correlation([1, 1, 1], [1, 2, 3])).toBe(0)
})
