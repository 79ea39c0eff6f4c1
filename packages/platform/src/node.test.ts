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

test('aesBlocks: FIPS 197 appendix C.1 in every block, in place too, whatever the number of blocks', () => {
  const cipher = nodePlatform.aesBlocks(hex('000102030405060708090a0b0c0d0e0f'))
  const plain = hex('00112233445566778899aabbccddeeff')
  for (const count of [0, 1, 3, 8191, 8192, 8193]) {
    const blocks = new Uint8Array(16 * count)
    for (let i = 0; i < count; i++) blocks.set(plain, 16 * i)
    cipher.encrypt(blocks, blocks)
    for (let i = 0; i < count; i += Math.max(1, count - 1))
      expect(blocks.subarray(16 * i, 16 * i + 16)).toEqual(hex('69c4e0d86a7b0430d8cdb78070b4c55a'))
  }
  expect(() => cipher.encrypt(new Uint8Array(15), new Uint8Array(15))).toThrow('whole blocks')
  expect(() => cipher.encrypt(new Uint8Array(16), new Uint8Array(32))).toThrow('whole blocks')
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
