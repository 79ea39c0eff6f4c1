/**
 * A member's ledger account: a secp256k1 key whose signatures (EIP-712) stand under agreements, receipts and log entries.
 * The same signatures are checked in the contracts. Hashing and curve: viem over @noble.
 */
import { fromHex, toHex } from '@secureflow/base'
import { type Address, type Hex, hashTypedData, recoverAddress } from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'

export type { Address, Hex }

/** What signs for a member: a local key, later a remote signer. Never hands out the key. */
export interface Signer {
  readonly address: Address
  /** @param digest 32 bytes @returns 65 bytes r ‖ s ‖ v, low s, v in {27, 28} */
  sign(digest: Uint8Array): Promise<Uint8Array>
}

export interface TypedStruct {
  /** EIP-712 struct types, the primary one named `primaryType`. */
  types: Record<string, { name: string; type: string }[]>
  primaryType: string
  message: Record<string, unknown>
}

export function localSigner(privateKey: Uint8Array): Signer {
  const key: Hex = `0x${toHex(privateKey)}`
  const { address } = privateKeyToAccount(key)
  return {
    address,
    sign: async (digest) => fromHex(await sign({ hash: `0x${toHex(digest)}`, privateKey: key, to: 'hex' })),
  }
}

/** The 32-byte EIP-712 digest, domain `{ name: 'secureflow', version: '1', salt: network id }`. */
export function typedDigest(networkId: Uint8Array, struct: TypedStruct): Uint8Array {
  return fromHex(
    hashTypedData({
      domain: { name: 'secureflow', version: '1', salt: `0x${toHex(networkId)}` },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'salt', type: 'bytes32' },
        ],
        ...struct.types,
      },
      primaryType: struct.primaryType,
      message: struct.message,
    } as never),
  )
}

/** The account that signed, or undefined where the signature is not well-formed (wrong length, high s, v other than 27 or 28, no such point). */
export async function signerOf(digest: Uint8Array, signature: Uint8Array): Promise<Address | undefined> {
  if (signature.length !== 65 || isHighS(signature.subarray(32, 64))) return undefined
  if (signature[64] !== 27 && signature[64] !== 28) return undefined // 0 and 1 would be second forms of the same
  try {
    return await recoverAddress({ hash: `0x${toHex(digest)}`, signature: `0x${toHex(signature)}` })
  } catch {
    return undefined // not a point: the same answer as any other bad signature
  }
}

const halfOrder = fromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0')

/** A second valid signature of the same digest has the other s: refused, so that one act has one signature. */
function isHighS(s: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) if (s[i] !== halfOrder[i]) return s[i]! > halfOrder[i]!
  return false
}
