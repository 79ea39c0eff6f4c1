/** What is found out about a file before it is registered. Runs in a process of its own: `inspect-apart.ts`. */
import {
  binaryLabel,
  datasetDigest,
  defaultNormalisation,
  distinctIds,
  formatOf,
  inspect,
  readTable,
} from '@secureflow/data'
import type { Schema } from '@secureflow/tables'

export interface InspectionRequest {
  path: string
  id: string
  label?: string | undefined
}

export interface Inspection {
  format: 'csv' | 'parquet'
  rows: number
  schema: Schema
  /** SHA-256 of the file, hexadecimal. */
  digest: string
}

/** @throws the DATA_ errors: whatever every run would trip over is found at once */
export async function inspectFile({ path, id, label }: InspectionRequest): Promise<Inspection> {
  const format = formatOf(path)
  const profile = await inspect(path, { id })
  const table = await readTable(path, { id, columns: label === undefined ? [id] : [...new Set([id, label])] })
  distinctIds(table.column(id), defaultNormalisation)
  if (label !== undefined) binaryLabel(table, label)
  const schema = { columns: profile.columns.map(({ name, type }) => ({ name, type })) }
  return { format, rows: profile.rows, schema, digest: await datasetDigest(path) }
}
