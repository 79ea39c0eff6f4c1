/** What training on shares costs: rounds and bytes exactly, from public sizes; seconds from those and the links. */
import {
  allOfRounds,
  allOfWords,
  chainInputs,
  chainLengths,
  dependentSections,
  exactDigits,
  wordsFor,
} from '@secureflow/protocols/mpc'
import { comparisonDigits, largestBatch } from './fixed.ts'
import { batchesPerEpoch, batchRows, type LogisticParams, logisticDefaults } from './params.ts'
import { correlationsOf } from './schedule.ts'
import { sigmoidSegments } from './segments.ts'

export interface TrainingSizes {
  rows: number
  /** Feature columns of each data party, in agreed order. */
  columnsPerParty: readonly number[]
  /** Which of them has the label, and with it the intercept. Default 0. */
  label?: number
  params: Pick<LogisticParams, 'epochs' | 'batch' | 'earlyStop'>
}

export interface TrainingCost {
  /** Messages between data parties that have to wait for each other; each takes half a round trip. */
  rounds: number
  iterations: number
  /** Bytes of bodies from data party i to j, by `i>j`. */
  between: Record<string, number>
  /** From the dealer to the first data party. */
  fromDealer: number
}

export interface Link {
  roundTripMs: number
  bytesPerSecond: number
}

const thresholds = sigmoidSegments.length - 1

/** Without early stop, or with one that never stops: at most this. */
export function trainingCost({ rows, columnsPerParty, label = 0, params }: TrainingSizes): TrainingCost {
  const columns = columnsPerParty.map((c, i) => c + (i === label ? 1 : 0))
  const all = columns.reduce((a, b) => a + b, 0)
  const { epochs } = params
  const size = batchRows({ ...logisticDefaults, ...params }, rows)
  const perEpoch = batchesPerEpoch({ ...logisticDefaults, ...params }, rows)
  const last = rows - (perEpoch - 1) * size
  const iterations = epochs * perEpoch
  const stops = params.earlyStop > 0 ? epochs : 0

  const chainWords = (digits: number, words: number): number =>
    chainLengths(digits).reduce((sum, length) => sum + chainInputs(length) * words, 0)
  const compareWords = (batch: number): number => {
    const words = thresholds * wordsFor(batch)
    return chainWords(comparisonDigits, words) + words
  }
  const stopWords = 2 * all + chainWords(exactDigits, wordsFor(2 * all)) + allOfWords(2 * all) + 1
  const between: Record<string, number> = {}
  for (const [i, own] of columns.entries())
    for (const [j, theirs] of columns.entries()) {
      if (i === j) continue
      // w − A, z + r, bits·z's mask, err − E, step·g + r; and the comparisons
      const batches = epochs * (3 * rows + (perEpoch - 1) * compareWords(size) + compareWords(last))
      const words = 3 + rows * own + iterations * (theirs + all) + batches + stops * stopWords + theirs
      between[`${i}>${j}`] = 8 * words
    }
  const iterationRounds = 5 + chainLengths(comparisonDigits).length
  const stopRounds = 2 + chainLengths(exactDigits).length + allOfRounds(2 * all)
  return {
    rounds: 3 + iterations * iterationRounds + stops * stopRounds,
    iterations,
    between,
    fromDealer: dealerBytes(rows, columns, { ...logisticDefaults, ...params }),
  }
}

/** One epoch of the schedule stands for all: shapes are equal in each. */
function dealerBytes(rows: number, columns: readonly number[], params: LogisticParams): number {
  const one = { ...params, epochs: 1, shuffle: false }
  const factor = { kind: 'factor', rows, columns } as const
  let words = 0
  for (const c of correlationsOf({ params: one, seed: new Uint8Array(0), rows, columns }, factor))
    words += 1 + dependentSections(c).reduce((sum, s) => sum + s.words, 0)
  return 8 * (1 + params.epochs * (words - 1))
}

/** Seconds of one party's computing, measured on one core of the bench machine: an iteration, and each of its rows. */
const secondsPerIteration = 0.35e-3
const secondsPerRow = 5e-6

/** How long training takes over these links; `link` between the data parties, `dealerLink` from the dealer. */
export function trainingSeconds(sizes: TrainingSizes, link: Link, dealerLink: Link = link): number {
  const cost = trainingCost(sizes)
  const computing = 0.5 + cost.iterations * secondsPerIteration + sizes.rows * sizes.params.epochs * secondsPerRow
  const talking =
    (cost.rounds * link.roundTripMs) / 2000 + Math.max(...Object.values(cost.between)) / link.bytesPerSecond
  return Math.max(computing + talking, cost.fromDealer / dealerLink.bytesPerSecond)
}

const candidates = [128, 256, 512, 1024, 2048, 4096]

export interface BatchChoice {
  rows: number
  columnsPerParty: readonly number[]
  epochs: number
  link: Link
  dealerLink?: Link
  /** Default 120 s. */
  secondsBudget?: number
}

/**
 * The smallest batch with which training stays within the budget: smaller batches learn more in an epoch, larger ones wait
 * less for the link. Where none does, the whole table at once, or as much of it as a gradient has bits for.
 */
export function chooseBatch(choice: BatchChoice): number | 'full' {
  const { rows, columnsPerParty, epochs, link, dealerLink = link, secondsBudget = 120 } = choice
  const fits = candidates
    .filter((batch) => batch < rows)
    .find((batch) => {
      const params = { epochs, batch, earlyStop: 0 }
      return trainingSeconds({ rows, columnsPerParty, params }, link, dealerLink) <= secondsBudget
    })
  if (fits !== undefined) return fits
  if (rows <= candidates[0]!) return rows
  return rows <= largestBatch ? 'full' : largestBatch
}
