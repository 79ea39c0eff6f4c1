/** The ledger of releases and of uses, without runs: one transaction with what it belongs to, and there after a crash. */
import { copyFileSync } from 'node:fs'
import { components } from '@secureflow/components/declarations'
import { type AssetFacts, compile, type Plan, parseFlow, parseTerms, rowSet } from '@secureflow/flow'
import { expect, onTestFinished, test } from 'vitest'
import { type Database, databaseFile, openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { foresee } from './foresee.ts'
import { type Asked, openUsage, type Usage } from './index.ts'

const of = 40
const rows = (from: number, to: number) =>
  rowSet(
    of,
    Array.from({ length: to - from }, (_, i) => from + i),
  )
const asked = (set: Asked['rows'], more: Partial<Asked> = {}): Asked => ({
  asset: 'a1',
  name: 'payments',
  owner: 'bank-b',
  atLeast: 5,
  measure: 'model',
  statistic: 'other',
  rows: set,
  ...more,
})
const occasion = { run: 'r', task: 3, attempt: 1, disclosure: 'weights', to: 'bank-a', at: 1 }

async function opened(home = temporaryFolder()): Promise<Usage & { db: Database; home: string }> {
  const db = await openDatabase(home)
  onTestFinished(() => db.destroy())
  return { ...openUsage(db), db, home }
}

const record = ({ db, releases }: Usage & { db: Database }, ...all: Asked[]) =>
  db.transaction().execute((t) => releases.record(t, all, occasion))

test('a refused release leaves nothing, nor does what was to be written with it', async () => {
  const usage = await opened()
  await record(usage, asked(rows(0, 20)))
  await expect(record(usage, asked(rows(20, 40)), asked(rows(0, 19)))).rejects.toMatchObject({
    reason: { code: 'GUARD_DIFFERENCE' },
  })
  await record(usage, asked(rows(0, 20)))
  expect(await usage.db.selectFrom('row_releases').select('rows_id').execute()).toHaveLength(2)
  expect(await usage.db.selectFrom('row_sets').select('id').execute()).toHaveLength(1)
})

test('of two at the same time the second is held against the first', async () => {
  const usage = await opened()
  const both = await Promise.allSettled([record(usage, asked(rows(0, 20))), record(usage, asked(rows(0, 19)))])
  expect(both.map((b) => b.status)).toEqual(['fulfilled', 'rejected'])
})

test('what was written is known after a crash, whatever was asked for then and is asked for now', async () => {
  const first = await opened()
  await record(first, asked(rows(0, 20), { atLeast: 0 }))
  const after = temporaryFolder()
  for (const end of ['', '-wal']) copyFileSync(databaseFile(first.home) + end, databaseFile(after) + end)
  const again = await opened(after)
  await expect(record(again, asked(rows(0, 19)))).rejects.toMatchObject({ reason: { code: 'GUARD_DIFFERENCE' } })
})

test('rows that the node cannot tell may be repeated by the same recipe and joined with nothing', async () => {
  const usage = await opened()
  const unknown = (recipe: string) => asked({ recipe, size: 20, of })
  await record(usage, unknown('x'))
  await record(usage, unknown('x'))
  for (const other of [unknown('y'), asked(rows(0, 20))])
    await expect(record(usage, other)).rejects.toMatchObject({ reason: { code: 'GUARD_UNKNOWN' } })
  // Another dataset is another matter.
  await record(usage, { ...unknown('y'), asset: 'a2' })
})

const facts = (owner: string, name: string, ...columns: string[]): AssetFacts => ({
  id: name.padEnd(64, '0'),
  name,
  owner,
  rows: of,
  schema: {
    columns: ['id', ...columns].map((c) => ({ name: c, type: c === 'id' ? ('text' as const) : ('number' as const) })),
  },
  digest: '',
  termsHash: '',
})
const payments = facts('bank-b', 'payments', 'paid')

function planOf(): Plan {
  const plan = compile({
    flow: parseFlow(`
flow: f
purpose: p
parties: { lender: bank-a, partner: bank-b, dealer: centre }
steps:
  loans: { use: read-table, at: lender, asset: loans, id: { column: id } }
  payments: { use: read-table, at: partner, asset: payments, id: { column: id } }
  scaled: { use: standardize, of: payments }
  aligned: { use: psi, of: { left: loans, right: payments }, on: id, learns: both }
  model: { use: vertical-logistic-regression, train: aligned, label: lender.late }
`),
    components,
    assets: [facts('bank-a', 'loans', 'late', 'income'), payments],
    links: {},
    initiator: 'bank-a',
  })
  return plan
}
/** No component of today tells anything of whole tables but their rows; one of tomorrow may. */
function wholeTable(): Plan {
  const plan = planOf()
  const scaled = plan.tasks.find((t) => t.step === 'scaled')!.index
  return {
    ...plan,
    tasks: plan.tasks.map((t) =>
      t.step === 'model' ? { ...t, inputs: { train: { task: scaled, port: 'table' } } } : t,
    ),
  }
}
const terms = (minimumRows: number) =>
  parseTerms(
    JSON.stringify({
      members: 'any',
      purposes: 'any',
      components: 'any',
      disclosures: {},
      minimumRows,
      expires: '2999-01-01',
    }),
  )

test('before a run, all rows are known to be all rows, and a match to be at most the smaller table', async () => {
  const usage = await opened()
  const asset = payments.id
  const verdict = async (plan: Plan, k: number) => {
    const found = await foresee(usage.releases, plan, asset, terms(k))
    return found.allow ? 'allow' : found.reasons.map((r) => `${r.code} ${r.step ?? ''}`.trim()).join()
  }
  expect(await verdict(planOf(), 5)).toBe('allow')
  expect(await verdict(planOf(), 41)).toBe('GUARD_SMALL model')
  expect(await verdict(wholeTable(), 5)).toBe('allow')
  await record(usage, asked(rows(0, 37), { asset }))
  expect(await verdict(wholeTable(), 5)).toBe('GUARD_DIFFERENCE')
  expect(await verdict(wholeTable(), 3)).toBe('allow')
  // Which rows match is not known: the gate will say.
  expect(await verdict(planOf(), 5)).toBe('allow')
})

test('a use counts from the signature on, once, and is there after a crash', async () => {
  const usage = await opened()
  const { db, uses } = usage
  const plan = planOf()
  const noisy: Plan = {
    ...plan,
    tasks: plan.tasks.map((t) => ({
      ...t,
      disclosures: t.disclosures.map((d) => ({ ...d, detail: { epsilon: 0.5 } })),
    })),
  }
  const sign = (run: string, p: Plan, fails = false) =>
    db.transaction().execute(async (t) => {
      await uses.record(t, run, p, 'bank-b', 7)
      if (fails) throw new RangeError('not signed')
    })
  await sign('r1', plan)
  await sign('r2', noisy)
  await sign('r2', noisy)
  await expect(sign('r3', noisy, true)).rejects.toThrow('not signed')
  const spent = plan.tasks.flatMap((t) => t.disclosures.filter((d) => d.from.includes('bank-b'))).length / 2
  const after = temporaryFolder()
  for (const end of ['', '-wal']) copyFileSync(databaseFile(usage.home) + end, databaseFile(after) + end)
  for (const { uses: known } of [usage, await opened(after)])
    expect(await known.of(payments.id)).toEqual([
      { run: 'r1', at: 7, epsilon: 0 },
      { run: 'r2', at: 7, epsilon: spent },
    ])
  expect(await uses.of('another')).toEqual([])
})
