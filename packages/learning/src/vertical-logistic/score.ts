/** Scores of a model whose weights lie with several members: only the sum over all of them opens, to one. */
import type { Session } from '@secureflow/protocols'
import { sumTo } from '@secureflow/protocols/mpc'
import { sigmoid } from './segments.ts'

export interface OwnScores {
  /** Own columns of the rows to score, row-major. */
  features: Float64Array
  rows: number
  columns: number
  weights: ArrayLike<number>
  intercept?: number
}

/** What this party adds to each row's score: own columns times own weights, and the intercept where it is held. */
export function partialScores({ features, rows, columns, weights, intercept = 0 }: OwnScores): Float64Array {
  if (weights.length !== columns || features.length !== rows * columns)
    throw new RangeError(`${weights.length} weights, ${features.length} values for ${rows} rows of ${columns} columns`)
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let z = intercept
    for (let j = 0; j < columns; j++) z += features[i * columns + j]! * weights[j]!
    out[i] = z
  }
  return out
}

export interface JointScores {
  partial: Float64Array
  to: string
  /** Default `scores`. */
  disclosure?: string
  /** Default all parties but a dealer. */
  among?: readonly string[]
}

/** @returns the probability of each row at `to`, undefined elsewhere */
export async function scoreJointly(session: Session, scores: JointScores): Promise<Float64Array | undefined> {
  const { partial, to, disclosure = 'scores', among } = scores
  const sums = await sumTo(session, {
    values: partial,
    to,
    disclosure,
    ...(among === undefined ? {} : { among }),
  })
  return sums?.map(sigmoid)
}
