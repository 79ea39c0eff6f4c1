/** What nodes say to each other about requests for the use of data, checked before it is believed. */
import { z } from 'zod'
import { judgedTerms } from '../runs/wire.ts'

const bytes = (min: number, max: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length >= min && b.length <= max)
const name = z.string().min(1).max(64)
const digest = z.string().regex(/^[0-9a-f]{64}$/)

const message = z.strictObject({ at: z.number(), text: z.string().min(1).max(2000) })
const messages = z.array(message).max(50)

/**
 * `request.ask`: the initiator says all that it has to say about a request, again and again; the other side answers with
 * where it stands. Nothing is lost with one message, and none counts twice.
 */
export const askMessage = z.strictObject({
  proposal: bytes(1, 4 << 20),
  /** To an endorser: will you vouch for it? To an owner: may I? */
  vouch: z.boolean(),
  /** The initiator does not want it any more. */
  withdrawn: z.boolean(),
  /** Signatures of those who vouch. */
  endorsements: z.array(z.strictObject({ member: name, signature: bytes(65, 65) })).max(64),
  /** What the initiator wrote to this member, from the beginning. */
  said: messages,
})

export const askAnswer = z.strictObject({
  /** `spent`: was granted once, and those runs were made. `differs`: this node compiles it to something else. */
  status: z.enum(['waiting', 'granted', 'endorsed', 'refused', 'spent', 'differs', 'withdrawn']),
  grants: z
    .array(
      z.strictObject({
        asset: digest,
        id: digest,
        quota: z.number().int().min(1).max(0xffff_ffff),
        expiry: z.number().int().min(0),
      }),
    )
    .max(64),
  terms: judgedTerms,
  /** What the person who refused wrote. */
  reason: z.string().max(2000).optional(),
  signature: bytes(65, 65).optional(),
  differs: z.string().max(200).optional(),
  said: messages,
})
export type AskAnswer = z.output<typeof askAnswer>

/** `request.changed`: ask again. */
export const changedMessage = z.strictObject({ request: digest })
