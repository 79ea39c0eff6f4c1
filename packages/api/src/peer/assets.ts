/** What members tell each other about assets. */
import { z } from 'zod'
import { tableSchema } from '../dataset.ts'
import { maxDescriptionBytes } from '../ddo.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const bytesUpTo = (most: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length <= most, `expected at most ${most} bytes`)
const bytes = (length: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === length, `expected ${length} bytes`)

/** Public facts of a dataset: never a value of a column. */
export const assetFacts = z.strictObject({
  id: digest,
  name: z.string().min(1).max(64),
  owner: z.string().max(64),
  rows: z.number().int().nonnegative(),
  schema: tableSchema,
  digest,
  termsHash: digest,
})

/** By id or by the owner's name for it. */
export const assetGetRequest = z.strictObject({ asset: z.string().min(1).max(64) })
/** Not found, or not offered to whoever asks: the same answer. */
export const assetGetAnswer = z.discriminatedUnion('found', [
  z.strictObject({ found: z.literal(false) }),
  z.strictObject({ found: z.literal(true), description: bytesUpTo(maxDescriptionBytes) }),
])
/** The datasets that the asker may use, from this place on. */
export const assetListRequest = z.strictObject({ from: z.number().int().nonnegative() })
export const assetListAnswer = z.strictObject({
  descriptions: z.array(bytesUpTo(maxDescriptionBytes)).max(1000),
  /** Absent where these were the last. */
  next: z.number().int().positive().optional(),
})

/** Tokens that one message may ask for or tell of. */
export const describeLimit = 100

/** Where private fields are sealed to: X25519, and the account's signature that it is the member's. */
const sealingKey = z.strictObject({ key: bytes(32), signature: bytes(65) })
export type SealingKey = z.infer<typeof sealingKey>

export const assetDescribeRequest = z.strictObject({
  tokens: z.array(digest).max(describeLimit),
  sealingKey,
})
export const assetDescribeAnswer = z.strictObject({
  found: z
    .array(
      z.strictObject({
        token: digest,
        description: bytesUpTo(maxDescriptionBytes),
        /** JSON, where the owner tells them. */
        terms: z.string().max(100_000).optional(),
        /** Key of the private fields, sealed to the asker: encapsulated secret and ciphertext. */
        box: bytesUpTo(256).optional(),
      }),
    )
    .max(describeLimit),
  /** Left for another message. */
  later: z.array(digest).max(describeLimit),
})
/** Who may see these has changed: ask again. */
export const assetChangedNotice = z.strictObject({ tokens: z.array(digest).max(describeLimit) })
