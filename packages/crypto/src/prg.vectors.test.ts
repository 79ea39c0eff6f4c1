/** AES-128-CTR of the Platform, on which Prg stands: NIST SP 800-38A, F.5.1 (CTR-AES128.Encrypt). */
import { concat, fromHex, toHex } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, it } from 'vitest'
import { Prg } from './prg.ts'

const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c')
const initialCounter = 0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeffn
const blocks = [
  { plain: '6bc1bee22e409f96e93d7e117393172a', cipher: '874d6191b620e3261bef6864990db6ce' },
  { plain: 'ae2d8a571e03ac9c9eb76fac45af8e51', cipher: '9806f66b7970fdff8617187bb9fffdff' },
  { plain: '30c81c46a35ce411e5fbc1191a0a52ef', cipher: '5ae4df3edbd5d35e5b4f09020db03eab' },
  { plain: 'f69f2445df4f9b17ad2b417be66c3710', cipher: '1e031dda2fbe03d1792170a0f3009cee' },
]

it('gives the output blocks of SP 800-38A F.5.1', () => {
  const stream = new Uint8Array(64)
  nodePlatform.aesCtr(key, initialCounter).fill(stream)
  for (const [i, { plain, cipher }] of blocks.entries()) {
    const p = fromHex(plain)
    expect(toHex(stream.subarray(16 * i, 16 * i + 16).map((byte, j) => byte ^ p[j]!)), `block ${i}`).toBe(cipher)
  }
})

it('counts on from any block', () => {
  const third = new Uint8Array(16)
  nodePlatform.aesCtr(key, initialCounter + 2n).fill(third)
  const p = fromHex(blocks[2]!.plain)
  expect(toHex(third.map((byte, j) => byte ^ p[j]!))).toBe(blocks[2]!.cipher)
})

it('keys Prg with SHA-256(tag, seed, domain), as its header says', () => {
  const seed = Uint8Array.from({ length: 16 }, (_, i) => 16 + i)
  const text = new TextEncoder()
  const digest = nodePlatform.sha256(concat(text.encode('secureflow prg 1:'), seed, text.encode('mpc/triples')))
  const expected = new Uint8Array(40)
  nodePlatform.aesCtr(digest.subarray(0, 16)).fill(expected)
  const got = new Uint8Array(40)
  new Prg(nodePlatform, seed, 'mpc/triples').fill(got)
  expect(toHex(got)).toBe(toHex(expected))
})
