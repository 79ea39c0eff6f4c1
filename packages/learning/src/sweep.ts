/** The one pass over the distinct scores, from the highest down, that every figure of quality is read off. */
import { baseErrors } from '@secureflow/base'

/** One step of the sweep from the highest score down: all rows of one score enter together. */
export interface Cut {
  score: number
  /** Rows at or above the score. */
  truePositives: number
  falsePositives: number
}

/** @throws INVALID_VALUE for unequal lengths, a label other than 0 and 1, a missing class, a score that is no number */
export function sweep(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): { cuts: Cut[]; positives: number; negatives: number } {
  const refuse = (expected: string, received: string | number) =>
    baseErrors.INVALID_VALUE({ label: 'labels and scores', expected, received })
  if (labels.length !== scores.length) throw refuse(`${labels.length} scores`, scores.length)
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  const cuts: Cut[] = []
  let truePositives = 0
  let falsePositives = 0
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!
    const score = scores[i]!
    if (Number.isNaN(score)) throw refuse('scores that are numbers', 'NaN')
    if (labels[i] === 1) truePositives++
    else if (labels[i] === 0) falsePositives++
    else throw refuse('labels 0 and 1', 'another label')
    if (k + 1 === order.length || scores[order[k + 1]!] !== score) cuts.push({ score, truePositives, falsePositives })
  }
  if (truePositives === 0 || falsePositives === 0) throw refuse('both labels', 'one of them only')
  return { cuts, positives: truePositives, negatives: falsePositives }
}

/** At most `count` cuts, about evenly spread over the rows, the last always among them. */
export function thinned(cuts: readonly Cut[], count: number): Cut[] {
  if (cuts.length <= count) return [...cuts]
  const rowsOf = (c: Cut) => c.truePositives + c.falsePositives
  const rows = rowsOf(cuts.at(-1)!)
  const kept: Cut[] = []
  for (const cut of cuts.slice(0, -1))
    if (kept.length < count - 1 && rowsOf(cut) >= ((kept.length + 1) * rows) / count) kept.push(cut)
  return [...kept, cuts.at(-1)!]
}
