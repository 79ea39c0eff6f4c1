/** Which protocol aligns, and how the plan says so before anybody approves. */
import { readFile } from 'node:fs/promises'
import { type AssetFacts, checkPlan, compile, type LinkFacts, parseFlow, renderPlan } from '@secureflow/flow'
import { describe, expect, test } from 'vitest'
import { components } from '../../declarations.ts'

const text = await readFile(new URL('../../../../../examples/joint-credit.yaml', import.meta.url), 'utf8')
const alignment = 'on: customer_id'
const asset = (owner: string, name: string, rows: number, numbers: string[]): AssetFacts => ({
  id: `${owner}/${name}`,
  name,
  owner,
  rows,
  schema: {
    columns: [
      { name: 'customer_id', type: 'text' },
      { name: 'city', type: 'text' },
      ...numbers.map((n) => ({ name: n, type: 'number' as const })),
    ],
  },
  digest: '11'.repeat(32),
  termsHash: '22'.repeat(32),
})
const far = { roundTripMs: 30, bytesPerSecond: 12.5e6 }
const near = { roundTripMs: 0.2, bytesPerSecond: 500e6 }
const request = (params: string, link: LinkFacts, rows = 2 ** 20) => ({
  flow: parseFlow(text.replace(alignment, `${alignment}${params}`)),
  components,
  assets: [
    asset('bank-a', 'loans', rows, ['default', 'age', 'monthly_income']),
    asset('bank-b', 'payments', rows, ['late_payments_12m', 'monthly_turnover']),
  ],
  links: { 'bank-a~bank-b': link },
  initiator: 'bank-a',
})
const aligned = (params: string, link: LinkFacts, rows?: number) => {
  const plan = compile(request(params, link, rows))
  return { plan, task: plan.tasks.find(({ step }) => step === 'aligned')! }
}

describe('auto', () => {
  test.each([
    ['a near line', near, 2 ** 20, 'rr22'],
    ['a line of 100 Mbit/s', far, 2 ** 20, 'rr22-low'],
    ['some rows on a line of 100 Mbit/s', far, 20_000, 'rr22-low'],
    ['a hundred rows', near, 100, 'ecdh'],
  ] as const)('%s', (_, link, rows, expected) => {
    const { plan, task } = aligned('', link, rows)
    expect(task.params.protocol).toBe(expected)
    for (const [locale, said] of [
      ['en', `protocol ${expected}: about`],
      ['zh', `协议 ${expected}：按此规模与链路约`],
    ] as const)
      expect(renderPlan(plan, locale)).toContain(said)
  })

  test('says what the others would take', () => {
    const page = renderPlan(aligned('', far).plan, 'en').replace(/\s+/g, ' ')
    expect(page).toMatch(/protocol rr22-low: about [\d.]+ s with these sizes and this link, ecdh \d+ s, rr22 [\d.]+ s/)
  })
})

test('rr22-low moves a quarter less than rr22, and the agreement names it', () => {
  const of = (protocol: string) => {
    const { task } = aligned(`, protocol: ${protocol}`, near)
    return { suite: task.suite, bytes: Object.values(task.cost.bytes).reduce((a, b) => a + b) }
  }
  const [low, fast] = [of('rr22-low'), of('rr22')]
  expect(low.bytes / fast.bytes).toBeLessThan(0.75)
  expect([low.suite, fast.suite]).toEqual(['psi-rr22-low-okvs-vole', 'psi-rr22-okvs-vole'])
})

test.each([
  ['protocol: rr22-low, security: malicious', 'STEP_PSI_SECURITY', 'protocol'],
  ['protocol: ecdh, security: malicious', 'STEP_PSI_SECURITY', 'protocol'],
  ['protocol: rr22-low, suite: sm2', 'STEP_PSI_SUITE', 'suite'],
])('%s is refused', (params, code, field) => {
  const checked = checkPlan(request(`, ${params}`, near))
  const problems = checked.ok ? [] : checked.problems
  expect(problems.map(({ error, step, field }) => [error.code, step, field])).toEqual([[code, 'aligned', field]])
})
