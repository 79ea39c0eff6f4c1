import { charterHash, type SpaceCharter, type SpaceWord } from '@secureflow/flow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldSpace, idOf } from './fold.ts'
import type { SignedWord } from './word.ts'

const first: SpaceCharter = {
  ...{ v: 1, network: '0'.repeat(64), nonce: '1'.repeat(64), space: null, revision: 1, previous: null },
  ...{ founder: 'a', proposer: 'a', at: 1, title: 't', goal: 'custom', purpose: 'p', gives: [], flows: [] },
  members: ['a', 'b', 'c'].map((id) => ({ id, account: `0x${'0'.repeat(40)}` })),
  signers: ['a', 'b', 'c'],
  terms: { from: 0, until: 10, runs: 1, flows: 'alike', sees: [] },
}
const id = idOf(first)
const after = (before: SpaceCharter, nonce: string, more: Partial<SpaceCharter> = {}): SpaceCharter => ({
  ...before,
  ...{ space: id, revision: before.revision + 1, previous: charterHash(before), nonce: nonce.repeat(64) },
  ...more,
})
let at = 0
const says = (member: string, word: SpaceWord, charter: SpaceCharter, text = ''): SignedWord => ({
  ...{ space: id, charter: charterHash(charter), member, word, text, at: ++at, signature: '' },
  id: `${member} ${word} ${charterHash(charter)} ${at}`,
})
const all = (charter: SpaceCharter) => charter.signers.map((m) => says(m, 'accept', charter))
const forceOf = (charters: SpaceCharter[], words: SignedWord[]) =>
  foldSpace(id, charters, words).inForce?.charter.revision

describe('A space', () => {
  test('is in force when the last one has signed, not before', () => {
    const words = all(first)
    expect(forceOf([first], words.slice(0, 2))).toBeUndefined()
    expect(forceOf([first], words)).toBe(1)
  })

  test('that one member refused does not come into force; whoever signed it cannot refuse it afterwards', () => {
    const refusal = says('c', 'refuse', first, 'no')
    expect(foldSpace(id, [first], [...all(first).slice(0, 2), refusal]).charters[0]).toMatchObject({ state: 'refused' })
    expect(forceOf([first], [...all(first), refusal])).toBe(1)
  })

  test('keeps the charter in force until all have signed the next, and never falls back to it', () => {
    const next = after(first, '2')
    const some = [...all(first), ...all(next).slice(0, 2)]
    expect(forceOf([first, next], some)).toBe(1)
    const state = foldSpace(id, [first, next], [...some, says('c', 'accept', next)])
    expect(state.inForce?.charter.revision).toBe(2)
    expect(state.charters.map((c) => c.state)).toEqual(['force', 'replaced'])
    const words = [...all(first), ...all(next), says('a', 'withdraw', next), says('b', 'refuse', next)]
    expect(forceOf([first, next], words)).toBe(2)
  })

  test('an amended charter replaces the one that was asked to be changed', () => {
    const next = after(first, '3')
    const words = [says('a', 'accept', first), says('b', 'change', first, 'fewer runs'), says('a', 'accept', next)]
    const state = foldSpace(id, [first, next], words)
    expect(state.charters.map((c) => [c.charter.revision, c.state])).toEqual([
      [2, 'open'],
      [1, 'replaced'],
    ])
    expect(foldSpace(id, [first], words).charters[0]!.standing[1]).toMatchObject({ word: 'change', text: 'fewer runs' })
  })

  test('ends with the founder’s word, or when fewer than two are left; nobody else closes it', () => {
    const signed = all(first)
    expect(foldSpace(id, [first], [...signed, says('b', 'close', first)]).closed).toBe(false)
    expect(foldSpace(id, [first], [...signed, says('a', 'close', first)]).closed).toBe(true)
    expect(foldSpace(id, [first], [...signed, says('b', 'leave', first)]).closed).toBe(false)
    const left = foldSpace(id, [first], [...signed, says('b', 'leave', first), says('c', 'leave', first)])
    expect(left).toMatchObject({ closed: true, left: ['b', 'c'] })
  })

  test('is the same in whatever order its records came, and more records never undo a charter in force', () => {
    const second = after(first, '4')
    const rival = after(first, '5', { proposer: 'b' })
    const third = after(second, '6')
    const charters = [first, second, rival, third]
    const words = charters.flatMap((c) =>
      ['a', 'b', 'c'].flatMap((m) => (['accept', 'refuse', 'change'] as const).map((w) => says(m, w, c))),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(words), fc.shuffledSubarray(charters, { minLength: 4 }), (some, order) => {
        const seen = foldSpace(id, order, some)
        expect(seen.inForce?.hash).toBe(foldSpace(id, charters, [...some].reverse()).inForce?.hash)
        const more = foldSpace(id, charters, words)
        expect(more.inForce?.charter.revision ?? 0).toBeGreaterThanOrEqual(seen.inForce?.charter.revision ?? 0)
      }),
    )
  })
})
