import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SecureflowError } from '@secureflow/base'
import { datasetDigest, generateDemoTables, readSchema, readTable } from '@secureflow/data'
import { type AssetFacts, compile, type Plan, parseFlow, type Report } from '@secureflow/flow'
import { trainLogistic } from '@secureflow/learning'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { components } from './declarations.ts'
import { preparedColumns, rowMajor } from './prepared.ts'
import { agreedSeedOf, type PlanResult, runPlan } from './testing.ts'
import { logisticParams } from './train/linear.ts'

const shared = resolve(process.env.SECUREFLOW_SHARED ?? resolve(import.meta.dirname, '../../../../shared'), 'data')
const present = await access(shared).then(
  () => true,
  () => false,
)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secureflow-joint-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function assetOf(owner: string, name: string, path: string, id: string): Promise<AssetFacts> {
  const { rows } = await readTable(path, { id, columns: [id] })
  return {
    id: `${owner}/${name}`,
    name,
    owner,
    rows,
    schema: await readSchema(path, { id }),
    digest: await datasetDigest(path),
    termsHash: '00'.repeat(32),
  }
}

/** Compiles and runs a flow over one file of each bank. */
async function runFlow(text: string, files: { loans: string; payments: string; id: string }) {
  const assets = [
    await assetOf('bank-a', 'loans', files.loans, files.id),
    await assetOf('bank-b', 'payments', files.payments, files.id),
  ]
  const plan = compile({ flow: parseFlow(text), components, assets, links: {}, initiator: 'bank-a' })
  const datasets = {
    'bank-a': { [assets[0]!.id]: { path: files.loans, format: 'csv' as const, digest: assets[0]!.digest } },
    'bank-b': { [assets[1]!.id]: { path: files.payments, format: 'csv' as const, digest: assets[1]!.digest } },
  }
  return { plan, result: await runPlan({ plan, platform: nodePlatform, datasets }) }
}

const figures = (result: PlanResult, step: string): Report['figures'] => {
  const artifact = result.artifact('bank-a', step, 'report')
  if (artifact.type !== 'report') throw new Error(`${step} made no report`)
  return artifact.report.figures
}

const tableAt = (result: PlanResult, member: string, step: string, port: string) => {
  const artifact = result.artifact(member, step, port)
  if (!('table' in artifact)) throw new Error(`${step}.${port} is no table`)
  return artifact.table
}

/** The same training on plain numbers: both banks' train rows side by side, the same batches, seed and segments. */
function expectPlainTwin({ plan, result }: { plan: Plan; result: PlanResult }, label: string) {
  const task = plan.tasks.find((t) => t.step === 'model')!
  const params = logisticParams(task.params as never, 0)
  const parts = ['bank-a', 'bank-b'].map((member) => {
    const scaled = result.artifact(member, 'scaled', 'table')
    const held = result.artifact(member, 'model', 'model')
    if (scaled.type !== 'table' || held.type !== 'model') throw new Error('unexpected artifacts')
    const { table, preparation } = scaled
    return { ...held.model, table, values: preparedColumns(table, held.model.columns, preparation) }
  })
  const { table } = parts[0]!
  const columns = parts.flatMap((p) => p.values)
  const plain = trainLogistic({
    x: rowMajor(columns, table.rows),
    columns: columns.length,
    y: table.numbers(label),
    params,
    seed: agreedSeedOf(plan, task, nodePlatform),
  })
  const trained = [...parts.flatMap((p) => p.weights), parts[0]!.intercept!]
  const distance = Math.max(...[...plain.weights, plain.intercept].map((w, j) => Math.abs(w - trained[j]!)))
  expect(distance).toBeLessThan(2 ** -10)
}

describe('two banks train one credit model', () => {
  test('the product’s own flow over its own demo tables', async () => {
    const demo = await generateDemoTables({ seed: 3, folder, loans: 3000, payments: 3500, common: 2400 })
    const text = await readFile(new URL('../../../examples/joint-credit.yaml', import.meta.url), 'utf8')
    const { plan, result } = await runFlow(text, {
      loans: demo.loans.path,
      payments: demo.payments.path,
      id: demo.loans.id,
    })

    const [left, right] = ['bank-a', 'bank-b'].map((m) => tableAt(result, m, 'aligned', 'table').texts('customer_id'))
    expect(left).toHaveLength(2400)
    expect(left).toEqual(right)
    const [test, partner] = ['bank-a', 'bank-b'].map((m) => tableAt(result, m, 'parts', 'test').texts('customer_id'))
    expect(test).toHaveLength(480)
    expect(test).toEqual(partner)

    expectPlainTwin({ plan, result }, 'default')
    const joint = figures(result, 'quality')
    const own = figures(result, 'own-quality')
    expect(joint.rows).toBe(480)
    expect(own.auc).toBeGreaterThan(0.6)
    expect(joint.auc).toBeGreaterThan(own.auc! + 0.05)
    expect(joint.auc).toBeGreaterThan(0.74)

    // Each bank holds the weights of its own columns and no others; the lender alone has the intercept.
    const models = ['bank-a', 'bank-b'].map((m) => result.artifact(m, 'model', 'model'))
    expect(models.map((m) => m.type === 'model' && m.model.columns)).toEqual([
      demo.loans.features,
      demo.payments.features,
    ])
    expect(models.map((m) => m.type === 'model' && m.model.intercept !== undefined)).toEqual([true, false])
    expect(result.releases('scores')).toEqual([
      { from: 'bank-b', release: { disclosure: 'scores', to: 'bank-a', count: 480 } },
    ])
    expect(() => result.artifact('bank-b', 'scores', 'scores')).toThrow(/holds no/)
    for (const { step, disclosures } of plan.tasks)
      for (const { from, release } of result.releases(step))
        expect(
          disclosures.some((d) => d.id === release.disclosure && d.to === release.to && d.from.includes(from)),
        ).toBe(true)
  })
})

describe('what a person may get wrong is one clear error', () => {
  const write = async (name: string, text: string) => {
    const path = join(folder, name)
    await writeFile(path, text)
    return path
  }
  const codeOf = async (loans: string, payments: string, flow = byNumericId('y')) => {
    const files = { loans: await write('l.csv', loans), payments: await write('p.csv', payments), id: 'id' }
    const error = await runFlow(flow, files)
      .then(() => undefined)
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SecureflowError)
    return (error as SecureflowError).code
  }
  const rows = (from: number, to: number, cells: (i: number) => string) =>
    Array.from({ length: to - from }, (_, i) => `${from + i},${cells(from + i)}\n`).join('')
  const loans = `id,y,x\n${rows(0, 60, (i) => `${i % 2},${i * i}`)}`
  const payments = `id,z\n${rows(0, 60, (i) => `${Math.sin(i)}`)}`

  test.each([
    ['no id in common', 'RUN_NOTHING_IN_COMMON', loans, `id,z\n${rows(500, 560, (i) => `${i}`)}`],
    ['a label that is not binary', 'DATA_LABEL_NOT_BINARY', `id,y,x\n${rows(0, 60, (i) => `${i % 3},${i}`)}`, payments],
    ['a label of one class', 'DATA_CONSTANT_COLUMN', `id,y,x\n${rows(0, 60, (i) => `1,${i}`)}`, payments],
    ['a constant column at the partner', 'DATA_CONSTANT_COLUMN', loans, `id,z,c\n${rows(0, 60, (i) => `${i},5`)}`],
    ['NaN', 'DATA_NOT_FINITE', loans, payments.replace(/^7,.*/m, '7,nan')],
    ['a repeated id', 'DATA_DUPLICATE_IDS', `${loans}7,1,1\n`, payments],
    ['too few rows in common to divide', 'RUN_TOO_FEW_ROWS', loans, `id,z\n3,1\n99,2\n`],
  ])('%s: %s', async (_, code, left, right) => {
    expect(await codeOf(left, right)).toBe(code)
  })
})

/** Joined, in numeric order of the id, every fifth row to test: as the plain baselines were made. */
const byNumericId = (label: string, own = 'all', theirs = 'all') => `
flow: joint
purpose: research
parties: { lender: bank-a, partner: bank-b, dealer: centre }
steps:
  loans:       { use: read-table, at: lender, asset: loans, columns: ${own} }
  payments:    { use: read-table, at: partner, asset: payments, columns: ${theirs} }
  aligned:     { use: psi, of: { left: loans, right: payments }, on: id }
  parts:       { use: split, of: aligned, method: every, every: 5, by: id }
  scaled:      { use: standardize, of: parts.train }
  model:       { use: vertical-logistic-regression, train: scaled, label: lender.${label}, batch: 128 }
  scores:      { use: predict, model: model, rows: parts.test, to: lender }
  quality:     { use: evaluate, scores: scores, label: lender.${label} }
  own-model:   { use: local-logistic-regression, train: scaled, label: lender.${label} }
  own-scores:  { use: predict, model: own-model, rows: parts.test, to: lender }
  own-quality: { use: evaluate, scores: own-scores, label: lender.${label} }
`

describe.skipIf(!present)('public tables (need shared/data)', () => {
  const files = (name: string) => ({
    loans: join(shared, `${name}_hetero_guest.csv`),
    payments: join(shared, `${name}_hetero_host.csv`),
    id: 'id',
  })

  test('breast: 569 rows of two clinics', async () => {
    const { result } = await runFlow(byNumericId('y'), files('breast'))
    expect(tableAt(result, 'bank-a', 'parts', 'test').rows).toBe(114)
    expect(figures(result, 'quality').auc).toBeGreaterThan(0.98) // plain joint logistic regression: 0.9963
    expect(figures(result, 'own-quality').auc).toBeGreaterThan(0.98)
  })

  test.runIf(process.env.SECUREFLOW_FULL === '1')(
    'credit default: 30,000 rows of a bank and a payments company (needs test:full)',
    { timeout: 300_000 },
    async () => {
      const ran = await runFlow(byNumericId('y'), files('default_credit'))
      const { result } = ran
      expectPlainTwin(ran, 'y')
      expect(tableAt(result, 'bank-a', 'parts', 'test').rows).toBe(6000)
      expect(figures(result, 'quality').auc).toBeGreaterThanOrEqual(0.715)
      expect(figures(result, 'own-quality').auc).toBeLessThan(0.67)
    },
  )

  test.runIf(process.env.SECUREFLOW_FULL === '1')(
    'online shoppers: 12,330 visits of a shop and a web analytics company (needs test:full)',
    { timeout: 300_000 },
    async () => {
      const shop =
        '[Administrative, Administrative_Duration, Informational, Informational_Duration, ProductRelated, ' +
        'ProductRelated_Duration, SpecialDay, OperatingSystems, Browser, Region, TrafficType, Weekend, Revenue]'
      const path = join(shared, 'online_shoppers_intention.csv')
      const flow = byNumericId('Revenue', shop, '[BounceRates, ExitRates, PageValues]')
      const ran = await runFlow(flow, { loans: path, payments: path, id: 'id' })
      const { result } = ran
      expectPlainTwin(ran, 'Revenue')
      expect(figures(result, 'quality').auc).toBeGreaterThanOrEqual(0.865) // plain joint: 0.8678
      expect(figures(result, 'own-quality').auc).toBeLessThan(0.68) // plain shop alone: 0.6591
    },
  )
})
