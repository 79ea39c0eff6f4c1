/** WebAssembly against @noble and viem: the same hashes, the same signers, the same refusals. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { localSigner, signerOf } from '@secureflow/crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ecrecover, keccak256, signerOfDigest } from './curve.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const order = secp256k1.Point.CURVE().n
const big = (value: bigint): Uint8Array =>
  Uint8Array.from(value.toString(16).padStart(64, '0').match(/../g)!, (byte) => Number.parseInt(byte, 16))

it('hashes as @noble does, into a buffer of its own', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), (message) => {
      const hash = keccak256(message)
      expect(hash).toEqual(keccak_256(message))
      expect([hash.byteOffset, hash.buffer.byteLength]).toEqual([0, 32])
    }),
  )
})

it('finds the signer that viem finds, and refuses what it refuses', async () => {
  await fc.assert(
    fc.asyncProperty(
      bytes(32),
      bytes(32),
      fc.nat(64),
      fc.nat(255),
      fc.constantFrom('as it is', 'a byte', 'high s', 'short'),
      async (key, digest, place, byte, change) => {
        const signature = await localSigner(Uint8Array.of(1, ...key.subarray(1))).sign(digest)
        if (change === 'a byte') signature[place] = byte
        if (change === 'high s') {
          signature.set(big(order - BigInt(`0x${Buffer.from(signature.subarray(32, 64)).toString('hex')}`)), 32)
          signature[64] = 55 - signature[64]!
        }
        const given = change === 'short' ? signature.subarray(0, place) : signature
        expect(signerOfDigest(digest, given)).toBe((await signerOf(digest, given))?.toLowerCase())
      },
    ),
    { numRuns: 60 },
  )
})

it('recovers as @noble does at the edges, high s included', () => {
  const digest = keccak_256(Uint8Array.of(1))
  const values = [0n, 1n, 2n, order / 2n, order / 2n + 1n, order - 1n, order, (1n << 256n) - 1n].map(big)
  const result = (recover: () => Uint8Array): string => {
    try {
      return Buffer.from(recover()).toString('hex')
    } catch {
      return 'refused'
    }
  }
  for (const r of values)
    for (const s of values)
      for (const bit of [0, 1]) {
        const noble = result(() => {
          const signature = secp256k1.Signature.fromBytes(Uint8Array.of(...r, ...s)).addRecoveryBit(bit)
          return signature.recoverPublicKey(digest).toBytes(false).subarray(1)
        })
        expect(result(() => ecrecover(digest, BigInt(27 + bit), r, s))).toBe(noble)
      }
  expect(() => ecrecover(digest, 29n, values[1]!, values[1]!)).toThrow()
})
