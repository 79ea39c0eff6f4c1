import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodedColumn, type Table } from '@secureflow/tables'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type DemoTables,
  datasetDigest,
  defaultNormalisation,
  distinctIds,
  generateDemoTables,
  readTable,
} from './index.ts'

let folder: string
let demo: DemoTables
const idsOf = (table: Table): readonly string[] =>
  encodedColumn('id', distinctIds(table.column('customer_id'), defaultNormalisation)).values
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secureflow-demo-'))
  demo = await generateDemoTables({ seed: 20260921, folder })
})
afterAll(() => rm(folder, { recursive: true }))

test('the tables have the promised sizes, ids and share of defaults', async () => {
  const loans = await readTable(demo.loans.path, { id: demo.loans.id })
  const payments = await readTable(demo.payments.path, { id: demo.payments.id })
  expect([loans.rows, payments.rows]).toEqual([30_000, 35_000])
  const left = idsOf(loans)
  const right = new Set(idsOf(payments))
  expect(left.filter((id) => right.has(id))).toHaveLength(24_000)
  const written = new Set(payments.texts('customer_id'))
  const unrepaired = loans.texts('customer_id').filter((id) => written.has(id)).length
  expect(unrepaired).toBeGreaterThan(22_000)
  expect(unrepaired).toBeLessThan(23_500)
  const rate = loans.numbers('default').reduce((sum, y) => sum + y) / loans.rows
  expect(rate).toBeGreaterThan(0.21)
  expect(rate).toBeLessThan(0.235)
})

test('the payment side adds to the lender what a logistic regression can use', async () => {
  const loans = await readTable(demo.loans.path)
  const payments = await readTable(demo.payments.path)
  const position = new Map(idsOf(payments).map((id, i) => [id, i] as const))
  const pairs = idsOf(loans)
    .map((id, i) => [i, position.get(id)] as const)
    .filter((pair): pair is [number, number] => pair[1] !== undefined)
  const left = loans.take(Uint32Array.from(pairs, ([i]) => i))
  const right = payments.take(Uint32Array.from(pairs, ([, j]) => j))
  const own = demo.loans.features.map((name) => left.numbers(name))
  const joint = [...own, ...demo.payments.features.map((name) => right.numbers(name))]
  const alone = testAuc(own, left.numbers('default'))
  const together = testAuc(joint, left.numbers('default'))
  expect(alone).toBeGreaterThan(0.66)
  expect(alone).toBeLessThan(0.7)
  expect(together).toBeGreaterThan(0.78)
  expect(together).toBeLessThan(0.82)
})

test('equal seeds give equal bytes, another seed gives others, and making them takes seconds', async () => {
  const started = performance.now()
  const again = await generateDemoTables({ seed: 20260921, folder: join(folder, 'again') })
  expect(performance.now() - started).toBeLessThan(20_000)
  expect(await datasetDigest(again.loans.path)).toBe(await datasetDigest(demo.loans.path))
  expect(await readFile(again.payments.path)).toEqual(await readFile(demo.payments.path))
  const small = { folder: join(folder, 'other'), loans: 300, payments: 350, common: 240 }
  const first = await generateDemoTables({ seed: 1, ...small })
  const one = await datasetDigest(first.loans.path)
  await generateDemoTables({ seed: 2, ...small })
  expect(await datasetDigest(first.loans.path)).not.toBe(one)
})

/** Plain gradient descent on standardised columns; test = every fifth row. */
function testAuc(columns: readonly Float64Array[], y: Float64Array): number {
  const n = y.length
  const x = columns.map((values) => {
    const mean = values.reduce((s, v) => s + v, 0) / n
    const deviation = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / n)
    return values.map((v) => (v - mean) / deviation)
  })
  x.push(new Float64Array(n).fill(1))
  const w = new Float64Array(x.length)
  const score = (i: number) => x.reduce((sum, column, j) => sum + column[i]! * w[j]!, 0)
  for (let step = 0; step < 40; step++) {
    const gradient = new Float64Array(x.length)
    for (let i = 0; i < n; i++) {
      if (i % 5 === 0) continue
      const error = 1 / (1 + Math.exp(-score(i))) - y[i]!
      for (let j = 0; j < x.length; j++) gradient[j]! += error * x[j]![i]!
    }
    for (let j = 0; j < x.length; j++) w[j]! -= (2.5 * gradient[j]!) / n
  }
  const ranked = [...y.keys()].filter((i) => i % 5 === 0).sort((a, b) => score(a) - score(b))
  let positives = 0
  let rankSum = 0
  ranked.forEach((i, rank) => {
    if (y[i] === 1) {
      positives++
      rankSum += rank + 1
    }
  })
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (ranked.length - positives))
}
