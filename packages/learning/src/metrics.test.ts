import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atThreshold, binaryMetrics, ksCurve, liftCurve, logLoss, rocCurve } from './metrics.ts'

/** Labels with both classes, and scores on a coarse grid so that ties are common. */
const samples = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 12 })), { minLength: 2, maxLength: 60 })
  .filter((rows) => new Set(rows.map(([y]) => y)).size === 2)
  .map((rows) => ({ y: rows.map(([y]) => y), s: rows.map(([, s]) => s / 12) }))

describe('against hand cases', () => {
  test('a perfect, a reversed and a constant score', () => {
    const y = [0, 0, 1, 1]
    expect(binaryMetrics(y, [1, 2, 3, 4])).toEqual({ auc: 1, ks: 1, ksThreshold: 3 })
    expect(binaryMetrics(y, [4, 3, 2, 1])).toMatchObject({ auc: 0, ks: 1 })
    expect(binaryMetrics(y, [5, 5, 5, 5])).toMatchObject({ auc: 0.5, ks: 0 })
  })

  test('the textbook case with one inversion and one tie', () => {
    const y = [0, 0, 1, 1]
    expect(binaryMetrics(y, [0.1, 0.4, 0.35, 0.8])).toEqual({ auc: 0.75, ks: 0.5, ksThreshold: 0.8 })
    expect(binaryMetrics(y, [0.1, 0.4, 0.4, 0.8]).auc).toBe(0.875)
    expect(rocCurve(y, [0.1, 0.4, 0.35, 0.8])).toEqual({ x: [0, 0, 0.5, 0.5, 1], y: [0, 0.5, 0.5, 1, 1] })
    expect(liftCurve(y, [0.1, 0.4, 0.35, 0.8])).toEqual({ x: [0.25, 0.5, 0.75, 1], y: [2, 1, 4 / 3, 1] })
  })

  test('log-loss and the figures at a threshold', () => {
    expect(logLoss([1, 0], [0.8, 0.4])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, 14)
    expect(logLoss([1, 0], [0, 0])).toBeCloseTo(-Math.log(1e-15) / 2, 9)
    const y = [1, 1, 1, 0, 0, 0]
    const s = [0.9, 0.6, 0.2, 0.5, 0.3, 0.1]
    expect(atThreshold(y, s, 0.5)).toEqual({ accuracy: 4 / 6, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 })
    expect(atThreshold(y, s, 0.95)).toEqual({ accuracy: 0.5, precision: 0, recall: 0, f1: 0 })
    expect(atThreshold(y, s, 0)).toMatchObject({ accuracy: 0.5, precision: 0.5, recall: 1 })
  })

  test('what cannot be measured is refused', () => {
    expect(() => binaryMetrics([1, 1], [0, 1])).toThrow(/both labels/)
    expect(() => binaryMetrics([], [])).toThrow(/both labels/)
    expect(() => binaryMetrics([0, 2], [0, 1])).toThrow(/labels 0 and 1/)
    expect(() => binaryMetrics([0, 1], [0])).toThrow(/2 scores/)
    expect(() => binaryMetrics([0, 1], [0, Number.NaN])).toThrow(/NaN/)
  })
})

describe('against brute force', () => {
  test('AUC is the share of pairs in order, ties one half', () => {
    fc.assert(
      fc.property(samples, ({ y, s }) => {
        let won = 0
        let pairs = 0
        for (let i = 0; i < y.length; i++)
          for (let j = 0; j < y.length; j++)
            if (y[i] === 1 && y[j] === 0) {
              pairs++
              won += s[i]! > s[j]! ? 1 : s[i] === s[j] ? 0.5 : 0
            }
        expect(binaryMetrics(y, s).auc).toBeCloseTo(won / pairs, 12)
      }),
    )
  })

  test('KS is the largest distance over all thresholds, and its threshold reaches it', () => {
    const rates = (y: number[], s: number[], t: number) =>
      [1, 0].map((k) => y.filter((v, i) => v === k && s[i]! >= t).length / y.filter((v) => v === k).length)
    const distance = (y: number[], s: number[], t: number) => {
      const [tpr, fpr] = rates(y, s, t)
      return Math.abs(tpr! - fpr!)
    }
    fc.assert(
      fc.property(samples, ({ y, s }) => {
        const { ks, ksThreshold } = binaryMetrics(y, s)
        expect(ks).toBeCloseTo(Math.max(...s.map((t) => distance(y, s, t))), 12)
        if (ks > 0) expect(distance(y, s, ksThreshold)).toBeCloseTo(ks, 12)
        expect(Math.max(...ksCurve(y, s).y.map(Math.abs))).toBeCloseTo(ks, 12)
      }),
    )
  })

  test('accuracy, precision and recall count rows', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), ({ y, s }, t) => {
        const is = (predicted: boolean, label: number) =>
          y.filter((v, i) => v === label && s[i]! >= t === predicted).length
        const found = atThreshold(y, s, t)
        expect(found.accuracy).toBeCloseTo((is(true, 1) + is(false, 0)) / y.length, 12)
        expect(found.recall).toBeCloseTo(is(true, 1) / (is(true, 1) + is(false, 1)), 12)
        if (is(true, 1) + is(true, 0) > 0)
          expect(found.precision).toBeCloseTo(is(true, 1) / (is(true, 1) + is(true, 0)), 12)
      }),
    )
  })
})

test('curves of many rows stay small, ordered, complete, and true to the area', () => {
  const n = 20_000
  const y = Array.from({ length: n }, (_, i) => ((Math.sin(i * 12.9898) * 43758.5453) % 1 > 0.3 ? 1 : 0))
  const s = Array.from({ length: n }, (_, i) => y[i]! * 0.4 + Math.abs((Math.sin(i * 78.233) * 12345.678) % 1))
  for (const curve of [rocCurve(y, s, 50), ksCurve(y, s, 50), liftCurve(y, s, 50)]) {
    expect(curve.x.length).toBeLessThanOrEqual(51)
    expect(curve.x.every((v, i) => i === 0 || v >= curve.x[i - 1]!)).toBe(true)
    expect(curve.x.at(-1)).toBe(1)
  }
  const roc = rocCurve(y, s)
  const area = roc.x.reduce(
    (sum, x, i) => (i === 0 ? 0 : sum + ((x - roc.x[i - 1]!) * (roc.y[i]! + roc.y[i - 1]!)) / 2),
    0,
  )
  expect(area).toBeCloseTo(binaryMetrics(y, s).auc, 3)
  expect(Math.max(...ksCurve(y, s, 50).y)).toBe(binaryMetrics(y, s).ks)
})
