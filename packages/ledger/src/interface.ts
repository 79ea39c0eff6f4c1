/** What the ledger holds, in the words of its contracts. Accounts are given back in lower case. */
import type { Address } from '@secureflow/crypto'
import type { Agreement } from './agreement.ts'

export const memberStates = ['active', 'suspended', 'removed'] as const
export type MemberState = (typeof memberStates)[number]

/** Bit i of the contract's roles is the i-th of these. Members vote. */
export const memberRoles = ['member', 'operator', 'auditor', 'endorser'] as const
export type MemberRole = (typeof memberRoles)[number]

export interface LedgerMember {
  name: string
  account: Address
  /** SHA-256 of the certificate (DER). */
  certificate: Uint8Array
  /** SHA-256 of the public key of the peer link (SPKI, DER). */
  peerKey: Uint8Array
  roles: MemberRole[]
  operator: boolean
  state: MemberState
  active: boolean
  /** host:port as the member states it, or empty. */
  gateway: string
}

/** What a candidate signs. */
export interface Enrolment {
  name: string
  account: Address
  certificate: Uint8Array
  peerKey: Uint8Array
  /** Unix seconds: later it cannot be added. */
  expiry: number
}

export const assetKinds = ['dataset', 'flow', 'model', 'compute'] as const
export type AssetKind = (typeof assetKinds)[number]

export const assetStates = ['pending', 'active', 'retired'] as const
export type AssetState = (typeof assetStates)[number]

/** Digests of 32 bytes. What is left out is zero. */
export interface NewAsset {
  kind: AssetKind
  /** Of the description that is kept off the ledger. */
  manifestHash: Uint8Array
  termsHash: Uint8Array
  /** Content address of the encrypted description. */
  storageRef?: Uint8Array
  /** Commitment of the content. */
  proof?: Uint8Array
  /** Token that this is a new version of. */
  previous?: Uint8Array
  /** Tokens that it is made of, in any order. */
  children?: readonly Uint8Array[]
}

export interface LedgerAsset extends Required<NewAsset> {
  /** Hash of all that the token commits to. */
  id: Uint8Array
  owner: Address
  /** To whom it is offered. */
  offeredTo?: Address
  /** From 1, one more than its predecessor's. */
  version: number
  /** Children whose owners have not granted. */
  missing: number
  state: AssetState
}

export interface NewGrant {
  asset: Uint8Array
  grantee: Address
  flowHash: Uint8Array
  parametersHash: Uint8Array
  /** Runs. */
  quota: number
  /** Unix seconds. */
  expiry: number
  /** 32 random bytes: tells equal grants apart. */
  salt: Uint8Array
}

export interface LedgerGrant {
  asset: Uint8Array
  grantee: Address
  flowHash: Uint8Array
  parametersHash: Uint8Array
  /** Further runs. */
  left: number
  expiry: number
  revoked: boolean
}

/** How often an asset was asked for, granted, refused and used: counted from events. */
export interface Demand {
  asked: number
  granted: number
  refused: number
  used: number
}

export const proposalActions = ['admit', 'suspend', 'readmit', 'remove', 'setRoles', 'setQuorum'] as const
export type ProposalAction = (typeof proposalActions)[number]

export type NewProposal = { expiry: number } & (
  | { action: 'admit' | 'setRoles'; account: Address; roles: readonly MemberRole[] }
  | { action: 'suspend' | 'readmit' | 'remove'; account: Address }
  | { action: 'setQuorum'; quorum: number }
)

export interface LedgerProposal {
  id: number
  action: ProposalAction
  account: Address
  /** Of admission and roles. */
  roles: MemberRole[]
  /** Of setQuorum. */
  quorum: number
  expiry: number
  executed: boolean
  /** Present accounts of the members that agreed. */
  voters: Address[]
}

/** Where a transaction stands. */
export interface Included {
  /** 32 bytes, hex without 0x. */
  transaction: string
  height: number
}

export interface RegisteredAgreement {
  /** 64 hexadecimal digits. */
  runId: string
  agreement: Agreement
  /** In the order of `agreement.parties`. */
  signatures: Uint8Array[]
  height: number
}

export interface Anchor {
  /** Merkle root of the party's signed log. */
  root: Uint8Array
  /** Entries under the root. */
  size: number
  /** Receipts of this run among them. */
  count: number
}

/** Why a run failed, as the ledger tells it: the closed list of the contract, in its order. */
export const failureCodes = [
  'CANCELLED',
  'DEADLINE',
  'PARTNER_AWAY',
  'ATTEMPTS_SPENT',
  'RECEIPT_MISMATCH',
  'DATA_CHANGED',
  'TERMS_FORBID',
  'OTHER',
] as const
export type FailureCode = (typeof failureCodes)[number]

/** The code for the ledger that an error of a run stands for; whatever is not listed is told as OTHER. */
export function failureCodeOf(errorCode: string): FailureCode {
  const name = errorCode.replace(/^RUN_/, '')
  return failureCodes.find((code) => code === name) ?? 'OTHER'
}

export interface RunStatus {
  /** `expired`: the deadline passed before every party had anchored. */
  state: 'unknown' | 'open' | 'complete' | 'failed' | 'expired'
  anchors: (Anchor & { party: Address; height: number })[]
  failure?: { party: Address; code: FailureCode; height: number }
}

type MemberEvent =
  | 'CandidateApplied'
  | 'MemberAdded'
  | 'MemberSuspended'
  | 'MemberReinstated'
  | 'MemberRemoved'
  | 'MemberRenewed'
  | 'RolesChanged'
  | 'GatewayChanged'

export type LedgerEvent = { height: number } & (
  | { kind: MemberEvent; account: Address }
  | { kind: 'AccountChanged'; account: Address; from: Address }
  | { kind: 'QuorumChanged'; quorum: number }
  | { kind: 'ProposalMade' | 'ProposalCarried'; proposal: number }
  | { kind: 'Voted'; proposal: number; account: Address }
  | { kind: 'AssetActivated' | 'AssetDeactivated'; asset: string }
  | { kind: 'AssetRegistered' | 'TermsChanged' | 'AssetRetired'; asset: string; owner: Address }
  | { kind: 'AssetOffered' | 'AssetTransferred'; asset: string; owner: Address }
  | { kind: 'ChildGranted' | 'ChildRevoked'; asset: string; child: string; owner: Address }
  | { kind: 'UseAsked' | 'UseRefused'; asset: string; account: Address; flowHash: string; parametersHash: string }
  | { kind: 'UseGranted'; asset: string; grant: string; account: Address }
  | { kind: 'GrantRevoked'; asset: string; grant: string }
  | { kind: 'GrantUsed'; asset: string; grant: string; runId: string; left: number }
  | { kind: 'AgreementRegistered'; runId: string; parties: Address[] }
  | { kind: 'Anchored'; runId: string; party: Address }
  | { kind: 'RunCompleted'; runId: string }
  | { kind: 'RunFailed'; runId: string; party: Address; code: FailureCode }
)

/** Which events are wanted; what is left out does not matter. */
export interface EventFilter {
  kinds?: readonly LedgerEvent['kind'][]
  /** An asset, a grant or a run by its 32 bytes, or a member by its account, wherever the event names it in a topic. */
  about?: Uint8Array | Address
}

/** Typed access to the contracts; every change resolves once it stands in a block that this node has. */
export interface LedgerClient {
  readonly networkId: Uint8Array
  /** By the founder while it decides alone. */
  addMember(
    enrolment: Enrolment,
    consent: Uint8Array,
    options?: { operator?: boolean; roles?: readonly MemberRole[] },
  ): Promise<Included>
  /** By the founder while it decides alone; later by proposal. */
  suspendMember(account: Address): Promise<Included>
  reinstateMember(account: Address): Promise<Included>
  /** By the member itself: another certificate or peer key. */
  renewMember(certificate: Uint8Array, peerKey: Uint8Array): Promise<Included>
  members(): Promise<LedgerMember[]>

  /** Anyone may bring it: the candidate's consent decides. */
  applyForMembership(enrolment: Enrolment, consent: Uint8Array): Promise<Included>
  /** What the account applied with. @throws LEDGER_NOT_CANDIDATE */
  candidate(account: Address): Promise<Enrolment>
  propose(proposal: NewProposal): Promise<Included & { id: number }>
  vote(id: number): Promise<Included>
  /** All that were made, in their order. */
  proposals(): Promise<LedgerProposal[]>
  /** Votes that carry a proposal, as set, and as needed now that fewer may vote. */
  quorum(): Promise<{ quorum: number; needed: number }>
  /** host:port, or empty. */
  setGateway(gateway: string): Promise<Included>
  /** @param consent of the new account over `accountChangeDigest`. Afterwards this client's account may act no more. */
  changeAccount(to: Address, expiry: number, consent: Uint8Array): Promise<Included>

  registerAsset(asset: NewAsset): Promise<Included & { id: Uint8Array }>
  setTerms(id: Uint8Array, termsHash: Uint8Array): Promise<Included>
  retireAsset(id: Uint8Array): Promise<Included>
  /** By the owner of the child. */
  grantChild(composite: Uint8Array, child: Uint8Array): Promise<Included>
  revokeChild(composite: Uint8Array, child: Uint8Array): Promise<Included>
  /** @param to undefined: to nobody any more */
  offerAsset(id: Uint8Array, to: Address | undefined): Promise<Included>
  acceptAsset(id: Uint8Array): Promise<Included>
  isUsable(id: Uint8Array): Promise<boolean>
  /** Whether the owner of the child has granted it to the composite. */
  isGranted(composite: Uint8Array, child: Uint8Array): Promise<boolean>
  assets(): Promise<LedgerAsset[]>
  asset(id: Uint8Array): Promise<LedgerAsset | undefined>

  askUse(asset: Uint8Array, flowHash: Uint8Array, parametersHash: Uint8Array, quota: number): Promise<Included>
  refuseUse(asset: Uint8Array, account: Address, flowHash: Uint8Array, parametersHash: Uint8Array): Promise<Included>
  grantUse(grant: NewGrant): Promise<Included & { id: Uint8Array }>
  revokeGrant(id: Uint8Array): Promise<Included>
  /** @throws LEDGER_UNKNOWN_GRANT */
  grantOf(id: Uint8Array): Promise<LedgerGrant>
  /** Whether a run under way may go on: not revoked, not expired, its asset usable. */
  stands(id: Uint8Array): Promise<boolean>
  demand(asset: Uint8Array): Promise<Demand>

  /** @param signatures of the agreement's digest, in the order of `agreement.parties` */
  registerAgreement(agreement: Agreement, signatures: readonly Uint8Array[]): Promise<Included & { runId: string }>
  agreement(runId: string): Promise<RegisteredAgreement | undefined>

  /** Anchoring the same again changes nothing and is no error. */
  anchor(runId: string, anchor: Anchor): Promise<void>
  /** Makes the run failed for everybody; no error where it already ended without success. */
  fail(runId: string, code: FailureCode): Promise<void>
  runStatus(runId: string): Promise<RunStatus>

  /** Everything that happened from this height on, in order; with a filter only the blocks that tell of it are read. */
  events(fromHeight: number, filter?: EventFilter): Promise<LedgerEvent[]>
}
