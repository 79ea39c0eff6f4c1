/** What one may choose about a logistic regression, and what follows from it at every party alike. */
import { baseErrors } from '@secureflow/base'

export interface LogisticParams {
  epochs: number
  /** Rows of a mini-batch, or the whole table in one. A last short batch is used, divided by its own size. */
  batch: number | 'full'
  learningRate: number
  /** The learning rate of epoch e (from 0) is learningRate / (1 + decay·e). */
  decay: number
  /** Adds l2·w to the gradient; the intercept is not penalised. */
  l2: number
  /** Stops after an epoch in which no weight moved by this much; 0 runs all epochs. */
  earlyStop: number
  /** A new order of the rows in every epoch, from the agreed public seed. */
  shuffle: boolean
}

/** Reach a test AUC of 0.7150 on the joint credit data of the bench (plain joint regression: 0.7174). */
export const logisticDefaults: LogisticParams = {
  epochs: 10,
  batch: 128,
  learningRate: 0.3,
  decay: 0.8,
  l2: 0.0001,
  earlyStop: 0,
  shuffle: true,
}

/** @throws {InputError} INVALID_VALUE that names the parameter */
export function checkLogisticParams(params: LogisticParams): void {
  const refuse = (label: string, expected: string, received: unknown): never => {
    throw baseErrors.INVALID_VALUE({ label, expected, received: String(received) })
  }
  const within = (label: keyof LogisticParams, from: number, to: number): void => {
    const value = params[label]
    if (typeof value !== 'number' || !(value >= from && value <= to)) refuse(label, `${from} to ${to}`, value)
  }
  if (!Number.isInteger(params.epochs)) refuse('epochs', 'a whole number', params.epochs)
  within('epochs', 1, 10_000)
  if (params.batch !== 'full' && !(Number.isInteger(params.batch) && params.batch >= 1))
    refuse('batch', 'a whole number of rows, or "full"', params.batch)
  within('learningRate', 1e-5, 8)
  within('decay', 0, 100)
  within('l2', 0, 1)
  within('earlyStop', 0, 1)
}

export const batchRows = (params: LogisticParams, rows: number): number =>
  params.batch === 'full' ? rows : Math.min(params.batch, rows)

export const batchesPerEpoch = (params: LogisticParams, rows: number): number =>
  Math.ceil(rows / batchRows(params, rows))

/** What one iteration does with its batch of b rows: w ← w − rate·(Xᵀ·err/b + l2·w). */
export const learningRateOf = (params: LogisticParams, epoch: number): number =>
  params.learningRate / (1 + params.decay * epoch)
