/** What every group must do; what comes from a peer and is no element of it. */
import { fromHex, platformRng, randomBytes, utf8 } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import type { Group } from './group.ts'
import { p256Group } from './p256.ts'
import { ristretto255Group } from './ristretto255.ts'
import { loadSm2Group } from './sm2.ts'

const rng = platformRng(nodePlatform)
const zero = '00'.repeat(32)
const ones = 'ff'.repeat(32)
const p25519 = `ed${'ff'.repeat(30)}7f`
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
  [
    'P-256',
    p256Group(),
    [ones, 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', `${'00'.repeat(31)}07`],
  ],
  [
    'P-256 by OpenSSL',
    p256Group(nodePlatform.p256!.multiply),
    [ones, 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', `${'00'.repeat(31)}07`],
  ],
  [
    'SM2',
    await loadSm2Group(),
    [ones, 'fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff', `${'00'.repeat(31)}03`],
  ],
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
