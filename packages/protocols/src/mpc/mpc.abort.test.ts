import { SecureflowError } from '@secureflow/base'
import { type Fault, faults } from '@secureflow/channel'
import { referenceRing64 } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { mpcFixture } from './fixture.ts'
import {
  type Correlation,
  deal,
  type Factor,
  lessThan,
  lessThanNeeds,
  maskOf,
  multiplyForward,
  Party,
  selectRows,
  shareFactor,
  truncate,
} from './index.ts'

const { dataMesh, settle, shareOf, digest } = mpcFixture(nodePlatform)

const factor: Factor = { kind: 'factor', rows: 3, columns: [1, 2] }
const rows = Uint32Array.of(0, 2)
const needs: Correlation[] = [factor, { kind: 'forward', factor, rows }, maskOf(2, { bits: 4 }), ...lessThanNeeds(2)]

async function work(party: Party): Promise<bigint[]> {
  const { ring, index } = party
  const own = ring.zeros(3 * factor.columns[index]!)
  own.fill(3n)
  const batch = selectRows(party, await shareFactor(party, factor, own), rows)
  const z = ring.zeros(2)
  await multiplyForward(party, z, batch, shareOf(party, [16n, 32n, -64n], 'w'))
  await truncate(party, z, z, 4)
  const bits = await lessThan(party, z, 0n)
  await party.open(bits, bits.length)
  await party.open(z)
  return [...z, ...bits.map((b) => b & 3n)]
}
const right = (values: bigint[]): boolean =>
  values.join() === [...[-3n, -3n].map((v) => BigInt.asUintN(64, v)), 3n].join()

interface Outcome {
  at: string
  errors: SecureflowError[]
  /** Whether all data parties finished, with the right result. */
  fine: boolean
}

async function withFault(
  from: string,
  to: string,
  at: number,
  fault: Fault,
  bit?: number,
): Promise<Outcome | undefined> {
  const rule = { at, fault, ...(bit === undefined ? {} : { bit }) }
  const mesh = dataMesh(2, { tamper: [{ from, to, rule }], wire: { timeoutMs: 250 } })
  const settled = await settle(2, needs, work, { mesh, ring: referenceRing64 })
  if (!mesh.tampered()) return undefined
  const errors = settled.flatMap((s) => (s.status === 'rejected' ? [s.reason as SecureflowError] : []))
  const values = settled.slice(0, 2).map((s) => (s.status === 'fulfilled' ? (s.value as bigint[]) : []))
  return { at: `${fault} of message ${at} ${from}>${to}`, errors, fine: errors.length === 0 && values.every(right) }
}

const pairs = [
  ['p0', 'p1'],
  ['p1', 'p0'],
  ['p0', 'dealer'],
  ['p1', 'dealer'],
  ['dealer', 'p0'],
] as const

const everywhere = (fault: Fault, bit?: number): Promise<(Outcome | undefined)[]> =>
  Promise.all(pairs.flatMap(([from, to]) => Array.from({ length: 9 }, (_, at) => withFault(from, to, at, fault, bit))))

test.each(faults.filter((f) => f !== 'flip'))(
  'a message to %s ends promptly in an error of the peer, the link or the deadline, or changes nothing',
  async (fault) => {
    const started = performance.now()
    const outcomes = (await everywhere(fault)).filter((o) => o !== undefined)
    expect(outcomes.length).toBeGreaterThan(15)
    for (const { at, errors, fine } of outcomes) {
      for (const e of errors) {
        expect(e, at).toBeInstanceOf(SecureflowError)
        expect(['peer', 'timeout', 'transport'], `${at}: ${e.message}`).toContain(e.class)
      }
      // What nobody reads any more may pass: the last message of each wire said twice, and corrections beyond the need.
      if (errors.length === 0) expect(fine, at).toBe(true)
    }
    const unnoticed = outcomes.filter((o) => o.errors.length === 0).length
    expect(unnoticed).toBeLessThanOrEqual(fault === 'repeat' ? pairs.length + 1 : 1)
    expect(performance.now() - started).toBeLessThan(60_000)
  },
)

test('a flipped bit is noticed in labels, lengths and plans; in a share the semi-honest model cannot notice it', async () => {
  const outcomes = (await everywhere('flip')).filter((o) => o !== undefined)
  for (const { at, errors } of outcomes)
    for (const e of errors) expect(['peer', 'timeout', 'transport'], `${at}: ${e.message}`).toContain(e.class)
  const label = await withFault('dealer', 'p0', 0, 'flip', 63)
  expect(label?.errors.map((e) => e.code)).toContain('MPC_DEALER_MISMATCH')
  // One bit of an opened share: the run ends, with a wrong result and without an error.
  const share = await withFault('p0', 'p1', 1, 'flip', 9)
  expect(share?.errors).toEqual([])
  expect(share?.fine).toBe(false)
})

test('a dealer that walks another plan is noticed at the first difference', async () => {
  const changes: [string, Correlation[]][] = [
    ['kind', [factor, { kind: 'backward', factor, rows }, ...needs.slice(2)]],
    ['shape', [factor, needs[1]!, maskOf(3, { bits: 4 }), ...needs.slice(3)]],
    ['bits', [factor, needs[1]!, maskOf(2, { bits: 5 }), ...needs.slice(3)]],
    ['repeated', [factor, needs[1]!, needs[1]!, ...needs.slice(2)]],
    ['skipped', [factor, ...needs.slice(2)]],
  ]
  await Promise.all(
    changes.map(async ([what, dealt]) => {
      const mesh = dataMesh(2, { wire: { timeoutMs: 500 } })
      const [leader] = await settle(2, needs, work, { mesh, dealt, ring: referenceRing64 })
      const reason = { code: 'MPC_DEALER_MISMATCH', party: 'dealer' }
      expect(leader, what).toMatchObject({ status: 'rejected', reason })
    }),
  )
})

test('the dealer refuses another plan, other sizes, and a seed that is not fresh', async () => {
  const attempt = async (change: { digest?: Uint8Array; sizes?: number[]; seed?: string }): Promise<unknown> => {
    const mesh = dataMesh(2, { wire: { timeoutMs: 150 } })
    const [p0, p1, dealer] = mesh.sessions
    const plan = { digest, sizes: [2] }
    if (change.seed !== undefined)
      for (const s of [p0!, p1!]) Object.assign(s, { rng: { fill: (into: Uint8Array) => into.fill(9) } })
    await Party.join(p0!, plan, referenceRing64())
    await Party.join(p1!, { ...plan, ...change }, referenceRing64())
    return deal(dealer!, referenceRing64(), digest, () => [])
  }
  for (const change of [{ digest: new Uint8Array(32) }, { sizes: [3] }, { seed: 'same' }])
    await expect(attempt(change)).rejects.toMatchObject({ code: 'MPC_PLAN_MISMATCH', party: 'p1' })
})

test('a dealer stays within its window, and stops where the leader says so', async () => {
  const many = Array.from({ length: 400 }, () => maskOf(1024, { bits: 4 }))
  const mesh = dataMesh(2, { wire: { timeoutMs: 1000 } })
  const [p0, p1, dealer] = mesh.sessions
  let dealt = 0
  const dealing = deal(dealer!, referenceRing64(), digest, function* () {
    for (const c of many) {
      dealt++
      yield c
    }
  })
  const leader = await Party.join(p0!, { digest, sizes: [] }, referenceRing64())
  await Party.join(p1!, { digest, sizes: [] }, referenceRing64())
  await leader.take(many[0]!)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const ahead = dealt
  expect(ahead).toBeLessThan(70) // 16 blocks of 64 KiB, 16 KiB a correlation
  await leader.end()
  await dealing
  expect(dealt).toBeLessThanOrEqual(ahead + 1)
})
