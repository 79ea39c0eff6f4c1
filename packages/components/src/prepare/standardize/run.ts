/** Measures mean and deviation of the holder's own columns, on these rows alone. Rows stay as they were read. */
import { dataErrors, featureColumns } from '@secureflow/data'
import { columnsOf, type Preparation } from '@secureflow/flow'
import { inputOf, type RunOf } from '../../run.ts'
import type { standardize } from './declare.ts'

export const run: RunOf<typeof standardize> = async ({ member, inputs, params }) => {
  const { table } = inputOf(inputs, 'of', 'table')
  const chosen = columnsOf(params.columns, member)
  const names = chosen === 'auto' ? table.columns.filter((c) => c.type === 'number').map((c) => c.name) : chosen
  const values = featureColumns(table, names)
  const columns: Preparation['columns'] = []
  names.forEach((name, i) => {
    const measured = moments(values[i]!)
    if (measured.deviation > 0) columns.push({ name, ...measured })
    else if (params.constant === 'refuse') throw dataErrors.DATA_CONSTANT_COLUMN({ column: name, rows: table.rows })
  })
  return { table: { type: 'table', table, preparation: { kind: 'standardize', columns } } }
}

/** Mean and population deviation; exactly 0 for equal values, however large. */
function moments(values: Float64Array): { mean: number; deviation: number } {
  if (values.every((v) => v === values[0])) return { mean: values[0] ?? 0, deviation: 0 }
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) }
}
