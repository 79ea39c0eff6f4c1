import { loadBlocks, productMap, voleShape } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { both, type EndsOptions, ends, values } from '../ot/testing.ts'
import type { Security } from '../session/two-party.ts'
import { falseAlarmRate, sharedBlocks, uniformity } from '../testing/index.ts'
import { receiveVole, sendVole, type VoleKind } from './silent.ts'

/** Changes one byte. */
const flip = (at: number, by: number) => (body: Uint8Array) => {
  body[at] = body[at]! ^ by
}
const kernels = await loadBlocks(nodePlatform)

async function run(length: number, security: Security, options: EndsOptions = {}, coordinates?: number) {
  const kind: VoleKind = coordinates === undefined ? { security } : { security, coordinates }
  const pair = ends(options)
  const settled = await both(
    pair,
    async (two) => sendVole(two, await loadBlocks(nodePlatform), length, kind),
    async (two) => receiveVole(two, await loadBlocks(nodePlatform), length, kind),
  )
  return { settled, transcript: pair.transcript }
}

describe.each(['semi-honest', 'malicious'] as const)('%s', (security) => {
  test.each([1, 1000, 3000])('%i correlations: w = v ⊕ Δ·u everywhere, u looks uniform', async (length) => {
    const [{ delta, v }, { u, w }] = values((await run(length, security)).settled)
    expect([v.length, u.length, w.length]).toEqual([16 * length, 16 * length, 16 * length])
    const mark = kernels.mark()
    const expected = kernels.zeros(length)
    const scaled = kernels.zeros(length)
    expected.set(v)
    scaled.set(u)
    kernels.addScaled(expected, scaled, delta)
    expect(Buffer.compare(expected, w)).toBe(0)
    kernels.release(mark)
    if (length === 3000) for (const vector of [u, v, w]) expect(uniformity(vector, 16)).toBeGreaterThan(falseAlarmRate)
  })

  test('no block of one run in another', async () => {
    const [a, b] = [await run(1, security), await run(1, security)]
    expect(sharedBlocks(a.transcript, b.transcript)).toEqual([])
  })
})

describe.each([5, 6])('u in the first %i coordinates', (coordinates) => {
  test.each([1, 3000])('%i correlations: w = v ⊕ Δ·u everywhere, u looks uniform and no longer', async (length) => {
    const [{ delta, v }, { u, w }] = values((await run(length, 'semi-honest', {}, coordinates)).settled)
    const mark = kernels.mark()
    const [expected, scaled] = [kernels.zeros(length), kernels.zeros(length)]
    expected.set(v)
    scaled.set(u)
    kernels.addMapped(expected, scaled, productMap(kernels, delta))
    expect(Buffer.compare(expected, w)).toBe(0)
    expect(u.every((byte, at) => byte === 0 || (at & 15) < 2 * coordinates)).toBe(true)
    const packed = new Uint8Array(2 * coordinates * length)
    kernels.pack(packed, scaled, 2 * coordinates)
    kernels.release(mark)
    if (length < 3000) return
    expect(uniformity(packed, 2 * coordinates)).toBeGreaterThan(falseAlarmRate)
    for (const vector of [v, w]) expect(uniformity(vector, 16)).toBeGreaterThan(falseAlarmRate)
  })

  test('no block of one run in another', async () => {
    const [a, b] = [await run(1, 'semi-honest', {}, coordinates), await run(1, 'semi-honest', {}, coordinates)]
    expect(sharedBlocks(a.transcript, b.transcript)).toEqual([])
  })
})

test.each([
  ['malicious', 5],
  ['semi-honest', 7],
] as const)('%s with %i coordinates is refused', async (security, coordinates) => {
  const { settled } = await run(1, security, {}, coordinates)
  for (const side of settled) expect(side).toMatchObject({ status: 'rejected', reason: { name: 'RangeError' } })
})

/** What is left of the receiver's share where a message was changed: how many correlations are wrong. */
async function wrong(
  security: Security,
  at: number,
  change: (body: Uint8Array) => void,
  from: 'left' | 'right' = 'left',
) {
  const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => {
    change(body)
    return [{ tag, body }]
  }
  return (await run(1, security, { tamper: { from, rule: { at, fault } } })).settled
}

describe('a sender that lies', () => {
  // Its messages: base transfers, sums, points, proof.
  const { trees } = voleShape(1)
  const depth = Math.ceil(Math.log2(trees.leaves))
  test.each([
    ['both sums of a level', 1, (body: Uint8Array) => body.fill(7, 32 * (3 * depth + 1), 32 * (3 * depth + 2))],
    ['a share of noise', 2, flip(16 * 9, 1)],
    ['the proof', 3, flip(31, 128)],
  ] as const)('about %s is found out in malicious mode', async (_, at, change) => {
    const [, right] = await wrong('malicious', at, change)
    expect(right).toMatchObject({ reason: { code: 'VOLE_CHECK_FAILED', class: 'peer' } })
  })

  test('about one side of a level is found out just where the receiver reads it', async () => {
    let caught = 0
    for (let i = 0; i < 12; i++) {
      const [, right] = await wrong('malicious', 1, flip(32 * i * depth, 1))
      if (right.status === 'rejected') caught++
    }
    // Each is read with probability 1/2: the leak that the functionality grants. All or none: once in 2,048.
    expect(caught).toBeGreaterThan(0)
    expect(caught).toBeLessThan(12)
  }, 120_000)

  test('goes unnoticed in semi-honest mode', async () => {
    const settled = await wrong('semi-honest', 2, flip(0, 1))
    expect(settled.map((side) => side.status)).toEqual(['fulfilled', 'fulfilled'])
  })
})

test('a receiver that changes the challenge gains a proof of something else', async () => {
  const [, right] = await wrong('malicious', 3, flip(0, 1), 'right')
  expect(right).toMatchObject({ reason: { code: 'VOLE_CHECK_FAILED' } })
})
