import { describe, expect, test } from 'vitest'
import type { Plan } from './plan.ts'
import type { SpaceCharter } from './space.ts'
import { charterBreaches, type SpaceFacts, seenIn, spaceBreaches } from './space-rules.ts'

const text = JSON.stringify({
  flow: 'overlap',
  purpose: 'p',
  parties: { own: 'aa', partner: 'bb' },
  steps: { rows: { use: 'read-table', at: 'own', asset: 'loans' } },
})
const charter = {
  purpose: 'p',
  members: [
    { id: 'aa', account: '' },
    { id: 'bb', account: '' },
  ],
  gives: [{ member: 'aa', asset: '1', name: 'loans', rows: 9, columns: [{ name: 'id', type: 'text' }] }],
  flows: [{ name: 'overlap', text }],
  terms: { from: 100, until: 200, runs: 3, flows: 'as-drawn', sees: [{ member: 'bb', what: ['row-count'] }] },
} as unknown as SpaceCharter

const disclosure = (what: string, to: string, detail = {}) => ({
  id: what,
  what,
  to,
  from: ['aa'],
  atMost: 1,
  gated: true,
  detail,
})
const plan = (more: object = {}, task: object = {}): Plan =>
  ({
    flow: {
      flow: 'overlap',
      purpose: 'p',
      space: 'f'.repeat(64),
      parties: { own: 'aa', partner: 'bb' },
      steps: [{ name: 'rows', use: 'read-table', at: 'own', settings: { asset: 'loans' } }],
    },
    purpose: 'p',
    members: ['aa', 'bb'],
    assets: [{ id: '1', name: 'loans', owner: 'aa', schema: { columns: [{ name: 'id' }, { name: 'income' }] } }],
    tasks: [
      {
        component: 'read-table',
        uses: [{ member: 'aa', column: 'id', use: 'join' }],
        disclosures: [disclosure('row-count', 'bb')],
        ...task,
      },
    ],
    ...more,
  }) as unknown as Plan

const facts: SpaceFacts = { now: 150, left: [], runsBefore: 0, epsilonBefore: 0 }
const rules = (p: Plan, f: Partial<SpaceFacts> = {}, c = charter) =>
  spaceBreaches(c, p, { ...facts, ...f }).map((b) => b.rule)

describe('A run in a space', () => {
  test('that keeps to the charter has nothing against it', () => {
    expect(charterBreaches(charter, plan())).toEqual([])
    expect(rules(plan())).toEqual([])
  })

  test.each<[string, Plan, Partial<SpaceFacts>, string[]]>([
    ['with a stranger', plan({ members: ['aa', 'bb', 'cc'] }), {}, ['member']],
    ['with a member that has left', plan(), { left: ['bb'] }, ['member']],
    ['for something else', plan({ purpose: 'q' }), {}, ['purpose']],
    ['before it begins', plan(), { now: 99 }, ['period']],
    ['at its end', plan(), { now: 200 }, ['period']],
    ['beyond the number of runs', plan(), { runsBefore: 3 }, ['runs']],
    ['by another flow', plan({ flow: { ...plan().flow, flow: 'other' } }), {}, ['flow']],
    ['on data that nobody gives', plan({ assets: [{ ...plan().assets[0]!, id: '2' }] }), {}, ['data', 'data']],
    [
      'on a column that is not given',
      plan({}, { uses: [{ member: 'aa', column: 'income', use: 'train' }] }),
      {},
      ['data'],
    ],
    ['that tells more', plan({}, { disclosures: [disclosure('score', 'bb')] }), {}, ['sees']],
    [
      'that tells somebody else',
      plan({}, { disclosures: [{ ...disclosure('row-count', 'aa'), from: ['bb'] }] }),
      {},
      ['sees'],
    ],
    [
      'that spends privacy',
      plan({}, { disclosures: [disclosure('row-count', 'bb', { epsilon: 0.5 })] }),
      {},
      ['epsilon'],
    ],
  ])('%s is refused', (_, p, f, expected) => {
    expect(rules(p, f)).toEqual(expected)
  })

  test('may be another flow of the same components where the charter says so', () => {
    const alike = { ...charter, terms: { ...charter.terms, flows: 'alike' as const } }
    const other = plan({ flow: { ...plan().flow, flow: 'other' } })
    expect(rules(other, {}, alike)).toEqual([])
    expect(rules(plan({ flow: other.flow }, { component: 'psi' }), {}, alike)).toEqual(['flow'])
  })

  test('spends of one privacy budget with all runs before', () => {
    const budget = { ...charter, terms: { ...charter.terms, epsilon: 1 } }
    const noisy = plan({}, { disclosures: [disclosure('row-count', 'bb', { epsilon: 0.5 })] })
    expect(rules(noisy, { epsilonBefore: 0.5 }, budget)).toEqual([])
    expect(rules(noisy, { epsilonBefore: 0.6 }, budget)).toEqual(['epsilon'])
    const unknown = plan({}, { disclosures: [disclosure('row-count', 'bb', { epsilon: 'much' })] })
    expect(rules(unknown, {}, budget)).toEqual(['epsilon'])
  })

  test('what plans tell is what the terms begin with', () => {
    expect(seenIn([plan(), plan()])).toEqual([{ member: 'bb', what: ['row-count'] }])
  })
})
