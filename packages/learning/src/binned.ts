/**
 * Quality of scores by groups of rows. A report is looked at by people who may not see the rows, so no group tells of fewer
 * than `leastRows` of them; a group that would is told together with its neighbour.
 */
import type { Curve } from './metrics.ts'
import { type Cut, sweep } from './sweep.ts'

export const leastRows = 10

/** Rows of neighbouring scores. */
interface Group {
  low: number
  high: number
  rows: number
  positives: number
  /** Sum of their scores. */
  sum: number
}

/** x: recall, y: precision, from the highest threshold down. */
export function prCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, maxPoints = 200): Curve {
  const { cuts, positives, negatives } = sweep(labels, scores)
  const kept = apart(cuts, Math.max(leastRows, (positives + negatives) / maxPoints))
  return {
    x: kept.map((c) => c.truePositives / positives),
    y: kept.map((c) => c.truePositives / (c.truePositives + c.falsePositives)),
  }
}

export interface ConfusionRow {
  /** Scores from here on count as 1. */
  threshold: number
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
}

/** How predictions and labels fall together, threshold by threshold, from the highest down. */
export function confusions(labels: ArrayLike<number>, scores: ArrayLike<number>, maxRows = 100): ConfusionRow[] {
  const { cuts, positives, negatives } = sweep(labels, scores)
  return apart(cuts, Math.max(leastRows, (positives + negatives) / maxRows)).map((c) => ({
    threshold: c.score,
    truePositives: c.truePositives,
    falsePositives: c.falsePositives,
    falseNegatives: positives - c.truePositives,
    trueNegatives: negatives - c.falsePositives,
  }))
}

export interface CalibrationRow {
  rows: number
  /** Mean score of the group. */
  predicted: number
  /** Share of label 1 in it. */
  observed: number
}

/** What was predicted against what came, in `groups` groups of about as many rows, from the lowest score up. */
export function calibration(labels: ArrayLike<number>, scores: ArrayLike<number>, groups = 10): CalibrationRow[] {
  const { cuts, positives, negatives } = sweep(labels, scores)
  const least = Math.max(leastRows, Math.floor((positives + negatives) / groups))
  return gathered(cuts, (group) => group.rows >= least)
    .reverse()
    .map(({ rows, positives, sum }) => ({ rows, predicted: sum / rows, observed: positives / rows }))
}

export interface DistributionRow {
  /** Scores from here up to `to`. */
  from: number
  to: number
  negatives: number
  positives: number
}

/** How many rows of each label have which score: bins of equal width over 0 to 1, joined where they hold too few. */
export function distribution(labels: ArrayLike<number>, scores: ArrayLike<number>, bins = 20): DistributionRow[] {
  const { cuts } = sweep(labels, scores)
  const low = Math.min(0, cuts.at(-1)!.score)
  const width = (Math.max(1, cuts[0]!.score) - low) / bins
  const binOf = (score: number) => Math.min(bins - 1, Math.floor((score - low) / width))
  const groups = gathered(cuts, (group, next) => group.rows >= leastRows && binOf(next.score) !== binOf(group.low))
  return groups
    .map(({ low: lowest, high, rows, positives }) => ({
      from: low + binOf(lowest) * width,
      to: low + (binOf(high) + 1) * width,
      negatives: rows - positives,
      positives,
    }))
    .reverse()
}

/** Cuts that are `least` rows apart; the last, which has all rows, among them. */
function apart(cuts: readonly Cut[], least: number): Cut[] {
  const rowsOf = (c: Cut) => c.truePositives + c.falsePositives
  const last = cuts.at(-1)!
  const kept: Cut[] = []
  for (const cut of cuts)
    if (rowsOf(cut) - (kept.length === 0 ? 0 : rowsOf(kept.at(-1)!)) >= least && rowsOf(last) - rowsOf(cut) >= least)
      kept.push(cut)
  return [...kept, last]
}

/** Neighbouring cuts taken together until `full`; what is left at the end joins the group before where it is too small. */
function gathered(cuts: readonly Cut[], full: (group: Group, next: Cut) => boolean): Group[] {
  const groups: Group[] = []
  let before = { truePositives: 0, falsePositives: 0 }
  for (const cut of cuts) {
    const positives = cut.truePositives - before.truePositives
    const rows = positives + cut.falsePositives - before.falsePositives
    const own = { low: cut.score, high: cut.score, rows, positives, sum: rows * cut.score }
    const last = groups.at(-1)
    if (last === undefined || full(last, cut)) groups.push(own)
    else Object.assign(last, joined(last, own))
    before = cut
  }
  const [end, previous] = [groups.at(-1)!, groups.at(-2)]
  if (end.rows < leastRows && previous !== undefined) {
    groups.pop()
    Object.assign(previous, joined(previous, end))
  }
  return groups
}

const joined = (higher: Group, lower: Group): Group => ({
  low: lower.low,
  high: higher.high,
  rows: higher.rows + lower.rows,
  positives: higher.positives + lower.positives,
  sum: higher.sum + lower.sum,
})
