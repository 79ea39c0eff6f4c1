import type { LedgerFacts } from '@secureflow/audit'
import type { Address } from '@secureflow/crypto'
import type { LedgerClient, MemberRole, MemberState } from '@secureflow/ledger'
import type { TokenLedger } from '../assets/on-ledger.ts'
import type { RunLedger } from '../runs/dependencies.ts'

/** A member as the ledger states it. */
export interface LedgerMember {
  id: string
  account: Address
  /** SHA-256 of its public key, hexadecimal. */
  fingerprint: string
  /** SHA-256 of its certificate, hexadecimal. */
  certificateHash: string
  roles: MemberRole[]
  state: MemberState
  /** `host:port` as the member states it on the ledger, or empty. */
  gateway: string
}

/** What a newcomer signs: this network, this name, this account, this certificate and key, until then. */
export interface Newcomer {
  id: string
  account: Address
  /** SHA-256 of its public key, hexadecimal. */
  fingerprint: string
  /** DER. */
  certificate: Uint8Array
  /** Unix seconds. */
  expiry: number
}

/** What members decide together, and what each changes of itself. */
export type MembershipLedger = Pick<
  LedgerClient,
  | 'applyForMembership'
  | 'candidate'
  | 'propose'
  | 'vote'
  | 'proposals'
  | 'quorum'
  | 'renewMember'
  | 'setGateway'
  | 'changeAccount'
> & {
  /** Accounts that ever applied, each once, in the order of their first application. */
  applicants(): Promise<Address[]>
}

/** The ledger as the node uses it, whatever is behind it. */
export interface NetworkLedger extends RunLedger {
  readonly height: number
  /** Those that may act, in the order of joining. */
  members(): Promise<LedgerMember[]>
  /** The suspended and removed ones too. */
  everyone(): Promise<LedgerMember[]>
  readonly membership: MembershipLedger
  /** @param consent the new member's own signature over `consentDigest` */
  addMember(newcomer: Newcomer, consent: Uint8Array): Promise<void>
  /** The assets of its members. */
  readonly tokens: TokenLedger
  /** For the verifier of the audit. */
  facts(): Promise<LedgerFacts>
  /** A copy below a folder, under the name that it has below `ledger` in the home: for a backup. */
  copyTo(folder: string): Promise<void>
  close(): Promise<void>
}

/** Begins ledgers and opens them. */
export interface LedgerHost {
  /** What a new ledger begins with: this node is its proposer and first member. @param quorum votes that carry a proposal */
  found(quorum: number): Promise<Uint8Array>
  networkIdOf(genesis: Uint8Array): Uint8Array
  consentDigest(networkId: Uint8Array, newcomer: Newcomer): Uint8Array
  /** @param joining  for the first time here: the founder may not bring contracts of its own. An older network stays as it was. */
  open(genesis: Uint8Array, joining: boolean): Promise<NetworkLedger>
}
