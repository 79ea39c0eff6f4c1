import { randomBytes } from 'node:crypto'
import { loadBlocks } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { shapeOf, sharedBlocks } from '../testing/index.ts'
import { receiveCorrelated, sendCorrelated } from './correlated.ts'
import { both, type EndsOptions, ends, values } from './testing.ts'

const load = () => loadBlocks(nodePlatform)
const random = (bytes: number) => new Uint8Array(randomBytes(bytes))

async function run(n: number, security: 'semi-honest' | 'malicious', choices: Uint8Array, options: EndsOptions = {}) {
  const pair = ends(options)
  const settled = await both(
    pair,
    async (two) => sendCorrelated(two, await load(), n, security),
    async (two) => receiveCorrelated(two, await load(), choices, n, security),
  )
  return { settled, transcript: pair.transcript }
}

describe.each(['semi-honest', 'malicious'] as const)('%s', (security) => {
  test.each([0, 1, 127, 128, 129, 1000])('%i transfers: q = t ⊕ x·Δ in every one', async (n) => {
    const choices = random(Math.ceil(n / 8))
    const [{ delta, q }, t] = values((await run(n, security, choices)).settled)
    expect(q.length).toBe(16 * n)
    expect(t.length).toBe(16 * n)
    for (let j = 0; j < n; j++) {
      const chosen = (choices[j >> 3]! >> (j & 7)) & 1
      const difference = Array.from({ length: 16 }, (_, k) => q[16 * j + k]! ^ t[16 * j + k]!)
      expect(difference, `transfer ${j}`).toEqual(chosen === 1 ? [...delta] : new Array(16).fill(0))
    }
  })

  test('messages and their sizes', async () => {
    const { transcript } = await run(200, security, random(25))
    const rows = security === 'malicious' ? 384 : 256
    const base = security === 'malicious' ? ['ot-r', 'ot-y'] : ['ot-a', 'ot-b']
    const after = shapeOf(transcript).filter(([, tag]) => !base.includes(tag))
    expect(after).toEqual([
      ['received', 'ot-u', 16 * rows],
      ...(security === 'malicious' ? [['received', 'ot-check', 16 * 129]] : []),
    ])
  })

  test('equal choices in two runs share no block', async () => {
    const choices = new Uint8Array(25)
    const [a, b] = [await run(200, security, choices), await run(200, security, choices)]
    expect(sharedBlocks(a.transcript, b.transcript)).toEqual([])
  })
})

describe('a receiver whose choices differ from column to column', () => {
  /** Flips the choice of transfer 5 in column 17 alone, where the receiver's challenge is that of what it sent. */
  const lying = ({ tag, body }: { tag: string; body: Uint8Array }) => {
    body[17 * (body.length / 128)]! ^= 1 << 5
    return [{ tag, body }]
  }
  const tampering = { from: 'right', rule: { at: 1, fault: lying } } as const

  test('is found out in malicious mode', async () => {
    const { settled } = await run(200, 'malicious', random(25), { tamper: tampering })
    expect(settled[0]).toMatchObject({ reason: { code: 'OT_CHECK_FAILED', class: 'peer' } })
  })

  test('is not in semi-honest mode: what the check is for', async () => {
    const choices = new Uint8Array(25)
    const [{ delta, q }, t] = values((await run(200, 'semi-honest', choices, { tamper: tampering })).settled)
    const difference = Array.from({ length: 16 }, (_, k) => q[80 + k]! ^ t[80 + k]!)
    // The sender's q is off by that one bit of Δ.
    expect(difference).toEqual(Array.from({ length: 16 }, (_, k) => (k === 2 ? delta[2]! & 2 : 0)))
  })

  test('a changed answer to the challenge is found out too', async () => {
    for (const byte of [0, 15, 16, 16 * 129 - 1]) {
      const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => {
        body[byte]! ^= 1
        return [{ tag, body }]
      }
      const rule = { at: 2, fault }
      const { settled } = await run(200, 'malicious', random(25), { tamper: { from: 'right', rule } })
      // The hash of x counts only where a bit of Δ is 1: never all 128 are 0.
      expect(settled[0]).toMatchObject({ reason: { code: 'OT_CHECK_FAILED' } })
    }
  })
})
