/** Datasets as their owner lists them. */
import { z } from 'zod'

const columnSchema = z.object({ name: z.string().max(200), type: z.enum(['number', 'text']) })
export const tableSchema = z.object({ columns: z.array(columnSchema).max(10_000) })

/** What a column is for, as its owner settled it. `ignore`: not offered in forms. */
export const datasetRole = z.enum(['id', 'label', 'feature', 'sensitive', 'ignore'])
export type DatasetRole = z.output<typeof datasetRole>

/** Where the data of a version came from. */
const datasetOrigin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('upload'), name: z.string() }),
  z.object({ kind: z.literal('path'), path: z.string() }),
  z.object({
    kind: z.literal('database'),
    connection: z.string(),
    table: z.string().optional(),
    query: z.string().optional(),
  }),
])
export type DatasetOrigin = z.output<typeof datasetOrigin>

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
  /** By column; absent where nobody settled them. */
  roles: z.record(z.string(), datasetRole).optional(),
  /** Of a copy that this node keeps; absent where the file is somebody else's. */
  origin: datasetOrigin.optional(),
  termsHash: z.string(),
  addedAt: z.number(),
  /** Whether the ledger holds this version. */
  registered: z.boolean(),
})

export type Dataset = z.infer<typeof dataset>
