/** How own columns go with the own label and with each other. */
import { binaryLabel, featureColumns } from '@secureflow/data'
import { columnsOf } from '@secureflow/flow'
import { correlation, informationValue, weightsOfEvidence } from '@secureflow/learning'
import { tableOf } from '../../report.ts'
import { inputOf, type RunOf } from '../../run.ts'
import { type explore, mostColumns } from './declare.ts'

export const run: RunOf<typeof explore> = async ({ inputs, params, member }) => {
  const { table } = inputOf(inputs, 'of', 'table')
  const { label, bins } = params
  const labels = binaryLabel(table, label.column)
  const chosen = columnsOf(params.columns, member)
  const numbers = table.columns.filter((c) => c.type === 'number' && c.name !== label.column).map((c) => c.name)
  const all = chosen === 'auto' ? numbers : chosen
  const names = all.slice(0, mostColumns)
  const values = featureColumns(table, names)
  const binned = values.map((column) => weightsOfEvidence(column, labels, bins))
  return {
    report: {
      type: 'report',
      report: {
        kind: 'report',
        title: label.column,
        figures: { rows: table.rows, positives: labels.reduce((sum, y) => sum + y, 0), columns: all.length },
        tables: {
          iv: tableOf(names.map((column, i) => ({ column, iv: informationValue(binned[i]!) }))),
          woe: tableOf(
            names.flatMap((column, i) =>
              binned[i]!.map(({ from, to, rows, woe }) => ({
                column,
                from: from ?? '−∞',
                to: to ?? '∞',
                rows,
                woe,
              })),
            ),
          ),
          correlation: tableOf(
            names.flatMap((column, i) =>
              names
                .slice(i)
                .map((other, j) => ({ column, other, correlation: correlation(values[i]!, values[i + j]!) })),
            ),
          ),
        },
      },
    },
  }
}
