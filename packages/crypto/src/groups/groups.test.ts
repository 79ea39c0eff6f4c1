/** What every group must do; what comes from a peer and is no element of it. */
import { mapToCurveSimpleSWU } from '@noble/curves/abstract/hash-to-curve.js'
import { fromHex, platformRng, randomBytes, utf8 } from '@secureflow/base'
import { wasmWeierstrass } from '@secureflow/kernels/weierstrass/wasm'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import type { Group } from './group.ts'
import { loadP256Group, p256Suite } from './p256.ts'
import { ristretto255Group } from './ristretto255.ts'
import { loadSm2Group, loadSm2Suite } from './sm2.ts'
import { loadWeierstrassGroup, weierstrassGroup } from './weierstrass.ts'

const rng = platformRng(nodePlatform)
const zero = '00'.repeat(32)
const ones = 'ff'.repeat(32)
const p25519 = `ed${'ff'.repeat(30)}7f`
/** Not below p, and of no point. */
const badP256 = [ones, 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', `${'00'.repeat(31)}07`]
const badSm2 = [ones, 'fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff', `${'00'.repeat(31)}03`]
const groups: [string, Group, string[]][] = [
  [
    'ristretto255',
    ristretto255Group,
    [
      zero, // the identity
      ones,
      p25519, // another form of the identity
      `01${'00'.repeat(31)}`, // negative
      `f3${'ff'.repeat(30)}7f`, // not below p
      // RFC 9496 Appendix A.3: no square, negative product, y = 0
      '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
      '3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    ],
  ],
  ['P-256', weierstrassGroup(p256Suite), badP256],
  ['P-256 by kernels', await loadP256Group(), badP256],
  ['P-256 by OpenSSL', await loadP256Group(nodePlatform.p256!.multiply), badP256],
  ['SM2', weierstrassGroup(await loadSm2Suite()), badSm2],
  ['SM2 by kernels', await loadSm2Group(), badSm2],
]

describe.each(groups)('%s', (_, group, bad) => {
  const messages = Array.from({ length: 8 }, () => randomBytes(rng, 32))
  const elements = group.hash(messages, utf8('tag'))

  test('masking by two scalars commutes', () => {
    const [k, l] = [group.randomScalar(rng), group.randomScalar(rng)]
    expect(group.multiply(k, group.multiply(l, elements))).toEqual(group.multiply(l, group.multiply(k, elements)))
  })

  test('hashes differ by message and by tag, and are the same again', () => {
    expect(group.hash(messages, utf8('tag'))).toEqual(elements)
    const distinct = (bytes: Uint8Array) =>
      new Set(messages.map((_, i) => Buffer.from(bytes.subarray(32 * i, 32 * i + 32)).toString('hex')))
    const other = distinct(group.hash(messages, utf8('other')))
    expect(distinct(elements).size).toBe(8)
    expect([...distinct(elements)].filter((element) => other.has(element))).toEqual([])
  })

  test('what is no element gives zero in its own place only', () => {
    const k = group.randomScalar(rng)
    const input = elements.slice(0, 96)
    for (const [i, hex] of bad.entries()) {
      input.set(fromHex(hex), 32)
      const out = group.multiply(k, input)
      expect(out.subarray(32, 64), `bad element ${i}`).toEqual(new Uint8Array(32))
      expect(out.subarray(0, 32)).toEqual(group.multiply(k, elements.slice(0, 32)))
      expect(out.subarray(64)).toEqual(group.multiply(k, elements.slice(64, 96)))
    }
  })

  test('nothing in, nothing out; parts of elements are refused', () => {
    expect(group.hash([], utf8('tag'))).toEqual(new Uint8Array(0))
    expect(group.multiply(group.randomScalar(rng), new Uint8Array(0))).toEqual(new Uint8Array(0))
  })

  test('scalars are below the order, not zero, and drawn again where they are not', () => {
    let draws = 0
    const rigged = { fill: (into: Uint8Array) => void into.fill([0, 255][draws++] ?? 3) }
    const scalar = group.randomScalar(rigged)
    expect(draws).toBe(3)
    expect(() => group.multiply(scalar, elements.slice(0, 32))).not.toThrow()
  })
})

describe.each([
  ['P-256', p256Suite],
  ['SM2', await loadSm2Suite()],
] as const)('kernels of %s', (_, suite) => {
  test('agree with @noble/curves on points, scalars and hashes, whole groups of four or not', {
    timeout: 600_000,
  }, async () => {
    const [plain, kernels] = [weierstrassGroup(suite), await loadWeierstrassGroup(suite)]
    const order = suite.Point.Fn.ORDER
    const scalars = [1n, 2n, 3n, order - 1n, order - 2n, (order - 1n) / 2n, 2n ** 255n - 1n, 2n ** 128n].map((k) =>
      suite.Point.Fn.toBytes(k),
    )
    const counts = process.env.SECUREFLOW_FULL === '1' ? [1, 2, 3, 4, 5, 127, 513] : [1, 3, 5]
    for (const count of counts) {
      const messages = Array.from({ length: count }, () => randomBytes(rng, 32))
      const elements = kernels.hash(messages, utf8('tag'))
      expect(elements).toEqual(plain.hash(messages, utf8('tag')))
      const k = scalars.pop() ?? plain.randomScalar(rng)
      expect(kernels.multiply(k, elements), `scalar ${k}`).toEqual(plain.multiply(k, elements))
    }
    const some = kernels.hash([randomBytes(rng, 32)], utf8('tag'))
    for (const k of scalars) expect(kernels.multiply(k, some), `scalar ${k}`).toEqual(plain.multiply(k, some))
  })

  test('numbers at the edges of limbs: points where there are any', async () => {
    const [plain, kernels] = [weierstrassGroup(suite), await loadWeierstrassGroup(suite)]
    const { p } = suite.Point.CURVE()
    const edges = [1n, 2n, 3n, 5n, 2n ** 26n - 1n, 2n ** 26n, 2n ** 52n, 2n ** 78n - 1n, 2n ** 234n - 1n, 2n ** 234n]
      .concat(2n ** 255n, 2n ** 224n - 1n, p - 1n, p - 2n, p - 3n, p - 2n ** 26n, p)
      .map((x) => fromHex(x.toString(16).padStart(64, '0')))
    const k = plain.randomScalar(rng)
    const points = new Uint8Array(edges.flatMap((x) => [...x]))
    expect(kernels.multiply(k, points)).toEqual(plain.multiply(k, points))
    const { p: modulus, n, b, Gx } = suite.Point.CURVE()
    const { mapPairs } = await wasmWeierstrass({ p: modulus, n, b, Gx, z: suite.z })
    const map = mapToCurveSimpleSWU(suite.Point.Fp, {
      A: suite.Point.CURVE().a,
      B: b,
      Z: suite.Point.Fp.create(suite.z),
    })
    const values = [0n, 1n, 2n, p - 1n, p - 2n, 2n ** 208n, 2n ** 234n - 1n, 2n ** 255n]
    const pairs = values.flatMap((u) => values.filter((v) => map(u).x !== map(v).x).map((v) => [u, v] as const))
    const mapped = mapPairs(pairs.flat())
    for (const [i, [u, v]] of pairs.entries()) {
      const [U, V] = [u, v].map((each) => suite.Point.fromAffine(map(each)))
      expect(mapped.subarray(32 * i, 32 * i + 32), `${u} and ${v}`).toEqual(U!.add(V!).toBytes(true).subarray(1))
    }
  })

  test('a scalar that is none is refused', async () => {
    const kernels = await loadWeierstrassGroup(suite)
    const point = kernels.hash([randomBytes(rng, 32)], utf8('tag'))
    for (const bad of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31).fill(1)])
      expect(() => kernels.multiply(bad, point)).toThrow(RangeError)
  })
})

test('kernels of P-256 agree with OpenSSL on many points, those of nowhere among them', async () => {
  const [kernels, openSsl] = [await loadP256Group(), await loadP256Group(nodePlatform.p256!.multiply)]
  const n = process.env.SECUREFLOW_FULL === '1' ? 20_000 : 1100
  const k = kernels.randomScalar(rng)
  const points = randomBytes(rng, 32 * n) // about half of them are the x of a point
  const out = kernels.multiply(k, points)
  expect(Buffer.compare(out, openSsl.multiply(k, points))).toBe(0)
  const there = Array.from({ length: n }, (_, i) => out.subarray(32 * i, 32 * i + 32).some((byte) => byte !== 0))
  expect(there.filter(Boolean).length).toBeGreaterThan(n / 3)
  expect(there.filter(Boolean).length).toBeLessThan((2 * n) / 3)
})
