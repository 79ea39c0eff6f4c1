/** The examples of docs/terms.md are read, and do what the page says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluateTerms, type TermsRequest } from './evaluate.ts'
import { termsSchema } from './terms.ts'
import { parseTerms } from './terms-file.ts'

const page = readFileSync(new URL('../../../docs/terms.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/```yaml terms\n([\s\S]*?)```/g)].map((m) => parseTerms(m[1]!))

test('every field of the language is in the examples, and every example is read', () => {
  expect(examples.length).toBe(2)
  const shown = new Set(examples.flatMap((e) => Object.keys(e)))
  expect([...shown].sort()).toEqual(Object.keys(termsSchema.shape).sort())
})

const request: TermsRequest = {
  asset: '1',
  assetName: 'payments',
  owner: 'bank-b',
  initiator: 'bank-a',
  members: ['bank-a', 'bank-b', 'centre'],
  roles: { 'bank-a': ['member'], centre: ['operator', 'member'] },
  purpose: 'credit-risk',
  components: [
    { step: 'model', component: 'vertical-logistic-regression', params: { epochs: 20, batch: 'auto' } },
    { step: 'parts', component: 'split', params: { test: 0.25 } },
  ],
  disclosures: [{ step: 'model', what: 'model-weights', to: 'bank-a', elements: 4 }],
  columns: [
    { step: 'model', column: 'monthly_turnover', use: 'train' },
    { step: 'tally', column: 'region', use: 'aggregate', groupRows: 20 },
  ],
  rows: 24_000,
  now: Date.UTC(2026, 5, 1, 12),
  usesBefore: 0,
  offer: 5,
  endorsedBy: ['notary', 'auditor'],
}
const asked = (change: Partial<TermsRequest>): string[] => {
  const verdict = evaluateTerms(examples[0]!, { ...request, ...change })
  return verdict.allow ? [] : verdict.reasons.map((r) => r.rule)
}

test('the first example allows what it says, and nothing beyond', () => {
  expect(asked({})).toEqual([])
  expect(asked({ now: Date.UTC(2026, 5, 7, 12) })).toEqual(['days'])
  expect(asked({ now: Date.UTC(2026, 5, 1, 20) })).toEqual(['hours'])
  expect(asked({ offer: 4 })).toEqual(['price'])
  expect(asked({ endorsedBy: ['notary'] })).toEqual(['endorsements'])
  expect(asked({ rows: 100_001 })).toEqual(['approval.above.rows'])
  expect(asked({ components: [{ step: 's', component: 'split', params: { test: 0.6 } }] })).toEqual([
    'components.split.test',
  ])
  expect(asked({ columns: [{ step: 's', column: 'region', use: 'aggregate', groupRows: 19 }] })).toEqual([
    'columns.region.aggregateRows',
  ])
})
