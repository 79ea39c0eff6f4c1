import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { multiply } from './curve25519.ts'
import { edwards25519 } from './edwards25519.ts'

const n = 20
const { Point } = ed25519
const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
const le = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
const at = (bytes: Uint8Array, i: number) => bytes.subarray(32 * i, 32 * i + 32)
const scalars = edwards25519.reduceScalars(random(64 * n))
const a = edwards25519.multiplyBase(scalars)
const b = edwards25519.fromUniform(random(32 * n))

test('against @noble/curves: base multiples, sums, differences, multiples of one point', () => {
  const sum = edwards25519.add(a, b)
  const difference = edwards25519.subtract(a, b)
  const products = edwards25519.multiplyOne(at(b, 0), scalars)
  for (let i = 0; i < n; i++) {
    const [P, Q, k] = [Point.fromBytes(at(a, i)), Point.fromBytes(at(b, i)), le(at(scalars, i))]
    expect(P.equals(Point.BASE.multiply(k)), `base ${i}`).toBe(true)
    expect(at(sum, i), `sum ${i}`).toEqual(P.add(Q).toBytes())
    expect(at(difference, i), `difference ${i}`).toEqual(P.subtract(Q).toBytes())
    const product = Point.fromBytes(at(b, 0)).multiply(k).toBytes()
    expect(at(products, i), `product ${i}`).toEqual(ed25519.utils.toMontgomery(product))
  }
})

test('a clamped X25519 of a sum is the sum of both under the same scalar', () => {
  const k = random(32)
  const clamped = k.slice()
  clamped[0]! &= 248
  clamped[31]! = (clamped[31]! & 127) | 64
  const sum = multiply(k, edwards25519.toMontgomery(edwards25519.add(a, b)))
  for (let i = 0; i < n; i++) {
    const scalar = le(clamped) % Point.Fn.ORDER
    const expected = Point.fromBytes(at(a, i))
      .multiply(scalar)
      .add(Point.fromBytes(at(b, i)).multiply(scalar))
    expect(at(sum, i)).toEqual(ed25519.utils.toMontgomery(expected.toBytes()))
  }
})

test('bytes that are no point are refused with their place', () => {
  const bad = a.slice()
  bad.fill(0, 32 * 3, 32 * 4)
  bad[32 * 3] = 2 // y = 2 has no x
  expect(() => edwards25519.add(bad, b)).toThrow('item 3 is no point')
  expect(() => edwards25519.subtract(b, bad)).toThrow('item 3 is no point')
  expect(edwards25519.inSubgroup(a)).toBe(true)
  expect(edwards25519.inSubgroup(bad)).toBe(false)
  const identity = new Uint8Array(32)
  identity[0] = 1
  expect(edwards25519.inSubgroup(identity)).toBe(false)
})
