/**
 * Signed heads. A member's signature under (height, block hash) says: this is the block that follows the history that I
 * replayed, and I sign no other at this height. The proposer's own head signature is what makes a block.
 */
import { equalBytes, toHex } from '@secureflow/base'
import { type Address, typedDigest } from '@secureflow/crypto'
import { signerOfDigest } from './curve.ts'

export interface SignedHead {
  height: number
  /** 32 bytes, of the block's header. */
  hash: Uint8Array
  /** In lower case. */
  account: Address
  signature: Uint8Array
}

/** Two heads of one height under signatures of one account: whoever holds it can prove who signed two histories. */
export interface ForkEvidence {
  height: number
  account: Address
  heads: [SignedHead, SignedHead]
}

/** EIP-712 `Head(uint64 height,bytes32 block)`. */
export function headDigest(networkId: Uint8Array, height: number, hash: Uint8Array): Uint8Array {
  return typedDigest(networkId, {
    types: {
      Head: [
        { name: 'height', type: 'uint64' },
        { name: 'block', type: 'bytes32' },
      ],
    },
    primaryType: 'Head',
    message: { height: BigInt(height), block: `0x${toHex(hash)}` },
  })
}

/** Who signed this head, in lower case; undefined where the signature is not well-formed. */
export async function headSigner(
  networkId: Uint8Array,
  head: { height: number; hash: Uint8Array },
  signature: Uint8Array,
): Promise<Address | undefined> {
  return signerOfDigest(headDigest(networkId, head.height, head.hash), signature)
}

/** Whether the evidence proves what it says, to somebody who trusts neither side. */
export async function provesFork(networkId: Uint8Array, evidence: ForkEvidence): Promise<boolean> {
  const [a, b] = evidence.heads
  if (a.height !== evidence.height || b.height !== evidence.height || equalBytes(a.hash, b.hash)) return false
  for (const head of evidence.heads)
    if ((await headSigner(networkId, head, head.signature)) !== evidence.account) return false
  return true
}
