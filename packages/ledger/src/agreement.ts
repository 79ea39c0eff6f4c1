/** The agreement as it is signed and registered; the contract computes the same digest. */
import { toHex } from '@secureflow/base'
import { type Address, typedDigest } from '@secureflow/crypto'

export interface Agreement {
  /** 32 random bytes. */
  nonce: Uint8Array
  /** Unix seconds: later it cannot be registered. */
  expiry: number
  /** Unix seconds: later nothing can be anchored for it. */
  deadline: number
  /** SHA-256 of the agreement's body, which stays off the ledger. */
  bodyHash: Uint8Array
  /** Ledger accounts of all parties, dealer included. */
  parties: Address[]
  /** The zero address where nobody deals. */
  dealer: Address
  attemptLimit: number
  /** Digests of flow and parameters as the grants name them; zero where no grant is used. */
  flowHash: Uint8Array
  parametersHash: Uint8Array
  /** Grants of which the run uses up one each. */
  grants: Uint8Array[]
}

/** What an agreement says that uses up no grant. */
export const withoutGrants = (): Pick<Agreement, 'flowHash' | 'parametersHash' | 'grants'> => ({
  flowHash: new Uint8Array(32),
  parametersHash: new Uint8Array(32),
  grants: [],
})

const agreementTypes = {
  Agreement: [
    { name: 'nonce', type: 'bytes32' },
    { name: 'expiry', type: 'uint64' },
    { name: 'deadline', type: 'uint64' },
    { name: 'bodyHash', type: 'bytes32' },
    { name: 'parties', type: 'address[]' },
    { name: 'dealer', type: 'address' },
    { name: 'attemptLimit', type: 'uint16' },
    { name: 'flowHash', type: 'bytes32' },
    { name: 'parametersHash', type: 'bytes32' },
    { name: 'grants', type: 'bytes32[]' },
  ],
} as const

/** 32 bytes; its hex is the run's id. */
export function agreementDigest(networkId: Uint8Array, agreement: Agreement): Uint8Array {
  const { nonce, expiry, deadline, bodyHash, parties, dealer, attemptLimit, flowHash, parametersHash, grants } =
    agreement
  return typedDigest(networkId, {
    types: { Agreement: [...agreementTypes.Agreement] },
    primaryType: 'Agreement',
    message: {
      nonce: `0x${toHex(nonce)}`,
      expiry: BigInt(expiry),
      deadline: BigInt(deadline),
      bodyHash: `0x${toHex(bodyHash)}`,
      parties,
      dealer,
      attemptLimit,
      flowHash: `0x${toHex(flowHash)}`,
      parametersHash: `0x${toHex(parametersHash)}`,
      grants: grants.map((id) => `0x${toHex(id)}` as const),
    },
  })
}
