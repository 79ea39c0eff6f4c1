import { readFileSync } from 'node:fs'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { sharedFile } from '../../../../tests/shared.ts'
import { binaryMetrics } from '../metrics.ts'
import {
  agreedSeed,
  type Joint,
  joined,
  linearScores,
  madeUp,
  rowsOf,
  settleTraining,
  type Trained,
  trainAll,
  trainingMesh,
} from './fixture.ts'
import { type LogisticParams, logisticDefaults } from './params.ts'
import { type LogisticModel, trainLogistic } from './plaintext.ts'

const tolerance = 2 ** -10

const twinOf = (table: Joint, params: LogisticParams): LogisticModel =>
  trainLogistic({ ...joined(table), y: table.y, params, seed: agreedSeed })

function expectClose(secure: Trained, twin: LogisticModel): void {
  expect(secure.epochs).toBe(twin.epochs)
  for (const [j, w] of [...twin.weights, twin.intercept].entries()) {
    const own = [...secure.weights, secure.intercept][j]!
    expect(Math.abs(own - w), `weight ${j}: ${own} against ${w}`).toBeLessThanOrEqual(tolerance)
  }
}

describe('made-up tables', () => {
  const params: LogisticParams = { ...logisticDefaults, epochs: 3, batch: 16 }
  const cases: [string, number, number[], Partial<LogisticParams>][] = [
    ['two parties', 130, [2, 3], {}],
    ['three parties', 130, [2, 1, 3], {}],
    ['one row', 1, [1, 1], {}],
    ['one batch and one row', 17, [1, 2], {}],
    ['a batch less one row', 15, [2, 2], {}],
    ['a full batch', 100, [3, 2], { batch: 'full', epochs: 8 }],
    ['fixed order', 40, [1, 1], { shuffle: false }],
    ['a strong penalty', 64, [2, 2], { l2: 1 / 16 }],
    ['a rate that fades away', 20, [1, 1], { decay: 100, epochs: 12, learningRate: 1e-4 }],
    ['a fast rate', 64, [2, 2], { learningRate: 2, decay: 1 }],
  ]
  test.each(cases)('%s: weights as of plain descent', async (_, rows, columns, change) => {
    const table = madeUp(rows, columns)
    const chosen = { ...params, ...change }
    expectClose(await trainAll(trainingMesh(nodePlatform, columns.length), table, chosen), twinOf(table, chosen))
  })

  test('the label may lie with any party', async () => {
    const table = { ...madeUp(50, [2, 3, 1]), labelAt: 1 }
    const chosen = { ...params, l2: 0.05 } // the intercept, in the middle of all columns, is not penalised
    const mesh = trainingMesh(nodePlatform, 3, { labelAt: 1 })
    expectClose(await trainAll(mesh, table, chosen), twinOf(table, chosen))
    expect(mesh.releases('p0')).toContainEqual({ disclosure: 'weights', to: 'p1', count: 4 })
  })

  test.each([2, 3])('%i parties stop early together, and one bit an epoch opens', async (parties) => {
    const table = madeUp(64, [2, 2, 1].slice(0, parties))
    const chosen: LogisticParams = { ...params, batch: 64, epochs: 30, learningRate: 1, decay: 0.5, earlyStop: 0.01 }
    const mesh = trainingMesh(nodePlatform, parties)
    const secure = await trainAll(mesh, table, chosen)
    expect(secure.epochs).toBeGreaterThan(1)
    expect(secure.epochs).toBeLessThan(30)
    expectClose(secure, twinOf(table, chosen))
    const bits = mesh.releases('p0').filter((r) => r.disclosure === 'epochs' && r.to === 'p1')
    expect(bits).toHaveLength(secure.epochs)
    // The dealer is told to stop by the leader alone, which gives the number of epochs away.
    expect(mesh.releases('p0').filter((r) => r.to === 'dealer')).toEqual([
      { disclosure: 'epochs', to: 'dealer', count: 1 },
    ])
    expect(mesh.releases('p1').filter((r) => r.to === 'dealer')).toEqual([])
  })

  test('each party releases its range, then shares of weights to their owners, and nothing else', async () => {
    const mesh = trainingMesh(nodePlatform, 3)
    await trainAll(mesh, madeUp(40, [2, 1, 3]), params)
    expect(mesh.releases('p1')).toEqual([
      { disclosure: 'range', to: 'p0', count: 1 },
      { disclosure: 'range', to: 'p2', count: 1 },
      { disclosure: 'weights', to: 'p0', count: 3 },
      { disclosure: 'weights', to: 'p2', count: 3 },
    ])
    expect(mesh.releases('dealer')).toEqual([])
  })

  test('a gate that refuses ends the training before anything opens', async () => {
    const refusal = new Error('refused')
    const mesh = trainingMesh(nodePlatform, 2, {
      gate: () => ({
        release: async ({ disclosure }) => {
          if (disclosure === 'weights') throw refusal
        },
      }),
      wire: { timeoutMs: 300 },
    })
    const [label, feature] = await settleTraining(mesh, madeUp(40, [1, 1]), params)
    expect(label).toEqual({ status: 'rejected', reason: refusal })
    expect(feature).toEqual({ status: 'rejected', reason: refusal })
  })

  test.each([
    ['LEARNING_RANGE', (t: Joint) => t.blocks[1]!.x.fill(2 ** 13, 5, 6), { batch: 'full' as const }],
    ['LEARNING_BATCH_MASS', (t: Joint) => t.blocks[1]!.x.fill(9), {}],
    ['LEARNING_PENALTY', () => {}, { l2: 0.5 }],
    ['INVALID_VALUE', (t: Joint) => t.y.fill(2), {}],
    ['INVALID_VALUE', (t: Joint) => t.blocks[0]!.x.fill(Number.NaN, 3, 4), {}],
  ])('%s before anything is masked', async (code, spoil, change) => {
    const table = madeUp(1100, [1, 1])
    spoil(table)
    const mesh = trainingMesh(nodePlatform, 2, { wire: { timeoutMs: 200 } })
    const settled = await settleTraining(mesh, table, { ...params, ...change })
    expect(settled.map((s) => (s.status === 'rejected' ? s.reason.code : 'ok'))).toContain(code)
    for (const peer of ['p0', 'p1'])
      expect(mesh.transcript(peer, peer === 'p0' ? 'p1' : 'p0').map((m) => m.tag)).not.toContain('open.0')
  })

  test('tables of unequal length are refused at both parties', async () => {
    const table = madeUp(32, [1, 1])
    table.blocks[1] = madeUp(31, [1]).blocks[0]!
    const mesh = trainingMesh(nodePlatform, 2, { wire: { timeoutMs: 200 } })
    const [label, feature] = await settleTraining(mesh, table, params)
    for (const outcome of [label, feature])
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LEARNING_ROWS_DIFFER' } })
  })
})

describe.skipIf(sharedFile('data/SOURCES.md') === undefined)('public tables (need ../shared)', () => {
  const split = (table: Joint): [train: Joint, test: Joint] => {
    const all = Array.from({ length: table.rows }, (_, i) => i)
    return [
      rowsOf(
        table,
        all.filter((i) => i % 5 !== 0),
      ),
      rowsOf(
        table,
        all.filter((i) => i % 5 === 0),
      ),
    ]
  }
  const aucOf = (table: Joint, model: { weights: ArrayLike<number>; intercept: number }): number =>
    binaryMetrics(table.y, linearScores(joined(table), model.weights, model.intercept)).auc

  test('default of credit: as good as plain descent, and good enough', async () => {
    const [train, held] = split(credit())
    const mesh = trainingMesh(nodePlatform, 2, { record: false })
    const secure = await trainAll(mesh, train, logisticDefaults)
    const twin = twinOf(train, logisticDefaults)
    expectClose(secure, twin)
    expect(aucOf(held, secure)).toBeGreaterThanOrEqual(0.715)
    expect(Math.abs(aucOf(held, secure) - aucOf(held, twin))).toBeLessThan(0.002)
  })

  test('intention of online shoppers: good enough, with half of the signal at the partner', async () => {
    const [train, held] = split(shoppers())
    const mesh = trainingMesh(nodePlatform, 2, { record: false })
    const secure = await trainAll(mesh, train, logisticDefaults)
    expectClose(secure, twinOf(train, logisticDefaults))
    expect(aucOf(held, secure)).toBeGreaterThanOrEqual(0.865)
  })
})

type Line = Record<string, string>

function readTable(name: string): Line[] {
  const [head, ...lines] = readFileSync(sharedFile(`data/${name}`)!, 'utf8')
    .trim()
    .split(/\r?\n/)
  const columns = head!.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((v, i) => [columns[i], v])))
}

const numbers = (lines: readonly Line[], columns: readonly string[]) => ({
  columns: columns.length,
  x: Float64Array.from(
    lines.flatMap((l) => columns.map((c) => (l[c] === 'True' ? 1 : l[c] === 'False' ? 0 : Number(l[c])))),
  ),
})

function credit(): Joint {
  const host = new Map(readTable('default_credit_hetero_host.csv').map((l) => [l.id, l]))
  const guest = readTable('default_credit_hetero_guest.csv')
    .filter((l) => host.has(l.id))
    .sort((a, b) => Number(a.id) - Number(b.id))
  const partner = guest.map((l) => host.get(l.id)!)
  const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `x${i}`)
  return {
    rows: guest.length,
    y: Float64Array.from(guest, (l) => Number(l.y)),
    blocks: [numbers(guest, names(13)), numbers(partner, names(10))],
  }
}

/** Numeric and boolean columns, each standardised over all rows. */
function shoppers(): Joint {
  const lines = readTable('online_shoppers_intention.csv')
  const partner = ['BounceRates', 'ExitRates', 'PageValues']
  const own = Object.keys(lines[0]!).filter((c) => !['id', 'Month', 'VisitorType', 'Revenue', ...partner].includes(c))
  const standardised = ({ columns, x }: { columns: number; x: Float64Array }) => {
    for (let j = 0; j < columns; j++) {
      const values = x.filter((_, at) => at % columns === j)
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)
      for (let at = j; at < x.length; at += columns) x[at] = (x[at]! - mean) / deviation
    }
    return { columns, x }
  }
  return {
    rows: lines.length,
    y: Float64Array.from(lines, (l) => (l.Revenue === 'True' ? 1 : 0)),
    blocks: [standardised(numbers(lines, own)), standardised(numbers(lines, partner))],
  }
}
