/** Sets larger than the step's memory: the plan divides them, and says what that takes before anybody approves. */
import { type AssetFacts, checkPlan, compile, parseFlow, renderPlan } from '@secureflow/flow'
import { describe, expect, test } from 'vitest'
import { components } from '../../declarations.ts'

const asset = (owner: string, name: string, rows: number): AssetFacts => ({
  id: `${owner}/${name}`,
  name,
  owner,
  rows,
  schema: {
    columns: [
      { name: 'id', type: 'text' },
      { name: 'x', type: 'number' },
    ],
  },
  digest: '11'.repeat(32),
  termsHash: '22'.repeat(32),
})
const request = (params: string, rows: number) => ({
  flow: parseFlow(`
flow: large
purpose: matching
parties: { lender: bank-a, partner: bank-b }
steps:
  loans: { use: read-table, at: lender, asset: loans }
  payments: { use: read-table, at: partner, asset: payments }
  aligned: { use: psi, of: { left: loans, right: payments }, on: id${params} }
`),
  components,
  assets: [asset('bank-a', 'loans', rows), asset('bank-b', 'payments', rows)],
  links: { 'bank-a~bank-b': { roundTripMs: 0.2, bytesPerSecond: 500e6 } },
  initiator: 'bank-a',
})
const alignedOf = (params: string, rows: number) => {
  const plan = compile(request(params, rows))
  return { plan, task: plan.tasks.find(({ step }) => step === 'aligned')! }
}

describe('memory of a step', () => {
  test('decides how many buckets there are, with the disk that they take; both are in the plan', () => {
    const { plan, task } = alignedOf('', 10_000_000)
    expect(task.params).toMatchObject({ protocol: 'rr22', buckets: 16, memory: 1024 })
    expect(task.cost.memoryBytes).toBeLessThan(2 ** 30)
    expect(task.cost.scratchBytes).toBeGreaterThan(248e6 * 1.048) // as measured, psi-large
    expect(plan.estimate.scratchBytes).toBe(task.cost.scratchBytes)
    expect(renderPlan(plan, 'en').replace(/\s+/g, ' ')).toMatch(/at most [\d.]+ MB of scratch disk for each member/)
    expect(renderPlan(plan, 'zh').replace(/\s+/g, '')).toMatch(/每个成员至多[\d.]+MB临时磁盘空间/)
    expect(alignedOf(', memory: 8192', 10_000_000).task.params).not.toHaveProperty('buckets')
    expect(alignedOf(', memory: 512', 10_000_000).task.params.buckets).toBeGreaterThan(16)
  })

  test('is not asked where everything fits, and may be set aside', () => {
    const { plan, task } = alignedOf('', 1_000_000)
    expect(task.params).not.toHaveProperty('buckets')
    expect(plan.estimate).not.toHaveProperty('scratchBytes')
    expect(alignedOf(', buckets: 8', 1000).task.params).toMatchObject({
      protocol: expect.stringMatching(/^rr22/),
      buckets: 8,
    })
  })
})

test.each([
  [', buckets: 3', 'FLOW_BAD_PARAM'],
  [', memory: 10', 'FLOW_BAD_PARAM'],
  [', buckets: 4, protocol: ecdh', 'STEP_PSI_BUCKETS'],
  [', buckets: 4, suite: sm2', 'STEP_PSI_BUCKETS'],
])('%s is refused: %s', (params, code) => {
  const checked = checkPlan(request(params, 1000))
  expect(checked.ok ? [] : checked.problems.map((p) => p.error.code)).toContain(code)
})
