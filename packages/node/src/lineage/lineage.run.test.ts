/** From two datasets to a run, its model and its report, and back: two whole nodes, real tasks, the replicated ledger. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LineageGraph, routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { createRuns } from '../runs/create.ts'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'
import { provProblems } from './testing/prov-json.ts'

const { network, data, assets, runs } = routes

const flow = `
flow: credit
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b }
steps:
  loans: { use: read-table, at: lender, asset: loans, id: { column: id } }
  payments: { use: read-table, at: partner, asset: payments, id: { column: id } }
  aligned: { use: psi, of: { left: loans, right: payments }, on: id, learns: both }
  parts: { use: split, of: aligned, test: 0.25, seed: agreed }
  model: { use: local-logistic-regression, train: parts.train, label: lender.default, epochs: 2 }
  scores: { use: predict, model: model, rows: parts.test, to: lender }
  quality: { use: evaluate, scores: scores, label: lender.default }
`

function file(name: string, header: string, row: (i: number) => string): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const rows = Array.from({ length: 200 }, (_, i) => `c${i},${row(i)}`)
  writeFileSync(join(folder, name), `id,${header}\n${rows.join('\n')}\n`)
  return join(folder, name)
}

async function banks(): Promise<[TestNode, TestNode]> {
  const a = await start(await makeHome('bank-a'), { createRuns })
  const b = await start(await makeHome('bank-b'), { createRuns })
  await ask(a, network.create, {})
  const { invitation } = await ask(a, network.invite, {})
  await ask(b, network.join, { invitation })
  return [a, b]
}

const seen = (what: () => Promise<unknown>) => expect.poll(what, { timeout: 40_000, interval: 100 })

/** `label kind label`, as a person would say it. */
function said({ nodes, edges }: LineageGraph): string[] {
  const label = (id: string) => {
    const { kind, label, owner } = nodes.find((n) => n.id === id)!
    return `${kind} ${label} (${owner ?? '-'})`
  }
  return edges.map((e) => `${label(e.from)} ${e.kind} ${label(e.to)}`).sort()
}

test('lineage leads from a dataset to every run, model and report made from it, and back', async () => {
  const [a, b] = await banks()
  const loans = await ask(a, data.add, {
    path: file('loans.csv', 'default,income', (i) => `${i % 3 === 0 ? 1 : 0},${(i * 37) % 101}`),
    ...{ name: 'loans', id: 'id', label: 'default', allow: ['bank-b'], visibility: 'network' },
  })
  const payments = await ask(b, data.add, {
    path: file('payments.csv', 'late', (i) => `${(i * 7) % 11}`),
    ...{ name: 'payments', id: 'id', allow: ['bank-a'], visibility: 'network' },
  })
  await ask(a, assets.publish, { name: 'credit-flow', content: { form: 'flow', text: flow } })
  const started = await ask(a, runs.start, { flow })
  if (!('run' in started) || started.run === undefined) throw new Error(JSON.stringify(started))
  const { run } = started
  await seen(async () => (await ask(a, runs.show, { run })).status).toBe('succeeded')
  await seen(async () => (await ask(b, runs.show, { run })).status).toBe('succeeded')

  // A model becomes an asset of who holds its share; the datasets that it was made from are its children.
  const model = await ask(a, assets.publish, {
    name: 'credit-model',
    content: { form: 'model', run: run.slice(0, 10) },
  })
  expect(model).toMatchObject({ kind: 'model', children: 2, missing: 1, state: 'pending' })
  expect(model.description?.content).toMatchObject({ form: 'model', run, step: 'model', holders: ['bank-a'] })
  await ask(b, assets.grantChild, { asset: model.token!, child: 'payments' })
  await seen(async () => (await ask(a, assets.show, { asset: 'credit-model' })).usable).toBe(true)
  await expect(ask(b, assets.publish, { name: 'stolen', content: { form: 'model', run } })).rejects.toMatchObject({
    code: 'ASSET_NO_MODEL',
  })

  const onward = () => ask(b, assets.lineage, { asset: 'payments', direction: 'into' })
  await seen(async () => (await onward()).edges.length).toBe(8) // what bank-a published is told to bank-b in its own time
  const forward = await onward()
  expect(said(forward)).toEqual([
    'dataset payments (bank-b) contained flow credit-flow (bank-a)',
    'dataset payments (bank-b) contained model credit-model (bank-a)',
    'dataset payments (bank-b) used run credit (bank-a)',
    'flow credit-flow (bank-a) planned run credit (bank-a)',
    'model model (bank-a) made model credit-model (bank-a)',
    'run credit (bank-a) made model model (bank-a)',
    'run credit (bank-a) made report quality (bank-a)',
    'run credit (bank-a) made scores scores (bank-a)',
  ])
  const back = await ask(a, assets.lineage, { asset: 'credit-model', direction: 'from' })
  expect(said(back)).toEqual([
    'dataset loans (bank-a) used run credit (bank-a)',
    'dataset payments (bank-b) used run credit (bank-a)',
    'flow credit-flow (bank-a) planned run credit (bank-a)',
    'model model (bank-a) made model credit-model (bank-a)',
    'run credit (bank-a) made model model (bank-a)',
  ])
  expect(said(await ask(a, assets.lineage, { asset: run, direction: 'from' }))).toEqual(
    back.edges.length > 0 ? said(back).filter((s) => / (used|planned) /.test(s)) : [],
  )
  expect(forward.nodes.find((n) => n.kind === 'run')).toMatchObject({ run, status: 'succeeded' })

  // The ledger tells the demand: asked and used once each, by the run.
  await seen(async () => (await ask(a, assets.show, { asset: payments.token! })).demand.used).toBe(1)

  const prov = await ask(a, assets.prov, { asset: loans.token! })
  expect(provProblems(prov)).toEqual([])
  expect(Object.values(prov.wasGeneratedBy ?? {})).toHaveLength(3)
  expect(Object.values(prov.used ?? {})).toContainEqual({
    'prov:activity': `sf:run-${run}`,
    'prov:entity': `sf:asset-${loans.token}`,
  })

  // Nothing of it is lost by a restart, and nothing is counted twice.
  await a.close()
  const again = await start(a.home, { createRuns })
  expect(said(await ask(again, assets.lineage, { asset: 'credit-model', direction: 'from' }))).toEqual(said(back))
})
