import { asBytes, concat } from '@secureflow/base'
import type { Transcript } from '@secureflow/channel'
import { referenceRing64 } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { Party } from '@secureflow/protocols/mpc'
import { falseAlarmRate, type Mesh, occursIn, shapeOf, sharedBlocks, uniformity } from '@secureflow/protocols/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { trainingCost } from './cost.ts'
import { featureBits } from './fixed.ts'
import { type Joint, madeUp, settleTraining, trainingMesh } from './fixture.ts'
import { logisticDefaults } from './params.ts'

const rows = 256
const columns = [4, 5]
const params = { ...logisticDefaults, epochs: 4, batch: 16 }
const table = madeUp(rows, columns, 1)
/** Equal in shape and in declared range, with other values and labels. */
const other: Joint = {
  ...table,
  y: table.y.map((v) => 1 - v),
  blocks: table.blocks.map((b) => ({ ...b, x: b.x.map((v) => -v) })),
}

const pairs = [
  ['p0', 'p1'],
  ['p1', 'p0'],
  ['dealer', 'p0'],
  ['p0', 'dealer'],
  ['p1', 'dealer'],
] as const
/** Public: sizes and ranges; and beside the seed, the digest of the plan. */
const publicTags = ['announce', 'enrol']

async function run(of: Joint): Promise<Mesh> {
  const mesh = trainingMesh(nodePlatform, 2)
  await settleTraining(mesh, of, params)
  return mesh
}

/** Without the first two words of the dealer, which are two public labels. */
const sent = (t: Transcript): Transcript =>
  t
    .filter((m) => m.direction === 'sent')
    .map((m, i) => (m.tag === 'correct' && i === 0 ? { ...m, body: m.body.subarray(16) } : m))

async function complaints(): Promise<string[]> {
  const [first, second, third] = await Promise.all([run(table), run(table), run(other)])
  const found: string[] = []
  const cost = trainingCost({ rows, columnsPerParty: columns, params })
  for (const [a, b] of pairs) {
    const [t1, t2, t3] = [first, second, third].map((mesh) => sent(mesh.transcript(a, b)))
    if (JSON.stringify(shapeOf(t1!)) !== JSON.stringify(shapeOf(t3!))) found.push(`sizes of ${a}>${b} depend on values`)
    if (sharedBlocks(t1!, t2!, publicTags).length > 0) found.push(`${a}>${b} repeats between runs`)
    const half = Math.floor(t1!.length / 2)
    if (sharedBlocks(t1!.slice(0, half), t1!.slice(half), publicTags).length > 0)
      found.push(`${a}>${b} repeats in a run`)
  }
  for (const [i, [a, b]] of pairs.slice(0, 2).entries()) {
    const t = sent(first.transcript(a, b))
    const opened = t.filter((m) => m.tag.startsWith('open.'))
    if (uniformity(concat(...opened.map((m) => m.body)), 8) < falseAlarmRate) found.push(`openings of ${a}>${b}`)
    const bytes = t.reduce((sum, m) => sum + m.body.length, 0)
    if (bytes !== cost.between[`${i}>${1 - i}`]) found.push(`${a}>${b} says more than it must`)
  }
  if (uniformity(asBytes(openedToBoth(first)), 8) < falseAlarmRate) found.push('what opens to both is not uniform')
  const ring = referenceRing64()
  for (const [i, party] of ['p0', 'p1'].entries()) {
    const { x } = table.blocks[i]!
    const encoded = ring.zeros(x.length)
    ring.encodeFixed(encoded, x, featureBits, 64)
    for (const peer of [`p${1 - i}`, 'dealer']) {
      const t = first.transcript(party, peer)
      for (let at = 0; at < 40; at += 2)
        if (occursIn(t, asBytes(encoded.subarray(at, at + 1))) || occursIn(t, asBytes(x.subarray(at, at + 1))))
          found.push(`a feature of ${party} in clear at ${peer}`)
    }
  }
  return found
}

/** Sums of both parties' shares where both open the same: z + r and step·g + r, in the third and last round of each iteration. */
function openedToBoth(mesh: Mesh): BigUint64Array {
  const [a, b] = pairs.slice(0, 2).map(([from, to]) => {
    const rounds = sent(mesh.transcript(from, to)).filter((m) => m.tag.startsWith('open.'))
    const chosen = rounds.filter((_, at) => at > 0 && (at % 6 === 2 || at % 6 === 0))
    return new BigUint64Array(concat(...chosen.map((m) => m.body)).buffer)
  })
  return a!.map((v, i) => v + b![i]!)
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('what is sent is uniform, fresh, of public sizes, and no more than the formula says', async () => {
  expect(await complaints()).toEqual([])
})

test('mutant: scores and gradients opened under one mask throughout', async () => {
  const take = Party.prototype.take
  const kept = new WeakMap<Party, Map<number, BigUint64Array>>()
  vi.spyOn(Party.prototype, 'take').mockImplementation(async function (this: Party, c) {
    const drawn = await take.call(this, c)
    if (c.kind !== 'mask') return drawn
    const own = kept.get(this) ?? new Map<number, BigUint64Array>()
    kept.set(this, own)
    const first = own.get(c.count)
    if (first === undefined) own.set(c.count, drawn.masks.slice())
    else drawn.masks.set(first)
    return drawn
  })
  expect((await complaints()).join()).toMatch(/what opens to both is not uniform/)
})

test('mutant: features masked by nothing', async () => {
  const take = Party.prototype.take
  vi.spyOn(Party.prototype, 'take').mockImplementation(async function (this: Party, c) {
    const drawn = await take.call(this, c)
    if (c.kind === 'factor') drawn.masks.fill(0n)
    return drawn
  })
  expect((await complaints()).join()).toMatch(/in clear/)
})

test('mutant: an opening that nothing accounts for', async () => {
  const end = Party.prototype.end
  vi.spyOn(Party.prototype, 'end').mockImplementation(async function (this: Party) {
    await this.open(this.ring.zeros(4))
    return end.call(this)
  })
  expect((await complaints()).join()).toMatch(/says more than it must/)
})
