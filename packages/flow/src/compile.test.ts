import { describe, expect, test } from 'vitest'
import { agreementBody, planHash } from './agreement.ts'
import { type CompileRequest, checkPlan, compile } from './compile.ts'
import { sayProblem } from './errors.ts'
import { parseFlow } from './parse.ts'
import { testAssets, testComponents, testFlow } from './testing.ts'

const request = (text: string, more: Partial<CompileRequest> = {}): CompileRequest => ({
  flow: parseFlow(text),
  components: testComponents,
  assets: testAssets,
  links: {},
  initiator: 'bank-a',
  ...more,
})
const problemsOf = (text: string, more: Partial<CompileRequest> = {}) => {
  const checked = checkPlan(request(text, more))
  return checked.ok ? [] : checked.problems
}
const plan = compile(request(testFlow))
const task = (step: string) => plan.tasks.find((t) => t.step === step)!

describe('a plan', () => {
  test('casts parts from inputs and parameters', () => {
    expect(task('aligned').parties).toEqual([
      { id: 'bank-a', part: 'left' },
      { id: 'bank-b', part: 'right' },
    ])
    expect(task('model').parties).toEqual([
      { id: 'bank-a', part: 'label' },
      { id: 'bank-b', part: 'feature' },
      { id: 'centre', part: 'dealer' },
    ])
    expect(plan.dealer).toBe('centre')
    expect(plan.members).toEqual(['bank-a', 'bank-b', 'centre'])
  })

  test('resolves parameters: members for aliases, defaults, automatic choices by the stated link', () => {
    expect(task('model').params).toEqual({ label: { party: 'bank-a', column: 'default' }, batch: 128 })
    const links = { 'bank-a~bank-b': { roundTripMs: 30, bytesPerSecond: 1e7 } }
    const far = compile(request(testFlow, { links }))
    expect(far.tasks[4]!.params.batch).toBe(1024)
    expect(far.links).toEqual(links)
  })

  test('states disclosures by member, never to oneself', () => {
    expect(task('model').disclosures.map(({ id, to, from, atMost }) => ({ id, to, from, atMost }))).toEqual([
      { id: 'shape', to: 'centre', from: ['bank-a', 'bank-b'], atMost: 1 },
      { id: 'weights', to: 'bank-a', from: ['bank-b'], atMost: 3 },
      { id: 'weights', to: 'bank-b', from: ['bank-a'], atMost: 2 },
    ])
  })

  test('knows which assets went into a task', () => {
    expect(task('loans').reads).toEqual({ 'bank-a': ['bank-a/loans'] })
    expect(task('scores').assets).toEqual(['bank-a/loans', 'bank-b/payments'])
    expect(plan.assets.map((a) => a.id)).toEqual(['bank-a/loans', 'bank-b/payments'])
  })

  test('a step of one party is local whatever its component needs otherwise', () => {
    expect(task('loans').security).toBe('local')
    expect(plan.security).toBe('semi-honest-with-dealer')
    expect(plan.suites).toEqual(['test-fit', 'test-match'])
  })

  test('adds up costs along the longest chain', () => {
    expect(plan.estimate.seconds).toBeCloseTo(1 + 2.0003 + 1 + 5 + 1, 6)
    expect(plan.estimate.bytes).toEqual({ 'bank-a>bank-b': 1100, 'bank-b>bank-a': 200, 'centre>bank-a': 50 })
    expect(plan.estimate).toMatchObject({ rounds: 43, memoryBytes: 3e6 })
  })

  test('orders tasks by their inputs, ties as written', () => {
    const [head, body] = testFlow.split('steps:\n') as [string, string]
    const backwards = `${head}steps:\n${body.trimEnd().split('\n').reverse().join('\n')}\n`
    const steps = compile(request(backwards)).tasks.map((t) => t.step)
    expect(steps).toEqual(['payments', 'loans', 'aligned', 'parts', 'model', 'scores'])
  })
})

describe('every node comes to the same bytes', () => {
  const body = (more: Partial<CompileRequest>, text = testFlow) =>
    planHash(compile(request(text, more)), { attemptLimit: 3 })
  const own = body({})

  test('whatever the order of assets and links, and whatever else it knows', () => {
    expect(body({ assets: testAssets.toReversed() })).toBe(own)
    const links = { 'bank-b~bank-z': { roundTripMs: 1, bytesPerSecond: 1e6 } }
    expect(body({ links })).toBe(own)
    expect(agreementBody(plan, { attemptLimit: 3 })).toEqual(
      agreementBody(compile(request(testFlow)), { attemptLimit: 3 }),
    )
  })

  test('and to others as soon as anything agreed differs', () => {
    const changed = (change: object) => testAssets.map((a, i) => (i === 0 ? { ...a, ...change } : a))
    const others: Record<string, string> = {
      'a digest': body({ assets: changed({ digest: '33'.repeat(32) }) }),
      terms: body({ assets: changed({ termsHash: '33'.repeat(32) }) }),
      rows: body({ assets: changed({ rows: 301 }) }),
      'a link': body({ links: { 'bank-a~bank-b': { roundTripMs: 1, bytesPerSecond: 1e6 } } }),
      initiator: body({ initiator: 'bank-b' }),
      purpose: body({}, testFlow.replace('credit-risk', 'marketing')),
      'a component version': body({
        components: new Map([...testComponents].map(([k, c]) => [k, k === 'fit' ? { ...c, version: 2 } : c])),
      }),
      'what a component discloses': body({
        components: new Map(
          [...testComponents].map(([k, c]) => [k, k === 'apply' ? { ...c, discloses: () => [] } : c]),
        ),
      }),
      attempts: planHash(plan, { attemptLimit: 2 }),
    }
    for (const [what, hash] of Object.entries(others)) expect(hash, what).not.toBe(own)
    expect(new Set(Object.values(others)).size).toBe(Object.keys(others).length)
  })

  test('line numbers and estimates are no part of it', () => {
    expect(body({}, `# moved down\n\n${testFlow}`)).toBe(own)
    const slower = new Map(
      [...testComponents].map(([k, c]) => [
        k,
        { ...c, cost: () => ({ seconds: 99, bytes: {}, rounds: 1, memoryBytes: 1 }) },
      ]),
    )
    expect(body({ components: slower, links: { 'bank-a~bank-b': { roundTripMs: 0.3, bytesPerSecond: 300e6 } } })).toBe(
      own,
    )
  })
})

describe('what is wrong is said with step, field and line', () => {
  const change = (from: string, to: string) => testFlow.replace(from, to)
  const cases: [string, string, string, { step?: string; field?: string; line?: number }][] = [
    [
      'unknown component',
      change('use: match', 'use: mtach'),
      'FLOW_UNKNOWN_COMPONENT',
      { step: 'aligned', field: 'use', line: 7 },
    ],
    [
      'unknown setting',
      change('on: id', 'on: id, of2: x'),
      'FLOW_UNKNOWN_SETTING',
      { step: 'aligned', field: 'of2', line: 7 },
    ],
    [
      'unknown port',
      change('left: loans,', 'left: loans, top: loans,'),
      'FLOW_UNKNOWN_SETTING',
      { step: 'aligned', field: 'top' },
    ],
    ['missing parameter', change(', on: id', ''), 'FLOW_MISSING_PARAM', { step: 'aligned', field: 'on', line: 7 }],
    [
      'bad parameter',
      change('of: aligned', 'of: aligned, share: 2'),
      'FLOW_BAD_PARAM',
      { step: 'parts', field: 'share', line: 8 },
    ],
    [
      'missing input',
      change('train: parts.one, ', ''),
      'FLOW_MISSING_INPUT',
      { step: 'model', field: 'train', line: 9 },
    ],
    [
      'missing input under of',
      change(', right: payments', ''),
      'FLOW_MISSING_INPUT',
      { step: 'aligned', field: 'right' },
    ],
    [
      'an input twice',
      change('train: parts.one', 'of: parts.one, train: parts.one'),
      'FLOW_INPUT_TWICE',
      { step: 'model', field: 'train' },
    ],
    ['a number as input', change('train: parts.one', 'train: 7'), 'FLOW_SHAPE', { step: 'model', field: 'train' }],
    [
      'one name for two inputs',
      change('{ left: loans, right: payments }', 'loans'),
      'FLOW_SHAPE',
      { step: 'aligned', field: 'of' },
    ],
    [
      'unknown step',
      change('of: aligned', 'of: alinged'),
      'FLOW_UNKNOWN_STEP',
      { step: 'parts', field: 'of', line: 8 },
    ],
    [
      'unknown output',
      change('parts.one', 'parts.three'),
      'FLOW_UNKNOWN_OUTPUT',
      { step: 'model', field: 'train', line: 9 },
    ],
    ['ambiguous output', change('parts.one', 'parts'), 'FLOW_AMBIGUOUS_OUTPUT', { step: 'model', field: 'train' }],
    [
      'wrong type',
      change('model: model,', 'model: parts.one,'),
      'FLOW_WRONG_TYPE',
      { step: 'scores', field: 'model', line: 10 },
    ],
    ['a cycle', change('left: loans', 'left: parts.one'), 'FLOW_CYCLE', { step: 'aligned' }],
    ['a step that waits for itself', change('of: aligned', 'of: parts.one'), 'FLOW_CYCLE', { step: 'parts' }],
    [
      'unknown alias at',
      change('at: lender', 'at: lendr'),
      'FLOW_UNKNOWN_PARTY',
      { step: 'loans', field: 'at', line: 5 },
    ],
    [
      'unknown alias in a column',
      change('lender.default', 'lendr.default'),
      'FLOW_UNKNOWN_PARTY',
      { step: 'model', field: 'label', line: 9 },
    ],
    [
      'unknown alias as receiver',
      change('to: lender', 'to: constructor'),
      'FLOW_UNKNOWN_PARTY',
      { step: 'scores', field: 'to' },
    ],
    ['at missing', change('at: lender, ', ''), 'FLOW_MISSING_AT', { step: 'loans', field: 'at' }],
    [
      'at needless',
      change('of: aligned', 'of: aligned, at: lender'),
      'FLOW_NEEDLESS_AT',
      { step: 'parts', field: 'at' },
    ],
    [
      'unknown asset',
      change('asset: loans', 'asset: lones'),
      'FLOW_UNKNOWN_ASSET',
      { step: 'loans', field: 'asset', line: 5 },
    ],
    ['an asset of another member', change('asset: loans', 'asset: payments'), 'FLOW_UNKNOWN_ASSET', { step: 'loans' }],
    ['no dealer', change(', dealer: centre', ''), 'FLOW_NO_DEALER', { step: 'model' }],
    ['one member in two parts', change('right: payments', 'right: loans'), 'FLOW_PART_TWICE', { step: 'aligned' }],
    [
      'too many for a part',
      change('on: id }', 'on: id }\n  again:    { use: match, of: { left: aligned, right: payments }, on: id }'),
      'FLOW_PART_COUNT',
      { step: 'again' },
    ],
  ]
  test.each(cases)('%s', (_, text, code, where) => {
    const problems = problemsOf(text)
    const found = problems.find((p) => p.error.code === code)
    expect(problems.map((p) => p.error.code)).toContain(code)
    expect(found).toMatchObject(where)
    for (const locale of ['en', 'zh'] as const) expect(sayProblem(found!, locale)).not.toMatch(/[{}]\w+}|undefined/)
  })

  test('all of them, each once, and none that only follows from another', () => {
    const text = change('asset: loans', 'asset: lones').replace('on: id', 'no: id').replace('to: lender', 'to: nobody')
    expect(
      problemsOf(text)
        .map((p) => p.error.code)
        .sort(),
    ).toEqual(['FLOW_MISSING_PARAM', 'FLOW_UNKNOWN_ASSET', 'FLOW_UNKNOWN_PARTY', 'FLOW_UNKNOWN_SETTING'])
  })

  test('figures that no link has', () => {
    for (const link of [
      { roundTripMs: Number.NaN, bytesPerSecond: 1e6 },
      { roundTripMs: -1, bytesPerSecond: 1e6 },
      { roundTripMs: 1, bytesPerSecond: 0 },
      { roundTripMs: 1, bytesPerSecond: Number.POSITIVE_INFINITY },
    ])
      expect(problemsOf(testFlow, { links: { 'bank-a~bank-b': link } })[0]!.error.code).toBe('FLOW_BAD_LINK')
  })
})

test('facts of assets that cannot be', () => {
  const stated = (change: object) => testAssets.map((a, i) => (i === 0 ? { ...a, ...change } : a))
  for (const change of [
    { rows: -1 },
    { rows: 1.5 },
    { rows: 2 ** 40 },
    { rows: Number.NaN },
    { schema: { columns: [...testAssets[0]!.schema.columns, ...testAssets[0]!.schema.columns] } },
  ])
    expect(problemsOf(testFlow, { assets: stated(change) }).map((p) => p.error.code)).toEqual(['FLOW_BAD_ASSET'])
})

describe('a dealer holds nothing', () => {
  test.each([
    ['its own data', testFlow.replace('  loans: ', '  secrets:  { use: read, at: dealer, asset: secrets }\n  loans: ')],
    ['scores', testFlow.replace('to: lender', 'to: dealer')],
    ['a label', testFlow.replace('lender.default', 'dealer.default')],
  ])('%s', (_, text) => {
    const problem = problemsOf(text).find((p) => p.error.code === 'FLOW_DEALER_HAS_DATA')
    expect(problem?.error.class).toBe('policy')
  })
})
