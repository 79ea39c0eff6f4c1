import { expect, test } from 'vitest'
import { bucketsFor, choosePsi, defaultMemoryBytes, psiCost } from './cost.ts'

const near = { roundTripMs: 0.3, bytesPerSecond: 300e6 }
const far = { roundTripMs: 30, bytesPerSecond: 12.5e6 }
const slow = { roundTripMs: 30, bytesPerSecond: 30e3 }
const of = (nx: number, ny = nx) => ({ nx, ny, told: 0, both: false })

test.each([
  ['a few rows on a near link', of(100), near, 'ecdh'],
  ['many rows on a near link', of(200_000), near, 'rr22'],
  ['many rows on a far link', of(200_000), far, 'rr22-low'],
  ['some hundred rows on a line where bytes are dear', of(300), slow, 'ecdh'],
  ['one row against many', of(1, 1_000_000), near, 'rr22'],
] as const)('auto: %s', (_, sizes, line, expected) => {
  const { protocol, considered } = choosePsi('semi-honest', sizes, line)
  expect(protocol).toBe(expected)
  expect(Math.min(...considered.map((c) => c.seconds))).toBe(psiCost(expected, sizes, line).seconds)
})

test('auto: sets that would not fit into memory go in buckets, which ecdh has none of', () => {
  const buckets = bucketsFor(10_000_000, 10_000_000, defaultMemoryBytes)
  const { considered } = choosePsi('semi-honest', { ...of(10_000_000), buckets }, near)
  expect(considered.map(({ protocol }) => protocol)).toEqual(['rr22', 'rr22-low'])
  const { memoryBytes, scratchBytes } = psiCost('rr22', { ...of(10_000_000), buckets }, near)
  expect(memoryBytes).toBeLessThan(defaultMemoryBytes)
  expect(scratchBytes).toBeLessThan(600e6)
  expect(psiCost('rr22', of(1_000_000), near)).not.toHaveProperty('scratchBytes')
})

test('malicious: rr22 alone, whatever the sizes', () => {
  for (const n of [0, 10, 1_000_000])
    expect(choosePsi('malicious', of(n), near)).toMatchObject({ protocol: 'rr22-malicious', considered: [{}] })
})

test('bytes an element at 2^20: 34 at most fast, 25 low, 42 malicious', () => {
  const each = (protocol: 'rr22' | 'rr22-low' | 'rr22-malicious') => {
    const { toSender, toReceiver } = psiCost(protocol, of(2 ** 20), near)
    return (toSender + toReceiver) / 2 ** 20
  }
  expect(each('rr22')).toBeLessThan(34)
  expect(each('rr22-low')).toBeLessThan(25)
  expect(each('rr22-malicious')).toBeLessThan(42)
})
