/**
 * Quality of scores against a 0/1 label. Everything is read off one pass over the distinct scores, so that ties are exact.
 * Score: the higher, the more likely is label 1. Both labels must be present.
 */
import { type Cut, sweep, thinned } from './sweep.ts'

export interface BinaryMetrics {
  /** Probability that a random positive outranks a random negative, ties counting one half (Mann and Whitney). */
  auc: number
  /** Largest distance between the two cumulative distributions of scores (Kolmogorov and Smirnov). */
  ks: number
  /** The score at which that distance is reached: those at or above it count as positive. */
  ksThreshold: number
}

export interface ThresholdMetrics {
  accuracy: number
  /** 0 where nothing is predicted positive. */
  precision: number
  recall: number
  f1: number
}

export interface Curve {
  x: number[]
  y: number[]
}

/** @throws INVALID_VALUE for unequal lengths, a label other than 0 and 1, a missing class, a score that is no number */
export function binaryMetrics(labels: ArrayLike<number>, scores: ArrayLike<number>): BinaryMetrics {
  const { cuts, positives, negatives } = sweep(labels, scores)
  let area = 0
  let ks = 0
  let ksThreshold = cuts[0]!.score
  let before: Cut = { score: Number.POSITIVE_INFINITY, truePositives: 0, falsePositives: 0 }
  for (const cut of cuts) {
    area += ((cut.falsePositives - before.falsePositives) * (cut.truePositives + before.truePositives)) / 2
    const distance = Math.abs(cut.truePositives / positives - cut.falsePositives / negatives)
    if (distance > ks) {
      ks = distance
      ksThreshold = cut.score
    }
    before = cut
  }
  return { auc: area / (positives * negatives), ks, ksThreshold }
}

/** Mean negative log-likelihood of probabilities, which are kept 1e-15 away from 0 and 1. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const { positives, negatives } = sweep(labels, probabilities)
  let sum = 0
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probabilities[i]!))
    sum -= labels[i] === 1 ? Math.log(p) : Math.log1p(-p)
  }
  return sum / (positives + negatives)
}

/** Figures of the rule "positive where the score is at least `threshold`". */
export function atThreshold(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold: number): ThresholdMetrics {
  const { cuts, positives, negatives } = sweep(labels, scores)
  const cut = cuts.findLast((c) => c.score >= threshold)
  const truePositives = cut?.truePositives ?? 0
  const falsePositives = cut?.falsePositives ?? 0
  const predicted = truePositives + falsePositives
  const precision = predicted === 0 ? 0 : truePositives / predicted
  const recall = truePositives / positives
  return {
    accuracy: (truePositives + negatives - falsePositives) / (positives + negatives),
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  }
}

/** x: false positive rate, y: true positive rate, from (0, 0) to (1, 1) in at most `maxPoints` points. */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, maxPoints = 200): Curve {
  const { cuts, positives, negatives } = sweep(labels, scores)
  const kept = thinned(cuts, maxPoints - 1)
  return {
    x: [0, ...kept.map((c) => c.falsePositives / negatives)],
    y: [0, ...kept.map((c) => c.truePositives / positives)],
  }
}

/** x: share of all rows at or above a score, y: true minus false positive rate there; its highest point is KS (or its lowest, for a reversed score). */
export function ksCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, maxPoints = 200): Curve {
  const { cuts, positives, negatives } = sweep(labels, scores)
  const distance = (c: Cut) => c.truePositives / positives - c.falsePositives / negatives
  const peak = cuts.reduce((best, c) => (Math.abs(distance(c)) > Math.abs(distance(best)) ? c : best))
  const kept = thinned(cuts, maxPoints - 2)
  if (!kept.includes(peak)) kept.push(peak)
  kept.sort((a, b) => b.score - a.score)
  return {
    x: [0, ...kept.map((c) => (c.truePositives + c.falsePositives) / (positives + negatives))],
    y: [0, ...kept.map(distance)],
  }
}

/** x: share of rows taken from the highest score down, y: how many times the average share of positives they hold. */
export function liftCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, maxPoints = 100): Curve {
  const { cuts, positives, negatives } = sweep(labels, scores)
  const rows = positives + negatives
  const kept = thinned(cuts, maxPoints)
  const taken = (c: Cut) => c.truePositives + c.falsePositives
  return {
    x: kept.map((c) => taken(c) / rows),
    y: kept.map((c) => c.truePositives / taken(c) / (positives / rows)),
  }
}
