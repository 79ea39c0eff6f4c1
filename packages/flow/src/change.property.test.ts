import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerTerms, simulateTerms } from './answer.ts'
import { applyChange, type Edit, sayChange, smallestChange } from './change.ts'
import { evaluateTerms, type TermsRequest, type Verdict } from './evaluate.ts'
import { nearestIn } from './range.ts'
import type { Terms } from './terms.ts'

const names = ['a', 'b', 'c'] as const
const full = process.env.SECUREFLOW_FULL === '1'
const steps = full ? ['s0', 's1', 's2', 's3'] : ['s0', 's1', 's2']
const kinds = ['score', 'metric'] as const
const some = fc.subarray([...names], { minLength: 1 })
const range = fc.constantFrom(
  { max: 2 },
  { min: 1, max: 2 },
  { oneOf: [0, false] },
  { oneOf: [''] },
  { min: 4, max: 2 },
)

const terms = fc.record({
  members: some,
  purposes: fc.constant('any' as const),
  components: fc.dictionary(fc.constantFrom(...names), fc.dictionary(fc.constant('p'), range), { minKeys: 2 }),
  disclosures: fc.dictionary(fc.constantFrom(...kinds), some) as fc.Arbitrary<Terms['disclosures']>,
  columns: fc.dictionary(fc.constantFrom('x', 'y', '*'), fc.record({ use: fc.subarray(['join', 'train'] as const) })),
  epsilon: fc.constantFrom({ atMost: 0.5, days: 1 }, { atMost: 1, days: 1 }),
  minimumRows: fc.constantFrom(0, 0, 0, 5),
  expires: fc.constant('2999-01-01'),
}) as fc.Arbitrary<Terms>
const place = fc.constantFrom(...steps)
const request: fc.Arbitrary<TermsRequest> = fc
  .record({
    asset: fc.constant('1'),
    assetName: fc.constant('t'),
    owner: fc.constant('o'),
    initiator: fc.constantFrom('a', 'o'),
    members: fc.subarray([...names]),
    purpose: fc.constant('p'),
    components: fc.tuple(
      ...steps.map((step, i) =>
        fc.record({
          step: fc.constant(step),
          component: fc.constantFrom(...names),
          params: fc.record({ p: fc.constantFrom(0, 1, 2, 3, false, '') }),
          needs: i === 0 ? fc.constant<string[]>([]) : fc.subarray(steps.slice(0, i), { maxLength: 1 }),
          members: fc.subarray([...names], { maxLength: 2 }),
        }),
      ),
    ),
    disclosures: fc.array(
      fc.record({
        step: place,
        what: fc.constantFrom(...kinds),
        to: fc.constantFrom(...names),
        epsilon: fc.constantFrom(0, 0.3, 0.6),
      }),
      { maxLength: 3 },
    ),
    columns: fc.array(
      fc.record({
        step: place,
        column: fc.constantFrom('x', 'y'),
        use: fc.constantFrom('join' as const, 'train' as const),
      }),
      { maxLength: 3 },
    ),
    rows: fc.constant(4),
    now: fc.constant(0),
    usesBefore: fc.constant(0),
    spent: fc.constant<{ at: number; epsilon: number }[]>([]),
  })
  .map((r) => ({ ...r, members: [...new Set([...r.members, ...r.components.flatMap((c) => c.members)])] }))

const passes = (v: Verdict): boolean => v.allow || v.ask !== undefined

/** Every edit there is, and by them the size of the smallest closed set that passes: by trying all. */
function smallestByForce(t: Terms, r: TermsRequest): number | undefined {
  const edits: Edit[] = [
    ...r.components.map(({ step }): Edit => ({ leaveOut: 'step', step })),
    ...['x', 'y'].map((column): Edit => ({ leaveOut: 'column', column })),
    ...[...new Map(r.disclosures.map((d) => [d.what + d.to, d])).values()].map(
      ({ what, to }): Edit => ({ leaveOut: 'disclosure', what, to }),
    ),
    ...r.components.flatMap(({ step, component, params }): Edit[] => {
      const bound = (t.components as Record<string, Record<string, object>>)[component]?.p
      const value = bound === undefined ? undefined : nearestIn(bound, params!.p)
      return value === undefined ? [] : [{ set: 'p', step, value }]
    }),
  ]
  let best: number | undefined
  for (let code = 0; code < 2 ** edits.length; code++) {
    const chosen = edits.filter((_, i) => (code >> i) & 1)
    if (best !== undefined && chosen.length >= best) continue
    const gone = new Set(chosen.flatMap((e) => ('leaveOut' in e && e.leaveOut === 'step' ? [e.step] : [])))
    if (r.components.some((c) => !gone.has(c.step) && c.needs!.some((s) => gone.has(s)))) continue
    const left = r.columns.filter((c) => !gone.has(c.step))
    const leftOut = (column: string) =>
      chosen.some((e) => 'leaveOut' in e && e.leaveOut === 'column' && e.column === column)
    if (left.some((c) => c.use === 'join' && leftOut(c.column))) continue
    const changed = applyChange(r, chosen)
    if (changed.components.length > 0 && passes(evaluateTerms(t, changed))) best = chosen.length
  }
  return best
}

test('the change passes, and no smaller one does', () => {
  let found = 0
  let several = 0
  fc.assert(
    fc.property(terms, request, (t, r) => {
      const change = smallestChange(t, r)
      expect(change?.length).toBe(smallestByForce(t, r))
      if (change === undefined) return
      found++
      if (change.length > 1) several++
      expect(passes(evaluateTerms(t, applyChange(r, change)))).toBe(true)
      expect(new Set(change.map((e) => JSON.stringify(e))).size).toBe(change.length)
    }),
    { numRuns: full ? 250 : 120 },
  )
  expect(found).toBeGreaterThan(20)
  expect(several).toBeGreaterThan(5)
})

const closed: Terms = {
  members: 'any',
  purposes: ['credit'],
  components: { read: {}, fit: { epochs: { max: 20 } } },
  disclosures: {},
  columns: { x: { use: ['join'] }, '*': { use: ['train'] }, y: { use: [] } },
  minimumRows: 0,
  expires: '2999-01-01',
}
const asked: TermsRequest = {
  asset: '1',
  assetName: 'payments',
  owner: 'o',
  initiator: 'a',
  members: ['a', 'o'],
  purpose: 'credit',
  components: [
    { step: 'loans', component: 'read', params: {}, needs: [] },
    { step: 'model', component: 'fit', params: { epochs: 50 }, needs: ['loans'] },
    { step: 'scores', component: 'apply', params: {}, needs: ['model'] },
  ],
  disclosures: [{ step: 'model', what: 'model-weights', to: 'a' }],
  columns: [{ step: 'model', column: 'y', use: 'train' }],
  rows: 10,
  now: 0,
  usesBefore: 0,
}

test('who needs a step goes with it; parameters go to the nearest bound', () => {
  expect(smallestChange(closed, asked)).toEqual([
    { leaveOut: 'step', step: 'model' },
    { leaveOut: 'step', step: 'scores' },
  ])
  const model = { ...asked, components: asked.components.slice(0, 2), columns: [] }
  const change = smallestChange({ ...closed, disclosures: { 'model-weights': 'any' } }, model)!
  expect(change).toEqual([{ set: 'epochs', step: 'model', value: 20 }])
  expect(sayChange(change, 'en')).toEqual(['set epochs of step model to 20'])
  expect(sayChange(change, 'zh')).toEqual(['将步骤 model 的 epochs 设为 20'])
})

test('no edit heals a purpose', () => {
  expect(smallestChange(closed, { ...asked, purpose: 'x' })).toBeUndefined()
})

test('a refusal tells as much as the owner lets it', () => {
  const told = (refusals: Terms['refusals']) =>
    answerTerms({ ...closed, ...(refusals === undefined ? {} : { refusals }) }, asked)
  const secret = told('secret')
  expect(secret).toMatchObject({ allow: false, reasons: [{ code: 'TERMS_SECRET', rule: '-' }] })
  // Not even by its length or by anything in it.
  expect(JSON.stringify(answerTerms({ ...closed, refusals: 'secret', purposes: [] }, asked))).toBe(
    JSON.stringify(secret),
  )
  expect(JSON.stringify(secret)).not.toMatch(/epochs|model|weights/)
  expect(told('rule')).toEqual(told(undefined))
  expect(told('rule')).not.toHaveProperty('change')
  expect(told('change')).toHaveProperty('change.length', 2)
  expect(
    answerTerms(
      {
        ...closed,
        refusals: 'secret',
        components: 'any',
        disclosures: { 'model-weights': 'any' },
        columns: { '*': { use: ['train'] } },
        approval: 'always',
      },
      asked,
    ),
  ).toMatchObject({ ask: { approval: true } })
})

test('a draft is tried on requests before it is in force', () => {
  const open: Terms = {
    ...closed,
    components: 'any',
    disclosures: { 'model-weights': 'any' },
    columns: { '*': { use: ['train'] } },
  }
  const [first, second] = simulateTerms({ ...closed, refusals: 'secret' }, [asked, { ...asked, purpose: 'x' }], open)
  expect(first).toMatchObject({
    verdict: { allow: false },
    told: { reasons: [{ code: 'TERMS_SECRET' }] },
    change: { edits: { length: 2 }, verdict: { allow: true } },
    now: { allow: true },
  })
  expect(second).not.toHaveProperty('change')
})

test('a search without end gives up', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({
    step: `s${i}`,
    component: 'fit',
    params: { epochs: 1 },
    needs: [],
  }))
  const r = {
    ...asked,
    components: many,
    disclosures: [],
    columns: many.flatMap(({ step }, i) => [
      { step, column: `c${i}`, use: 'release' as const },
      { step, column: `c${(i + 1) % 40}`, use: 'release' as const },
    ]),
  }
  expect(smallestChange(closed, r)).toBeUndefined()
})
