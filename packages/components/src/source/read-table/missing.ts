/** Columns of numbers without gaps: NaN counts as missing, infinity is always refused. Columns of text keep their gaps. */
import { dataErrors, featureColumns } from '@secureflow/data'
import type { Table } from '@secureflow/tables'

export type MissingRule = 'refuse' | 'drop' | 'mean'

/** @throws DATA_MISSING_VALUE, DATA_NOT_FINITE with the row numbers of the file */
export function complete(table: Table, rule: MissingRule, firstRow: number): Table {
  const names = table.columns.filter((c) => c.type === 'number').map((c) => c.name)
  if (rule === 'drop') {
    const kept = Uint32Array.from({ length: table.rows }, (_, i) => i).filter((i) =>
      names.every((name) => !Number.isNaN(table.numbers(name)[i]!)),
    )
    table = withoutMarks(table.take(kept), names)
  } else if (rule === 'mean') table = names.reduce(withMean, table)
  featureColumns(table, names, firstRow)
  return table
}

function withMean(table: Table, name: string): Table {
  const values = table.numbers(name)
  const present = values.filter((v) => !Number.isNaN(v))
  if (present.length === values.length) return table
  if (present.length === 0) throw dataErrors.DATA_CONSTANT_COLUMN({ column: name, rows: values.length })
  const mean = present.reduce((sum, v) => sum + v, 0) / present.length
  return table.with({ name, type: 'number', values: values.map((v) => (Number.isNaN(v) ? mean : v)) })
}

const withoutMarks = (table: Table, names: readonly string[]): Table =>
  names.reduce((t, name) => t.with({ name, type: 'number', values: t.numbers(name) }), table)
