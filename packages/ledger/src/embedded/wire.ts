/** What replicas say to each other. Sizes are bounded here, before anything is decoded further. */
import { baseErrors, type Plain } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { z } from 'zod'

const maxTransactionBytes = 64 << 10
export const maxBlockBytes = 256 << 10
/** Blocks given in one answer: together at most this, but always one. */
export const maxAnswerBytes = 2 << 20
export const maxAnswerBlocks = 256

const bytes = (length: number) => z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === length)
const bytesUpTo = (most: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length > 0 && b.length <= most)
const height = z
  .number()
  .int()
  .min(0)
  .max(2 ** 40)

export const submission = z.strictObject({ transaction: bytesUpTo(maxTransactionBytes) })

/** Why a transaction does not come into a block: a closed list. */
const refusals = ['malformed', 'not a member', 'nonce', 'not allowed', 'busy', 'not the proposer'] as const
export type Refusal = (typeof refusals)[number]
export const submitted = z.union([
  z.strictObject({ height }),
  z.strictObject({ refused: z.enum(refusals), nonce: z.number().int().min(0).optional() }),
])

/** A block in RLP and the proposer's signature under its head. */
export const blockMessage = z.strictObject({ block: bytesUpTo(maxBlockBytes), signature: bytes(65) })
export type BlockMessage = z.output<typeof blockMessage>

export const blocksRequest = z.strictObject({ from: height.min(1) })
export const blocksAnswer = z.strictObject({ blocks: z.array(blockMessage).max(maxAnswerBlocks) })

/** A member's highest head with the proposer's signature under the same, so that a difference is proof at once. */
const headMessage = z.strictObject({
  height: height.min(1),
  hash: bytes(32),
  proposer: bytes(65),
  account: z.custom<Address>((a) => typeof a === 'string' && /^0x[0-9a-f]{40}$/.test(a)),
  signature: bytes(65),
})
export type HeadMessage = z.output<typeof headMessage>
/** Null before the first block. */
export const headExchange = z.strictObject({ head: headMessage.nullable() })

/** @throws {PeerError} MALFORMED, without a word of what came */
export function read<S extends z.ZodType>(schema: S, body: Plain, label: string): z.output<S> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw baseErrors.MALFORMED({ label, reason: 'not what this message contains' })
  return parsed.data
}

export const plain = (message: object): Plain => message as Plain
