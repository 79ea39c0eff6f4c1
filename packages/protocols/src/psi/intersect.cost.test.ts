/** The Cost line of ecdh.ts: bytes by message and direction, messages one after the other. */

import { platformRng, type SecureflowError, silentLogger } from '@secureflow/base'
import { memoryPair, type Wire } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { Session } from '../session/session.ts'
import { recordingGate } from '../testing/index.ts'
import type { Learns } from './functionality.ts'
import { intersect } from './intersect.ts'
import { ids, run } from './testing.ts'

test.each([
  ['left', 300, 5000, 250],
  ['right', 300, 5000, 250],
  ['both', 5000, 300, 250],
  ['both', 1, 0, 0],
] as const)('%s learns, %i and %i rows', async (learns, nLeft, nRight, matches) => {
  const { mesh } = await run(ids(nLeft), ids(nRight, nLeft - matches), { learns })
  const [receiver, sender] = learns === 'right' ? ['bank-b', 'bank-a'] : ['bank-a', 'bank-b']
  const [nx, ny] = learns === 'right' ? [nRight, nLeft] : [nLeft, nRight]
  const bytes = (from: string, to: string) => {
    const out: Record<string, number> = { besides: 0 }
    for (const { direction, tag, body } of mesh.transcript(from, to)) {
      if (direction !== 'sent') continue
      const key = ['hello', 'nonce', 'done'].includes(tag) ? 'besides' : tag
      out[key] = (out[key] ?? 0) + body.length
    }
    return out
  }
  const t = Math.ceil((40 + 2 * Math.log2(Math.max(nx, ny))) / 8)
  const { besides: fromReceiver, ...r } = bytes(receiver, sender)
  const { besides: fromSender, ...s } = bytes(sender, receiver)
  expect(r).toEqual({ ...(nx > 0 && { blinded: 32 * nx }), ...(learns === 'both' && { matches: 4 * matches }) })
  expect(s).toEqual({ ...(ny > 0 && { masked: 32 * ny }), ...(nx > 0 && { evaluated: t * nx }) })
  expect(fromReceiver).toBeLessThan(300)
  expect(fromSender).toBeLessThan(300)
})

test.each(['left', 'both'] as const)('5 messages one after the other: %s learns', async (learns: Learns) => {
  const [a, b] = memoryPair()
  // As Lamport's clocks: a message is one later than everything that its sender had heard.
  const counted = (wire: Wire, sent: number[], received: number[]) => {
    const side = {
      clock: 0,
      send(tag: string, body: Uint8Array) {
        sent.push(side.clock + 1)
        return wire.send(tag, body)
      },
      async recv(tag: string, maxBytes: number) {
        const body = await wire.recv(tag, maxBytes)
        side.clock = Math.max(side.clock, received.shift()!)
        return body
      },
      close: (error: SecureflowError) => wire.close(error),
    }
    return side
  }
  const [toB, toA]: [number[], number[]] = [[], []]
  const [atA, atB] = [counted(a, toB, toA), counted(b, toA, toB)]
  const parties = [
    { id: 'bank-a', part: 'left' },
    { id: 'bank-b', part: 'right' },
  ]
  const session = (self: string, peer: string, wire: Wire) =>
    new Session({
      self,
      parties,
      wires: new Map([[peer, wire]]),
      gate: recordingGate(),
      platform: nodePlatform,
      rng: platformRng(nodePlatform),
      signal: new AbortController().signal,
      logger: silentLogger,
    })
  await Promise.all([
    intersect(session('bank-a', 'bank-b', atA), { ids: ids(10), as: 'left', learns }),
    intersect(session('bank-b', 'bank-a', atB), { ids: ids(10), as: 'right', learns }),
  ])
  expect(Math.max(atA.clock, atB.clock)).toBe(5)
})
