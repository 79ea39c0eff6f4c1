import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { mpcFixture } from './fixture.ts'
import {
  type Correlation,
  chainInputs,
  dependentSections,
  type Factor,
  lessThan,
  lessThanNeeds,
  maskOf,
  multiply,
  multiplyBackward,
  multiplyForward,
  multiplyMatrices,
  type Party,
  piecewiseLinear,
  piecewiseNeeds,
  selectRows,
  shareFactor,
  truncate,
} from './index.ts'

const { compute, dataMesh } = mpcFixture(nodePlatform)

interface Case {
  name: string
  needs: Correlation[]
  work: (party: Party) => Promise<unknown>
  rounds: number
  /** From party 0 to party 1. */
  words: number
}

const factor: Factor = { kind: 'factor', rows: 9, columns: [2, 3] }
const rows = Uint32Array.of(1, 2, 8, 4)
const pieces = [1n, 2n, 3n].map((at) => ({ at, slope: 1n, intercept: 0n }))
const f = { bits: 20, digits: 5, pieces }

const cases: Case[] = [
  {
    name: 'factor, forward and backward product',
    needs: [factor, { kind: 'forward', factor, rows }, { kind: 'backward', factor, rows }],
    async work(party) {
      const { ring } = party
      const x = await shareFactor(party, factor, ring.zeros(9 * factor.columns[party.index]!))
      const batch = selectRows(party, x, rows)
      const z = ring.zeros(4)
      await multiplyForward(party, z, batch, ring.zeros(5))
      await multiplyBackward(party, ring.zeros(5), batch, z)
    },
    rounds: 3,
    words: 9 * 2 + 3 + 4,
  },
  {
    name: 'matrix product',
    needs: [{ kind: 'matmul', m: 3, k: 4, n: 5 }],
    work: (party) => multiplyMatrices(party, party.ring.zeros(15), party.ring.zeros(12), party.ring.zeros(20), 3, 4, 5),
    rounds: 1,
    words: 12 + 20,
  },
  {
    name: 'elementwise product',
    needs: [{ kind: 'multiply', count: 6 }],
    work: (party) => multiply(party, party.ring.zeros(6), party.ring.zeros(6), party.ring.zeros(6)),
    rounds: 1,
    words: 12,
  },
  {
    name: 'truncation',
    needs: [maskOf(7, { bits: 18 })],
    work: (party) => truncate(party, party.ring.zeros(7), party.ring.zeros(7), 18),
    rounds: 1,
    words: 7,
  },
  {
    name: 'exact comparison',
    needs: [...lessThanNeeds(100)],
    work: (party) => lessThan(party, party.ring.zeros(100), 5n),
    rounds: 3,
    words: 100 + 2 * chainInputs(6) * 2,
  },
  {
    name: 'piecewise linear',
    needs: [...piecewiseNeeds(100, f)],
    work: (party) => piecewiseLinear(party, party.ring.zeros(100), party.ring.zeros(100), f),
    rounds: 3,
    words: 100 + chainInputs(5) * 3 * 2 + 3 * 2 + 100,
  },
]
test.each(cases)('$name: rounds and bytes as its header says', async ({ needs, work, rounds, words }) => {
  const mesh = dataMesh(2)
  const taken = await compute(
    2,
    needs,
    async (party) => {
      await work(party)
      return party.rounds
    },
    { mesh },
  )
  expect(taken).toEqual([rounds, rounds])
  const bytes = (from: string, to: string): number =>
    mesh
      .transcript(from, to)
      .filter((m) => m.direction === 'sent')
      .reduce((sum, m) => sum + m.body.length, 0)
  expect(bytes('p0', 'p1')).toBe(8 * words)
  const corrections = needs.reduce((sum, c) => sum + 1 + dependentSections(c).reduce((n, s) => n + s.words, 0), 0)
  expect(bytes('dealer', 'p0')).toBe(8 * corrections)
  expect(bytes('dealer', 'p1')).toBe(0)
})
