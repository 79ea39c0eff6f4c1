/**
 * The sigmoid in straight pieces (PLAN, Amin, Curtis and Hayes-Gill 1997): at most 0.019 from 1/(1+e^−z) everywhere, which
 * trains as well as the exact one; scores are computed with the exact one by whoever may see them.
 * Slopes are multiples of 1/32, so that a share of z gives a share of the sigmoid without a second truncation.
 */
export interface Segment {
  /** The piece holds from here up to the next one's. */
  from: number
  slope: number
  intercept: number
}

export const sigmoidSegments: readonly Segment[] = [
  { from: Number.NEGATIVE_INFINITY, slope: 0, intercept: 0 },
  { from: -5, slope: 0.03125, intercept: 0.15625 },
  { from: -2.375, slope: 0.125, intercept: 0.375 },
  { from: -1, slope: 0.25, intercept: 0.5 },
  { from: 1, slope: 0.125, intercept: 0.625 },
  { from: 2.375, slope: 0.03125, intercept: 0.84375 },
  { from: 5, slope: 0, intercept: 1 },
]

/** 1/32: what every slope is a multiple of. */
export const slopeBits = 5

export function segmentedSigmoid(z: number): number {
  let piece = sigmoidSegments[0]!
  for (const next of sigmoidSegments) if (z >= next.from) piece = next
  return piece.slope * z + piece.intercept
}

export function sigmoid(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))
}
