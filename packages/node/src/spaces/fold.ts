/**
 * How a space stands, from its charters and what members said. Both only ever grow, and nothing that came into force falls
 * back: nodes that have the same records see the same space, in whichever order they came.
 */
import { charterHash, type SpaceCharter } from '@secureflow/flow'
import type { SignedWord } from './word.ts'

export interface CharterStanding {
  hash: string
  charter: SpaceCharter
  state: 'open' | 'force' | 'refused' | 'withdrawn' | 'replaced'
  standing: { member: string; word: 'waiting' | 'accept' | 'refuse' | 'change'; text: string; at?: number }[]
}

export interface SpaceState {
  id: string
  founder: string
  /** Newest first. */
  charters: CharterStanding[]
  inForce: CharterStanding | undefined
  /** Those that may still come into force. */
  open: CharterStanding[]
  left: string[]
  closed: boolean
  words: SignedWord[]
}

export const idOf = (charter: SpaceCharter): string => charter.space ?? charterHash(charter)
export const takesPart = (charter: SpaceCharter, member: string): boolean =>
  charter.signers.includes(member) || charter.members.some((m) => m.id === member)

export function foldSpace(id: string, charters: readonly SpaceCharter[], words: readonly SignedWord[]): SpaceState {
  const byHash = new Map(charters.map((c) => [charterHash(c), c]))
  const sorted = [...words].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const said = (hash: string, member: string, word: string) =>
    sorted.findLast((w) => w.charter === hash && w.member === member && w.word === word)
  const all = [...byHash].map(([hash, charter]): CharterStanding => {
    const standing = charter.signers.map((member) => {
      // Who accepted and refused has accepted: what came into force stays; to get out a member leaves.
      for (const word of ['accept', 'refuse', 'change'] as const) {
        const found = said(hash, member, word)
        if (found !== undefined) return { member, word, text: found.text, at: found.at }
      }
      return { member, word: 'waiting' as const, text: '' }
    })
    const state = standing.every((s) => s.word === 'accept')
      ? 'force'
      : said(hash, charter.proposer, 'withdraw') !== undefined
        ? 'withdrawn'
        : standing.some((s) => s.word === 'refuse')
          ? 'refused'
          : 'open'
    return { hash, charter, state, standing }
  })
  all.sort((a, b) => b.charter.revision - a.charter.revision || (a.hash < b.hash ? -1 : 1))
  const inForce = all.find((c) => c.state === 'force')
  for (const each of all) {
    if (each === inForce) continue
    const isPassed = inForce !== undefined && !comesAfter(each.charter, inForce, byHash)
    const isReplaced = all.some((c) => c.charter.previous === each.hash)
    if (each.state === 'force' || isPassed || (each.state === 'open' && isReplaced)) each.state = 'replaced'
  }
  const founder = all.at(-1)?.charter.founder ?? ''
  const left = [...new Set(sorted.filter((w) => w.word === 'leave').map((w) => w.member))]
  const staying = inForce?.charter.members.filter((m) => !left.includes(m.id)).length ?? 2
  const closed = staying < 2 || sorted.some((w) => w.word === 'close' && w.member === founder)
  return {
    id,
    founder,
    charters: all,
    inForce,
    open: all.filter((c) => c.state === 'open'),
    left,
    closed,
    words: sorted,
  }
}

/** By however many charters that never came into force. */
function comesAfter(charter: SpaceCharter, inForce: CharterStanding, byHash: ReadonlyMap<string, SpaceCharter>) {
  let at = charter
  while (at.revision > inForce.charter.revision) {
    if (at.previous === inForce.hash) return true
    const before = at.previous === null ? undefined : byHash.get(at.previous)
    if (before === undefined || before.revision >= at.revision) return false
    at = before
  }
  return false
}
