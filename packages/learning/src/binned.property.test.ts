import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calibration, confusions, distribution, leastRows, prCurve } from './binned.ts'
import { atThreshold } from './metrics.ts'

const samples = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 200 })), { minLength: 2, maxLength: 300 })
  .filter((rows) => new Set(rows.map(([y]) => y)).size === 2)
  .map((rows) => ({ y: rows.map(([y]) => y), s: rows.map(([, s]) => (s + 0.3) / 201) })) // off the edges of bins
const sum = (of: number[]) => of.reduce((a, b) => a + b, 0)

test('no group is smaller than the least, unless there are fewer rows altogether; together they are all rows', () => {
  fc.assert(
    fc.property(samples, ({ y, s }) => {
      const least = Math.min(leastRows, y.length)
      const bins = distribution(y, s)
      const groups = calibration(y, s)
      const tables = confusions(y, s)
      for (const { negatives, positives } of bins) expect(negatives + positives).toBeGreaterThanOrEqual(least)
      for (const { rows } of groups) expect(rows).toBeGreaterThanOrEqual(least)
      const taken = tables.map((t) => t.truePositives + t.falsePositives)
      taken.forEach((n, i) => {
        expect(n - (taken[i - 1] ?? 0)).toBeGreaterThanOrEqual(least)
      })
      expect(sum(bins.map((b) => b.positives))).toBe(sum(y))
      expect(sum(bins.map((b) => b.negatives + b.positives))).toBe(y.length)
      expect(sum(groups.map((g) => g.rows))).toBe(y.length)
      expect(taken.at(-1)).toBe(y.length)
    }),
  )
})

test('groups hold the scores that they name, in order', () => {
  fc.assert(
    fc.property(samples, ({ y, s }) => {
      const bins = distribution(y, s)
      bins.forEach(({ from, to, positives, negatives }, i) => {
        if (i > 0) expect(from).toBeGreaterThanOrEqual(bins[i - 1]!.to - 1e-12)
        const within = s.filter((v) => v >= from - 1e-9 && (v < to - 1e-9 || to >= 1)).length
        expect(within).toBe(positives + negatives)
      })
      const groups = calibration(y, s)
      groups.forEach(({ predicted, observed }, i) => {
        if (i > 0) expect(predicted).toBeGreaterThan(groups[i - 1]!.predicted)
        expect(observed).toBeGreaterThanOrEqual(0)
        expect(observed).toBeLessThanOrEqual(1)
      })
    }),
  )
})

test('every row of the confusions is what the rule at its threshold gives, and so is every point of precision and recall', () => {
  fc.assert(
    fc.property(samples, ({ y, s }) => {
      const points = prCurve(y, s)
      for (const { threshold, truePositives, falsePositives, falseNegatives, trueNegatives } of confusions(y, s)) {
        const rule = atThreshold(y, s, threshold)
        expect((truePositives + trueNegatives) / y.length).toBeCloseTo(rule.accuracy, 12)
        expect(truePositives / (truePositives + falseNegatives)).toBeCloseTo(rule.recall, 12)
        expect(truePositives / (truePositives + falsePositives)).toBeCloseTo(rule.precision, 12)
      }
      expect(points.x.at(-1)).toBe(1)
      expect(points.y.at(-1)).toBeCloseTo(sum(y) / y.length, 12)
      points.x.forEach((x, i) => {
        if (i > 0) expect(x).toBeGreaterThanOrEqual(points.x[i - 1]!)
      })
    }),
  )
})
