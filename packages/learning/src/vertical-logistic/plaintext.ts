/** Logistic regression on plain numbers: float64 gradient descent with the batches and segments of the secure one. */
import { baseErrors } from '@secureflow/base'
import { batchesOf } from './order.ts'
import { checkLogisticParams, type LogisticParams, learningRateOf } from './params.ts'
import { segmentedSigmoid } from './segments.ts'

export interface PlainTraining {
  /** Row-major, `columns` values a row. */
  x: Float64Array
  columns: number
  /** 0 or 1 a row. */
  y: Float64Array
  params: LogisticParams
  /** The agreed public seed of the order of rows. */
  seed: Uint8Array
  /** Default: the segmented one of the secure twin. */
  activation?: (z: number) => number
  progress?: (epoch: number) => void
}

export interface LogisticModel {
  weights: Float64Array
  intercept: number
  /** How many epochs ran. */
  epochs: number
}

/** @throws {InputError} INVALID_VALUE where shapes, values or labels are not usable */
export function trainLogistic(training: PlainTraining): LogisticModel {
  const { x, columns, y, params, seed, activation = segmentedSigmoid } = training
  const rows = y.length
  checkLogisticParams(params)
  checkBlock(x, rows, columns)
  checkLabels(y)
  const weights = new Float64Array(columns)
  const before = new Float64Array(columns + 1)
  const gradient = new Float64Array(columns)
  let intercept = 0
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    before.set(weights)
    before[columns] = intercept
    const rate = learningRateOf(params, epoch)
    for (const batch of batchesOf(epoch, rows, params, seed)) {
      gradient.fill(0)
      let sum = 0
      for (const row of batch) {
        const at = row * columns
        let z = intercept
        for (let j = 0; j < columns; j++) z += x[at + j]! * weights[j]!
        const err = activation(z) - y[row]!
        for (let j = 0; j < columns; j++) gradient[j]! += x[at + j]! * err
        sum += err
      }
      for (let j = 0; j < columns; j++) weights[j]! -= rate * (gradient[j]! / batch.length + params.l2 * weights[j]!)
      intercept -= (rate * sum) / batch.length
    }
    training.progress?.(epoch)
    const still = Math.abs(intercept - before[columns]!) < params.earlyStop
    if (still && weights.every((w, j) => Math.abs(w - before[j]!) < params.earlyStop))
      return { weights, intercept, epochs: epoch + 1 }
  }
  return { weights, intercept, epochs: params.epochs }
}

export function checkBlock(x: Float64Array, rows: number, columns: number): void {
  if (rows < 1) throw baseErrors.INVALID_VALUE({ label: 'rows', expected: 'at least 1', received: String(rows) })
  if (x.length !== rows * columns)
    throw baseErrors.INVALID_VALUE({
      label: 'features',
      expected: `${rows} rows of ${columns} columns`,
      received: `${x.length} values`,
    })
  if (!x.every(Number.isFinite))
    throw baseErrors.INVALID_VALUE({ label: 'features', expected: 'finite numbers', received: 'others among them' })
}

export function checkLabels(y: Float64Array): void {
  if (!y.every((v) => v === 0 || v === 1))
    throw baseErrors.INVALID_VALUE({ label: 'label', expected: '0 or 1 in every row', received: 'other values' })
}
