/** The policy table: each row is one term, the values that it lets through and those that it does not. */
import { describe, expect, test } from 'vitest'
import { type ColumnUse, columnUses } from './component.ts'
import { type DisclosureKind, disclosureKinds } from './disclosure.ts'
import { evaluateRelease, evaluateTerms, type TermsRequest } from './evaluate.ts'
import type { Json } from './flow.ts'
import { inRange, type Range } from './range.ts'
import { type Terms, termsSchema } from './terms.ts'

const now = Date.UTC(2026, 5, 1, 12) // a Monday
const terms: Terms = {
  members: 'any',
  purposes: 'any',
  components: 'any',
  disclosures: Object.fromEntries(disclosureKinds.map((k) => [k, 'any'])),
  minimumRows: 0,
  expires: '2027-01-01',
}
const request: TermsRequest = {
  asset: 'b1',
  assetName: 'payments',
  owner: 'bank-b',
  initiator: 'bank-a',
  members: ['bank-a', 'bank-b'],
  purpose: 'credit-risk',
  components: [],
  disclosures: [],
  columns: [],
  rows: 1000,
  now,
  usesBefore: 0,
}
const codes = (t: Partial<Terms>, r: Partial<TermsRequest>): string[] => {
  const verdict = evaluateTerms({ ...terms, ...t }, { ...request, ...r })
  if (verdict.allow) return []
  for (const { what, fix } of verdict.reasons)
    for (const text of [what.en, what.zh, fix.en, fix.zh]) expect(text).not.toMatch(/\{\w+\}|undefined|NaN/)
  return [...(verdict.ask === undefined ? [] : ['ask']), ...new Set(verdict.reasons.map((r) => r.code))]
}

const ref = (party: string, column?: string): Json => (column === undefined ? { party } : { party, column })
const ranges: [Range, inside: Json[], outside: (Json | undefined)[]][] = [
  [{ max: 20 }, [20, 0, -1, 19.9, Number.NEGATIVE_INFINITY], [20.1, 21, '5', '', true, false, null, Number.NaN]],
  [{ min: 1 }, [1, 1.5, 1e9], [0, 0.999, -1, '1', '2', true, null, undefined]],
  [{ min: 0 }, [0, -0, 1e-9], [-1e-9, '', false, null, undefined, '0', [-1], {}]],
  [{ max: 0 }, [0, -1], [1, 1e-9, false, '', null, undefined]],
  [{ min: 2, max: 4 }, [2, 3, 4, [2, 4], []], [1, 5, [2, 5], [[1]], '3']],
  [{ min: 4, max: 2 }, [], [2, 3, 4]],
  [{ oneOf: [0] }, [0, -0, [0, 0]], ['0', '', false, null, 1, undefined, [0, 1], [0, false]]],
  [{ oneOf: [false] }, [false], [0, '', null, true, 'false', undefined]],
  [{ oneOf: [true] }, [true], [1, 'true', false, undefined]],
  [{ oneOf: [''] }, [''], [0, false, null, ' ', undefined, [0]]],
  [{ oneOf: [null] }, [null], [0, false, '', 'null', undefined]],
  [{ oneOf: ['auto', 128] }, ['auto', 128], ['128', 'Auto', 129, true]],
  [{ oneOf: ['1'] }, ['1'], [1, true]],
  [{ oneOf: [1, 5], max: 3 }, [1], [5, 3]],
  [{ oneOf: ['auto'], max: 3 }, [], ['auto', 1]],
  [{}, [0, '', false, null, 'x', []], [undefined, {}, { a: 1 }, Number.NaN]],
  [{ oneOf: ['bank-a'] }, [ref('bank-a')], [ref('bank-b'), ref('bank-a', 'x'), 'bank-a.x']],
  [{ oneOf: ['bank-a.x'] }, [ref('bank-a', 'x')], [ref('bank-a'), ref('bank-a', 'y'), { party: 'bank-a', column: 1 }]],
]
const rangeCases = ranges.flatMap(([range, inside, outside]) => [
  ...inside.map((value) => [JSON.stringify(range), value, true, range] as const),
  ...outside.map((value) => [JSON.stringify(range), value, false, range] as const),
])

describe('ranges of parameters', () => {
  test.each(rangeCases)('%s of %j: %s', (_, value, inside, range) => {
    const components = { fit: { p: range } }
    const step = { step: 'model', component: 'fit', params: value === undefined ? {} : { p: value } }
    expect(inRange(range, value)).toBe(inside)
    expect(codes({ components }, { components: [step] })).toEqual(inside ? [] : ['TERMS_PARAMETER'])
    const release = { what: 'score' as const, to: 'x', count: 1, atMost: 1, rows: 1, now, task: step }
    expect(evaluateRelease({ ...terms, components }, release).allow).toBe(inside)
  })
})

type Row = [name: string, terms: Partial<Terms>, request: Partial<TermsRequest>, codes?: string[]]
const step = (component: string, params?: Record<string, Json>) => ({
  components: [{ step: 's', component, ...(params === undefined ? {} : { params }) }],
})
const at = (text: string) => ({ now: Date.parse(text) })
const noisy = (...epsilons: number[]) => ({
  disclosures: epsilons.map((epsilon) => ({ step: 's', what: 'metric' as const, to: 'bank-a', elements: 1, epsilon })),
})
const day = 86_400_000
const budget = (atMost: number, days = 30) => ({ epsilon: { atMost, days } })
const opened = (...elements: (number | undefined)[]) => ({
  disclosures: elements.map((e) => ({
    step: 's',
    what: 'score' as const,
    to: 'bank-a',
    ...(e === undefined ? {} : { elements: e }),
  })),
})
const rule = (use: ColumnUse[], more = {}) => ({ columns: { x: { use, ...more } } })
const uses = (use: ColumnUse, groupRows?: number) => ({
  columns: [{ step: 's', column: 'x', use, ...(groupRows === undefined ? {} : { groupRows }) }],
})
const of = ['notary', 'auditor', 'bank-a']
const ask = (code: string) => ['ask', code]

const table: Row[] = [
  // components by name
  ['a component by name', { components: { fit: {} } }, step('fit')],
  ['a component not named', { components: { fit: {} } }, step('read'), ['TERMS_COMPONENT']],
  ['the star names the others', { components: { fit: {}, '*': {} } }, step('read')],
  [
    'the star bounds the others',
    { components: { '*': { p: { max: 1 } } } },
    step('read', { p: 2 }),
    ['TERMS_PARAMETER'],
  ],
  ['a named one does not fall back', { components: { fit: {}, '*': { p: { max: 1 } } } }, step('fit', { p: 2 })],
  ['no component at all', { components: {} }, step('fit'), ['TERMS_COMPONENT']],
  ['a name of Object.prototype', { components: {} }, step('constructor'), ['TERMS_COMPONENT']],
  ['a parameter of Object.prototype', { components: { fit: { toString: {} } } }, step('fit', {}), ['TERMS_PARAMETER']],
  ['a parameter that is not bounded', { components: { fit: { p: { max: 1 } } } }, step('fit', { p: 1, q: 99 })],
  ['no parameters known', { components: { fit: { p: { max: 1 } } } }, step('fit'), ['TERMS_PARAMETER']],
  // roles
  ['a role held', { roles: ['member'] }, { roles: { 'bank-a': ['member'] } }],
  ['another role held', { roles: ['member'] }, { roles: { 'bank-a': ['operator'] } }, ['TERMS_ROLE']],
  ['one of two roles', { roles: ['member', 'auditor'] }, { roles: { 'bank-a': ['operator', 'auditor'] } }],
  ['roles not known', { roles: ['member'] }, {}, ['TERMS_ROLE']],
  ['no roles held', { roles: ['member'] }, { roles: { 'bank-a': [] } }, ['TERMS_ROLE']],
  ['roles of another', { roles: ['member'] }, { roles: { 'bank-c': ['member'] } }, ['TERMS_ROLE']],
  ['any role, but one', { roles: 'any' }, { roles: { 'bank-a': ['x'] } }],
  ['any role, none held', { roles: 'any' }, {}, ['TERMS_ROLE']],
  ['no role will do', { roles: [] }, { roles: { 'bank-a': ['member'] } }, ['TERMS_ROLE']],
  ['the owner needs no role', { roles: ['member'] }, { initiator: 'bank-b', members: ['bank-b'] }],
  [
    'a role does not make a member',
    { members: [], roles: ['member'] },
    { roles: { 'bank-a': ['member'] } },
    ['TERMS_MEMBER'],
  ],
  [
    'a member called like a prototype',
    { roles: ['x'] },
    { members: ['constructor'], initiator: 'bank-b', roles: {} },
    ['TERMS_ROLE'],
  ],
  // window
  ['before it begins', { from: '2026-06-02' }, {}, ['TERMS_EARLY']],
  ['a millisecond before', { from: '2026-06-02' }, { now: Date.UTC(2026, 5, 2) - 1 }, ['TERMS_EARLY']],
  ['when it begins', { from: '2026-06-02' }, at('2026-06-02T00:00:00Z')],
  ['begins at an hour', { from: '2026-06-01T13:00:00Z' }, {}, ['TERMS_EARLY']],
  ['a beginning that is no date', { from: 'soon' }, {}, ['TERMS_EARLY']],
  ['begins after its end', { from: '2028-01-01' }, at('2028-01-02'), ['TERMS_EXPIRED']],
  ['an hour within', { hours: [8, 18] }, at('2026-06-01T08:00:00Z')],
  ['the last minute within', { hours: [8, 18] }, at('2026-06-01T17:59:59Z')],
  ['the hour of the end', { hours: [8, 18] }, at('2026-06-01T18:00:00Z'), ['TERMS_HOUR']],
  ['the minute before', { hours: [8, 18] }, at('2026-06-01T07:59:59Z'), ['TERMS_HOUR']],
  ['through midnight: evening', { hours: [22, 6] }, at('2026-06-01T23:00:00Z')],
  ['through midnight: morning', { hours: [22, 6] }, at('2026-06-01T05:59:00Z')],
  ['through midnight: day', { hours: [22, 6] }, {}, ['TERMS_HOUR']],
  ['midnight is an hour', { hours: [0, 1] }, at('2026-06-01T00:30:00Z')],
  ['from hour 0 is a bound', { hours: [0, 12] }, {}, ['TERMS_HOUR']],
  ['all hours', { hours: [0, 24] }, {}],
  ['an hour that is none', { hours: [0, 24] }, { now: Number.NaN }, ['TERMS_EXPIRED', 'TERMS_HOUR']],
  ['a day named', { days: ['mon'] }, {}],
  ['a day not named', { days: ['tue', 'sun'] }, {}, ['TERMS_DAY']],
  ['no day', { days: [] }, {}, ['TERMS_DAY']],
  ['sunday is day 0', { days: ['sun'] }, at('2026-06-07')],
  ['a day that is none', { days: ['mon'] }, { now: Number.NaN }, ['TERMS_EXPIRED', 'TERMS_DAY']],
  // price
  ['no price', {}, {}],
  ['a price, nothing offered', { price: 5 }, {}, ['TERMS_PRICE']],
  ['a price, zero offered', { price: 5 }, { offer: 0 }, ['TERMS_PRICE']],
  ['just the price', { price: 5 }, { offer: 5 }],
  ['more than the price', { price: 5 }, { offer: 6 }],
  ['a little less', { price: 5 }, { offer: 4.99 }, ['TERMS_PRICE']],
  ['free', { price: 0 }, {}],
  ['free, and nothing is below', { price: 0 }, { offer: -1 }, ['TERMS_PRICE']],
  ['an offer that is no number', { price: 0 }, { offer: Number.NaN }, ['TERMS_PRICE']],
  // epsilon
  ['noise without a budget', {}, noisy(0.1), ['TERMS_EPSILON']],
  ['noise of zero needs none', {}, noisy(0)],
  ['any budget', { epsilon: 'any' }, noisy(100)],
  ['any budget, no figure', { epsilon: 'any' }, noisy(Number.NaN), ['TERMS_EPSILON']],
  ['a negative epsilon buys nothing', { ...budget(1) }, { ...noisy(2, -2), spent: [] }, ['TERMS_EPSILON']],
  ['an infinite epsilon', budget(1), { ...noisy(Number.POSITIVE_INFINITY), spent: [] }, ['TERMS_EPSILON']],
  ['within the budget', budget(1), { ...noisy(0.5), spent: [] }],
  ['just the budget', budget(1), { ...noisy(0.5, 0.5), spent: [] }],
  ['over the budget', budget(1), { ...noisy(0.5, 0.6), spent: [] }, ['TERMS_EPSILON']],
  ['a budget of nothing', budget(0), { ...noisy(0.1), spent: [] }, ['TERMS_EPSILON']],
  ['a budget of nothing for nothing', budget(0), { spent: [] }],
  ['a history that is not known', budget(1), noisy(0.5), ['TERMS_EPSILON']],
  ['nothing asked, nothing known', budget(1), {}],
  ['with what was spent', budget(1), { ...noisy(0.5), spent: [{ at: now - day, epsilon: 0.4 }] }],
  [
    'over with what was spent',
    budget(1),
    { ...noisy(0.5), spent: [{ at: now - day, epsilon: 0.6 }] },
    ['TERMS_EPSILON'],
  ],
  ['spent long ago', budget(1), { ...noisy(0.5), spent: [{ at: now - 31 * day, epsilon: 1 }] }],
  ['spent just a period ago', budget(1), { ...noisy(0.5), spent: [{ at: now - 30 * day, epsilon: 1 }] }],
  [
    'spent just within it',
    budget(1),
    { ...noisy(0.5), spent: [{ at: now - 30 * day + 1, epsilon: 1 }] },
    ['TERMS_EPSILON'],
  ],
  ['spent at no known time', budget(1), { ...noisy(0.5), spent: [{ at: Number.NaN, epsilon: 1 }] }, ['TERMS_EPSILON']],
  ['spent, but how much', budget(1), { ...noisy(0.5), spent: [{ at: now, epsilon: Number.NaN }] }, ['TERMS_EPSILON']],
  ['ten tenths are one', budget(1), { ...noisy(...Array(10).fill(0.1)), spent: [] }],
  // approval
  ['approval always', { approval: 'always' }, {}, ask('TERMS_APPROVAL')],
  ['approved', { approval: 'always' }, { approved: true }],
  ['expressly not approved', { approval: 'always' }, { approved: false }, ask('TERMS_APPROVAL')],
  ['only true approves', { approval: 'always' }, { approved: 'false' as never }, ask('TERMS_APPROVAL')],
  ['approval does not heal a denial', { approval: 'always', purposes: [] }, { approved: true }, ['TERMS_PURPOSE']],
  ['a denial is not asked about', { approval: 'always', purposes: [] }, {}, ['TERMS_PURPOSE']],
  ['below the rows', { approval: { above: { rows: 1000 } } }, {}],
  ['above the rows', { approval: { above: { rows: 999 } } }, {}, ask('TERMS_APPROVAL')],
  ['above the rows, approved', { approval: { above: { rows: 999 } } }, { approved: true }],
  ['above no rows', { approval: { above: { rows: 0 } } }, {}, ask('TERMS_APPROVAL')],
  ['above no uses: the first is free', { approval: { above: { usesBefore: 0 } } }, {}],
  [
    'above no uses: the second asks',
    { approval: { above: { usesBefore: 0 } } },
    { usesBefore: 1 },
    ask('TERMS_APPROVAL'),
  ],
  ['above an epsilon', { epsilon: 'any', approval: { above: { epsilon: 0.5 } } }, noisy(0.6), ask('TERMS_APPROVAL')],
  ['at an epsilon', { epsilon: 'any', approval: { above: { epsilon: 0.5 } } }, noisy(0.5)],
  ['above any epsilon', { epsilon: 'any', approval: { above: { epsilon: 0 } } }, noisy(0.01), ask('TERMS_APPROVAL')],
  ['as many elements', { approval: { above: { elements: 10 } } }, opened(4, 6)],
  ['more elements', { approval: { above: { elements: 10 } } }, opened(4, 7), ask('TERMS_APPROVAL')],
  ['elements not known', { approval: { above: { elements: 10 } } }, opened(undefined), ask('TERMS_APPROVAL')],
  [
    'uses that are no number',
    { approval: { above: { usesBefore: 5 } } },
    { usesBefore: Number.NaN },
    ask('TERMS_APPROVAL'),
  ],
  ['above nothing', { approval: { above: {} } }, {}],
  // endorsements
  ['nobody vouches', { endorsements: { atLeast: 1, of } }, {}, ask('TERMS_ENDORSEMENTS')],
  ['one of one', { endorsements: { atLeast: 1, of } }, { endorsedBy: ['notary'] }],
  ['one of two', { endorsements: { atLeast: 2, of } }, { endorsedBy: ['notary'] }, ask('TERMS_ENDORSEMENTS')],
  ['two of two', { endorsements: { atLeast: 2, of } }, { endorsedBy: ['notary', 'auditor'] }],
  ['one twice', { endorsements: { atLeast: 2, of } }, { endorsedBy: ['notary', 'notary'] }, ask('TERMS_ENDORSEMENTS')],
  ['a stranger', { endorsements: { atLeast: 1, of } }, { endorsedBy: ['bank-c'] }, ask('TERMS_ENDORSEMENTS')],
  ['itself', { endorsements: { atLeast: 1, of } }, { endorsedBy: ['bank-a'] }, ask('TERMS_ENDORSEMENTS')],
  ['none needed', { endorsements: { atLeast: 0, of } }, {}],
  ['more than there are', { endorsements: { atLeast: 9, of } }, { endorsedBy: of }, ask('TERMS_ENDORSEMENTS')],
  [
    'approved, not endorsed',
    { approval: 'always', endorsements: { atLeast: 1, of } },
    { approved: true },
    ask('TERMS_ENDORSEMENTS'),
  ],
  [
    'both are waited for',
    { approval: 'always', endorsements: { atLeast: 1, of } },
    {},
    ['ask', 'TERMS_APPROVAL', 'TERMS_ENDORSEMENTS'],
  ],
  // aggregates
  ['an aggregate of enough', rule(['aggregate'], { aggregateRows: 20 }), uses('aggregate', 20)],
  ['an aggregate of too few', rule(['aggregate'], { aggregateRows: 20 }), uses('aggregate', 19), ['TERMS_AGGREGATE']],
  ['an aggregate of none', rule(['aggregate'], { aggregateRows: 1 }), uses('aggregate', 0), ['TERMS_AGGREGATE']],
  ['an aggregate of who knows', rule(['aggregate'], { aggregateRows: 1 }), uses('aggregate'), ['TERMS_AGGREGATE']],
  ['an aggregate without a k', rule(['aggregate']), uses('aggregate', 1e6), ['TERMS_AGGREGATE']],
  ['k is for aggregates', rule(['train', 'aggregate'], { aggregateRows: 20 }), uses('train')],
]

// Every use of a column against every single use that terms may allow.
const useTable: Row[] = columnUses.flatMap((allowed) =>
  columnUses.map((asked): Row => {
    const denied = asked === allowed ? [] : ['TERMS_COLUMN']
    return [`a column for ${allowed}: ${asked}`, rule([allowed], { aggregateRows: 5 }), uses(asked, 5), denied]
  }),
)
const defaultUses: Row[] = columnUses.map((use) => [
  `no column rules: ${use}`,
  {},
  uses(use, 5),
  ['join', 'train', 'predict', 'evaluate'].includes(use) ? [] : ['TERMS_COLUMN'],
])
const kindTable: Row[] = disclosureKinds.flatMap((what: DisclosureKind): Row[] => {
  const learns = { disclosures: [{ step: 's', what, to: 'bank-a', elements: 1 }] }
  return [
    [`${what}: named`, { disclosures: { [what]: ['bank-a'] } }, learns],
    [`${what}: for another`, { disclosures: { [what]: ['bank-c'] } }, learns, ['TERMS_DISCLOSURE']],
    [`${what}: not named`, { disclosures: {} }, learns, ['TERMS_DISCLOSURE']],
  ]
})

describe('the policy table', () => {
  test.each([...table, ...useTable, ...defaultUses, ...kindTable])('%s', (_, t, r, expected = []) => {
    expect(codes(t, r)).toEqual(expected)
  })
  test('has at least 300 cases', () => {
    const rows = table.length + useTable.length + defaultUses.length + kindTable.length
    // Beside those of terms.test.ts.
    expect(rows + rangeCases.length).toBeGreaterThanOrEqual(300)
  })
  test('says what is waited for', () => {
    const t = { ...terms, approval: 'always' as const, endorsements: { atLeast: 2, of } }
    expect(evaluateTerms(t, { ...request, endorsedBy: ['auditor'] })).toMatchObject({
      allow: false,
      ask: { approval: true, endorsements: { missing: 1, of: ['notary'] } },
    })
  })
  test('terms that say what cannot be meant are not read', () => {
    const wrong = (t: object) => termsSchema.safeParse({ ...terms, ...t }).success
    for (const t of [
      rule(['aggregate']),
      { hours: [24, 1] },
      { hours: [1] },
      { days: ['monday'] },
      { price: -1 },
      { price: '0' },
      { approval: true },
      { approval: false },
      { approval: '' },
      { endorsements: { atLeast: -1, of } },
      { epsilon: { atMost: 1 } },
      { epsilon: false },
      { uses: '' },
      { uses: false },
      { components: { fit: { p: { max: '3' } } } },
      { components: { fit: { p: { oneOf: [] } } } },
      { components: { fit: { p: 3 } } },
      { refusals: '' },
      { from: 0 },
    ])
      expect(wrong(t), JSON.stringify(t)).toBe(false)
    expect(wrong({ price: 0, uses: 0, epsilon: { atMost: 0, days: 1 }, hours: [0, 0] })).toBe(true)
  })
})
