/** Whether columns can serve as features or label: asked before any party is kept waiting. */
import type { Table } from '@secureflow/tables'
import { dataErrors } from './errors.ts'
import { someRows } from './rows.ts'

/** @throws DATA_NO_COLUMN */
function requireColumn(table: Table, column: string): void {
  if (table.has(column)) return
  throw dataErrors.DATA_NO_COLUMN({ column, columns: table.schema.columns.map((c) => c.name).join(', ') })
}

/**
 * The columns as numbers, complete and finite.
 * @throws DATA_NO_COLUMN, DATA_TEXT_COLUMN, DATA_MISSING_VALUE, DATA_NOT_FINITE
 */
export function featureColumns(table: Table, names: readonly string[], firstRow = 2): Float64Array[] {
  return names.map((name) => {
    requireColumn(table, name)
    const column = table.column(name)
    if (column.type !== 'number') throw dataErrors.DATA_TEXT_COLUMN({ column: name })
    const missing: number[] = []
    const infinite: number[] = []
    for (let i = 0; i < column.values.length; i++)
      if (column.missing?.[i] === 1) missing.push(i + firstRow)
      else if (!Number.isFinite(column.values[i])) infinite.push(i + firstRow)
    if (missing.length > 0)
      throw dataErrors.DATA_MISSING_VALUE({ column: name, count: missing.length, rows: someRows(missing) })
    if (infinite.length > 0)
      throw dataErrors.DATA_NOT_FINITE({ column: name, count: infinite.length, rows: someRows(infinite) })
    return column.values
  })
}

/**
 * The label as 0 and 1, both present.
 * @throws DATA_NO_COLUMN, DATA_LABEL_NOT_BINARY and what `featureColumns` throws
 */
export function binaryLabel(table: Table, name: string): Float64Array {
  requireColumn(table, name)
  const column = table.column(name)
  const distinct = new Set<number | string>(column.values).size
  if (column.type !== 'number') throw dataErrors.DATA_LABEL_NOT_BINARY({ column: name, distinct })
  const [values] = featureColumns(table, [name])
  if (distinct !== 2 || !values!.every((v) => v === 0 || v === 1))
    throw dataErrors.DATA_LABEL_NOT_BINARY({ column: name, distinct })
  return values!
}
