/** Datasets as their owner lists them. */
import { z } from 'zod'

const columnSchema = z.object({ name: z.string().max(200), type: z.enum(['number', 'text']) })
export const tableSchema = z.object({ columns: z.array(columnSchema).max(10_000) })

export const dataset = z.object({
  /** Digest of its description. */
  id: z.string(),
  /** On the ledger; absent where it is not there yet. */
  token: z.string().optional(),
  name: z.string(),
  path: z.string(),
  format: z.enum(['csv', 'parquet']),
  idColumn: z.string(),
  labelColumn: z.string().optional(),
  rows: z.number().int(),
  columns: z.array(columnSchema),
  digest: z.string(),
  termsHash: z.string(),
  addedAt: z.number(),
  /** Whether the ledger holds this version. */
  registered: z.boolean(),
})

export type Dataset = z.infer<typeof dataset>
