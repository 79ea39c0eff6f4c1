import { concat } from '@secureflow/base'
import type { Transcript } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { falseAlarmRate, type Mesh, shapeOf, sharedBlocks, uniformity } from '../testing/index.ts'
import { mpcFixture } from './fixture.ts'
import {
  belowMasked,
  belowNeeds,
  type Correlation,
  dependentSections,
  type Factor,
  maskOf,
  multiply,
  multiplyBackward,
  multiplyForward,
  openMasked,
  type Party,
  piecewiseLinear,
  piecewiseNeeds,
  selectRows,
  shareFactor,
  truncate,
} from './index.ts'

const { compute, dataMesh, shareOf } = mpcFixture(nodePlatform)

interface Protocol {
  needs: Correlation[]
  /** @param value  what every input is */
  work: (party: Party, value: bigint) => Promise<unknown>
}

const n = 2000
const columns = [40, 50]
const factor: Factor = { kind: 'factor', rows: 60, columns }
const rows = Uint32Array.from({ length: 60 }, (_, i) => i)
const pieces = [-1n, 0n, 3n].map((at) => ({ at: at << 44n, slope: at, intercept: 5n }))
const constant = (party: Party, count: number, value: bigint) => shareOf(party, Array(count).fill(value), 'constant')

const protocols: Record<string, Protocol> = {
  'matrix product': {
    needs: [
      factor,
      ...Array.from({ length: 30 }, (): Correlation[] => [
        { kind: 'forward', factor, rows },
        { kind: 'backward', factor, rows },
      ]).flat(),
    ],
    async work(party, value) {
      const { ring } = party
      const own = ring.zeros(60 * columns[party.index]!)
      own.fill(value)
      const batch = selectRows(party, await shareFactor(party, factor, own), rows)
      for (let i = 0; i < 30; i++) {
        await multiplyForward(party, ring.zeros(60), batch, constant(party, 90, value))
        await multiplyBackward(party, ring.zeros(90), batch, constant(party, 60, value))
      }
    },
  },
  'elementwise product': {
    needs: [{ kind: 'multiply', count: n }],
    work: (party, value) => multiply(party, party.ring.zeros(n), constant(party, n, value), constant(party, n, value)),
  },
  truncation: {
    needs: [maskOf(n, { bits: 18 })],
    work: (party, value) => truncate(party, party.ring.zeros(n), constant(party, n, value), 18),
  },
  comparison: {
    needs: [maskOf(n, { digits: 11 }), ...belowNeeds(n, 11, 6)],
    async work(party, value) {
      const masked = await openMasked(party, constant(party, n, value), { digits: 11 })
      await belowMasked(party, masked, [0n, 1n, 2n, -1n, value, -value])
    },
  },
  segments: {
    needs: [...piecewiseNeeds(n, { bits: 30, digits: 5, pieces })],
    work: (party, value) =>
      piecewiseLinear(party, party.ring.zeros(n), constant(party, n, value), { bits: 30, digits: 5, pieces }),
  },
}

const pairs = [
  ['p0', 'p1'],
  ['p1', 'p0'],
  ['dealer', 'p0'],
  ['p0', 'dealer'],
  ['p1', 'dealer'],
] as const

/** Everything that the transcripts of two runs on the same inputs, and one on others, tell about a protocol. */
async function complaints({ needs, work }: Protocol): Promise<string[]> {
  const run = async (value: bigint): Promise<Mesh> => {
    const mesh = dataMesh(2)
    await compute(2, needs, (party) => work(party, value), { mesh })
    return mesh
  }
  const [first, second, other] = await Promise.all([run(7n << 44n), run(7n << 44n), run(-1n)])
  const found: string[] = []
  for (const [a, b] of pairs) {
    const [t1, t2, t3] = [first, second, other].map((mesh) => sent(mesh.transcript(a, b)))
    if (JSON.stringify(shapeOf(t1!)) !== JSON.stringify(shapeOf(t3!))) found.push(`sizes of ${a}>${b} depend on values`)
    if (sharedBlocks(t1!, t2!, ['enrol']).length > 0) found.push(`${a}>${b} repeats between runs`)
    const half = Math.floor(t1!.length / 2)
    if (sharedBlocks(t1!.slice(0, half), t1!.slice(half), ['enrol']).length > 0)
      found.push(`${a}>${b} repeats in a run`)
  }
  for (const [a, b] of pairs.slice(0, 2)) {
    const opened = concat(...sent(first.transcript(a, b)).map((m) => m.body))
    if (uniformity(opened, 8) < falseAlarmRate) found.push(`openings of ${a}>${b} are not uniform`)
  }
  const dealt = sent(first.transcript('dealer', 'p0')).map((m) => m.body)
  if (needs.length === 1 && dealt[0]!.length > 8 * n && uniformity(concat(...dealt), 8) < falseAlarmRate)
    found.push('corrections are not uniform')
  const expected = needs.reduce((sum, c) => sum + 1 + dependentSections(c).reduce((w, s) => w + s.words, 0), 0)
  if (bytesDealt(first) !== 8 * expected) found.push('the dealer says more than the corrections')
  const words = needs.reduce((sum, c) => sum + openedWords(c), 0)
  if (sent(first.transcript('p0', 'p1')).reduce((sum, m) => sum + m.body.length, 0) !== 8 * words)
    found.push('more opens than was masked')
  return found
}

const bytesDealt = (mesh: Mesh): number =>
  mesh
    .transcript('dealer', 'p0')
    .filter((m) => m.direction === 'sent')
    .reduce((sum, m) => sum + m.body.length, 0)

/** Without the first two words of the dealer, which may be two public labels. */
const sent = (t: Transcript): Transcript =>
  t
    .filter((m) => m.direction === 'sent')
    .map((m, i) => (m.tag === 'correct' && i === 0 ? { ...m, body: m.body.subarray(16) } : m))

/** What party 0 may send to party 1 on account of a correlation. */
function openedWords(c: Correlation): number {
  switch (c.kind) {
    case 'factor':
      return c.rows * c.columns[0]!
    case 'forward':
      return c.factor.columns[1]!
    case 'backward':
      return c.rows.length
    case 'matmul':
      return c.m * c.k + c.k * c.n
    case 'multiply':
      return 2 * c.count
    case 'mask':
      return c.count
    case 'chain':
      return (2 * c.length - 1) * c.words
    case 'inject':
      return c.planes * Math.ceil(c.count / 64) + c.count
  }
}

test.each(Object.entries(protocols))('%s: openings are uniform, fresh, and of public sizes', async (_, protocol) => {
  expect(await complaints(protocol)).toEqual([])
})

describe('mutants are noticed', () => {
  /** A party that opens everything under the masks of the first correlation of a kind. */
  const reusing = (kind: Correlation['kind']) => (party: Party) => {
    const take = party.take.bind(party)
    let kept: BigUint64Array | undefined
    party.take = async (c) => {
      const drawn = await take(c)
      if (c.kind !== kind) return drawn
      if (kept === undefined) kept = drawn.masks.slice()
      else drawn.masks.set(kept)
      return drawn
    }
  }

  test('a mask used twice', async () => {
    for (const kind of ['forward', 'backward'] as const) {
      const honest = protocols['matrix product']!
      const mutant: Protocol = {
        ...honest,
        work(party, value) {
          reusing(kind)(party)
          return honest.work(party, value)
        },
      }
      expect(await complaints(mutant), kind).not.toEqual([])
    }
  })

  test('a mask that is the same in every run', async () => {
    const mutant: Protocol = {
      needs: [maskOf(n, {})],
      async work(party, value) {
        const c = constant(party, n, value)
        const { masks } = await party.take(maskOf(n, {}))
        masks.fill(0x0123456789abcdefn)
        party.ring.add(c, c, masks)
        await party.open(c)
      },
    }
    expect(await complaints(mutant)).toContain('p0>p1 repeats between runs')
  })

  test('a mask that is too short', async () => {
    const mutant: Protocol = {
      needs: [maskOf(n, {})],
      async work(party) {
        const { masks } = await party.take(maskOf(n, {}))
        party.ring.shiftRight(masks, masks, 1)
        await party.open(masks)
      },
    }
    expect(await complaints(mutant)).toContain('openings of p0>p1 are not uniform')
  })

  test('an opening that nothing accounts for', async () => {
    const honest = protocols.truncation!
    const mutant: Protocol = {
      ...honest,
      async work(party, value) {
        await honest.work(party, value)
        const { masks } = { masks: constant(party, 8, value) }
        await party.open(masks)
      },
    }
    expect(await complaints(mutant)).toContain('more opens than was masked')
  })
})
