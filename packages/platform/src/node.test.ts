import { expect, test } from 'vitest'
import { nodePlatform } from './node.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

test('aesCtr: starts with AES-128 of the zero block', () => {
  const stream = nodePlatform.aesCtr(hex('2b7e151628aed2a6abf7158809cf4f3c'), 0n)
  const zeroCounter = new Uint8Array(16)
  stream.fill(zeroCounter)
  expect(zeroCounter).toEqual(hex('7df76b0c1ab899b33e42f047b91b546f'))
})

test('aesCtr: one stream whatever the sizes asked for, and at any block', () => {
  const key = new Uint8Array(16).fill(3)
  const whole = new Uint8Array(400_000)
  nodePlatform.aesCtr(key).fill(whole)
  const parts = new Uint8Array(whole.length)
  const stream = nodePlatform.aesCtr(key)
  for (let at = 0, n = 1; at < parts.length; at += n, n = n * 3 + 1) stream.fill(parts.subarray(at, at + n))
  expect(Buffer.compare(parts, whole)).toBe(0)
  const later = new Uint8Array(64)
  nodePlatform.aesCtr(key, 1000n).fill(later)
  expect(later).toEqual(whole.subarray(16_000, 16_064))
})

test('sha256: FIPS 180-4 "abc", in parts and as a stream that goes on after its digest', () => {
  const abc = hex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  const bytes = new TextEncoder().encode('abc')
  expect(nodePlatform.sha256(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(abc)
  const stream = nodePlatform.sha256Stream()
  stream.update(bytes.subarray(0, 2))
  stream.digest()
  stream.update(bytes.subarray(2))
  expect(stream.digest()).toEqual(abc)
})

test('randomFill fills all of it', () => {
  const bytes = new Uint8Array(1000)
  nodePlatform.randomFill(bytes)
  expect(new Set(bytes).size).toBeGreaterThan(200)
})
