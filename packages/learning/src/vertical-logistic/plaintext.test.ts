import { describe, expect, test } from 'vitest'
import { binaryMetrics } from '../metrics.ts'
import { checkMass, fixedStep, largestBatch, precisionFor, rangeOf } from './fixed.ts'
import { agreedSeed, joined, linearScores, madeUp } from './fixture.ts'
import { batchesOf } from './order.ts'
import { checkLogisticParams, logisticDefaults } from './params.ts'
import { trainLogistic } from './plaintext.ts'
import { partialScores } from './score.ts'
import { segmentedSigmoid, sigmoid, sigmoidSegments } from './segments.ts'

describe('segments', () => {
  test('stay within 0.019 of the sigmoid, rise, and are symmetric', () => {
    let before = -1
    for (let z = -12; z <= 12; z += 1 / 256) {
      const value = segmentedSigmoid(z)
      expect(Math.abs(value - sigmoid(z)), `${z}`).toBeLessThan(0.0191)
      expect(value).toBeGreaterThanOrEqual(before - 0.004) // the published pieces step back by 1/256 at 2.375
      if (Math.abs(z) !== 1 && Math.abs(z) !== 2.375 && Math.abs(z) !== 5)
        expect(value + segmentedSigmoid(-z), `${z}`).toBeCloseTo(1, 12)
      before = value
    }
  })

  test('slopes are multiples of 1/32', () => {
    for (const { slope } of sigmoidSegments) expect(slope * 32).toBe(Math.round(slope * 32))
  })
})

describe('order', () => {
  const params = { ...logisticDefaults, batch: 7 }

  test('each epoch takes every row once, in another order, the same for the same seed', () => {
    const epochs = [0, 1].map((epoch) => batchesOf(epoch, 30, params, agreedSeed))
    for (const batches of epochs) {
      expect(batches.map((b) => b.length)).toEqual([7, 7, 7, 7, 2])
      expect(batches.flatMap((b) => [...b]).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i))
    }
    expect(epochs[0]).not.toEqual(epochs[1])
    expect(batchesOf(1, 30, params, agreedSeed)).toEqual(epochs[1])
    expect(
      batchesOf(
        1,
        30,
        params,
        agreedSeed.map((b) => b ^ 1),
      ),
    ).not.toEqual(epochs[1])
  })

  test('known order, which other versions must keep', () => {
    expect([...batchesOf(3, 8, { ...params, batch: 4 }, Uint8Array.of(1, 2, 3))[0]!]).toMatchInlineSnapshot(`
      [
        0,
        1,
        7,
        6,
      ]
    `)
  })
})

describe('plain training', () => {
  test('ranks rows as well as the weights that made the labels', () => {
    const table = madeUp(4000, [3, 2])
    const x = joined(table)
    const { weights, intercept } = trainLogistic({ ...x, y: table.y, params: logisticDefaults, seed: agreedSeed })
    const auc = (w: ArrayLike<number>): number => binaryMetrics(table.y, linearScores(x, w, intercept)).auc
    expect(auc(weights)).toBeGreaterThan(auc([0.8, -0.5, 0.8, -0.5, 0.8]) - 0.005)
    expect(auc(weights)).toBeGreaterThan(0.8)
  })

  test('agrees with the closed gradient of one full step', () => {
    const x = Float64Array.of(1, 2, -1, 3)
    const y = Float64Array.of(1, 0)
    const params = { ...logisticDefaults, epochs: 1, batch: 'full' as const, learningRate: 1, l2: 0 }
    const { weights, intercept } = trainLogistic({ x, columns: 2, y, params, seed: agreedSeed })
    // σ(0) = 0.5, so err = (−0.5, 0.5)
    expect([...weights, intercept]).toEqual([1 * 0.25 + 1 * 0.25, 2 * 0.25 - 3 * 0.25, 0])
  })

  test.each([
    ['epochs', { epochs: 0 }],
    ['epochs', { epochs: 1.5 }],
    ['batch', { batch: 0 }],
    ['learningRate', { learningRate: Number.NaN }],
    ['decay', { decay: -1 }],
    ['l2', { l2: -1 }],
    ['earlyStop', { earlyStop: 2 }],
  ])('refuses a bad %s', (label, change) => {
    expect(() => checkLogisticParams({ ...logisticDefaults, ...change })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', fields: expect.objectContaining({ label }) }),
    )
  })
})

describe('fixed-point budget', () => {
  test('every product of the header stays below 2^62, for any batch that is allowed', () => {
    for (let batch = 1; batch <= largestBatch; batch = Math.ceil(batch * 1.37)) {
      const precision = precisionFor({ ...logisticDefaults, batch }, batch)
      const { errorBits, stepBits, massBound } = precision
      const { value } = fixedStep(8 / batch, precision)
      expect(value).toBeLessThanOrEqual(2n ** BigInt(stepBits))
      const gradient = 1.02 * massBound * 2 ** (18 + errorBits) * 2 ** stepBits
      // rate·l2·w in the same scale: rate·2^fracBits is at most batch·2^stepBits
      const penalty = (1 / 16) * 32 * batch * 2 ** (18 + errorBits) * 2 ** stepBits
      expect(gradient + penalty, `${batch}`).toBeLessThan(2 ** 62)
    }
    expect(() => precisionFor({ ...logisticDefaults, batch: 'full' }, largestBatch + 1)).toThrow(
      expect.objectContaining({ code: 'LEARNING_BATCH_TOO_LARGE' }),
    )
  })

  test('steps keep their significant bits', () => {
    const precision = { errorBits: 18, stepBits: 14, massBound: 1 }
    for (const step of [3, 0.3 / 128, 1e-7, 2 ** -20]) {
      const { value, fracBits } = fixedStep(step, precision)
      expect(Math.abs(Number(value) / 2 ** fracBits / step - 1)).toBeLessThanOrEqual(2 ** -14)
    }
    // 18 + 18 + 51 − 26 = 61 bits: what a truncation can drop
    expect(fixedStep(2 ** -60, precision)).toEqual({ value: 0n, fracBits: 51 })
  })

  test('ranges are powers of two over sums of rows; masses are found by column and batch', () => {
    const x = Float64Array.of(1, -2.5, 0.5, 0.25)
    expect(rangeOf(x, 2)).toBe(4)
    expect(rangeOf(x, 1)).toBe(4)
    expect(rangeOf(Float64Array.of(4, 0), 2)).toBe(4)
    expect(() => checkMass(x, 2, [Uint32Array.of(0, 1)], 2.75)).not.toThrow()
    expect(() => checkMass(x, 2, [Uint32Array.of(1), Uint32Array.of(0, 1)], 2.7)).toThrow(
      expect.objectContaining({ code: 'LEARNING_BATCH_MASS', fields: { column: 2, mean: 1.35 } }),
    )
  })
})

test('partial scores of all owners add up to the score', () => {
  const features = Float64Array.of(1, 2, 3, 4)
  expect([...partialScores({ features, rows: 2, columns: 2, weights: [0.5, -1], intercept: 2 })]).toEqual([0.5, -0.5])
  expect(() => partialScores({ features, rows: 2, columns: 2, weights: [1] })).toThrow(RangeError)
})
