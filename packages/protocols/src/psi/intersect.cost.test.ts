/** The Cost line of ecdh.ts: bytes by message and direction, messages one after the other. */

import { platformRng, silentLogger } from '@secureflow/base'
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
  const delayMs = 150 // far above the computation
  const [a, b] = memoryPair()
  const delayed = (wire: Wire): Wire => {
    let line = Promise.resolve()
    return {
      async send(tag, body) {
        const copy = body.slice()
        const due = new Promise((resolve) => setTimeout(resolve, delayMs))
        line = line.then(() => due).then(() => wire.send(tag, copy))
      },
      recv: (tag, maxBytes) => wire.recv(tag, maxBytes),
      close: (error) => wire.close(error),
    }
  }
  const parties = [
    { id: 'bank-a', part: 'left' },
    { id: 'bank-b', part: 'right' },
  ]
  const session = (self: string, peer: string, wire: Wire) =>
    new Session({
      self,
      parties,
      wires: new Map([[peer, delayed(wire)]]),
      gate: recordingGate(),
      platform: nodePlatform,
      rng: platformRng(nodePlatform),
      signal: new AbortController().signal,
      logger: silentLogger,
    })
  const before = performance.now()
  await Promise.all([
    intersect(session('bank-a', 'bank-b', a), { ids: ids(10), as: 'left', learns }),
    intersect(session('bank-b', 'bank-a', b), { ids: ids(10), as: 'right', learns }),
  ])
  expect(Math.floor((performance.now() - before) / delayMs)).toBe(5)
})
