/** What a node says of itself when it asks into a network, and how it asks. */
import { greetAnswer, joinAnswer, type MemberCard, type WaitingForVotes } from '@secureflow/api'
import type { Clock, Plain } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { checkCard, type Identity } from '../identity/index.ts'
import { type Peers, peerErrors } from '../peers/index.ts'
import { refusalError } from './errors.ts'
import type { LedgerHost, Newcomer } from './interface.ts'
import { parseInvitation } from './invitation.ts'
import type { Member, Members } from './members.ts'

export type { Newcomer }
export const kinds = { greet: 'network.greet', join: 'network.join' } as const

export interface JoinerParts {
  identity: Identity
  peers: Peers
  host: LedgerHost
  members: Members
  clock: Clock
  ownCard: () => MemberCard
  signal: AbortSignal
}

/** Signed once; asked with again and again until the members have decided. */
export interface Application {
  invitation: string
  networkId: Uint8Array
  card: MemberCard
  consent: Uint8Array
  /** Unix seconds. */
  expiry: number
}

/** Long enough for two clocks that differ and a ledger that is slow. */
const consentSeconds = 3600
/** How long the members may take to vote. */
const votingSeconds = 7 * 86_400

/** Which network it is and how many votes it takes. @throws INVITATION_*, LINK_* */
export async function greet(
  invitation: string,
  { identity, peers, signal }: JoinerParts,
): Promise<{ networkId: Uint8Array; votes: number }> {
  const { address, fingerprint, token } = parseInvitation(invitation)
  const where = `${address.host}:${address.port}`
  const parsed = greetAnswer.safeParse(
    await peers.requestUnpinned(address, fingerprint, kinds.greet, { token }, signal),
  )
  if (!parsed.success) throw peerErrors.LINK_MALFORMED({ member: where, what: 'greeting' }, { party: where })
  if (!parsed.data.admitted) throw refusalError(parsed.data.why, where, identity.name)
  return parsed.data
}

/** @param after expiry of an earlier application: the ledger takes only what lasts longer */
export async function signApplication(
  invitation: string,
  { networkId, votes, after = 0 }: { networkId: Uint8Array; votes: number; after?: number | undefined },
  { identity, host, clock, ownCard }: JoinerParts,
): Promise<Application> {
  const card = ownCard()
  const lasts = Math.floor(clock.now() / 1000) + (votes > 1 ? votingSeconds : consentSeconds)
  const expiry = Math.max(lasts, after + 1)
  const digest = host.consentDigest(networkId, { ...statedBy(card, identity.fingerprint), expiry })
  return { invitation, networkId, card, consent: await identity.signer.sign(digest), expiry }
}

/** Asks in. On return the founder is pinned here; with `waiting` the members vote first. @throws INVITATION_*, NETWORK_*, LINK_* */
export async function askIn(
  { invitation, card, consent, expiry }: Application,
  { identity, peers, members, clock, signal }: JoinerParts,
): Promise<{ founder: Member; waiting?: WaitingForVotes }> {
  const { address, fingerprint, token } = parseInvitation(invitation)
  const where = `${address.host}:${address.port}`
  const request: Plain = { token, card: { ...card }, consent, expiry }
  const joined = joinAnswer.safeParse(await peers.requestUnpinned(address, fingerprint, kinds.join, request, signal))
  if (!joined.success) throw peerErrors.LINK_MALFORMED({ member: where, what: 'answer' }, { party: where })
  const { data } = joined
  if (!data.admitted) throw refusalError(data.why, where, identity.name)
  const { founder } = data
  const facts = await checkCard(founder, clock.now())
  if (facts.fingerprint !== fingerprint)
    throw peerErrors.LINK_WRONG_KEY({ member: founder.name }, { party: founder.name })
  const pinned = await members.pin({ ...founder, address: founder.address || where }, fingerprint, clock.now())
  return { founder: pinned, ...(data.admitted === 'later' ? { waiting: data.waiting } : {}) }
}

export const statedBy = (
  { name, account, certificate }: MemberCard,
  fingerprint: string,
): Omit<Newcomer, 'expiry'> => ({
  id: name,
  account: account as Address,
  fingerprint,
  certificate,
})
