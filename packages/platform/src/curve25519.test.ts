import { randomBytes } from 'node:crypto'
import { ed25519, _map_to_curve_elligator2_curve25519 as elligator2, x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { fromUniform, multiply } from './curve25519.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

describe('multiply', () => {
  test.each([
    [
      'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
      'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    ],
    [
      '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
      'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
      '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
    ],
  ])('RFC 7748 section 5.2: %s', (k, u, expected) => {
    expect(multiply(hex(k), hex(u))).toEqual(hex(expected))
  })

  test('RFC 7748 section 5.2: iterated', () => {
    let k = hex('0900000000000000000000000000000000000000000000000000000000000000')
    let u = k
    for (let i = 0; i < 1000; i++) {
      ;[k, u] = [multiply(k, u), k]
      if (i === 0) expect(k).toEqual(hex('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079'))
    }
    expect(k).toEqual(hex('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51'))
  })

  test('a batch is its items; low order gives zero at its own place only', () => {
    const k = new Uint8Array(randomBytes(32))
    const points = new Uint8Array(3 * 32)
    points[0] = 9
    points.set(fromUniform(new Uint8Array(randomBytes(32))), 64) // item 1 stays u = 0
    const out = multiply(k, points)
    expect(out.subarray(0, 32)).toEqual(multiply(k, points.slice(0, 32)))
    expect(out.subarray(32, 64)).toEqual(new Uint8Array(32))
    expect(out.subarray(64)).toEqual(multiply(k, points.slice(64)))
  })
})

const le = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
const { Fp } = ed25519.Point

/** Elligator 2 of @noble/curves (RFC 9380), to Edwards form, eight times, and back: independent of libsodium. */
function reference(uniform: Uint8Array): Uint8Array {
  const { xMn, xMd } = elligator2(Fp.create(le(uniform) & (2n ** 255n - 1n)))
  const y = Fp.mul(Fp.sub(xMn, xMd), Fp.inv(Fp.add(xMn, xMd))) // (u − 1)/(u + 1)
  const point = ed25519.Point.fromBytes(Fp.toBytes(y)).clearCofactor()
  return ed25519.utils.toMontgomery(point.toBytes())
}

describe('against @noble/curves', () => {
  const n = 4096
  const uniform = new Uint8Array(randomBytes(32 * n))
  const points = fromUniform(uniform)

  test('4,096 uniform strings go to the same points, all different', () => {
    for (let i = 0; i < n; i++)
      expect(points.subarray(32 * i, 32 * i + 32), `item ${i}`).toEqual(
        reference(uniform.subarray(32 * i, 32 * i + 32)),
      )
    expect(new Set(Array.from({ length: n }, (_, i) => le(points.subarray(32 * i, 32 * i + 32)))).size).toBe(n)
  })

  test('every point lies on the curve, not on its twist, and in the prime-order subgroup', () => {
    for (let i = 0; i < 64; i++) {
      const u = Fp.create(le(points.subarray(32 * i, 32 * i + 32)))
      const rhs = Fp.add(Fp.add(Fp.mul(Fp.sqr(u), u), Fp.mul(486662n, Fp.sqr(u))), u)
      expect(Fp.eql(Fp.sqr(Fp.sqrt(rhs)), rhs), `item ${i} on the curve`).toBe(true)
      const y = Fp.mul(Fp.sub(u, 1n), Fp.inv(Fp.add(u, 1n)))
      expect(ed25519.Point.fromBytes(Fp.toBytes(y)).isTorsionFree(), `item ${i} in the subgroup`).toBe(true)
    }
  })

  test('multiplication is X25519', () => {
    const k = new Uint8Array(randomBytes(32))
    const out = multiply(k, points.subarray(0, 32 * 64))
    for (let i = 0; i < 64; i++)
      expect(out.subarray(32 * i, 32 * i + 32)).toEqual(x25519.getSharedSecret(k, points.subarray(32 * i, 32 * i + 32)))
  })

  test('masking by two scalars commutes on 1,000 points', () => {
    const [a, b] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
    const thousand = points.subarray(0, 32_000)
    expect(multiply(a, multiply(b, thousand))).toEqual(multiply(b, multiply(a, thousand)))
  })
})

test('nothing in, nothing out; views at any offset', () => {
  expect(fromUniform(new Uint8Array(0))).toEqual(new Uint8Array(0))
  expect(multiply(new Uint8Array(32), new Uint8Array(0))).toEqual(new Uint8Array(0))
  const bytes = new Uint8Array(randomBytes(65))
  expect(fromUniform(bytes.subarray(1))).toEqual(fromUniform(bytes.slice(1)))
})
