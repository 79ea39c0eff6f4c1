/** Scores aligned rows: each member sums up its own columns, and only the sum over all opens, to the receiver. */
import { partialScores, scoreJointly, sigmoid } from '@secureflow/learning'
import { preparedColumns, rowMajor } from '../../prepared.ts'
import { inputOf, type RunOf } from '../../run.ts'
import type { predict } from './declare.ts'

export const run: RunOf<typeof predict> = async ({ part, parts, session, inputs, params }) => {
  const { model } = inputOf(inputs, 'model', 'model')
  const { table } = inputOf(inputs, 'rows', 'table')
  const partial = partialScores({
    features: rowMajor(preparedColumns(table, model.columns, model.preparation), table.rows),
    rows: table.rows,
    columns: model.columns.length,
    weights: model.weights,
    intercept: model.intercept ?? 0,
  })
  const alone = (parts.feature ?? []).length === 0
  const scores = alone ? partial.map(sigmoid) : await scoreJointly(session, { partial, to: params.to.party })
  if (part !== 'receiver' || scores === undefined) return {}
  return { scores: { type: 'scores', table: table.with({ name: 'score', type: 'number', values: scores }) } }
}
