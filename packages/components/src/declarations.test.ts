import { readFile } from 'node:fs/promises'
import {
  type AssetFacts,
  agreementBody,
  checkPlan,
  compile,
  type LinkFacts,
  parseFlow,
  render,
  renderPlan,
  requestFor,
  sayProblem,
} from '@secureflow/flow'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { components } from './declarations.ts'

const text = await readFile(new URL('../../../examples/joint-credit.yaml', import.meta.url), 'utf8')

const asset = (owner: string, name: string, rows: number, numbers: string[], texts: string[]): AssetFacts => ({
  id: `${owner}/${name}`,
  name,
  owner,
  rows,
  schema: {
    columns: [
      ...texts.map((n) => ({ name: n, type: 'text' as const })),
      ...numbers.map((n) => ({ name: n, type: 'number' as const })),
    ],
  },
  digest: '11'.repeat(32),
  termsHash: '22'.repeat(32),
})
const assets = [
  asset('bank-a', 'loans', 30_000, ['default', 'age', 'monthly_income'], ['customer_id', 'city']),
  asset('bank-b', 'payments', 35_000, ['late_payments_12m', 'monthly_turnover'], ['customer_id']),
]
const request = (flow: string, links: Record<string, LinkFacts> = {}) => ({
  flow: parseFlow(flow),
  components,
  assets,
  links,
  initiator: 'bank-a',
})
const plan = compile(request(text))
const taskOf = (step: string, from = plan) => from.tasks.find((t) => t.step === step)!
const holders = (step: string, port: string, from = plan) => Object.keys(taskOf(step, from).outputs[port]!.at)

describe.each([...components.values()])('$name', (component) => {
  test('says in both languages what it is, what each part, port and parameter is', () => {
    const spoken = [
      component.title,
      component.about,
      ...[component.parts, component.inputs, component.outputs].flatMap((r) => Object.values(r).map((p) => p.about)),
    ]
    const form = z.toJSONSchema(component.params, { io: 'input' }) as unknown as {
      properties: Record<string, { label: { en: string; zh: string }; help: { en: string; zh: string } }>
    }
    for (const { label, help } of Object.values(form.properties)) spoken.push(label, help)
    for (const { en, zh } of spoken) {
      expect(en).not.toMatch(/\p{Script=Han}/u)
      expect(zh).toMatch(/\p{Script=Han}/u)
    }
  })

  test('names its parts where its ports are', () => {
    for (const { at } of [...Object.values(component.inputs), ...Object.values(component.outputs)])
      for (const part of at) expect(Object.keys(component.parts)).toContain(part)
  })
})

describe('two banks train one credit model', () => {
  test('the statement is the page that people approve', () => {
    expect(render(plan.statement, 'en')).toMatchInlineSnapshot(`
      "Assumes         centre colludes with neither bank-a nor bank-b; both bank-a and bank-b run this software
                      unchanged (semi-honest)
      Chosen          aligned: protocol rr22: about 0.6 s with these sizes and this link, ecdh 2.8 s, rr22-low 0.7 s
      bank-a learns   how many rows bank-b brings (35,000) · which of its own rows bank-b also has (at most 30,000)
                      a power of two that bounds bank-b's prepared values
                      the model's weights for its own columns and the intercept (3)
                      the score of each row in scores (at most 6,000)
                      => from weights and scores it can compute bank-b's part of each row's score
                      => if it knows bank-b's values of 2 scored rows, it can solve for bank-b's weights
                      => it and bank-b both know which rows (customers) they share
                      => it knows which of its rows bank-b lacks, and how many rows bank-b has that it lacks
                      => whatever identifier it puts into its table is looked up among bank-b's
                      => it knows within a factor of two how far bank-b's most extreme value lies from its mean, not
                         whose it is
                      => its weights, beside those of a model of its own columns alone, tell how bank-b's columns
                         overlap with its own
      bank-b learns   how many rows bank-a brings (30,000) · which of its own rows bank-a also has (at most 30,000)
                      a power of two that bounds bank-a's prepared values
                      the model's weights for its own columns (2)
                      => it and bank-a both know which rows (customers) they share
                      => it knows which of its rows bank-a lacks, and how many rows bank-a has that it lacks
                      => whatever identifier it puts into its table is looked up among bank-a's
                      => it knows within a factor of two how far bank-a's most extreme value lies from its mean, not
                         whose it is
                      => its weights tell how strongly each of its columns goes with bank-a's label, other columns
                         being equal
      centre learns   how many rows and columns take part; nothing about their values"
    `)
    expect(render(plan.statement, 'zh', 90)).toMatchInlineSnapshot(`
      "前提          centre 不与 bank-a 合谋，也不与 bank-b 合谋；bank-a 和 bank-b 双方均原样运行
                    本软件（半诚实）
      自动选择      aligned: 协议 rr22：按此规模与链路约 0.6 秒，ecdh 约 2.8 秒，rr22-low 约 0.7
                    秒
      bank-a 得知   bank-b 提供多少行（35,000） · 自己的哪些行 bank-b 也有（至多 30,000 行）
                    一个界定 bank-b 预处理后取值范围的二次幂
                    模型中自己各列的权重与截距（3 个） · scores 中每行的分数（至多 6,000 行）
                    => 由权重与分数可算出 bank-b 对每行分数的贡献部分
                    => 若已知 bank-b 在 2 个已打分行上的取值，即可解出 bank-b 的权重
                    => 它与 bank-b 双方都知道共有哪些行（客户）
                    => 它知道自己的哪些行 bank-b 没有，以及 bank-b 有多少行是它没有的
                    => 它放入表中的任何标识都会在 bank-b 的标识中被查找
                    => 它知道 bank-b 最极端的取值偏离均值多远（两倍以内），但不知属于哪一行
                    => 将其权重与仅用自己各列训练的模型对照，可看出 bank-b 的列与自己的列有多少
                       重叠
      bank-b 得知   bank-a 提供多少行（30,000） · 自己的哪些行 bank-a 也有（至多 30,000 行）
                    一个界定 bank-a 预处理后取值范围的二次幂 · 模型中自己各列的权重（2 个）
                    => 它与 bank-a 双方都知道共有哪些行（客户）
                    => 它知道自己的哪些行 bank-a 没有，以及 bank-a 有多少行是它没有的
                    => 它放入表中的任何标识都会在 bank-a 的标识中被查找
                    => 它知道 bank-a 最极端的取值偏离均值多远（两倍以内），但不知属于哪一行
                    => 其权重表明：其他列相同时，它的每一列与 bank-a 的标签关联多强
      centre 得知   有多少行、多少列参与；不涉及任何取值"
    `)
  })

  test('every step falls to the right members', () => {
    const cast = plan.tasks.map((t) => `${t.step}: ${t.parties.map((p) => `${p.id} ${p.part}`).join(', ')}`)
    expect(cast).toEqual([
      'loans: bank-a owner',
      'payments: bank-b owner',
      'aligned: bank-a left, bank-b right',
      'parts: bank-a holder, bank-b holder',
      'scaled: bank-a holder, bank-b holder',
      'model: bank-a label, bank-b feature, centre dealer',
      'scores: bank-a receiver, bank-b feature',
      'quality: bank-a label',
      'own-model: bank-a label',
      'own-scores: bank-a receiver',
      'own-quality: bank-a label',
    ])
  })

  test('identifiers become text, labels no features, and scores stay with the receiver', () => {
    expect(taskOf('loans').outputs.table!.at['bank-a']!.schema.columns[0]).toEqual({
      name: 'customer_id',
      type: 'text',
    })
    const columns = (step: string, port: string, member: string) =>
      taskOf(step).outputs[port]!.at[member]!.schema.columns.map((c) => c.name)
    expect(columns('model', 'model', 'bank-a')).toEqual(['age', 'monthly_income'])
    expect(columns('model', 'model', 'bank-b')).toEqual(['late_payments_12m', 'monthly_turnover'])
    expect(columns('scores', 'scores', 'bank-a')).toContain('default')
    expect(columns('scores', 'scores', 'bank-a').at(-1)).toBe('score')
    expect(holders('scores', 'scores')).toEqual(['bank-a'])
  })

  test('rows: bounded by the smaller table, expected as the flow says', () => {
    const rows = (step: string, port: string) => {
      const { rows, expectedRows } = taskOf(step).outputs[port]!.at['bank-b']!
      return [rows, expectedRows]
    }
    expect(rows('aligned', 'table')).toEqual([30_000, 24_000])
    expect(rows('parts', 'train')).toEqual([24_000, 19_200])
    expect(rows('parts', 'test')).toEqual([6000, 4800])
  })

  test('who works alone discloses nothing', () => {
    for (const { step, parties, disclosures, security } of plan.tasks)
      if (parties.length === 1)
        expect({ step, disclosures, security }).toEqual({ step, disclosures: [], security: 'local' })
  })

  test('what the partner is asked', () => {
    const { columns, disclosures, rows } = requestFor(plan, 'bank-b/payments', { now: 0, usesBefore: 0 })
    expect(rows).toBe(24_000)
    expect(columns.map((c) => `${c.step} ${c.column} ${c.use}`)).toEqual([
      'aligned customer_id join',
      'model late_payments_12m train',
      'model monthly_turnover train',
      'scores late_payments_12m predict',
      'scores monthly_turnover predict',
    ])
    expect(disclosures.map((d) => `${d.what} to ${d.to}`)).toEqual([
      'row-count to bank-a',
      'matched-rows to bank-a',
      'shape to centre',
      'value-range to bank-a',
      'model-weights to bank-a',
      'score to bank-a',
    ])
  })

  test('the estimate is printed beside it in either language', () => {
    expect(renderPlan(plan, 'en')).toMatch(/^Costs {2,}about .* s, .* MB between bank-a and bank-b, .* MB from centre/m)
    expect(renderPlan(plan, 'zh')).toMatch(/^开销 +约 .*bank-a 与 bank-b 之间/m)
  })

  test('every choice is made before anybody signs', () => {
    for (const { params } of plan.tasks)
      for (const [key, value] of Object.entries(params))
        if (key !== 'features' && key !== 'columns') expect(value).not.toBe('auto')
    expect(agreementBody(plan, { attemptLimit: 3 })).toEqual(agreementBody(compile(request(text)), { attemptLimit: 3 }))
  })
})

describe('choices follow the flow', () => {
  const changed = (from: string, to: string) => {
    expect(text).toContain(from)
    return compile(request(text.replace(from, to)))
  }

  test('a slow link gets larger batches, and stays in bounds', () => {
    const slow = compile(request(text, { 'bank-a~bank-b': { roundTripMs: 30, bytesPerSecond: 12.5e6 } }))
    expect(taskOf('model').params.batch).toBe(128)
    expect(taskOf('model', slow).params.batch).toBeGreaterThan(128)
    expect(taskOf('model', slow).cost.seconds).toBeLessThan(180)
    expect(taskOf('model', slow).cost.rounds).toBeLessThan(taskOf('model').cost.rounds)
  })

  test('a batch that the flow names is kept', () => {
    const links = { 'bank-a~bank-b': { roundTripMs: 30, bytesPerSecond: 12.5e6 } }
    const named = compile(request(text.replace('batch: auto', 'batch: 64'), links))
    expect(taskOf('model', named).params.batch).toBe(64)
  })

  test('a group that the flow names is kept, named in the agreement, and makes auto take ecdh', () => {
    const named = changed('learns: both', 'learns: both, suite: sm2')
    expect(taskOf('aligned', named)).toMatchObject({
      suite: 'psi-ecdh-sm2-sm3-sswu',
      params: { protocol: 'ecdh', suite: 'sm2' },
    })
    expect(render(named.statement, 'en')).toContain('protocol ecdh: the one that computes in the group asked for')
    expect(render(named.statement, 'zh')).toContain('协议 ecdh：按所要求的群计算的协议')
    const plain = changed('learns: both', 'learns: both, protocol: ecdh')
    expect(taskOf('aligned', plain).params).toMatchObject({ protocol: 'ecdh', suite: 'curve25519' })
    expect(taskOf('aligned', named).cost.seconds).toBeGreaterThan(4 * taskOf('aligned', plain).cost.seconds)
  })

  test.each(['protocol: rr22', 'protocol: rr22-low', 'security: malicious'])(
    'a group and %s do not go together',
    (wish) => {
      expect(() => changed('learns: both', `learns: both, suite: p256, ${wish}`)).toThrow(
        expect.objectContaining({
          problems: [
            expect.objectContaining({
              step: 'aligned',
              field: 'suite',
              error: expect.objectContaining({ code: 'STEP_PSI_SUITE' }),
            }),
          ],
        }),
      )
    },
  )

  test('early stop tells everybody after how many epochs', () => {
    const told = taskOf('model', changed('batch: auto', 'batch: auto, earlyStop: 0.001')).disclosures
    expect(told.filter((d) => d.what === 'training-epochs').map((d) => [d.to, d.atMost])).toEqual([
      ['bank-a', 10],
      ['bank-b', 10],
      ['centre', 10],
    ])
  })

  test('who does not learn the matches gets no rows', () => {
    const [head] = text.split('  parts:')
    const one = compile(request(head!.replace('learns: both', 'learns: right')))
    expect(holders('aligned', 'table', one)).toEqual(['bank-b'])
    expect(
      taskOf('aligned', one)
        .disclosures.filter((d) => d.what === 'matched-rows')
        .map((d) => d.to),
    ).toEqual(['bank-b'])
    expect(one.statement.learns[0]!.consequences).toEqual([])
  })

  test('every fifth row, in the order of the identifier', () => {
    const every = changed('test: 0.2, seed: agreed', 'method: every, every: 5, by: customer_id')
    expect(taskOf('parts', every).outputs.test!.at['bank-a']!.rows).toBe(6000)
    const each = changed('test: 0.2, seed: agreed', 'method: every, by: [lender.customer_id, partner.customer_id]')
    expect(taskOf('parts', each).params.by).toEqual([
      { party: 'bank-a', column: 'customer_id' },
      { party: 'bank-b', column: 'customer_id' },
    ])
  })

  test('scores may go to the partner, and then the partner can work back', () => {
    const [head] = text.split('  quality:')
    const to = compile(request(head!.replace('to: lender', 'to: partner')))
    const rules = to.statement.learns.map((l) => l.consequences.map((c) => c.rule))
    expect(rules[0]).not.toContain('partners-part-of-score')
    expect(rules[1]).toContain('partners-part-of-score')
  })
})

test('figures from a partner cannot make a proposal take long to judge', () => {
  const judge = (rows: number, flow = text) => {
    const many = assets.map((a) => ({ ...a, rows }))
    const checked = checkPlan({ ...request(flow.replace(', expects: 24000', '')), assets: many })
    return checked.ok ? [] : checked.problems.map((p) => `${p.error.code} ${p.field}`)
  }
  const started = process.cpuUsage() // whatever else the machine does
  expect(judge(2_500_000)).toEqual([])
  expect(judge(100_000_000)).toEqual(['STEP_TOO_MANY_ROWS train'])
  expect(judge(2_500_000, text.replace('batch: auto', 'batch: 4'))).toEqual(['STEP_TOO_MANY_ITERATIONS batch'])
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(15_000)
  expect(judge(1_000_000, text.replace('batch: auto', 'batch: full'))).toEqual(['LEARNING_BATCH_TOO_LARGE batch'])
  expect(judge(30_000, text.replace('batch: auto', 'l2: 0.5'))).toEqual(['FLOW_BAD_PARAM l2'])
})

test('a dataset without rows is named', () => {
  const checked = checkPlan({ ...request(text), assets: [{ ...assets[0]!, rows: 0 }, assets[1]!] })
  expect(checked).toMatchObject({
    ok: false,
    problems: [{ step: 'loans', field: 'asset', error: { code: 'STEP_NO_ROWS' } }],
  })
})

test('the fewest rows there can be make a plan with figures in it', () => {
  const plan = compile({ ...request(text), assets: assets.map((a) => ({ ...a, rows: 1 })) })
  for (const { cost } of plan.tasks)
    for (const figure of [cost.seconds, cost.rounds, cost.memoryBytes, ...Object.values(cost.bytes)])
      expect(figure).toBeGreaterThanOrEqual(0)
})

describe('what does not fit is said before anything runs', () => {
  const cases: [string, string, string, string, { step: string; field?: string }][] = [
    [
      'no such column to read',
      'asset: loans, id: { column: customer_id',
      'asset: loans, columns: [agee], id: { column: customer_id',
      'STEP_NO_COLUMN',
      { step: 'loans', field: 'columns' },
    ],
    [
      'no such identifier',
      'asset: loans, id: { column: customer_id',
      'asset: loans, id: { column: client',
      'STEP_NO_COLUMN',
      { step: 'loans', field: 'id' },
    ],
    ['no such column to match on', 'on: customer_id', 'on: client', 'STEP_NO_COLUMN', { step: 'aligned', field: 'on' }],
    [
      'a column of numbers to match on',
      'on: customer_id',
      'on: { left: age, right: customer_id }',
      'STEP_COLUMN_TYPE',
      { step: 'aligned', field: 'on' },
    ],
    [
      'every nth row without an order',
      'test: 0.2, seed: agreed',
      'method: every',
      'STEP_EVERY_NEEDS_ORDER',
      { step: 'parts', field: 'by' },
    ],
    [
      'an order that one holder lacks',
      'test: 0.2, seed: agreed',
      'method: every, by: [lender.customer_id]',
      'STEP_NO_COLUMN',
      { step: 'parts', field: 'by' },
    ],
    [
      'text to standardise',
      'of: parts.train }',
      'of: parts.train, columns: [lender.city] }',
      'STEP_COLUMN_TYPE',
      { step: 'scaled', field: 'columns' },
    ],
    [
      'no such label',
      'label: lender.default, epochs: 10, batch',
      'label: lender.defalt, epochs: 10, batch',
      'STEP_NO_COLUMN',
      { step: 'model', field: 'label' },
    ],
    [
      'a label of text',
      'label: lender.default, epochs: 10, batch',
      'label: lender.city, epochs: 10, batch',
      'STEP_COLUMN_TYPE',
      { step: 'model', field: 'label' },
    ],
    [
      'a label among the features',
      'batch: auto',
      'batch: auto, features: [lender.default, partner.monthly_turnover]',
      'STEP_LABEL_AS_FEATURE',
      { step: 'model', field: 'features' },
    ],
    [
      'features of one side only',
      'batch: auto',
      'batch: auto, features: [lender.age]',
      'STEP_NO_FEATURES',
      { step: 'model', field: 'features' },
    ],
    [
      'features of a member without rows',
      'batch: auto',
      'batch: auto, features: [lender.age, partner.monthly_turnover, dealer.x]',
      'STEP_MEMBER_HOLDS_NOTHING',
      { step: 'model', field: 'features' },
    ],
    [
      'one bank alone cannot train jointly',
      'train: scaled, label: lender.default, epochs: 10, batch',
      'train: loans, label: lender.default, epochs: 10, batch',
      'FLOW_PART_COUNT',
      { step: 'model' },
    ],
    [
      'scores to a member without model',
      'rows: parts.test, to: lender }\n  own-quality',
      'rows: parts.test, to: partner }\n  own-quality',
      'STEP_MEMBER_HOLDS_NOTHING',
      { step: 'own-scores' },
    ],
    [
      'rows that a holder of the model lacks',
      'rows: parts.test, to: lender }\n  quality',
      'rows: loans, to: lender }\n  quality',
      'STEP_MEMBER_HOLDS_NOTHING',
      { step: 'scores', field: 'rows' },
    ],
    [
      'a label elsewhere than the scores',
      'scores: scores, label: lender.default',
      'scores: scores, label: partner.late_payments_12m',
      'STEP_MEMBER_HOLDS_NOTHING',
      { step: 'quality', field: 'label' },
    ],
    [
      'the dealer as bank',
      'parties: { lender: bank-a, partner: bank-b, dealer: centre }',
      'parties: { lender: bank-a, dealer: bank-b, partner: centre }',
      'FLOW_UNKNOWN_ASSET',
      { step: 'payments' },
    ],
  ]
  test.each(cases)('%s', (_, from, to, code, where) => {
    expect(text).toContain(from)
    const checked = checkPlan(request(text.replace(from, to)))
    const problems = checked.ok ? [] : checked.problems
    expect(problems.map((p) => p.error.code)).toContain(code)
    const found = problems.find((p) => p.error.code === code)!
    expect(found).toMatchObject(where)
    expect(found.line).toBeGreaterThan(0)
    for (const locale of ['en', 'zh'] as const) expect(sayProblem(found, locale)).not.toMatch(/undefined|\{\w+\}/)
  })
})
