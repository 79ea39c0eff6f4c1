/** How a node asks into a network. Both requests go over a link on which only the founder is known, by its fingerprint. */
import { z } from 'zod'

const bytes = (length: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === length, `expected ${length} bytes`)
const bytesUpTo = (most: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length <= most, `expected at most ${most} bytes`)
const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/)
const account = z.string().regex(/^0x[0-9a-f]{40}$/)

/** A member with everything that another member needs to check before it pins the key. */
const memberCard = z.strictObject({
  name,
  account,
  /** DER, self-signed. */
  certificate: bytesUpTo(4096),
  /** The account's signature over the certificate's fingerprint. */
  binding: bytes(65),
  /** `host:port`, or empty where the member only dials out. */
  address: z.string().max(300),
})
export type MemberCard = z.infer<typeof memberCard>

export const greetRequest = z.strictObject({ token: bytes(16) })
export const joinRequest = z.strictObject({
  token: bytes(16),
  card: memberCard,
  /** The account's signature over the wish to join exactly this network with exactly this key. */
  consent: bytes(65),
  /** Unix seconds: later the consent is void. */
  expiry: z.number().int().positive(),
})

/** Why a founder lets nobody in. Who does not hold the token learns nothing but `unknown`. */
const joinRefusals = ['unknown', 'expired', 'used', 'name-taken', 'key-taken', 'card', 'lapsed', 'inactive'] as const
export type JoinRefusal = (typeof joinRefusals)[number]
const refused = z.strictObject({ admitted: z.literal(false), why: z.enum(joinRefusals) })

export const greetAnswer = z.discriminatedUnion('admitted', [
  refused,
  /** Votes that admit a member now: with 1 the founder decides alone. */
  z.strictObject({ admitted: z.literal(true), networkId: bytes(32), votes: z.number().int().min(1) }),
])
/** How an application stands that the members vote on. */
export const waitingForVotes = z.strictObject({
  /** Absent until somebody proposes the admission. */
  proposal: z.number().int().optional(),
  votes: z.number().int(),
  needed: z.number().int(),
  /** Who agreed so far. */
  voted: z.array(z.string().max(64)).max(1000),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
})
export type WaitingForVotes = z.infer<typeof waitingForVotes>

/** What follows goes over the link, on which both are members now. */
export const joinAnswer = z.discriminatedUnion('admitted', [
  refused,
  z.strictObject({ admitted: z.literal(true), founder: memberCard }),
  z.strictObject({ admitted: z.literal('later'), founder: memberCard, waiting: waitingForVotes }),
])
export type JoinRequest = z.infer<typeof joinRequest>

/** What the ledger begins with; its hash is the network's id. */
export const genesisAnswer = z.strictObject({ genesis: bytesUpTo(4 << 20) })
/** Cards of members, asked of any member; each is checked against the ledger before it is believed. */
export const cardsAnswer = z.strictObject({ cards: z.array(memberCard).max(1000) })
/** A member's own card, sent whenever a link comes up: where it is reached, and its newest certificate. */
export const cardNotice = z.strictObject({ card: memberCard })
