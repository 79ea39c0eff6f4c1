/** How single columns go with a 0/1 label, and with each other. */
import { baseErrors } from '@secureflow/base'
import { leastRows } from './binned.ts'

export interface EvidenceBin {
  /** Values from here on; undefined in the lowest bin. */
  from: number | undefined
  /** Values below this; undefined in the highest. */
  to: number | undefined
  rows: number
  /** Share of all 1 and of all 0 that lie in it. */
  ones: number
  zeros: number
  /** ln((share of 1) / (share of 0)), each count half a row more so that none is 0: positive where it speaks for 1. */
  woe: number
}

/**
 * Bins of about as many rows, none with fewer than `leastRows` (unless there are fewer altogether); equal values stay together.
 * Edges are rounded to four digits. @throws INVALID_VALUE for unequal lengths, a label other than 0 and 1, a missing class
 */
export function weightsOfEvidence(values: ArrayLike<number>, labels: ArrayLike<number>, bins: number): EvidenceBin[] {
  const n = values.length
  const refuse = (expected: string, received: string | number) =>
    baseErrors.INVALID_VALUE({ label: 'labels and values', expected, received })
  if (labels.length !== n) throw refuse(`${n} labels`, labels.length)
  let positives = 0
  for (let i = 0; i < n; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) throw refuse('labels 0 and 1', 'another label')
    positives += labels[i]!
  }
  if (positives === 0 || positives === n) throw refuse('both labels', 'one of them only')
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const least = Math.max(leastRows, Math.ceil(n / bins))
  const groups: { first: number; rows: number; ones: number }[] = []
  let last: (typeof groups)[number] | undefined
  for (let k = 0; k < n; k++) {
    const value = values[order[k]!]!
    if (last === undefined || (last.rows >= least && n - k >= leastRows && value !== values[order[k - 1]!])) {
      last = { first: value, rows: 0, ones: 0 }
      groups.push(last)
    }
    last.rows++
    last.ones += labels[order[k]!]!
  }
  // Equal values at the end may have left too few behind them.
  const end = groups.at(-1)!
  if (end.rows < leastRows && groups.length > 1) {
    groups.pop()
    const before = groups.at(-1)!
    before.rows += end.rows
    before.ones += end.ones
  }
  const edge = (i: number) => (i <= 0 || i >= groups.length ? undefined : Number(groups[i]!.first.toPrecision(4)))
  const negatives = n - positives
  return groups.map(({ rows, ones }, i) => ({
    from: edge(i),
    to: edge(i + 1),
    rows,
    ones: ones / positives,
    zeros: (rows - ones) / negatives,
    woe: Math.log((ones + 0.5) / positives / ((rows - ones + 0.5) / negatives)),
  }))
}

/** Σ over bins of (share of 1 − share of 0) · weight of evidence; 0 says nothing, above 0.3 much. */
export const informationValue = (bins: readonly EvidenceBin[]): number =>
  bins.reduce((sum, { ones, zeros, woe }) => sum + (ones - zeros) * woe, 0)

/** Pearson's; 0 where a column is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length
  let [meanA, meanB] = [0, 0]
  for (let i = 0; i < n; i++) {
    meanA += a[i]! / n
    meanB += b[i]! / n
  }
  let [both, squareA, squareB] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB]
    both += x * y
    squareA += x * x
    squareB += y * y
  }
  const scale = Math.sqrt(squareA) * Math.sqrt(squareB)
  return scale === 0 ? 0 : Math.max(-1, Math.min(1, both / scale))
}
