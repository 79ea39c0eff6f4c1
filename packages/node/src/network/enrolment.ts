/** Both ends of joining: a founder that lets a key in, and a node that asks into a network. */
import { greetAnswer, greetRequest, type JoinRefusal, joinAnswer, joinRequest, type MemberCard } from '@secureflow/api'
import type { Clock, Logger, Plain } from '@secureflow/base'
import { type Address, signerOf } from '@secureflow/crypto'
import { checkCard, type Identity } from '../identity/index.ts'
import { type Peers, peerErrors, type Stranger } from '../peers/index.ts'
import { refusalError } from './errors.ts'
import type { LedgerHost, NetworkLedger, Newcomer } from './interface.ts'
import { parseInvitation } from './invitation.ts'
import type { Invitations } from './invitations.ts'
import type { Member, Members } from './members.ts'

export const kinds = { greet: 'network.greet', join: 'network.join' } as const

export interface FounderParts {
  ledger: NetworkLedger
  host: LedgerHost
  members: Members
  invitations: Invitations
  clock: Clock
  logger: Logger
  ownCard: () => MemberCard
}

const refuse = (why: JoinRefusal): Plain => ({ admitted: false, why })

/** The founder's end. Whatever is wrong with the asker is found before the invitation is used up. */
export class Reception {
  readonly #parts: FounderParts

  constructor(parts: FounderParts) {
    this.#parts = parts
  }

  async greet(from: Stranger, body: Plain): Promise<Plain> {
    const { token } = greetRequest.parse(body)
    const standing = await this.#parts.invitations.standing(token, from.fingerprint ?? '')
    return standing === 'open' ? { admitted: true, networkId: this.#parts.ledger.networkId } : refuse(standing)
  }

  async join(from: Stranger, body: Plain): Promise<Plain> {
    const { members, invitations, ledger, clock, logger, ownCard } = this.#parts
    const { token, card, consent, expiry } = joinRequest.parse(body)
    const standing = await invitations.standing(token, from.fingerprint ?? '')
    if (standing !== 'open') return refuse(standing)
    const member = await this.#check(from, card, consent, expiry)
    if (member === undefined) return refuse('card')
    const taken = await this.#taken(member)
    if (taken !== undefined) return refuse(taken)
    const claimed = await invitations.claim(token, member.fingerprint)
    if (claimed !== 'open') return refuse(claimed)
    const known = (await ledger.members()).some((m) => m.id === member.id)
    if (!known) await ledger.addMember(member, consent)
    await members.pin(card, member.fingerprint, clock.now())
    logger.info({ member: member.id, account: member.account, fingerprint: member.fingerprint }, 'member joined')
    return { admitted: true, founder: ownCard() }
  }

  /** The key that TLS proved, the certificate, the account and both its signatures must belong together. */
  async #check(from: Stranger, card: MemberCard, consent: Uint8Array, expiry: number): Promise<Newcomer | undefined> {
    const { host, ledger, clock, logger } = this.#parts
    try {
      const { fingerprint } = await checkCard(card, clock.now())
      if (fingerprint !== from.fingerprint) return undefined
      const member = { ...statedBy(card, fingerprint), expiry }
      const signed = await signerOf(host.consentDigest(ledger.networkId, member), consent)
      return signed?.toLowerCase() === card.account ? member : undefined
    } catch (error) {
      logger.warn({ address: from.address, err: error }, 'a card was refused')
      return undefined
    }
  }

  async #taken({ id, account, fingerprint }: Newcomer): Promise<JoinRefusal | undefined> {
    for (const m of await this.#parts.ledger.members()) {
      const same = [m.id === id, m.account.toLowerCase() === account, m.fingerprint === fingerprint]
      if (same.every((s) => s) || !same.includes(true)) continue
      return same[0] ? 'name-taken' : 'key-taken'
    }
    return undefined
  }
}

export interface JoinerParts {
  identity: Identity
  peers: Peers
  host: LedgerHost
  members: Members
  clock: Clock
  ownCard: () => MemberCard
}

/** The joiner's end. On return the founder is pinned here, and this node is on the founder's ledger. */
export async function askIn(
  text: string,
  { identity, peers, host, members, clock, ownCard }: JoinerParts,
): Promise<{ networkId: Uint8Array; founder: Member }> {
  const { address, fingerprint, token } = parseInvitation(text)
  const where = `${address.host}:${address.port}`
  const ask = (kind: string, body: Plain) => peers.requestUnpinned(address, fingerprint, kind, body)

  const greeting = greetAnswer.safeParse(await ask(kinds.greet, { token }))
  if (!greeting.success) throw peerErrors.LINK_MALFORMED({ member: where, what: 'greeting' }, { party: where })
  if (!greeting.data.admitted) throw refusalError(greeting.data.why, where, identity.name)
  const { networkId } = greeting.data

  const card = ownCard()
  const expiry = Math.floor(clock.now() / 1000) + consentSeconds
  const newcomer = { ...statedBy(card, identity.fingerprint), expiry }
  const consent = await identity.signer.sign(host.consentDigest(networkId, newcomer))
  const joined = joinAnswer.safeParse(await ask(kinds.join, { token, card: { ...card }, consent, expiry }))
  if (!joined.success) throw peerErrors.LINK_MALFORMED({ member: where, what: 'answer' }, { party: where })
  if (!joined.data.admitted) throw refusalError(joined.data.why, where, identity.name)

  const { founder } = joined.data
  const facts = await checkCard(founder, clock.now())
  if (facts.fingerprint !== fingerprint)
    throw peerErrors.LINK_WRONG_KEY({ member: founder.name }, { party: founder.name })
  return {
    networkId,
    founder: await members.pin({ ...founder, address: founder.address || where }, fingerprint, clock.now()),
  }
}

/** Long enough for two clocks that differ and a ledger that is slow. */
const consentSeconds = 3600

const statedBy = ({ name, account, certificate }: MemberCard, fingerprint: string): Omit<Newcomer, 'expiry'> => ({
  id: name,
  account: account as Address,
  fingerprint,
  certificate,
})
