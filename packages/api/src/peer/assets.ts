/** What members tell each other about datasets, so that whoever draws a flow can compile it. */
import { z } from 'zod'
import { tableSchema } from '../dataset.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Public facts of a dataset: never a value of a column. */
export const assetFacts = z.strictObject({
  id: digest,
  name: z.string().min(1).max(64),
  owner: z.string().max(32),
  rows: z.number().int().nonnegative(),
  schema: tableSchema,
  digest,
  termsHash: digest,
})

export const assetListAnswer = z.strictObject({ assets: z.array(assetFacts).max(10_000) })
/** By id or by the owner's name for it. */
export const assetGetRequest = z.strictObject({ asset: z.string().min(1).max(64) })
/** Not found, or not offered to whoever asks: the same answer. */
export const assetGetAnswer = z.discriminatedUnion('found', [
  z.strictObject({ found: z.literal(false) }),
  z.strictObject({ found: z.literal(true), asset: assetFacts }),
])
