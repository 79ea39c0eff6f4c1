/** What training on shares costs a plan: the exact counts of the algorithm, put on members and links. */
import type { Cost, LinkFacts } from '@secureflow/flow'
import { chooseBatch, trainingCost, trainingSeconds } from '@secureflow/learning/vertical-logistic/cost'

export interface TrainingFacts {
  rows: number
  /** Data parties in agreed order, the label party first, with the number of features of each. */
  parties: { member: string; columns: number }[]
  dealer: string
  epochs: number
  earlyStop: number
  link: (a: string, b: string) => LinkFacts
}

/** The batch that suits the links. */
export function batchFor({ rows, parties, dealer, epochs, link }: TrainingFacts): number | 'full' {
  const columnsPerParty = parties.map((p) => p.columns)
  return chooseBatch({ rows, columnsPerParty, epochs, ...links(parties, dealer, link) })
}

/** @throws {InputError} LEARNING_BATCH_TOO_LARGE */
export function costOf(facts: TrainingFacts, batch: number | 'full'): Cost {
  const { rows, parties, dealer, epochs, earlyStop } = facts
  const columnsPerParty = parties.map((p) => p.columns)
  const sizes = { rows, columnsPerParty, params: { epochs, batch, earlyStop } }
  const { link, dealerLink } = links(parties, dealer, facts.link)
  const { rounds, between, fromDealer } = trainingCost(sizes)
  const direction = (key: string): string =>
    key
      .split('>')
      .map((i) => parties[Number(i)]!.member)
      .join('>')
  const bytes = Object.entries(between).map(([key, count]) => [direction(key), count] as const)
  const width = columnsPerParty.reduce((a, b) => a + b, 1)
  return {
    seconds: trainingSeconds(sizes, link, dealerLink),
    bytes: { ...Object.fromEntries(bytes), [`${dealer}>${parties[0]!.member}`]: fromDealer },
    rounds,
    memoryBytes: 150e6 + rows * width * 64,
  }
}

/** Everybody waits for the slowest link between data parties. */
function links(parties: TrainingFacts['parties'], dealer: string, link: TrainingFacts['link']) {
  const pairs = parties.flatMap((a, i) => parties.slice(i + 1).map((b) => link(a.member, b.member)))
  return {
    link: {
      roundTripMs: Math.max(...pairs.map((l) => l.roundTripMs)),
      bytesPerSecond: Math.min(...pairs.map((l) => l.bytesPerSecond)),
    },
    dealerLink: link(dealer, parties[0]!.member),
  }
}
