/** Reads a dataset at its owner: identifiers written as agreed, present and distinct; numbers complete and finite. */
import { dataErrors, datasetDigest, distinctIds, readTable as readFile } from '@secureflow/data'
import { encodedColumn } from '@secureflow/tables'
import type { RunOf } from '../../run.ts'
import type { readTable } from './declare.ts'
import { complete } from './missing.ts'

export const run: RunOf<typeof readTable> = async ({ params, assets, progress }) => {
  const { asset, columns, id, missing } = params
  const source = assets[asset]
  if (source === undefined) throw dataErrors.DATA_FILE_MISSING({ path: asset })
  if ((await datasetDigest(source.path)) !== source.digest) throw dataErrors.DATA_CHANGED({ path: source.path })
  const file = await readFile(source.path, {
    format: source.format,
    id: id.column,
    ...(columns === 'all' ? {} : { columns: [...new Set([id.column, ...columns])] }),
  })
  const read = file.asRead()
  progress({ fraction: 0.5, done: read.rows, total: read.rows, unit: 'rows' })
  const firstRow = source.format === 'csv' ? 2 : 1 // a CSV file has a header line
  const rules = { trim: id.trim, case: id.case, width: id.width === 'half' }
  const ids = distinctIds(read.column(id.column), rules, firstRow)
  const table = complete(read.with(encodedColumn(id.column, ids)), missing, firstRow)
  if (table.rows === 0) throw dataErrors.DATA_EMPTY({ what: asset })
  progress({ fraction: 1, done: table.rows, total: table.rows, unit: 'rows' })
  return { table: { type: 'table', table } }
}
