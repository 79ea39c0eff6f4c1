/** Logic on XOR-shared bit planes (32-bit halves, see `planes.ts`): each round evaluates chains of up to six inputs deep. */
import type { Correlation } from './correlations.ts'
import type { Party } from './party.ts'
import { chainInputs, evaluateChain, halves } from './planes.ts'

/**
 * l₁ ⊕ q₁·(l₂ ⊕ q₂·(… ⊕ q₍L₋₁₎·l_L)) lane by lane.
 * @param l  L planes @param q  L − 1 planes, all of one even number of halves
 * @returns shares of the result, outside of ring memory. One round, 2L − 1 bits a lane to every other party.
 */
export async function chainRound(party: Party, l: Uint32Array[], q: Uint32Array[]): Promise<Uint32Array> {
  const { ring } = party
  const width = l[0]!.length
  const length = l.length
  const mark = ring.mark()
  const { masks, dependent } = await party.take({ kind: 'chain', length, words: width / 2 })
  const opened = ring.zeros(masks.length)
  const e = halves(opened)
  for (const [i, plane] of [...l, ...q].entries()) e.set(plane, i * width)
  ring.xor(opened, opened, masks)
  await party.open(opened, opened.length)
  const out = new Uint32Array(width)
  evaluateChain(out, e, halves(masks), halves(dependent), length, width, party.leader)
  ring.release(mark)
  return out
}

const fanIn = 6

/** How the lanes of an AND over `lanes` shared bits fold: lanes left after each round. */
function folds(lanes: number): { planes: number; lanes: number }[] {
  const steps: { planes: number; lanes: number }[] = []
  for (let left = lanes; left > 1; ) {
    const next = Math.ceil(left / fanIn)
    steps.push({ planes: Math.ceil(left / next), lanes: next })
    left = next
  }
  return steps
}

export function* allOfNeeds(lanes: number): Generator<Correlation> {
  for (const { planes, lanes: left } of folds(lanes))
    yield { kind: 'chain', length: planes, words: Math.ceil(left / 64) }
}

export const allOfRounds = (lanes: number): number => folds(lanes).length

/** A share (bit 0) of the AND of the first `lanes` shared bits. Inputs that are not products are opened masked: see `chainInputs`. */
export async function allOf(party: Party, bits: Uint32Array, lanes: number): Promise<number> {
  let current = bits
  let present = lanes
  for (const { planes, lanes: left } of folds(lanes)) {
    const width = 2 * Math.ceil(left / 64)
    const inputs = Array.from({ length: planes }, (_, p) => {
      const plane = new Uint32Array(width)
      for (let i = 0; i < left; i++) {
        const from = p * left + i
        const bit = from < present ? (current[from >> 5]! >>> (from & 31)) & 1 : party.leader ? 1 : 0
        plane[i >> 5]! |= bit << (i & 31)
      }
      return plane
    })
    const zero = Array.from({ length: planes - 1 }, () => new Uint32Array(width))
    current = await chainRound(party, [...zero, inputs[planes - 1]!], inputs.slice(0, planes - 1))
    present = left
  }
  return current[0]! & 1
}

/** Words that an AND over `lanes` bits sends to every other party. */
export const allOfWords = (lanes: number): number =>
  folds(lanes).reduce((sum, { planes, lanes: left }) => sum + chainInputs(planes) * Math.ceil(left / 64), 0)
