import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { evaluateRelease, evaluateTerms, type ReleaseRequest, type TermsRequest } from './evaluate.ts'
import { parseFlow } from './parse.ts'
import { requestFor, requestsFor } from './request.ts'
import { type Terms, termsHash } from './terms.ts'
import { parseTerms } from './terms-file.ts'
import { testAssets, testComponents, testFlow } from './testing.ts'

const now = Date.UTC(2026, 5, 1)
const terms: Terms = {
  members: ['bank-a', 'centre'],
  purposes: ['credit-risk'],
  components: ['read', 'match', 'fit'],
  disclosures: { 'row-count': ['bank-a'], 'matched-rows': ['bank-a'], 'model-weights': 'any', shape: ['centre'] },
  columns: {
    id: { use: ['join'] },
    late: { use: ['train', 'predict'] },
    turnover: { use: ['train'], minimumRows: 50_000 },
    '*': { use: ['predict'] },
  },
  minimumRows: 1000,
  expires: '2027-01-01',
  uses: 3,
}
const request: TermsRequest = {
  asset: 'b1',
  assetName: 'payments',
  owner: 'bank-b',
  initiator: 'bank-a',
  members: ['bank-a', 'bank-b', 'centre'],
  purpose: 'credit-risk',
  components: [
    { step: 'payments', component: 'read' },
    { step: 'aligned', component: 'match' },
  ],
  disclosures: [
    { step: 'aligned', what: 'row-count', to: 'bank-a' },
    { step: 'aligned', what: 'matched-rows', to: 'bank-a' },
  ],
  columns: [
    { step: 'aligned', column: 'id', use: 'join' },
    { step: 'model', column: 'late', use: 'train' },
  ],
  rows: 24_000,
  now,
  usesBefore: 0,
}

type Case = [name: string, terms: Partial<Terms>, request: Partial<TermsRequest>, denied: string[]]
const column = (column: string, use: TermsRequest['columns'][number]['use']) => ({
  columns: [{ step: 'model', column, use }],
})
const learns = (what: TermsRequest['disclosures'][number]['what'], to: string) => ({
  disclosures: [{ step: 'model', what, to }],
})
const uses = (component: string) => ({ components: [{ step: 's', component }] })

const cases: Case[] = [
  ['as agreed', {}, {}, []],
  // members
  ['a member not named', {}, { members: ['bank-a', 'bank-c'] }, ['TERMS_MEMBER']],
  ['two members not named', {}, { members: ['bank-c', 'bank-d'] }, ['TERMS_MEMBER', 'TERMS_MEMBER']],
  ['an initiator not named', {}, { initiator: 'bank-c' }, ['TERMS_MEMBER']],
  ['an initiator who also takes part, once', {}, { initiator: 'bank-c', members: ['bank-c'] }, ['TERMS_MEMBER']],
  ['the owner needs no naming', { members: [] }, { initiator: 'bank-b', members: ['bank-b'] }, []],
  ['nobody is named', { members: [] }, { members: ['bank-a'] }, ['TERMS_MEMBER']],
  ['any member', { members: 'any' }, { members: ['bank-z'] }, []],
  [
    'a member called any is not everybody',
    { members: ['any'] },
    { members: [], initiator: 'bank-a' },
    ['TERMS_MEMBER'],
  ],
  ['names are compared whole', {}, { members: ['bank-a2'] }, ['TERMS_MEMBER']],
  ['names are compared in case', {}, { members: ['Bank-A'] }, ['TERMS_MEMBER']],
  ['an empty name is a name', {}, { members: [''] }, ['TERMS_MEMBER']],
  // purpose
  ['another purpose', {}, { purpose: 'marketing' }, ['TERMS_PURPOSE']],
  ['no purpose', {}, { purpose: '' }, ['TERMS_PURPOSE']],
  ['any purpose', { purposes: 'any' }, { purpose: 'marketing' }, []],
  ['any purpose, even none', { purposes: 'any' }, { purpose: '' }, []],
  ['no purpose is allowed', { purposes: [] }, {}, ['TERMS_PURPOSE']],
  ['a purpose within a longer one', {}, { purpose: 'credit' }, ['TERMS_PURPOSE']],
  // components
  ['another component', {}, uses('publish'), ['TERMS_COMPONENT']],
  ['any component', { components: 'any' }, uses('publish'), []],
  ['no component', { components: [] }, uses('read'), ['TERMS_COMPONENT']],
  ['no component asked for', { components: [] }, { components: [] }, []],
  // disclosures
  ['a kind not named', {}, learns('score', 'bank-a'), ['TERMS_DISCLOSURE']],
  ['a kind for nobody', { disclosures: { score: [] } }, learns('score', 'bank-a'), ['TERMS_DISCLOSURE']],
  ['a kind for another', {}, learns('row-count', 'centre'), ['TERMS_DISCLOSURE']],
  ['a kind for any', {}, learns('model-weights', 'bank-z'), []],
  ['a kind for the dealer', {}, learns('shape', 'centre'), []],
  ['the owner may learn', {}, learns('score', 'bank-b'), []],
  ['no disclosures at all', { disclosures: {} }, { disclosures: [] }, []],
  ['none allowed', { disclosures: {} }, {}, ['TERMS_DISCLOSURE', 'TERMS_DISCLOSURE']],
  // columns
  ['a use not named', {}, column('id', 'train'), ['TERMS_COLUMN']],
  ['a release never named', {}, column('late', 'release'), ['TERMS_COLUMN']],
  ['a second use', {}, column('late', 'predict'), []],
  ['a column under the star', {}, column('other', 'predict'), []],
  ['a use that the star lacks', {}, column('other', 'train'), ['TERMS_COLUMN']],
  ['a named column does not fall back to the star', {}, column('id', 'predict'), ['TERMS_COLUMN']],
  ['no star', { columns: { id: { use: ['join'] } } }, column('late', 'train'), ['TERMS_COLUMN']],
  ['no rules: train', { columns: undefined as never }, column('late', 'train'), []],
  ['no rules: join', { columns: undefined as never }, column('id', 'join'), []],
  ['no rules: release', { columns: undefined as never }, column('late', 'release'), ['TERMS_COLUMN']],
  ['no uses', { columns: { '*': { use: [] } } }, column('late', 'train'), ['TERMS_COLUMN']],
  ['a column of Object.prototype', {}, column('constructor', 'train'), ['TERMS_COLUMN']],
  ['a column with an empty name', {}, column('', 'train'), ['TERMS_COLUMN']],
  ['too few rows for a column', {}, column('turnover', 'train'), ['TERMS_COLUMN_ROWS']],
  ['just enough rows for a column', {}, { ...column('turnover', 'train'), rows: 50_000 }, []],
  ['one row short for a column', {}, { ...column('turnover', 'train'), rows: 49_999 }, ['TERMS_COLUMN_ROWS']],
  // rows
  ['just enough rows', {}, { rows: 1000 }, []],
  ['one row short', {}, { rows: 999 }, ['TERMS_ROWS']],
  ['no rows', {}, { rows: 0 }, ['TERMS_ROWS']],
  ['no rows where none are needed', { minimumRows: 0 }, { rows: 0 }, []],
  ['rows that are no number', { minimumRows: 0 }, { rows: Number.NaN }, ['TERMS_ROWS']],
  // expiry
  ['a millisecond before the end', {}, { now: Date.UTC(2027, 0, 1) - 1 }, []],
  ['at the end', {}, { now: Date.UTC(2027, 0, 1) }, ['TERMS_EXPIRED']],
  ['long after', {}, { now: Date.UTC(2030, 0, 1) }, ['TERMS_EXPIRED']],
  ['a time of day', { expires: '2026-06-01T00:00:01Z' }, { now }, []],
  ['a time of day that has come', { expires: '2026-06-01T00:00:00Z' }, { now }, ['TERMS_EXPIRED']],
  ['a date that is none', { expires: 'never' }, {}, ['TERMS_EXPIRED']],
  ['a clock that is none', {}, { now: Number.NaN }, ['TERMS_EXPIRED']],
  ['the first instant of time', {}, { now: 0 }, []],
  // uses
  ['the last use', {}, { usesBefore: 2 }, []],
  ['one use too many', {}, { usesBefore: 3 }, ['TERMS_USES']],
  ['no use at all', { uses: 0 }, { usesBefore: 0 }, ['TERMS_USES']],
  ['without a limit', { uses: undefined as never }, { usesBefore: 1e9 }, []],
  ['uses that are no number', {}, { usesBefore: Number.NaN }, ['TERMS_USES']],
  // together
  [
    'everything at once, every reason',
    { expires: '2026-01-01' },
    {
      initiator: 'x',
      purpose: 'p',
      ...uses('c'),
      ...learns('score', 'y'),
      ...column('z', 'join'),
      rows: 1,
      usesBefore: 9,
    },
    [
      'TERMS_MEMBER',
      'TERMS_PURPOSE',
      'TERMS_COMPONENT',
      'TERMS_DISCLOSURE',
      'TERMS_COLUMN',
      'TERMS_ROWS',
      'TERMS_EXPIRED',
      'TERMS_USES',
    ],
  ],
]

describe('terms at proposal', () => {
  test.each(cases)('%s', (_, termsChange, requestChange, denied) => {
    const changed = { ...terms, ...termsChange }
    for (const [key, value] of Object.entries(changed)) if (value === undefined) delete changed[key as keyof Terms]
    const verdict = evaluateTerms(changed, { ...request, ...requestChange })
    expect(verdict.allow ? [] : verdict.reasons.map((r) => r.code)).toEqual(denied)
    for (const reason of verdict.allow ? [] : verdict.reasons)
      for (const text of [reason.what.en, reason.what.zh, reason.fix.en, reason.fix.zh])
        expect(text).not.toMatch(/[{}]|undefined/)
  })

  test('two steps that ask the same are one reason', () => {
    const twice = ['one', 'two'].map((step) => ({ step, what: 'score' as const, to: 'bank-a' }))
    const verdict = evaluateTerms(terms, { ...request, disclosures: twice })
    expect(verdict).toMatchObject({
      allow: false,
      reasons: [{ step: 'one', rule: 'disclosures.score', party: 'bank-a' }],
    })
    expect(verdict.allow ? 0 : verdict.reasons.length).toBe(1)
  })

  test('a reason tells the person who must act what to do', () => {
    const verdict = evaluateTerms(terms, { ...request, columns: [{ step: 'model', column: 'turnover', use: 'train' }] })
    expect(verdict).toMatchObject({
      reasons: [
        {
          rule: 'columns.turnover.minimumRows',
          step: 'model',
          column: 'turnover',
          expected: 50_000,
          actual: 24_000,
          what: { en: expect.stringContaining('"train" of column turnover of payments needs at least 50000') },
          fix: { en: expect.stringContaining("bank-b's steward can lower the limit") },
        },
      ],
    })
  })
})

describe('terms at release', () => {
  const release: ReleaseRequest = { what: 'matched-rows', to: 'bank-a', count: 10, atMost: 10, rows: 1000, now }
  const releases: [string, Partial<Terms>, Partial<ReleaseRequest>, string[]][] = [
    ['as agreed', {}, {}, []],
    ['nothing is opened', {}, { count: 0 }, []],
    ['one more than stated', {}, { count: 11 }, ['TERMS_COUNT']],
    ['a count below nothing', {}, { count: -1 }, ['TERMS_COUNT']],
    ['a count that is no number', {}, { count: Number.NaN }, ['TERMS_COUNT']],
    ['another receiver', {}, { to: 'centre' }, ['TERMS_DISCLOSURE']],
    ['another kind', {}, { what: 'score' }, ['TERMS_DISCLOSURE']],
    ['a kind withdrawn since', { disclosures: {} }, {}, ['TERMS_DISCLOSURE']],
    ['fewer rows than expected', {}, { rows: 999 }, ['TERMS_ROWS']],
    ['expired since', {}, { now: Date.UTC(2027, 0, 1) }, ['TERMS_EXPIRED']],
    ['too few rows for a column', {}, { columns: [{ column: 'turnover', use: 'train' }] }, ['TERMS_COLUMN_ROWS']],
    ['a use withdrawn since', { columns: {} }, { columns: [{ column: 'late', use: 'train' }] }, ['TERMS_COLUMN']],
  ]
  test.each(releases)('%s', (_, termsChange, change, denied) => {
    const verdict = evaluateRelease({ ...terms, ...termsChange }, { ...release, ...change })
    expect(verdict.allow ? [] : verdict.reasons.map((r) => r.code)).toEqual(denied)
  })
})

describe('what a plan asks of an asset', () => {
  const plan = compile({
    flow: parseFlow(testFlow),
    components: testComponents,
    assets: testAssets,
    links: {},
    initiator: 'bank-a',
  })
  const time = { now, usesBefore: 1 }

  test('everything downstream of it, and nothing of others', () => {
    const both = ['bank-a', 'bank-b']
    expect(requestFor(plan, 'bank-b/payments', time)).toEqual({
      asset: 'bank-b/payments',
      assetName: 'payments',
      owner: 'bank-b',
      initiator: 'bank-a',
      members: ['bank-b', 'bank-a', 'centre'],
      purpose: 'credit-risk',
      components: [
        { step: 'payments', component: 'read', params: { asset: 'payments' }, needs: [], members: ['bank-b'] },
        { step: 'aligned', component: 'match', params: { on: 'id' }, needs: ['loans', 'payments'], members: both },
        { step: 'parts', component: 'halve', params: { share: 0.5 }, needs: ['aligned'], members: both },
        {
          step: 'model',
          component: 'fit',
          params: { label: { party: 'bank-a', column: 'default' }, batch: 128 },
          needs: ['parts'],
          members: [...both, 'centre'],
        },
        {
          step: 'scores',
          component: 'apply',
          params: { to: { party: 'bank-a' } },
          needs: ['model', 'parts'],
          members: both,
        },
      ],
      disclosures: [
        { step: 'aligned', what: 'row-count', to: 'bank-a', elements: 1 },
        { step: 'aligned', what: 'matched-rows', to: 'bank-a', elements: 300 },
        { step: 'model', what: 'shape', to: 'centre', elements: 1 },
        { step: 'model', what: 'model-weights', to: 'bank-a', elements: 3 },
        { step: 'scores', what: 'score', to: 'bank-a', elements: 300 },
      ],
      columns: [
        { step: 'aligned', column: 'id', use: 'join' },
        { step: 'model', column: 'id', use: 'train' },
        { step: 'model', column: 'late', use: 'train' },
      ],
      rows: 300,
      ...time,
    })
  })

  test('one request an asset; none for who brings nothing', () => {
    expect(requestsFor(plan, 'bank-a', time).map((r) => r.asset)).toEqual(['bank-a/loans'])
    expect(requestsFor(plan, 'centre', time)).toEqual([])
    expect(() => requestFor(plan, 'centre/secrets', time)).toThrow(RangeError)
  })
})

describe('terms as text', () => {
  const text = `members: [bank-a, centre]
purposes: [credit-risk]
components: any
disclosures:
  row-count: [bank-a]
  score: any
columns:
  id: { use: [join] }
  "*": { use: [train, predict] }
minimumRows: 1000
expires: 2027-01-01
`
  test('are read from YAML and from JSON', () => {
    const parsed = parseTerms(text)
    expect(parsed).toMatchObject({ components: 'any', disclosures: { score: 'any' }, expires: '2027-01-01' })
    expect(parseTerms(JSON.stringify(parsed))).toEqual(parsed)
    expect(termsHash(parseTerms(JSON.stringify(parsed)))).toBe(termsHash(parsed))
    expect(termsHash({ ...parsed, minimumRows: 999 })).not.toBe(termsHash(parsed))
  })
  test.each([
    ['an unknown field', `${text}prize: 3\n`, 'prize'],
    ['an unknown disclosure', text.replace('score:', 'scores:'), 'scores'],
    ['an unknown use', text.replace('[join]', '[joins]'), 'columns.id.use'],
    ['a date that is none', text.replace('2027-01-01', 'never'), 'expires'],
    ['no expiry', text.replace('expires: 2027-01-01\n', ''), 'expires'],
    ['rows below nothing', text.replace('1000', '-1'), 'minimumRows'],
    ['one name for a list', text.replace('[credit-risk]', 'credit-risk'), 'purposes'],
  ])('refuse %s, and say where', (_, wrong, where) => {
    expect(() => parseTerms(wrong)).toThrow(
      expect.objectContaining({
        code: 'TERMS_SHAPE',
        fields: expect.objectContaining({ where: expect.stringContaining(where) }),
      }),
    )
  })
  test('refuse what is no YAML', () => {
    expect(() => parseTerms('members: [')).toThrow(expect.objectContaining({ code: 'TERMS_NOT_YAML' }))
  })
})
