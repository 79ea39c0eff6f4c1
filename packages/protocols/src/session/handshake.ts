/**
 * The first exchange of every attempt: both ends name the session, the component, its version, the parameters and salted
 * commitments of their inputs. A difference ends the attempt before anything about the data is sent. The owner's node
 * keeps the partner's commitments, which must be the same in every later attempt.
 */
import { decodeCbor, encodeCbor, toHex } from '@secureflow/base'
import type { Codec } from '@secureflow/channel'
import { z } from 'zod'
import { sessionErrors } from './errors.ts'
import type { Session } from './session.ts'
import { channelTo } from './wires.ts'

export interface Meeting {
  /** hash(agreement, task, attempt, a nonce from each side), 32 bytes */
  session: Uint8Array
  component: string
  version: number
  /** Digest of the resolved parameters. */
  params: Uint8Array
  /** Salted SHA-256 commitments of this party's inputs, by port. */
  inputs: { port: string; commitment: Uint8Array }[]
}

const bytes32 = z.instanceof(Uint8Array).refine((b) => b.length === 32)
const meetingSchema = z.strictObject({
  session: bytes32,
  component: z.string().max(64),
  version: z.number().int().min(1),
  params: bytes32,
  inputs: z.array(z.strictObject({ port: z.string().max(64), commitment: bytes32 })).max(64),
})

const meetingCodec: Codec<Meeting> = {
  maxBytes: 16_384,
  encode: (value) => encodeCbor(value),
  decode(body, label) {
    const parsed = meetingSchema.safeParse(decodeCbor(body, label, { maxBytes: 16_384, maxDepth: 4 }))
    if (!parsed.success) throw sessionErrors.SESSION_MISMATCH({ what: 'form of the first message' })
    return parsed.data as Meeting
  },
}

/** @returns the input commitments of every other party @throws {PeerError} SESSION_MISMATCH */
export async function meet(session: Session, own: Meeting): Promise<Map<string, Meeting['inputs']>> {
  const others = session.parties.filter((p) => p.id !== session.self)
  const heard = new Map<string, Meeting['inputs']>()
  await Promise.all(
    others.map(async ({ id }) => {
      const ch = channelTo<{ meet: Meeting }, { meet: Meeting }>(
        session,
        id,
        { meet: meetingCodec },
        { meet: meetingCodec },
      )
      const [theirs] = await Promise.all([ch.recv('meet'), ch.send('meet', own)])
      const differs =
        toHex(theirs.session) !== toHex(own.session)
          ? 'session'
          : theirs.component !== own.component || theirs.version !== own.version
            ? 'component version'
            : toHex(theirs.params) !== toHex(own.params)
              ? 'parameters'
              : undefined
      if (differs !== undefined) throw sessionErrors.SESSION_MISMATCH({ what: differs }, { party: id })
      heard.set(id, theirs.inputs)
    }),
  )
  return heard
}
