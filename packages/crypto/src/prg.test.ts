import { nodePlatform } from '@secureflow/platform'
import { describe, expect, it } from 'vitest'
import { Prg } from './prg.ts'

const seed = Uint8Array.from({ length: 16 }, (_, i) => i)
const take = (prg: Prg, n: number): Uint8Array => {
  const out = new Uint8Array(n)
  prg.fill(out)
  return out
}

describe('Prg', () => {
  it('gives the same stream however it is cut', () => {
    const whole = take(new Prg(nodePlatform, seed, 'x'), 300_000)
    const prg = new Prg(nodePlatform, seed, 'x')
    const cut = [0, 1, 7, 8, 15, 16, 17, 131_072, 131_073, 4096]
    const parts = cut.map((n) => take(prg, n))
    let at = 0
    for (const part of parts) {
      expect(Buffer.compare(part, whole.subarray(at, at + part.length)), `at ${at}`).toBe(0)
      at += part.length
    }
  })

  it('fills words in little-endian order, over what was there', () => {
    const bytes = take(new Prg(nodePlatform, seed, 'x'), 24)
    const words = new BigUint64Array(3).fill(99n)
    new Prg(nodePlatform, seed, 'x').fillU64(words)
    const view = new DataView(bytes.buffer)
    expect([...words]).toEqual([0, 8, 16].map((at) => view.getBigUint64(at, true)))
  })

  it('never uses a block twice within one instance', () => {
    const prg = new Prg(nodePlatform, seed, 'x')
    const blocks = new Set<string>()
    for (let i = 0; i < 100; i++) {
      const bytes = take(prg, 16 * 50)
      for (let at = 0; at < bytes.length; at += 16) blocks.add(Buffer.from(bytes.subarray(at, at + 16)).toString('hex'))
    }
    expect(blocks.size).toBe(5000)
  })

  it('separates seeds and domains, and is not the plain key stream of the seed', () => {
    const other = seed.slice()
    other[0]! ^= 1
    const direct = new Uint8Array(32)
    nodePlatform.aesCtr(seed).fill(direct)
    const streams = [
      take(new Prg(nodePlatform, seed, 'x'), 32),
      take(new Prg(nodePlatform, seed, 'y'), 32),
      take(new Prg(nodePlatform, seed, ''), 32),
      take(new Prg(nodePlatform, other, 'x'), 32),
      direct,
    ]
    expect(new Set(streams.map((s) => Buffer.from(s).toString('hex'))).size).toBe(streams.length)
  })

  it('leaves the seed as it was and refuses one of another length', () => {
    const own = seed.slice()
    take(new Prg(nodePlatform, own, 'x'), 8)
    expect(own).toEqual(seed)
    expect(() => new Prg(nodePlatform, new Uint8Array(15), 'x')).toThrow('expected 16')
    expect(() => new Prg(nodePlatform, new Uint8Array(32), 'x')).toThrow('expected 16')
  })

  it('looks uniform bit by bit', () => {
    const words = new BigUint64Array(4096)
    new Prg(nodePlatform, seed, 'uniform').fillU64(words)
    for (let bit = 0n; bit < 64n; bit++) {
      let ones = 0
      for (const w of words) ones += Number((w >> bit) & 1n)
      // 4096 fair bits: a deviation of 6 standard deviations (32 each) happens once in 10^9
      expect(Math.abs(ones - 2048), `bit ${bit}`).toBeLessThan(192)
    }
  })
})
