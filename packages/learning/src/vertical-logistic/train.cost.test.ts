import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { chooseBatch, trainingCost, trainingSeconds } from './cost.ts'
import { madeUp, trainAll, trainingMesh } from './fixture.ts'
import { logisticDefaults } from './params.ts'

const cases: [rows: number, columns: number[], batch: number | 'full', earlyStop: number][] = [
  [100, [2, 3], 16, 0],
  [64, [1, 1], 16, 0],
  [70, [2, 1, 4], 33, 0],
  [50, [3, 2], 'full', 0],
  [100, [2, 3], 16, 1e-9],
]

test.each(cases)(
  '%i rows, columns %j, batch %s, early stop %d: measured = formula',
  async (rows, columns, batch, earlyStop) => {
    const params = { ...logisticDefaults, epochs: 2, batch, earlyStop }
    const mesh = trainingMesh(nodePlatform, columns.length)
    const { rounds } = await trainAll(mesh, madeUp(rows, columns), params)
    const cost = trainingCost({ rows, columnsPerParty: columns, params })
    expect(rounds).toBe(cost.rounds)
    const sent = (from: string, to: string): number =>
      mesh
        .transcript(from, to)
        .filter((m) => m.direction === 'sent')
        .reduce((sum, m) => sum + m.body.length, 0)
    for (const i of columns.keys())
      for (const j of columns.keys())
        if (i !== j) expect(sent(`p${i}`, `p${j}`), `${i}>${j}`).toBe(cost.between[`${i}>${j}`])
    expect(sent('dealer', 'p0')).toBe(cost.fromDealer)
    for (const j of [...columns.keys()].slice(1)) expect(sent('dealer', `p${j}`)).toBe(0)
  },
)

const bar = { rows: 24_000, columnsPerParty: [13, 10] }

test('the batch grows with the latency of the link', () => {
  const choose = (roundTripMs: number, bytesPerSecond: number): number | 'full' =>
    chooseBatch({ ...bar, epochs: 10, link: { roundTripMs, bytesPerSecond } })
  expect(choose(0.2, 1e9)).toBe(128)
  expect(choose(30, 12.5e6)).toBe(256)
  expect(choose(100, 12.5e6)).toBe(1024)
  expect(choose(2000, 12.5e6)).toBe('full')
  expect(chooseBatch({ ...bar, rows: 60, epochs: 1, link: { roundTripMs: 1, bytesPerSecond: 1e9 } })).toBe(60)
})

test('30 ms and 100 Mbit/s: the chosen batch stays below 180 s, by the estimate', () => {
  const link = { roundTripMs: 30, bytesPerSecond: 12.5e6 }
  const batch = chooseBatch({ ...bar, epochs: 10, link })
  expect(trainingSeconds({ ...bar, params: { epochs: 10, batch, earlyStop: 0 } }, link)).toBeLessThan(140)
})
