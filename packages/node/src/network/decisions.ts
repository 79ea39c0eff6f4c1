/** What the members decide together: who they are, what is proposed, who agreed. Everything is read from the ledger. */
import {
  type CandidateView,
  type CheckedInputOf,
  type MemberCheck,
  type MemberDetail,
  type ProposalView,
  proposalActions,
  type Routes,
  release,
} from '@secureflow/api'
import { asSecureflowError, type Clock, type MemberId, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { LedgerProposal, NewProposal } from '@secureflow/ledger'
import { readCertificate } from '../identity/index.ts'
import type { Peers } from '../peers/index.ts'
import { checkMember } from './check.ts'
import { networkErrors } from './errors.ts'
import type { LedgerMember, MembershipLedger, NetworkLedger } from './interface.ts'
import type { Members } from './members.ts'
import type { Network } from './network.ts'

export interface DecisionParts {
  self: MemberId
  network: Network
  members: Members
  peers: Peers
  ownCertificate: () => Uint8Array
  clock: Clock
}

type ProposeInput = CheckedInputOf<Routes['members']['propose']>

/** What a proposal is looked at with: gathered once for all of them. */
interface Facts {
  everyone: readonly LedgerMember[]
  candidates: readonly CandidateView[]
  needed: number
}

export class Decisions {
  readonly #parts: DecisionParts

  constructor(parts: DecisionParts) {
    this.#parts = parts
  }

  async list(): Promise<{ quorum: number; needed: number; members: MemberDetail[] }> {
    const { ledger } = this.#parts.network.require()
    const members = (await ledger.everyone()).map((m) => this.#detail(m))
    return { ...(await ledger.membership.quorum()), members }
  }

  /** @throws MEMBER_UNKNOWN */
  async show(name: string): Promise<MemberDetail> {
    const { ledger } = this.#parts.network.require()
    return this.#detail(named(name, await ledger.everyone()))
  }

  /** @throws MEMBER_UNKNOWN, also for the own name */
  async check(name: string, signal: AbortSignal): Promise<MemberCheck> {
    const { ledger } = this.#parts.network.require()
    const member = named(name, await ledger.everyone())
    if (member.id === this.#parts.self) throw networkErrors.MEMBER_UNKNOWN({ name })
    const { peers, network, clock } = this.#parts
    return checkMember(this.#detail(member), { peers, clock, genesis: network.require().genesis, release }, signal)
  }

  async candidates(): Promise<CandidateView[]> {
    const { membership } = this.#parts.network.require().ledger
    const found: CandidateView[] = []
    for (const account of await membership.applicants()) {
      const candidate = await candidateOf(membership, account)
      if (candidate !== undefined) found.push(candidate)
    }
    return found
  }

  /** Newest first. */
  async proposals(): Promise<ProposalView[]> {
    const { ledger } = this.#parts.network.require()
    const [proposals, facts] = [await ledger.membership.proposals(), await this.#facts(ledger)]
    return proposals.map((p) => this.#view(p, facts)).reverse()
  }

  /**
   * Carried at once where this vote is enough.
   * @throws MEMBER_UNKNOWN, PROPOSAL_INCOMPLETE, PROPOSAL_OPEN, LEDGER_*
   */
  async propose(input: ProposeInput): Promise<ProposalView> {
    const { ledger } = this.#parts.network.require()
    const facts = await this.#facts(ledger)
    const proposal = this.#proposalOf(input, facts)
    const same = (await ledger.membership.proposals()).find((p) => asksTheSame(p, proposal) && this.#isOpen(p))
    // A second question about the same would gather its own votes: neither might get enough.
    if (same !== undefined) throw networkErrors.PROPOSAL_OPEN({ proposal: same.id })
    const { id } = await ledger.membership.propose(proposal)
    return this.#proposal(id)
  }

  /** @throws LEDGER_ALREADY_VOTED, LEDGER_PROPOSAL_EXPIRED, LEDGER_PROPOSAL_EXECUTED, LEDGER_NOT_VOTER and others */
  async vote(id: number): Promise<ProposalView> {
    await this.#parts.network.require().ledger.membership.vote(id)
    return this.#proposal(id)
  }

  async #proposal(id: number): Promise<ProposalView> {
    const { ledger } = this.#parts.network.require()
    const found = (await ledger.membership.proposals()).find((p) => p.id === id)!
    return this.#view(found, await this.#facts(ledger))
  }

  async #facts(ledger: NetworkLedger): Promise<Facts> {
    const { needed } = await ledger.membership.quorum()
    return { everyone: await ledger.everyone(), candidates: await this.candidates(), needed }
  }

  #proposalOf({ action, member, roles, quorum, days }: ProposeInput, facts: Facts): NewProposal {
    const expiry = Math.floor(this.#parts.clock.now() / 1000 + days * 86_400)
    const lacks = (what: string) => networkErrors.PROPOSAL_INCOMPLETE({ action, what })
    if (action === 'set-quorum') {
      if (quorum === undefined) throw lacks('quorum')
      return { action: 'setQuorum', quorum, expiry }
    }
    if (member === undefined) throw lacks('member')
    if (action === 'admit') {
      const { account } = named(member, facts.candidates)
      return { action, account: account as Address, roles: roles ?? ['member'], expiry }
    }
    const { account } = named(member, facts.everyone)
    if (action !== 'set-roles') return { action, account, expiry }
    if (roles === undefined) throw lacks('roles')
    return { action: 'setRoles', account, roles, expiry }
  }

  /** To the second, as the ledger counts. */
  #isOpen({ executed, expiry }: LedgerProposal): boolean {
    return !executed && expiry >= Math.floor(this.#parts.clock.now() / 1000)
  }

  #view(proposal: LedgerProposal, { everyone, candidates, needed }: Facts): ProposalView {
    const { id, action, account, roles, quorum, expiry, executed, voters } = proposal
    const candidate = candidates.find((c) => c.account === account)
    const about = everyone.find((m) => m.account === account) ?? candidate
    const voter = (a: Address) => everyone.find((m) => m.account === a)
    const mayVote = (m: LedgerMember | undefined) => m?.state === 'active' && m.roles.includes('member')
    const own = everyone.find((m) => m.id === this.#parts.self)
    const open = this.#isOpen(proposal)
    return {
      id,
      action: proposalActions.find((a) => contractName(a) === action)!,
      ...(action === 'setQuorum' ? { quorum } : { member: about?.id ?? account }),
      ...(action === 'admit' && !executed && candidate !== undefined ? { candidate } : {}),
      roles: action === 'admit' || action === 'setRoles' ? roles : [],
      state: executed ? 'carried' : open ? 'open' : 'expired',
      expiresAt: expiry * 1000,
      voted: voters.map((a) => voter(a)?.id ?? a),
      votes: voters.filter((a) => mayVote(voter(a))).length,
      needed,
      awaitsOwnVote: open && mayVote(own) && !voters.includes(own!.account),
    }
  }

  #detail(member: LedgerMember): MemberDetail {
    const { self, network, members, peers, ownCertificate } = this.#parts
    const id = member.id as MemberId
    const der = id === self ? ownCertificate() : members.get(id)?.certificate
    const facts = der === undefined ? undefined : readCertificate(der)
    const { problem, version, roundTripMs } = peers.state().get(id) ?? {}
    return {
      ...network.viewOf(member),
      certificate: member.certificateHash,
      ...(facts === undefined ? {} : { expiresAt: facts.validTo }),
      ...(problem === undefined ? {} : { problem }),
      ...(version === undefined ? {} : { version }),
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
    }
  }
}

/** `set-roles` is `setRoles` to the contract. */
const contractName = (action: string): string => action.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())

const asksTheSame = (p: LedgerProposal, asked: NewProposal): boolean =>
  p.action === asked.action &&
  (!('account' in asked) || p.account === asked.account) &&
  (!('roles' in asked) || [...asked.roles].sort().join() === [...p.roles].sort().join()) &&
  (!('quorum' in asked) || p.quorum === asked.quorum)

/** @throws MEMBER_UNKNOWN */
function named<T extends { id: string; account: string }>(name: string, known: readonly T[]): T {
  const found = known.find((m) => m.id === name || m.account === name.toLowerCase())
  if (found === undefined) throw networkErrors.MEMBER_UNKNOWN({ name })
  return found
}

/** What the account applied with; undefined once it was admitted. */
async function candidateOf(membership: MembershipLedger, account: Address): Promise<CandidateView | undefined> {
  try {
    const { name, peerKey, certificate, expiry } = await membership.candidate(account)
    return {
      id: name,
      account,
      fingerprint: toHex(peerKey),
      certificate: toHex(certificate),
      expiresAt: expiry * 1000,
    }
  } catch (error) {
    if (asSecureflowError(error).code === 'LEDGER_NOT_CANDIDATE') return undefined
    throw error
  }
}
