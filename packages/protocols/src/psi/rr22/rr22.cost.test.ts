/** The Cost line of rr22.ts: bytes by message and direction, messages one after the other. */
import { platformRng, silentLogger } from '@secureflow/base'
import { memoryPair, type Wire } from '@secureflow/channel'
import { treeDepth, voleShape } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { Session } from '../../session/session.ts'
import { recordingGate } from '../../testing/index.ts'
import { intersect } from '../intersect.ts'
import { ids, run } from '../testing.ts'
import { sizesOf } from './parameters.ts'

test.each([
  ['rr22', 'left', 300, 5000],
  ['rr22', 'both', 5000, 300],
  ['rr22', 'right', 300, 500],
  ['rr22-low', 'left', 300, 5000],
  ['rr22-low', 'both', 20_000, 300],
  ['rr22-low', 'right', 300, 500],
  ['rr22-malicious', 'both', 300, 500],
  ['rr22-malicious', 'left', 1, 0],
] as const)('%s: %s learns, %i and %i rows', async (protocol, learns, nLeft, nRight) => {
  const { mesh } = await run(ids(nLeft), ids(nRight), { protocol, learns })
  const malicious = protocol === 'rr22-malicious'
  const [receiver, sender] = learns === 'right' ? ['bank-b', 'bank-a'] : ['bank-a', 'bank-b']
  const [nx, ny] = learns === 'right' ? [nRight, nLeft] : [nLeft, nRight]
  const bytes = (from: string, to: string) => {
    const out: Record<string, number> = {}
    for (const { direction, tag, body } of mesh.transcript(from, to))
      if (direction === 'sent' && !['hello', 'nonce', 'done'].includes(tag)) out[tag] = (out[tag] ?? 0) + body.length
    return out
  }
  const { store, columnBytes, vole, tagBytes } = sizesOf(protocol, nx, ny)
  const low = protocol === 'rr22-low'
  expect([columnBytes, vole.coordinates]).toEqual(low ? [10, 5] : [16, undefined])
  const noise = low ? 184 : 128
  const depth = treeDepth(voleShape(store.columns, low).trees.leaves)
  const transfers = noise * (depth + 8 * columnBytes) + (malicious ? 256 : 0)
  expect(bytes(receiver, sender)).toEqual({
    [malicious ? 'ot-y' : 'ot-a']: 32,
    'ot-u': 16 * 128 * Math.ceil(transfers / 128),
    encoded: columnBytes * store.columns,
    ...(learns === 'both' && { matches: Math.ceil(ny / 8) + (malicious ? 32 : 0) }),
    ...(malicious && { 'ot-check': 16 * 129, 'vole-challenge': 16, 'mask-receiver': 16 }),
  })
  expect(bytes(sender, receiver)).toEqual({
    [malicious ? 'ot-r' : 'ot-b']: (malicious ? 64 : 32) * 128,
    'vole-sums': noise * 32 * depth,
    'vole-points': noise * 16,
    ...(ny > 0 && { tags: tagBytes * ny }),
    ...(malicious && { 'mask-commitment': 32, 'vole-proof': 32, 'mask-sender': 16 }),
  })
})

/**
 * Counts messages that wait for one another: each carries one more than the latest that its sender had read (Lamport's
 * clock), so that no timing enters.
 */
function clocked(pair: [Wire, Wire]): { wires: [Wire, Wire]; rounds: () => number } {
  const clocks = [0, 0]
  const stamps: [number[], number[]] = [[], []]
  const end = (wire: Wire, own: 0 | 1): Wire => ({
    send(tag, body) {
      stamps[own].push(clocks[own]! + 1)
      return wire.send(tag, body)
    },
    async recv(tag, maxBytes) {
      const body = await wire.recv(tag, maxBytes)
      clocks[own] = Math.max(clocks[own]!, stamps[own === 0 ? 1 : 0].shift()!)
      return body
    },
    close: (error) => wire.close(error),
  })
  return { wires: [end(pair[0], 0), end(pair[1], 1)], rounds: () => Math.max(...clocks) }
}

test.each([
  ['rr22', 'left', 9],
  ['rr22', 'both', 9],
  ['rr22-low', 'left', 9],
  ['rr22-low', 'both', 9],
  ['rr22-malicious', 'left', 10],
  ['rr22-malicious', 'both', 10],
] as const)('messages one after the other: %s, %s learns: %i', async (protocol, learns, expected) => {
  const { wires, rounds } = clocked(memoryPair())
  const session = (self: string, peer: string, wire: Wire) =>
    new Session({
      self,
      parties: [
        { id: 'bank-a', part: 'left' },
        { id: 'bank-b', part: 'right' },
      ],
      wires: new Map([[peer, wire]]),
      gate: recordingGate(),
      platform: nodePlatform,
      rng: platformRng(nodePlatform),
      signal: new AbortController().signal,
      logger: silentLogger,
    })
  await Promise.all([
    intersect(session('bank-a', 'bank-b', wires[0]), { ids: ids(10), as: 'left', learns, protocol }),
    intersect(session('bank-b', 'bank-a', wires[1]), { ids: ids(10), as: 'right', learns, protocol }),
  ])
  expect(rounds()).toBe(expected)
})
