/** What newcomers sign before they are added, and new accounts before they act; the contract computes the same digests. */
import { toHex } from '@secureflow/base'
import { type Address, typedDigest } from '@secureflow/crypto'
import type { Enrolment } from './interface.ts'

export function enrolmentDigest(networkId: Uint8Array, enrolment: Enrolment): Uint8Array {
  const { name, account, certificate, peerKey, expiry } = enrolment
  return typedDigest(networkId, {
    types: {
      Enrolment: [
        { name: 'name', type: 'string' },
        { name: 'account', type: 'address' },
        { name: 'certificate', type: 'bytes32' },
        { name: 'peerKey', type: 'bytes32' },
        { name: 'expiry', type: 'uint64' },
      ],
    },
    primaryType: 'Enrolment',
    message: {
      name,
      account,
      certificate: `0x${toHex(certificate)}`,
      peerKey: `0x${toHex(peerKey)}`,
      expiry: BigInt(expiry),
    },
  })
}

export interface AccountChange {
  from: Address
  to: Address
  /** Unix seconds: later the consent is void. */
  expiry: number
}

/** What the new account of a member signs; the contract computes the same digest. */
export function accountChangeDigest(networkId: Uint8Array, { from, to, expiry }: AccountChange): Uint8Array {
  return typedDigest(networkId, {
    types: {
      AccountChange: [
        { name: 'from', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'expiry', type: 'uint64' },
      ],
    },
    primaryType: 'AccountChange',
    message: { from, to, expiry: BigInt(expiry) },
  })
}
