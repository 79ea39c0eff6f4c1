/**
 * Numbers of the training on shares, and why none of them leaves its range.
 *
 * Z_2^64 holds whole numbers; a truncation asks for |value| < 2^62 before it.
 *
 *   features X             18 fraction bits
 *   weights w              26
 *   z = X·w                44           |z| ≤ weightBound·Σ over parties of range < 2^(62−44) = 2^18
 *   z truncated            err − 5      the slopes of the sigmoid are multiples of 1/32
 *   err = σ(z) − y         `err`        |err| ≤ 1 but for rounding, so 1.02 is allowed
 *   g = X_Sᵀ·err           18 + err     |g| ≤ 1.02·(largest Σ|x| of a column over a batch)
 *   step·g + l2 term       18 + err + k the step rate/b is a whole number K of `step` bits times 2^−k; the penalty's
 *                                       rate·l2·w is below 2^59 there, since l2 ≤ 1/16 and |w| ≤ weightBound
 *   truncated to w         26
 *
 * The step is carried with 12 to 16 significant bits, err with 12 to 18: what a batch of b rows leaves of 62 − 18 bits after
 * ⌈log2 b⌉ and 3 bits of headroom, so that a column may have a mean |x| of up to 8 over a batch. (A standardised column has
 * at most 1 over all rows.) Each owner checks that of its own columns, in every batch, before it masks anything.
 * Rounding of the step changes weights by at most 2^-12 of themselves; truncations are unbiased.
 *
 * A party's range is the smallest power of two that no row's Σ|x| over its columns exceeds. It is declared to the others.
 *
 * The weights' bound cannot be proved beforehand. It is declared, and each owner finds out at the end whether its own kept to it.
 */
import { learningErrors } from '../errors.ts'
import { batchRows, type LogisticParams } from './params.ts'

export const featureBits = 18
export const weightBits = 26
export const productBits = featureBits + weightBits
/** No weight may grow beyond. */
export const weightBound = 32
/** log2 of what |x| may be on average over the rows of a batch. */
const headroomBits = 3
/** z is compared on its top 30 bits: a threshold is met exactly, or up to 2^(34−44) = 2^-10 too early. */
export const comparisonDigits = 5

/** Of err and of the step. */
const fewestBits = 12
export const largestBatch = 2 ** (61 - featureBits - headroomBits - 2 * fewestBits)
const largestPenalty = 1 / 16

export interface Precision {
  /** Fraction bits of err. */
  errorBits: number
  /** Significant bits of the step. */
  stepBits: number
  /** The largest Σ|x| of a column over a batch. */
  massBound: number
}

/** @throws {InputError} LEARNING_BATCH_TOO_LARGE, LEARNING_PENALTY */
export function precisionFor(params: LogisticParams, rows: number): Precision {
  const batch = batchRows(params, rows)
  if (params.l2 > largestPenalty) throw learningErrors.LEARNING_PENALTY({ l2: params.l2, allowed: largestPenalty })
  const massBits = Math.ceil(Math.log2(batch)) + headroomBits
  const left = 61 - featureBits - massBits // one bit less than 62 for the 1.02, the l2 term and roundings
  const stepBits = Math.min(16, Math.max(fewestBits, left - 18))
  const errorBits = Math.min(18, left - stepBits)
  if (errorBits < fewestBits) throw learningErrors.LEARNING_BATCH_TOO_LARGE({ batch, allowed: largestBatch })
  return { errorBits, stepBits, massBound: 2 ** massBits }
}

/**
 * rate/b as `value`·2^−`fracBits` with `stepBits` significant bits; with fewer where the truncation that follows could not
 * drop so many, which is where no step moves a weight by a unit in its last place any more.
 */
export function fixedStep(step: number, { errorBits, stepBits }: Precision): { value: bigint; fracBits: number } {
  const most = 61 - (featureBits + errorBits - weightBits)
  const fracBits = Math.min(most, stepBits - 1 - Math.floor(Math.log2(step)))
  return { value: BigInt(Math.round(step * 2 ** fracBits)), fracBits }
}

/** @throws {InputError} LEARNING_RANGE where z could leave the ring */
export function checkProductRange(ranges: readonly number[]): void {
  const largest = ranges.reduce((sum, range) => sum + range * weightBound, 0)
  const allowed = 2 ** (62 - productBits)
  if (largest >= allowed) throw learningErrors.LEARNING_RANGE({ largest, allowed })
}

/** The smallest power of two (at least 1) that is not below Σ|x| of any row. */
export function rangeOf(x: Float64Array, columns: number): number {
  let largest = 1
  for (let at = 0; at < x.length; at += columns) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += Math.abs(x[at + j]!)
    largest = Math.max(largest, sum)
  }
  return 2 ** Math.ceil(Math.log2(largest))
}

/** @throws {InputError} LEARNING_BATCH_MASS where a column of a batch adds up to more than `massBound` */
export function checkMass(x: Float64Array, columns: number, batches: Iterable<Uint32Array>, massBound: number): void {
  const sums = new Float64Array(columns)
  for (const batch of batches) {
    sums.fill(0)
    for (const row of batch) for (let j = 0; j < columns; j++) sums[j]! += Math.abs(x[row * columns + j]!)
    const column = sums.findIndex((s) => s > massBound)
    if (column >= 0) throw learningErrors.LEARNING_BATCH_MASS({ column: column + 1, mean: massBound / batch.length })
  }
}
