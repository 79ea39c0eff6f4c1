/** Sequences of runs over several nodes: what together isolates too few rows is refused, at the gate and before. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex, utf8 } from '@secureflow/base'
import { parseTerms, type Terms, termsHash } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OwnAsset } from '../runs/dependencies.ts'
import type { Runs } from '../runs/service.ts'
import { ended } from '../runs/testing/two-banks.ts'
import { World } from '../runs/testing/world.ts'

const terms = (more: object = {}): Terms =>
  parseTerms(
    JSON.stringify({
      members: 'any',
      purposes: 'any',
      components: 'any',
      disclosures: Object.fromEntries(
        ['row-count', 'matched-rows', 'value-range', 'model-weights', 'training-epochs', 'score', 'shape'].map((d) => [
          d,
          'any',
        ]),
      ),
      minimumRows: 5,
      expires: '2999-01-01',
      ...more,
    }),
  )

function asset(owner: string, name: string, ids: number[], columns: string[], stated = terms()): OwnAsset {
  const line = (id: number) => [`c${1000 + id}`, ...columns.map((_, j) => (j === 0 ? id % 2 : (id * 7 + j) % 11))]
  const csv = `${[['id', ...columns], ...ids.map(line)].map((l) => l.join(',')).join('\n')}\n`
  const path = join(mkdtempSync(join(tmpdir(), 'secureflow-guard-')), `${name}.csv`)
  writeFileSync(path, csv)
  return {
    facts: {
      id: toHex(nodePlatform.sha256(utf8(`${owner} ${name} ${csv}`))),
      name,
      owner,
      rows: ids.length,
      schema: {
        columns: [{ name: 'id', type: 'text' }, ...columns.map((c) => ({ name: c, type: 'number' as const }))],
      },
      digest: toHex(nodePlatform.sha256(utf8(csv))),
      termsHash: termsHash(stated),
    },
    path,
    format: 'csv',
    terms: stated,
  }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const without = (ids: number[], ...gone: number[]) => ids.filter((id) => !gone.includes(id))

/** @param loans which of bank A's tables @param steps between alignment and training */
const flow = (loans: string, { split = false, epochs = 1 } = {}) => `
flow: model
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b, dealer: centre }
steps:
  loans: { use: read-table, at: lender, asset: ${loans}, id: { column: id } }
  payments: { use: read-table, at: partner, asset: payments, id: { column: id } }
  aligned: { use: psi, of: { left: loans, right: payments }, on: id, learns: both }
${split ? '  parts: { use: split, of: aligned, test: 0.25 }\n' : ''}
  model: { use: vertical-logistic-regression, train: ${split ? 'parts.train' : 'aligned'}, label: lender.late, epochs: ${epochs} }
`

let world: World
beforeEach(() => {
  world = new World(['bank-a', 'bank-b', 'centre'])
  world.get('bank-b').assets.push(asset('bank-b', 'payments', numbers(0, 70), ['paid', 'sum']))
  for (const [name, ids] of Object.entries(tables))
    world.get('bank-a').assets.push(asset('bank-a', name, ids, ['late', 'income']))
})
afterEach(() => world.close())

const tables = {
  loans: numbers(10, 60),
  one_less: without(numbers(10, 60), 33),
  ten_less: numbers(10, 50),
  /** 66 of the partner's 70 rows. */
  nearly_all: numbers(0, 66),
}

const up = () => Promise.all(['bank-a', 'bank-b', 'centre'].map((id) => world.up(id)))

async function run(a: Runs, text: string): Promise<string> {
  const started = await a.start(text)
  if (!started.started) return started.report.terms.flatMap((t) => t.reasons.map((r) => r.code)).join()
  return ended(a, started.run)
}

const released = () => world.get('bank-b').db!.selectFrom('row_releases').selectAll().execute()

describe('The differencing guard', () => {
  it('refuses a training that with an earlier one isolates one row, and lets the first be repeated', async () => {
    const [a, b] = await up()
    expect(await run(a!, flow('loans'))).toBe('succeeded')
    const before = await released()
    const started = await a!.start(flow('one_less'))
    if (!started.started) throw new Error(JSON.stringify(started.report))
    for (const runs of [a!, b!]) expect(await ended(runs, started.run)).toBe('GATE_ROWS_ISOLATED')
    const { error } = await b!.show(started.run)
    expect(error!.say.en.what).toMatch(/payments.*would isolate fewer than 5 rows/)
    // What was refused is not written: a log that holds it would be taken for what is known.
    const model = (await released()).slice(before.length).filter((r) => r.measure !== 'count')
    expect(model).toEqual([])
    expect(await run(a!, flow('loans'))).toBe('succeeded')
    expect(await run(a!, flow('ten_less'))).toBe('succeeded')
    expect(await run(a!, flow('one_less'))).toBe('GATE_ROWS_ISOLATED')
  })

  it('takes the same flow, and the same with other settings, for the same rows: a split by agreement repeats', async () => {
    const [a] = await up()
    for (const epochs of [1, 1, 2]) expect(await run(a!, flow('loans', { split: true, epochs }))).toBe('succeeded')
    const sets = new Set((await released()).filter((r) => r.measure === 'model').map((r) => r.rows_id))
    expect(sets.size).toBe(1)
  })

  it('counts nothing as known of rows in no run: a training on all but four', async () => {
    const [a] = await up()
    expect(await run(a!, flow('nearly_all'))).toBe('succeeded')
    expect(await run(a!, flow('loans'))).toBe('succeeded')
  })

  it('says before anything is agreed that a group is too small', async () => {
    const payments = world.get('bank-b').assets[0]!
    payments.terms = terms({
      minimumRows: 0,
      columns: { '*': { use: ['join', 'train'], minimumRows: 0 }, sum: { use: ['train'], minimumRows: 60 } },
    })
    payments.facts.termsHash = termsHash(payments.terms)
    const [a, b] = await up()
    expect(await run(a!, flow('nearly_all'))).toBe('succeeded')
    // Ten rows fewer than the owner asks for where this column is in use, whichever they turn out to be.
    expect(await run(a!, flow('loans'))).toContain('TERMS_COLUMN_ROWS')
    expect((await b!.list()).length).toBe(1)
  })

  it('holds one of two runs at the same time against the other', async () => {
    const [a] = await up()
    const both = await Promise.all([a!.start(flow('loans')), a!.start(flow('one_less'))])
    const ends = await Promise.all(both.map((s) => (s.started ? ended(a!, s.run) : 'not started')))
    expect(ends.toSorted()).toEqual(['GATE_ROWS_ISOLATED', 'succeeded'])
  })

  it('counts as released what was written before a crash and never left', async () => {
    const [a] = await up()
    const written = Promise.withResolvers<void>()
    world.get('bank-b').executor.onStart = (step, job) => {
      if (step !== 'model') return
      const release = job.release
      job.release = async (r) => {
        await release(r)
        written.resolve()
        await new Promise((_, reject) => setTimeout(() => reject(new Error('crashed')), 500)) // never answered
      }
    }
    const started = await a!.start(flow('loans'))
    if (!started.started) throw new Error('refused')
    await written.promise
    await world.down('bank-b')
    world.get('bank-b').executor.onStart = () => {}
    await a!.cancel(started.run)
    const b = await world.up('bank-b')
    expect(await ended(b, started.run)).toBe('RUN_CANCELLED')
    expect(await run(a!, flow('one_less'))).toBe('GATE_ROWS_ISOLATED')
  })

  it('a partner that takes out its own rows learns no more from the refusal than its code', async () => {
    const [a] = await up()
    await run(a!, flow('loans'))
    const started = await a!.start(flow('one_less'))
    if (!started.started) throw new Error('refused')
    await ended(a!, started.run)
    const { error } = await a!.show(started.run)
    expect(error).toMatchObject({ code: 'RUN_FAILED_AT_PARTNER', party: 'bank-b' })
    expect(JSON.stringify(error)).not.toMatch(/isolate|fewer/)
  })
})
