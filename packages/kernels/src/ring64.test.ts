import { describe, expect, it } from 'vitest'
import { loadRing64 } from './load.ts'
import { referenceRing64 } from './reference/ring64.ts'
import { ring64Suite } from './ring64.suite.ts'
import { hasSimd, scratchAt, stagingAt, vectorsAt } from './wasm/module.ts'
import { wasmRing64 } from './wasm/ring64.ts'

ring64Suite('reference', async () => referenceRing64())
ring64Suite('wasm, shared memory', () => wasmRing64({ maxBytes: 64 * 2 ** 20, shared: true }))
ring64Suite('wasm, plain memory', () => wasmRing64({ maxBytes: 64 * 2 ** 20, shared: false }))

describe('wasmRing64', () => {
  it('is what loadRing64 gives on this engine', async () => {
    expect(hasSimd()).toBe(true)
    expect((await loadRing64({ maxBytes: 2 ** 20 })).name).toBe('wasm')
  })

  it.each([true, false])('keeps older vectors alive while memory grows (shared: %s)', async (shared) => {
    const ring = await wasmRing64({ maxBytes: 128 * 2 ** 20, shared })
    const first = ring.zeros(4).fill(5n)
    const before = ring.memory.buffer.byteLength
    const large = ring.zeros(12 * 2 ** 20)
    large[large.length - 1] = 9n
    if (shared) expect(ring.memory.buffer.byteLength).toBeGreaterThan(before)
    expect([...first]).toEqual([5n, 5n, 5n, 5n])
    ring.add(first, first, large.subarray(large.length - 4))
    expect([...first]).toEqual([5n, 5n, 5n, 14n])
  })

  it('begins small where memory can grow', async () => {
    const ring = await wasmRing64({ maxBytes: 400 * 2 ** 20, shared: true })
    expect(ring.memory.buffer.byteLength).toBeLessThan(2 ** 20)
  })

  it.each([true, false])('says what may be used when that is not enough (shared: %s)', async (shared) => {
    const ring = await wasmRing64({ maxBytes: 3 * 2 ** 20, shared })
    const mark = ring.mark()
    expect(() => ring.zeros(2 ** 20)).toThrow('KERNEL_MEMORY')
    expect(ring.mark()).toBe(mark)
    expect(ring.zeros(300_000).length).toBe(300_000)
    expect(() => ring.zeros(100_000)).toThrow('more than the 3 MB')
  })

  it('refuses vectors of another memory', async () => {
    const [one, two] = [await wasmRing64({ maxBytes: 2 ** 20 }), await wasmRing64({ maxBytes: 2 ** 20 })]
    const own = one.zeros(2)
    expect(() => one.add(own, own, two.zeros(2))).toThrow('another memory')
    expect(() => one.add(own, own, new BigUint64Array(2))).toThrow('another memory')
  })

  it('leaves nothing in staging and scratch', async () => {
    const ring = await wasmRing64({ maxBytes: 2 ** 20 })
    const v = ring.zeros(300).fill(0xa5a5a5a5a5a5a5a5n)
    ring.matmul(ring.zeros(30), v, v, 10, 30, 3)
    ring.bitSlice(ring.zeros(64 * 5), v, 300, 0, 64)
    ring.encodeFixed(v, new Float64Array(300).fill(3.3), 18, 10)
    ring.decodeFixed(new Float64Array(300), v, 18)
    ring.gatherRows(ring.zeros(2), v, Uint32Array.of(7, 9), 1)
    const reserved = new Uint8Array(ring.memory.buffer, stagingAt, vectorsAt - stagingAt)
    expect(reserved.findIndex((byte) => byte !== 0)).toBe(-1)
    expect(scratchAt(0)).toBeGreaterThan(stagingAt)
  })
})
