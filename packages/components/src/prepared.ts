/** Columns as a model takes them: rows as they were read, put through the preparation that the model was trained with. */
import { featureColumns } from '@secureflow/data'
import type { Preparation } from '@secureflow/flow'
import type { Table } from '@secureflow/tables'

/** One array a column, in the order of `names`. @throws what `featureColumns` throws */
export function preparedColumns(
  table: Table,
  names: readonly string[],
  preparation: Preparation | undefined,
): Float64Array[] {
  return featureColumns(table, names).map((values, i) => {
    const scale = preparation?.columns.find((c) => c.name === names[i])
    return scale === undefined ? values : values.map((v) => (v - scale.mean) / scale.deviation)
  })
}

/** Row-major, `columns.length` numbers a row. */
export function rowMajor(columns: readonly Float64Array[], rows: number): Float64Array {
  const out = new Float64Array(rows * columns.length)
  columns.forEach((values, j) => {
    for (let i = 0; i < rows; i++) out[i * columns.length + j] = values[i]!
  })
  return out
}
