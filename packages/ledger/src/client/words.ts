/** The words of the interface as the contracts have them, and back. */
import { fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import type { Agreement } from '../agreement.ts'
import {
  assetKinds,
  type Enrolment,
  type FailureCode,
  failureCodes,
  type MemberRole,
  memberRoles,
  type NewAsset,
  type NewGrant,
} from '../interface.ts'

export const zeroAddress: Address = `0x${'0'.repeat(40)}`
const zero32 = new Uint8Array(32)

export const lower = (address: string): Address => address.toLowerCase() as Address
export const hex = (value: Uint8Array | string): Hex =>
  typeof value === 'string' ? `0x${value.replace(/^0x/, '')}` : `0x${toHex(value)}`

export type ChainAgreement = ReturnType<typeof agreementToChain>

export const agreementToChain = (agreement: Agreement) => ({
  ...agreement,
  nonce: hex(agreement.nonce),
  expiry: BigInt(agreement.expiry),
  deadline: BigInt(agreement.deadline),
  bodyHash: hex(agreement.bodyHash),
  flowHash: hex(agreement.flowHash),
  parametersHash: hex(agreement.parametersHash),
  grants: agreement.grants.map(hex),
})

export const agreementFromChain = (agreement: ChainAgreement): Agreement => ({
  ...agreement,
  nonce: fromHex(agreement.nonce),
  expiry: Number(agreement.expiry),
  deadline: Number(agreement.deadline),
  bodyHash: fromHex(agreement.bodyHash),
  parties: agreement.parties.map(lower),
  dealer: lower(agreement.dealer),
  flowHash: fromHex(agreement.flowHash),
  parametersHash: fromHex(agreement.parametersHash),
  grants: agreement.grants.map((id) => fromHex(id)),
})

export type ChainEnrolment = ReturnType<typeof enrolmentToChain>

export const enrolmentToChain = ({ name, account, certificate, peerKey, expiry }: Enrolment) => ({
  ...{ name, account, certificate: hex(certificate), peerKey: hex(peerKey), expiry: BigInt(expiry) },
})

/** Children in the order in which the contract wants them. */
export const assetToChain = (asset: NewAsset) => ({
  kind: assetKinds.indexOf(asset.kind),
  manifestHash: hex(asset.manifestHash),
  storageRef: hex(asset.storageRef ?? zero32),
  proof: hex(asset.proof ?? zero32),
  termsHash: hex(asset.termsHash),
  previous: hex(asset.previous ?? zero32),
  children: (asset.children ?? []).map(hex).sort(),
})

export const grantToChain = ({ asset, grantee, flowHash, parametersHash, quota, expiry, salt }: NewGrant) => ({
  ...{ asset: hex(asset), grantee, flowHash: hex(flowHash), parametersHash: hex(parametersHash), quota },
  ...{ expiry: BigInt(expiry), salt: hex(salt) },
})

export const bitsOf = (roles: readonly MemberRole[]): number =>
  roles.reduce((bits, role) => bits | (1 << memberRoles.indexOf(role)), 0)

export const rolesOf = (bits: number): MemberRole[] => memberRoles.filter((_, i) => bits & (1 << i))

export const failureCodeAt = (code: number): FailureCode => failureCodes[code - 1] ?? 'OTHER'
