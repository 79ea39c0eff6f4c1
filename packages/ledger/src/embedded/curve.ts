/**
 * What the chain computes most, from WebAssembly that ships with its packages: Keccak-256 (hash-wasm), about 6 times as
 * fast as in JavaScript, and the recovery of signers (libsecp256k1, in tiny-secp256k1), about 5 times. The tests hold both
 * against @noble. Everything here is public: no key is ever given to it.
 */
import { toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import hashWasm from 'hash-wasm'
import { recover } from 'tiny-secp256k1'

const hasher = await hashWasm.createKeccak(256)

/** 32 bytes in a buffer of their own. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary')
}

/**
 * The public key under a signature, as the EVM's precompile and transactions want it.
 * @param v 27 or 28, with `chainId` as in EIP-155, or 0 and 1
 * @returns 64 bytes, without the leading 4
 * @throws for anything that is no signature
 */
export function ecrecover(digest: Uint8Array, v: bigint, r: Uint8Array, s: Uint8Array, chainId?: bigint): Uint8Array {
  const recovery = v === 0n || v === 1n ? v : v - (chainId === undefined ? 27n : chainId * 2n + 35n)
  if (recovery !== 0n && recovery !== 1n) throw new Error('not a recovery number')
  const signature = new Uint8Array(64)
  signature.set(r, 32 - r.length)
  signature.set(s, 64 - s.length)
  const key = recover(digest, signature, recovery === 0n ? 0 : 1, false)
  if (key === null) throw new Error('not a signature')
  return key.subarray(1)
}

/**
 * The account that signed, in lower case, or undefined where the signature is not well-formed: the same as `signerOf` of
 * the crypto room, which tests hold it against.
 * @param signature 65 bytes r ‖ s ‖ v, low s, v in {27, 28}
 */
export function signerOfDigest(digest: Uint8Array, signature: Uint8Array): Address | undefined {
  if (signature.length !== 65 || isHighS(signature.subarray(32, 64))) return undefined
  if (signature[64] !== 27 && signature[64] !== 28) return undefined
  try {
    const key = ecrecover(digest, BigInt(signature[64]), signature.subarray(0, 32), signature.subarray(32, 64))
    return `0x${toHex(keccak256(key).subarray(12))}`
  } catch {
    return undefined // not a point: the same answer as any other bad signature
  }
}

/** Half the order of the curve. */
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

const isHighS = (s: Uint8Array): boolean => BigInt(`0x${toHex(s)}`) > halfOrder
