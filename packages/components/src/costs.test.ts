/** What declarations say a step costs, against what its run really sends. */
import { nodePlatform } from '@secureflow/platform'
import { intersect } from '@secureflow/protocols/psi'
import { memorySessions } from '@secureflow/protocols/testing'
import { expect, test } from 'vitest'
import { intersectionCost } from './align/psi/cost.ts'

const link = { roundTripMs: 10, bytesPerSecond: 1e6 }

test.each([
  ['ecdh', 'both', 300, 700, 200],
  ['ecdh', 'both', 700, 300, 200],
  ['ecdh', 'left', 300, 700, 200],
  ['ecdh', 'right', 300, 700, 200],
  ['rr22', 'both', 700, 300, 200],
  ['rr22', 'right', 300, 700, 200],
  ['rr22-low', 'both', 700, 300, 200],
  ['rr22-low', 'left', 300, 700, 200],
  ['rr22-malicious', 'both', 300, 700, 200],
  ['rr22-malicious', 'left', 300, 700, 200],
] as const)('%s of which %s learn, of %i and %i rows', async (protocol, learns, left, right, inCommon) => {
  const parties = [
    { id: 'bank-a', part: 'left' },
    { id: 'bank-b', part: 'right' },
  ]
  const mesh = memorySessions(parties, { platform: nodePlatform })
  const ids = (count: number, from: number): string[] => Array.from({ length: count }, (_, i) => `id-${from + i}`)
  await Promise.all([
    intersect(mesh.sessions[0]!, { ids: ids(left, 0), as: 'left', learns, protocol }),
    intersect(mesh.sessions[1]!, { ids: ids(right, left - inCommon), as: 'right', learns, protocol }),
  ])
  const [a, b] = [
    { member: 'bank-a', rows: left },
    { member: 'bank-b', rows: right },
  ]
  const roles = learns === 'right' ? { receiver: b, sender: a } : { receiver: a, sender: b }
  const cost = intersectionCost(protocol, {
    ...roles,
    told: learns === 'both' ? inCommon : 0,
    both: learns === 'both',
    link,
  })
  for (const [from, to] of [
    ['bank-a', 'bank-b'],
    ['bank-b', 'bank-a'],
  ] as const) {
    const sent = mesh
      .transcript(from, to)
      .reduce((sum, { direction, body }) => sum + (direction === 'sent' ? body.length : 0), 0)
    // Greetings and digests come to less than 300 bytes each way.
    expect(sent - cost.bytes[`${from}>${to}`]!).toBeGreaterThanOrEqual(0)
    expect(sent - cost.bytes[`${from}>${to}`]!).toBeLessThan(300)
  }
})

test('seconds follow rows, rate and latency', () => {
  const of = (rows: number, more = {}) =>
    intersectionCost('ecdh', {
      both: false,
      receiver: { member: 'a', rows },
      sender: { member: 'b', rows },
      told: 0,
      link: { ...link, ...more },
    }).seconds
  expect(of(30_000)).toBeGreaterThan(30_000 * 84e-6)
  expect(of(60_000) - of(30_000)).toBeGreaterThan(of(30_000) - of(0) - 1e-9)
  expect(of(1000, { roundTripMs: 110 }) - of(1000)).toBeCloseTo(0.25, 6)
  expect(of(30_000, { bytesPerSecond: 1e5 })).toBeGreaterThan(of(30_000) + 10)
})
