import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkPlan } from './compile.ts'
import { FlowRefused, sayProblem } from './errors.ts'
import { type Flow, flowBody, flowHash, formatFlow, type Json } from './flow.ts'
import { checkFlow, flowFromBody, parseFlow } from './parse.ts'
import { testAssets, testComponents } from './testing.ts'

const more = process.env.SECUREFLOW_FULL === '1' ? 20 : 1

const word = fc.constantFrom(
  'a',
  'b',
  'table',
  'one',
  'two',
  'model',
  'constructor',
  'dealer',
  'loans',
  'lender',
  'read',
)
const reference = fc.oneof(
  word,
  fc.tuple(word, word).map((w) => w.join('.')),
)
const json = fc.jsonValue({ maxDepth: 2 }).map((v) => JSON.parse(JSON.stringify(v)) as Json)
const setting = fc.oneof({ weight: 3, arbitrary: reference as fc.Arbitrary<Json> }, { weight: 1, arbitrary: json })
const step = fc.record(
  {
    use: fc.constantFrom(...testComponents.keys(), 'nothing'),
    at: word,
    of: fc.oneof(reference, fc.dictionary(fc.constantFrom('left', 'right', 'of', 'x'), reference)),
    asset: setting,
    on: setting,
    train: setting,
    model: setting,
    rows: setting,
    label: setting,
    to: setting,
    share: setting,
  },
  { requiredKeys: ['use'] },
)
const written = fc.record({
  flow: word,
  purpose: fc.string({ maxLength: 12 }),
  parties: fc.dictionary(word, fc.constantFrom('bank-a', 'bank-b', 'centre'), { minKeys: 1 }),
  steps: fc.dictionary(word, step, { minKeys: 1, maxKeys: 6 }),
})

test('any flow is a plan or a list of problems that can be said', () => {
  fc.assert(
    fc.property(written, (value) => {
      const parsed = checkFlow(JSON.stringify(value))
      const request = { components: testComponents, assets: testAssets, links: {}, initiator: 'bank-a' }
      const checked = parsed.ok ? checkPlan({ flow: parsed.value, ...request }) : parsed
      if (checked.ok) return
      expect(checked.problems.length).toBeGreaterThan(0)
      for (const problem of checked.problems)
        for (const locale of ['en', 'zh'] as const) expect(sayProblem(problem, locale)).not.toContain('undefined')
    }),
    { numRuns: 200 * more },
  )
})

test('a flow keeps its hash through text, JSON and the wire', () => {
  const flows = written.map((v) => checkFlow(JSON.stringify(v))).filter((c) => c.ok)
  fc.assert(
    fc.property(flows, ({ value: flow }: { value: Flow }) => {
      expect(flowHash(parseFlow(formatFlow(flow)))).toBe(flowHash(flow))
      expect(flowHash(flowFromBody(structuredClone(flowBody(flow))))).toBe(flowHash(flow))
    }),
    { numRuns: 30 * more },
  )
})

test('any text and any value from the wire is a flow or refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      checkFlow(text)
    }),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(fc.anything(), (value) => {
      try {
        flowFromBody(value)
      } catch (error) {
        expect(error).toBeInstanceOf(FlowRefused)
      }
    }),
    { numRuns: 300 },
  )
})
