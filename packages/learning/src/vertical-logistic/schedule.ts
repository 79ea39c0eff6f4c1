/** The public course of a training: what every party, the dealer included, derives alike from parameters and sizes. */
import {
  allOfNeeds,
  type Correlation,
  type Factor,
  lessThanNeeds,
  maskOf,
  type PiecewiseLinear,
  piecewiseNeeds,
} from '@secureflow/protocols/mpc'
import {
  comparisonDigits,
  featureBits,
  fixedStep,
  type Precision,
  precisionFor,
  productBits,
  weightBits,
} from './fixed.ts'
import { batchesOf } from './order.ts'
import { type LogisticParams, learningRateOf } from './params.ts'
import { sigmoidSegments, slopeBits } from './segments.ts'

export interface Course {
  params: LogisticParams
  seed: Uint8Array
  rows: number
  /** Of each party, the constant column of the intercept included. */
  columns: readonly number[]
}

export interface Step {
  rows: Uint32Array
  /** rate/b·2^fracBits */
  step: bigint
  /** rate·l2 in the same scale as step·g, per unit of w. */
  decayStep: bigint
  /** Bits to drop from step·g. */
  bits: number
}

/** The iterations of one epoch. */
export function stepsOf(course: Course, epoch: number): Step[] {
  const { params, rows, seed } = course
  const precision = precisionFor(params, rows)
  const rate = learningRateOf(params, epoch)
  return batchesOf(epoch, rows, params, seed).map((batch) => {
    const { value, fracBits } = fixedStep(rate / batch.length, precision)
    const bits = featureBits + precision.errorBits + fracBits - weightBits
    return { rows: batch, step: value, decayStep: BigInt(Math.round(rate * params.l2 * 2 ** bits)), bits }
  })
}

/** The sigmoid on z with 44 fraction bits, as err with `errorBits`. */
export function sigmoidOn({ errorBits }: Precision): PiecewiseLinear {
  const pieces = sigmoidSegments.slice(1).map((segment, i) => {
    const before = sigmoidSegments[i]!
    return {
      at: BigInt(segment.from * 2 ** productBits),
      slope: BigInt((segment.slope - before.slope) * 2 ** slopeBits),
      intercept: BigInt(Math.round((segment.intercept - before.intercept) * 2 ** errorBits)),
    }
  })
  return { bits: productBits - (errorBits - slopeBits), digits: comparisonDigits, pieces }
}

/** Correlations in the order in which the parties take them. */
export function* correlationsOf(course: Course, factor: Factor): Generator<Correlation> {
  const { params, rows } = course
  const sigmoid = sigmoidOn(precisionFor(params, rows))
  const columns = course.columns.reduce((a, b) => a + b, 0)
  yield factor
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    for (const step of stepsOf(course, epoch)) {
      yield { kind: 'forward', factor, rows: step.rows }
      yield* piecewiseNeeds(step.rows.length, sigmoid)
      yield { kind: 'backward', factor, rows: step.rows }
      yield maskOf(columns, { bits: step.bits })
    }
    if (params.earlyStop > 0) {
      yield* lessThanNeeds(2 * columns)
      yield* allOfNeeds(2 * columns)
    }
  }
}
