/**
 * Malicious mode: whatever message a party changes, the other aborts, or gets what the ideal functionality gives for some
 * other input of that party. README.md lists the messages where the latter can happen. The deviator keeps its digests
 * consistent, so that the comparison at the end does not catch it.
 */
import { platformRng, randomBelow, silentLogger } from '@secureflow/base'
import { memoryPair, type Wire } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { Session } from '../../session/session.ts'
import { intersectWithValues } from '../intersect.ts'
import { ids } from '../testing.ts'
import { deviating } from './testing.ts'

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
const full = process.env.SECUREFLOW_FULL === '1'
const places = full ? 200 : 2

const columns = (rows: number, side: number) => ({
  widths: [3, 17],
  bytes: Uint8Array.from({ length: 20 * rows }, (_, i) => side + 7 * i + Math.floor(i / 20)),
})
const [ofX, ofY] = [columns(X.length, 1), columns(Y.length, 2)]

async function runOnce(role: 'receiver' | 'sender', at: number, withColumns = false) {
  const [a, b] = memoryPair({ timeoutMs: 2000 })
  const change = (body: Uint8Array) => {
    body[randomBelow(rng, body.length)]! ^= 1 << randomBelow(rng, 8)
  }
  const deviator = deviating(role === 'receiver' ? a : b, { at, change }, role === 'receiver', role === 'receiver')
  const { honest } = await between(role === 'receiver' ? [deviator, b] : [a, deviator], role, withColumns)
  return { honest, changed: deviator.changed }
}

async function between([a, b]: [Wire, Wire], role: 'receiver' | 'sender', withColumns = false) {
  const session = (self: string, peer: string, wire: Wire) =>
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
  const options = { learns: 'both', protocol: 'rr22-malicious', expects: withColumns ? 2 : 0 } as const
  const [left, right] = withColumns ? [{ brings: ofX }, { brings: ofY }] : [{}, {}]
  const [own, other] = [{ ids: X, as: 'left', ...left } as const, { ids: Y, as: 'right', ...right } as const]
  const sides = await Promise.allSettled([
    intersectWithValues(session('bank-a', 'bank-b', a), { ...own, ...options }),
    intersectWithValues(session('bank-b', 'bank-a', b), { ...other, ...options }),
  ])
  return { honest: sides[role === 'receiver' ? 1 : 0] }
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
        const rows = [...honest.value.rows].map((row) => own[row]!)
        expect(new Set(rows).size).toBe(rows.length)
        for (const id of rows) expect(theirs).toContain(id)
        expect(rows.length).toBeLessThanOrEqual(common)
      }
    },
    3_600_000,
  )
})

/** Where columns are brought along, the deviator's values of rows in common are its own to choose, and nothing else is. */
const withColumns = {
  receiver: messages.receiver.toSpliced(-1, 0, 'values'),
  sender: messages.sender.toSpliced(-1, 0, 'sealed'),
}

describe.each(['receiver', 'sender'] as const)('with columns, a %s that changes', (role) => {
  const [own, theirs, values] = role === 'receiver' ? [Y, X, ofX] : [X, Y, ofY]
  const added = role === 'receiver' ? 'values' : 'sealed'
  const each = withColumns[role].map((tag, at) => [tag, at] as const)
  test.each(full ? each : each.filter(([tag]) => tag === added || tag === 'matches' || tag === 'tags'))(
    `%s at ${places} places (message %i)`,
    async (tag, at) => {
      for (let place = 0; place < places; place++) {
        const { honest, changed } = await runOnce(role, at, true)
        expect(changed).toBe(tag)
        if (honest.status === 'rejected') {
          expect(['peer', 'timeout', 'transport'], String(honest.reason)).toContain(honest.reason.class)
          expect(tag, 'no abort tells whether a row is in common').not.toBe('sealed')
          continue
        }
        expect([...substituting[role], added], 'messages that may give a result').toContain(tag)
        const rows = [...honest.value.rows].map((row) => theirs.indexOf(own[row]!))
        expect(new Set(rows).size).toBe(rows.length)
        expect(rows).not.toContain(-1)
        const found = honest.value.values!
        expect(found.widths).toEqual(values.widths)
        const expected = rows.flatMap((row) => [...values.bytes.subarray(20 * row, 20 * row + 20)])
        if (tag !== added) expect([...found.bytes]).toEqual(expected)
        else {
          expect(rows.length).toBe(common)
          expect([...found.bytes].filter((byte, i) => byte !== expected[i]).length).toBeLessThanOrEqual(1)
        }
      }
    },
    3_600_000,
  )
})

test('a tag that a sender repeats counts once: no abort tells whether it has matched', async () => {
  for (const from of [0, 1]) {
    const [a, b] = memoryPair({ timeoutMs: 2000 })
    const change = (body: Uint8Array) => void body.copyWithin(16 * (1 - from), 16 * from, 16 * from + 16)
    const deviator = deviating(b, { at: messages.sender.indexOf('tags'), change }, false, false)
    const { honest } = await between([a, deviator], 'sender')
    expect(honest).toMatchObject({ status: 'fulfilled' })
  }
})

test('a deviator that changes nothing is not noticed: the harness itself is sound', async () => {
  for (const role of ['receiver', 'sender'] as const) {
    const { honest, changed } = await runOnce(role, 1000)
    expect(changed).toBeUndefined()
    expect(honest).toMatchObject({ status: 'fulfilled' })
  }
})
