import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecureflowError, silentLogger } from '@secureflow/base'
import { datasetDigest } from '@secureflow/data'
import type { Artifact, TaskContext } from '@secureflow/flow'
import { logisticDefaults } from '@secureflow/learning'
import { nodePlatform } from '@secureflow/platform'
import { memorySessions } from '@secureflow/protocols/testing'
import { Table } from '@secureflow/tables'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { components } from './declarations.ts'
import { runs } from './runs.ts'
import { logisticParams } from './train/linear.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secureflow-runs-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Setting {
  params: Record<string, unknown>
  inputs?: Record<string, Artifact>
  assets?: TaskContext<unknown>['assets']
  member?: string
  seed?: number
}

/** Runs a component of one member, with parameters as a flow writes them. */
async function alone(name: string, { params, inputs = {}, assets = {}, member = 'bank-a', seed = 1 }: Setting) {
  const part = Object.keys(components.get(name)!.parts)[0]!
  const [session] = memorySessions([{ id: member, part }], { platform: nodePlatform }).sessions
  const run = await runs[name]!()
  return await run({
    member,
    part,
    parts: { [part]: [member] },
    session: session!,
    inputs,
    params: components.get(name)!.params.parse(params),
    assets,
    agreedSeed: new Uint8Array(32).fill(seed),
    signal: session!.signal,
    logger: silentLogger,
    progress() {},
  })
}

const tableOf = (artifact: Artifact | undefined): Table => {
  if (artifact === undefined || !('table' in artifact)) throw new Error('no table')
  return artifact.table
}
const refusal = async (work: Promise<unknown>): Promise<SecureflowError> => {
  const error = await work.then(() => undefined).catch((e: unknown) => e)
  if (error instanceof SecureflowError) return error
  throw error ?? new Error('nothing was refused')
}
const numbered = (rows: number): Table =>
  new Table([
    { name: 'id', type: 'text', values: Array.from({ length: rows }, (_, i) => String((i * 7919) % rows)) },
    { name: 'x', type: 'number', values: Float64Array.from({ length: rows }, (_, i) => i) },
  ])

describe('read-table', () => {
  const read = async (csv: string, params: Record<string, unknown> = {}) => {
    const path = join(folder, 'table.csv')
    await writeFile(path, csv)
    const { table } = await alone('read-table', {
      params: { asset: 'loans', ...params },
      assets: { loans: { path, format: 'csv', digest: await datasetDigest(path) } },
    })
    return tableOf(table)
  }

  test('ids become text, written as declared; other columns keep their order', async () => {
    const table = await read('x,id,name\n1, ａ7 ,n\n2,0042,m\n', {
      id: { column: 'id', case: 'upper' },
      columns: ['x'],
    })
    expect(table.columns).toEqual([
      { name: 'id', type: 'text', values: ['A7', '0042'] },
      { name: 'x', type: 'number', values: Float64Array.of(1, 2) },
    ])
  })

  test('missing numbers are refused by their row in the file, dropped, or replaced by the mean', async () => {
    const csv = 'id,x,y,note\na,1,4,\nb,,5,q\nc,3,NaN,r\n'
    const error = await refusal(read(csv))
    expect([error.code, error.fields.rows]).toEqual(['DATA_MISSING_VALUE', '3'])
    const dropped = await read(csv, { missing: 'drop' })
    expect(dropped.texts('id')).toEqual(['a'])
    expect(dropped.column('x').missing).toBeUndefined()
    const filled = await read(csv, { missing: 'mean' })
    expect([...filled.numbers('x')]).toEqual([1, 2, 3])
    expect([...filled.numbers('y')]).toEqual([4, 5, 4.5])
    expect((await refusal(read('id,x\na,inf\nb,2\n', { missing: 'mean' }))).code).toBe('DATA_NOT_FINITE')
    expect((await refusal(read('id,x\na,\nb,\n', { missing: 'drop' }))).code).toBe('DATA_EMPTY')
  })

  test('another version than the agreed one is refused', async () => {
    const path = join(folder, 'changed.csv')
    await writeFile(path, 'id,x\na,1\n')
    const assets = { loans: { path, format: 'csv' as const, digest: await datasetDigest(path) } }
    await writeFile(path, 'id,x\na,2\n')
    expect((await refusal(alone('read-table', { params: { asset: 'loans' }, assets }))).code).toBe('DATA_CHANGED')
  })

  test('repeated ids are refused, counting the header line', async () => {
    const error = await refusal(read('id,x\na,1\nb,2\n a,3\n'))
    expect([error.code, error.fields.rows]).toEqual(['DATA_DUPLICATE_IDS', '4'])
  })
})

describe('split', () => {
  const division = async (table: Table, params: Record<string, unknown>, member = 'bank-a', seed = 1) => {
    const { train, test } = await alone('split', { params, inputs: { of: { type: 'table', table } }, member, seed })
    return { train: tableOf(train), test: tableOf(test) }
  }

  test('at random: sizes as asked, every row once, order kept, alike for all holders, different for another seed', async () => {
    const table = numbered(1000)
    const { train, test: held } = await division(table, { test: 0.25 })
    expect([train.rows, held.rows]).toEqual([750, 250])
    const rows = [...train.numbers('x'), ...held.numbers('x')]
    expect(new Set(rows).size).toBe(1000)
    expect([...held.numbers('x')]).toEqual([...held.numbers('x')].sort((a, b) => a - b))
    const partner = await division(table.select(['x']), { test: 0.25 }, 'bank-b')
    expect(partner.test.numbers('x')).toEqual(held.numbers('x'))
    expect((await division(table, { test: 0.25 }, 'bank-a', 2)).test.numbers('x')).not.toEqual(held.numbers('x'))
    const fixed = await division(table, { seed: 7 }, 'bank-a', 1)
    expect((await division(table, { seed: 7 }, 'bank-b', 2)).test.numbers('x')).toEqual(fixed.test.numbers('x'))
  })

  test('every nth row in numeric order of the id, whatever the order of the rows', async () => {
    const table = numbered(23)
    const { train, test: held } = await division(table, { method: 'every', every: 5, by: 'id' })
    expect(held.texts('id')).toEqual(['0', '5', '10', '15', '20'])
    expect(train.texts('id').slice(0, 5)).toEqual(['1', '2', '3', '4', '6'])
    const turned = table.take(Uint32Array.from({ length: 23 }, (_, i) => 22 - i))
    expect((await division(turned, { method: 'every', every: 5, by: 'id' })).test.texts('id')).toEqual(held.texts('id'))
  })

  test('a part without rows is refused', async () => {
    expect((await refusal(division(numbered(2), { test: 0.1 }))).code).toBe('RUN_TOO_FEW_ROWS')
  })
})

describe('standardize', () => {
  const table = new Table([
    { name: 'id', type: 'text', values: ['a', 'b', 'c', 'd'] },
    { name: 'x', type: 'number', values: Float64Array.of(1, 3, 1, 3) },
    { name: 'same', type: 'number', values: Float64Array.of(0.1, 0.1, 0.1, 0.1) },
  ])
  const prepare = (params: Record<string, unknown>) =>
    alone('standardize', { params, inputs: { of: { type: 'table', table } } })

  test('measures columns of numbers and leaves the rows as they were', async () => {
    const { table: out } = await prepare({ constant: 'leave' })
    expect(out).toEqual({
      type: 'table',
      table,
      preparation: { kind: 'standardize', columns: [{ name: 'x', mean: 2, deviation: 1 }] },
    })
  })

  test('a constant column is refused by name', async () => {
    const error = await refusal(prepare({}))
    expect([error.code, error.fields.column]).toEqual(['DATA_CONSTANT_COLUMN', 'same'])
  })
})

test('trainings start from the defaults that learning was measured with', () => {
  for (const name of ['vertical-logistic-regression', 'local-logistic-regression']) {
    const params = components.get(name)!.params.parse({ label: 'lender.y', batch: logisticDefaults.batch })
    expect(logisticParams(params as never, 0)).toEqual(logisticDefaults)
  }
})

describe('evaluate', () => {
  test('gives figures and curves, and refuses a label that is not binary', async () => {
    const scored = (label: number[]) =>
      new Table([
        { name: 'y', type: 'number', values: Float64Array.from(label) },
        { name: 'score', type: 'number', values: Float64Array.of(0.1, 0.4, 0.35, 0.8) },
      ])
    const run = (label: number[]) =>
      alone('evaluate', {
        params: { label: 'lender.y' },
        inputs: { scores: { type: 'scores', table: scored(label) } },
      })
    const { report } = await run([0, 0, 1, 1])
    expect(report).toMatchObject({
      type: 'report',
      report: { figures: { auc: 0.75, ks: 0.5, accuracy: 0.75, recall: 0.5, rows: 4, positives: 2, threshold: 0.5 } },
    })
    expect((await refusal(run([1, 1, 1, 1]))).code).toBe('DATA_LABEL_NOT_BINARY')
    expect((await refusal(run([0, 2, 1, 1]))).code).toBe('DATA_LABEL_NOT_BINARY')
  })
})

describe('explore', () => {
  test('tells own columns bin by bin and against each other, ten rows or more at a time', async () => {
    const y = Float64Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? 1 : 0))
    const table = new Table([
      { name: 'y', type: 'number', values: y },
      { name: 'same', type: 'number', values: y.map((v) => 5 * v) },
      { name: 'other', type: 'number', values: y.map((_, i) => Math.floor(i / 4)) },
    ])
    const run = (label: string) =>
      alone('explore', { params: { label }, inputs: { of: { type: 'table', table } }, member: 'lender' })
    const { report } = await run('lender.y')
    if (report?.type !== 'report') throw new Error('no report')
    const { iv, woe, correlation } = report.report.tables!
    const [same, other] = iv!.rows.map((row) => row[1] as number)
    expect(same).toBeGreaterThan(2)
    expect(other).toBeLessThan(0.05)
    const rows = woe!.columns.indexOf('rows')
    for (const row of woe!.rows) expect(row[rows]).toBeGreaterThanOrEqual(10)
    expect(correlation!.rows).toHaveLength(3)
    expect((await refusal(run('lender.other'))).code).toBe('DATA_LABEL_NOT_BINARY')
  })
})
