import { concat } from '@secureflow/base'
import type { Transcript } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { falseAlarmRate, occursIn, shapeOf, sharedBlocks, uniformity } from './leak.ts'
import { seededRng } from './mesh.ts'

const random = (n: number, seed: string): Uint8Array => {
  const out = new Uint8Array(n)
  seededRng(nodePlatform, seed).fill(out)
  return out
}
const said = (...bodies: Uint8Array[]): Transcript => bodies.map((body) => ({ direction: 'sent', tag: 'x', body }))

test('sharedBlocks finds a block at any offset, and nothing in independent transcripts', () => {
  const a = random(1 << 16, 'a')
  const b = random(1 << 16, 'b')
  expect(sharedBlocks(said(a), said(b))).toEqual([])
  const mixed = concat(b.subarray(0, 1001), a.subarray(160, 176), b.subarray(1001))
  expect(sharedBlocks(said(a), said(mixed))).toHaveLength(1)
  expect(sharedBlocks(said(a), said(mixed), ['x'])).toEqual([])
})

test('uniformity accepts uniform bytes and rejects slight biases', () => {
  for (let i = 0; i < 20; i++) expect(uniformity(random(1 << 15, `u${i}`), 8)).toBeGreaterThan(falseAlarmRate)
  const text = new TextEncoder().encode('a table of names '.repeat(400))
  expect(uniformity(text)).toBeLessThan(falseAlarmRate)
  const smallTopByte = random(1 << 16, 't').map((byte, i) => (i % 8 === 7 ? byte >> 1 : byte))
  expect(uniformity(smallTopByte, 8)).toBeLessThan(falseAlarmRate)
  expect(() => uniformity(random(100, 'few'))).toThrow(RangeError)
})

test('the p-value is uniform where the bytes are: known quantiles of chi-square', () => {
  const below = (limit: number) =>
    Array.from({ length: 400 }, (_, i) => uniformity(random(4096, `q${i}`))).filter((p) => p < limit).length / 400
  expect(below(0.5)).toBeGreaterThan(0.4)
  expect(below(0.5)).toBeLessThan(0.6)
  expect(below(0.05)).toBeLessThan(0.1)
})

test('shapeOf and occursIn', () => {
  const t = said(Uint8Array.of(1, 2, 3), Uint8Array.of(4))
  expect(shapeOf(t)).toEqual([
    ['sent', 'x', 3],
    ['sent', 'x', 1],
  ])
  expect(occursIn(t, Uint8Array.of(2, 3))).toBe(true)
  expect(occursIn(t, Uint8Array.of(3, 4))).toBe(false)
})
