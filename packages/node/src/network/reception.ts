/** The founder's end of joining: it lets a key in where it decides alone, and otherwise brings the application to the members. */
import { greetRequest, type JoinRefusal, joinRequest, type MemberCard, type WaitingForVotes } from '@secureflow/api'
import { asSecureflowError, type Clock, equalBytes, fromHex, type Logger, type Plain } from '@secureflow/base'
import { type Address, signerOf } from '@secureflow/crypto'
import type { LedgerProposal } from '@secureflow/ledger'
import { checkCard } from '../identity/index.ts'
import type { Stranger } from '../peers/index.ts'
import { type Newcomer, statedBy } from './enrolment.ts'
import type { LedgerHost, NetworkLedger } from './interface.ts'
import type { Invitations } from './invitations.ts'
import { certificateHash } from './ledger.ts'
import type { Members } from './members.ts'

interface ReceptionParts {
  ledger: NetworkLedger
  host: LedgerHost
  members: Members
  invitations: Invitations
  clock: Clock
  logger: Logger
  ownCard: () => MemberCard
}

const refuse = (why: JoinRefusal): Plain => ({ admitted: false, why })
/** The contract's limit for a proposal is 90 days. */
const maxConsentMs = 89 * 86_400_000

/** Whatever is wrong with the asker is found before the invitation is used up. */
export class Reception {
  readonly #parts: ReceptionParts
  /** By fingerprint: who waits for votes, as it introduced itself. After a restart each introduces itself again. */
  readonly #candidates = new Map<string, MemberCard>()
  /** One after the other: a candidate that asks twice is proposed once. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: ReceptionParts) {
    this.#parts = parts
  }

  /** Cards of candidates: to be pinned as soon as the ledger names them as members. */
  get candidates(): ReadonlyMap<string, MemberCard> {
    return this.#candidates
  }

  async greet(from: Stranger, body: Plain): Promise<Plain> {
    const { invitations, ledger } = this.#parts
    const { token } = greetRequest.parse(body)
    const standing = await invitations.standing(token, from.fingerprint ?? '')
    if (standing !== 'open') return refuse(standing)
    return { admitted: true, networkId: ledger.networkId, votes: (await ledger.membership.quorum()).needed }
  }

  join(from: Stranger, body: Plain): Promise<Plain> {
    const joined = this.#last.then(() => this.#join(from, body))
    this.#last = joined.catch(() => {})
    return joined
  }

  async #join(from: Stranger, body: Plain): Promise<Plain> {
    const { members, invitations, ledger, clock, logger, ownCard } = this.#parts
    const { token, card, consent, expiry } = joinRequest.parse(body)
    const standing = await invitations.standing(token, from.fingerprint ?? '')
    if (standing !== 'open') return refuse(standing)
    const newcomer = await this.#check(from, card, consent, expiry)
    if (newcomer === undefined) return refuse('card')
    const taken = await this.#taken(newcomer)
    if (taken !== undefined) return refuse(taken)
    const claimed = await invitations.claim(token, newcomer.fingerprint)
    if (claimed !== 'open') return refuse(claimed)
    const known = (await ledger.members()).some((m) => m.id === newcomer.id)
    if (!known && (await ledger.membership.quorum()).needed > 1) {
      const waiting = await this.#apply(newcomer, consent)
      if (waiting === undefined) return refuse('lapsed')
      this.#candidates.set(newcomer.fingerprint, card)
      return { admitted: 'later', founder: ownCard(), waiting }
    }
    if (!known) await ledger.addMember(newcomer, consent)
    await members.pin(card, newcomer.fingerprint, clock.now())
    this.#candidates.delete(newcomer.fingerprint)
    logger.info({ member: newcomer.id, account: newcomer.account, fingerprint: newcomer.fingerprint }, 'member joined')
    return { admitted: true, founder: ownCard() }
  }

  /** The key that TLS proved, the certificate, the account and both its signatures must belong together. */
  async #check(from: Stranger, card: MemberCard, consent: Uint8Array, expiry: number): Promise<Newcomer | undefined> {
    const { host, ledger, clock, logger } = this.#parts
    try {
      const { fingerprint } = await checkCard(card, clock.now())
      if (fingerprint !== from.fingerprint) return undefined
      // Longer than any proposal may be open: it could not be decided.
      if (expiry * 1000 > clock.now() + maxConsentMs) return undefined
      const newcomer = { ...statedBy(card, fingerprint), expiry }
      const signed = await signerOf(host.consentDigest(ledger.networkId, newcomer), consent)
      return signed?.toLowerCase() === card.account ? newcomer : undefined
    } catch (error) {
      logger.warn({ address: from.address, err: error }, 'a card was refused')
      return undefined
    }
  }

  async #taken({ id, account, fingerprint }: Newcomer): Promise<JoinRefusal | undefined> {
    for (const m of await this.#parts.ledger.everyone()) {
      const same = [m.id === id, m.account.toLowerCase() === account, m.fingerprint === fingerprint]
      if (!same.includes(true)) continue
      if (same.every((s) => s)) return m.state === 'active' ? undefined : 'inactive'
      return same[0] ? 'name-taken' : 'key-taken'
    }
    return undefined
  }

  /**
   * The application and its proposal stand on the ledger afterwards, once each, whatever broke off before.
   * @returns undefined where the members did not admit this application in time
   */
  async #apply(newcomer: Newcomer, consent: Uint8Array): Promise<Plain | undefined> {
    const { ledger, clock, logger } = this.#parts
    const { membership } = ledger
    const { id: name, account, expiry } = newcomer
    if (!(await this.#hasApplied(newcomer))) {
      if (expiry * 1000 < clock.now()) return undefined
      const enrolment = {
        name,
        account,
        certificate: certificateHash(newcomer.certificate),
        peerKey: fromHex(newcomer.fingerprint),
        expiry,
      }
      await membership.applyForMembership(enrolment, consent)
      logger.info({ candidate: name, account }, 'a candidate has applied')
    }
    // The proposal ends when the application does: that is how the two are known to belong together.
    const own = (p: LedgerProposal) => p.action === 'admit' && p.account === account && p.expiry === expiry
    let proposal = (await membership.proposals()).find(own)
    if (expiry * 1000 < clock.now()) return undefined
    if (proposal === undefined) {
      await membership.propose({ action: 'admit', account, roles: ['member'], expiry }).catch((error: unknown) => {
        // Without a vote of its own the founder leaves it to the members to propose.
        if (asSecureflowError(error).code !== 'LEDGER_NOT_VOTER') throw error
      })
      proposal = (await membership.proposals()).find(own)
    }
    const everyone = await ledger.everyone()
    const voted = (proposal?.voters ?? []).map((a) => everyone.find((m) => m.account === a)?.id ?? a)
    const { needed } = await membership.quorum()
    const waiting: WaitingForVotes = {
      ...(proposal === undefined ? {} : { proposal: proposal.id }),
      ...{ votes: voted.length, needed, voted, expiresAt: expiry * 1000 },
    }
    return waiting as unknown as Plain
  }

  async #hasApplied({ account, fingerprint, certificate, expiry }: Newcomer): Promise<boolean> {
    try {
      const applied = await this.#parts.ledger.membership.candidate(account as Address)
      return (
        applied.expiry === expiry &&
        equalBytes(applied.peerKey, fromHex(fingerprint)) &&
        equalBytes(applied.certificate, certificateHash(certificate))
      )
    } catch (error) {
      if (asSecureflowError(error).code === 'LEDGER_NOT_CANDIDATE') return false
      throw error
    }
  }
}
