import { nodePlatform } from '@secureflow/platform'
import { describe, expect, it } from 'vitest'
import { curve25519Suite } from './curve25519.suite.ts'
import { referenceCurve25519 } from './reference.ts'
import { loadCurve25519, wasmCurve25519 } from './wasm.ts'

curve25519Suite('reference', async () => referenceCurve25519)
curve25519Suite('wasm', wasmCurve25519)

describe('wasmCurve25519', () => {
  it('agrees with libsodium on thousands of points, in several pieces', { timeout: 60_000 }, async () => {
    const curve = await loadCurve25519()
    const n = process.env.SECUREFLOW_FULL === '1' ? 50_000 : 2_500
    const [k, uniform] = [new Uint8Array(32), new Uint8Array(32 * n)]
    nodePlatform.randomFill(k)
    nodePlatform.randomFill(uniform)
    const points = curve.fromUniform(uniform)
    expect(Buffer.compare(points, nodePlatform.curve25519.fromUniform(uniform))).toBe(0)
    expect(Buffer.compare(curve.multiply(k, points), nodePlatform.curve25519.multiply(k, points))).toBe(0)
  })

  it('refuses what is not whole points', async () => {
    const curve = await wasmCurve25519()
    expect(() => curve.fromUniform(new Uint8Array(33))).toThrow(RangeError)
    expect(() => curve.multiply(new Uint8Array(31), new Uint8Array(32))).toThrow(RangeError)
  })
})
