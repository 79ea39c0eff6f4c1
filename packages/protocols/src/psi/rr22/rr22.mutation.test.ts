/**
 * Malicious mode: whatever message a party changes, the other aborts, or gets what the ideal functionality gives for some
 * other input of that party. README.md lists the messages where the latter can happen. The deviator keeps its digests
 * consistent, so that the comparison at the end does not catch it.
 */
import { platformRng, randomBelow, silentLogger } from '@secureflow/base'
import { memoryPair } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { Session } from '../../session/session.ts'
import { intersect } from '../intersect.ts'
import { ids } from '../testing.ts'
import { type DeviatingWire, deviating } from './testing.ts'

const rng = platformRng(nodePlatform)
const parties = [
  { id: 'bank-a', part: 'left' },
  { id: 'bank-b', part: 'right' },
]
const X = ids(30)
const Y = ids(40, 12)
const common = 18

/** Messages whose change may give a result: that for a smaller input of the deviator. As README.md lists them. */
const substituting = {
  receiver: ['encoded', 'mask-receiver', 'matches'],
  sender: ['vole-sums', 'tags'],
}
/** In the order in which each side sends them. */
const messages = {
  receiver: [
    'hello',
    'nonce',
    'ot-y',
    'ot-u',
    'ot-check',
    'vole-challenge',
    'encoded',
    'mask-receiver',
    'matches',
    'done',
  ],
  sender: [
    'hello',
    'nonce',
    'mask-commitment',
    'ot-r',
    'vole-sums',
    'vole-points',
    'vole-proof',
    'mask-sender',
    'tags',
    'done',
  ],
}
const places = process.env.SECUREFLOW_FULL === '1' ? 200 : 2

async function runOnce(role: 'receiver' | 'sender', at: number) {
  const [a, b] = memoryPair({ timeoutMs: 2000 })
  const change = (body: Uint8Array) => {
    body[randomBelow(rng, body.length)]! ^= 1 << randomBelow(rng, 8)
  }
  const deviator = deviating(role === 'receiver' ? a : b, { at, change }, role === 'receiver', role === 'receiver')
  const session = (self: string, peer: string, wire: DeviatingWire | typeof a) =>
    new Session({
      self,
      parties,
      wires: new Map([[peer, wire]]),
      gate: { release: async () => {} },
      platform: nodePlatform,
      rng,
      signal: new AbortController().signal,
      logger: silentLogger,
    })
  const options = { learns: 'both', protocol: 'rr22-malicious' } as const
  const sides = await Promise.allSettled([
    intersect(session('bank-a', 'bank-b', role === 'receiver' ? deviator : a), { ids: X, as: 'left', ...options }),
    intersect(session('bank-b', 'bank-a', role === 'sender' ? deviator : b), { ids: Y, as: 'right', ...options }),
  ])
  return { honest: sides[role === 'receiver' ? 1 : 0], changed: deviator.changed }
}

describe.each(['receiver', 'sender'] as const)('a %s that changes', (role) => {
  const [own, theirs] = role === 'receiver' ? [Y, X] : [X, Y]
  test.each(messages[role].map((tag, at) => [tag, at] as const))(
    `%s at ${places} places (message %i)`,
    async (tag, at) => {
      for (let place = 0; place < places; place++) {
        const { honest, changed } = await runOnce(role, at)
        expect(changed).toBe(tag)
        if (honest.status === 'rejected') {
          expect(['peer', 'timeout', 'transport'], String(honest.reason)).toContain(honest.reason.class)
          continue
        }
        expect(substituting[role], 'messages that may give a result').toContain(tag)
        const rows = [...honest.value].map((row) => own[row]!)
        expect(new Set(rows).size).toBe(rows.length)
        for (const id of rows) expect(theirs).toContain(id)
        expect(rows.length).toBeLessThanOrEqual(common)
      }
    },
    600_000,
  )
})

test('a deviator that changes nothing is not noticed: the harness itself is sound', async () => {
  for (const role of ['receiver', 'sender'] as const) {
    const { honest, changed } = await runOnce(role, 1000)
    expect(changed).toBeUndefined()
    expect(honest).toMatchObject({ status: 'fulfilled' })
  }
})
