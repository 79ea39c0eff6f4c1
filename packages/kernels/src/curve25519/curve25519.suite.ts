/** What every implementation of Curve25519 must do: published answers, then equality with libsodium and with the reference. */
import type { Curve25519 } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, it } from 'vitest'
import { referenceCurve25519 } from './reference.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const p = 2n ** 255n - 19n
const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
const joined = (values: readonly bigint[]): Uint8Array => new Uint8Array(values.flatMap((value) => [...bytesOf(value)]))
const randomBytes = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  nodePlatform.randomFill(bytes)
  return bytes
}
/** Where limbs, carries and the last reduction decide; the last ones are not reduced, or use the bit that is not looked at. */
const edges = [0n, 1n, 2n, 9n, 19n, 2n ** 26n - 1n, 2n ** 26n, 2n ** 51n - 1n, 2n ** 254n, 2n ** 255n - 20n].concat(
  ...[p - 2n, p - 1n, p, p + 1n, 2n ** 255n - 1n, 2n ** 255n + 5n, 2n ** 256n - 1n],
  0x7000000000000000000000000000000000000000000000000000000000000000n,
  0x5555555555555555555555555555555555555555555555555555555555555555n,
)

export function curve25519Suite(name: string, make: () => Promise<Curve25519>): void {
  describe(`Curve25519: ${name}`, async () => {
    const curve = await make()

    it('RFC 7748 section 5.2, once and iterated', () => {
      const k = hex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4')
      const u = hex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c')
      expect(curve.multiply(k, u)).toEqual(hex('c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552'))
      let [a, b] = [bytesOf(9n), bytesOf(9n)]
      for (let i = 0; i < 50; i++) [a, b] = [curve.multiply(a, b), a]
      let [c, d] = [bytesOf(9n), bytesOf(9n)]
      for (let i = 0; i < 50; i++) [c, d] = [nodePlatform.curve25519.multiply(c, d), c]
      expect(a).toEqual(c)
    })

    it.each([0, 1, 2, 3, 4, 5, 8, 9])('%i points, whatever the group: as libsodium', (n) => {
      const [k, points, uniform] = [randomBytes(32), randomBytes(32 * n), randomBytes(32 * n)]
      expect(curve.multiply(k, points)).toEqual(nodePlatform.curve25519.multiply(k, points))
      expect(curve.fromUniform(uniform)).toEqual(nodePlatform.curve25519.fromUniform(uniform))
    })

    it('numbers at the edges of limbs and of the field: as the reference', () => {
      const points = joined(edges)
      expect(curve.fromUniform(points)).toEqual(referenceCurve25519.fromUniform(points))
      for (const k of [bytesOf(0n), bytesOf(2n ** 256n - 1n), randomBytes(32)])
        expect(curve.multiply(k, points)).toEqual(referenceCurve25519.multiply(k, points))
    })

    it('low order gives zero at its own place only', () => {
      const points = joined([0n, 9n, 1n, p - 1n, 9n])
      const out = curve.multiply(randomBytes(32), points)
      for (const at of [0, 64, 96]) expect(out.subarray(at, at + 32)).toEqual(new Uint8Array(32))
      expect(out.subarray(32, 64)).toEqual(out.subarray(128))
      expect(out.subarray(32, 64)).not.toEqual(new Uint8Array(32))
    })
  })
}
