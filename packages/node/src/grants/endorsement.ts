/** A member's word that it vouches for one request, and for nothing else: for its flow, its parameters and its initiator. */
import { fromHex, toHex } from '@secureflow/base'
import { type Address, type Signer, signerOf, typedDigest } from '@secureflow/crypto'

export interface Endorsed {
  /** Hex. */
  request: string
  flowHash: string
  parameters: string
  /** Account of the initiator. */
  initiator: Address
}

function digestOf(networkId: Uint8Array, { request, flowHash, parameters, initiator }: Endorsed): Uint8Array {
  return typedDigest(networkId, {
    types: {
      Endorsement: [
        { name: 'request', type: 'bytes32' },
        { name: 'flowHash', type: 'bytes32' },
        { name: 'parametersHash', type: 'bytes32' },
        { name: 'initiator', type: 'address' },
      ],
    },
    primaryType: 'Endorsement',
    message: { request: `0x${request}`, flowHash: `0x${flowHash}`, parametersHash: `0x${parameters}`, initiator },
  })
}

/** @returns 65 bytes, hex */
export const endorse = async (networkId: Uint8Array, endorsed: Endorsed, signer: Signer): Promise<string> =>
  toHex(await signer.sign(digestOf(networkId, endorsed)))

export async function isEndorsedBy(
  networkId: Uint8Array,
  endorsed: Endorsed,
  signature: string,
  account: Address | undefined,
): Promise<boolean> {
  const by = await signerOf(digestOf(networkId, endorsed), fromHex(signature))
  return by !== undefined && by.toLowerCase() === account?.toLowerCase()
}
