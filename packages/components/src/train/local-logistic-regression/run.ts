/** Trains on the columns of one member alone: what it can reach without its partners. */
import { binaryLabel } from '@secureflow/data'
import { sigmoid, trainLogistic } from '@secureflow/learning'
import { preparedColumns, rowMajor } from '../../prepared.ts'
import { inputOf, type RunOf } from '../../run.ts'
import { linearModel, logisticParams, ownFeatures } from '../linear.ts'
import type { localLogisticRegression } from './declare.ts'

export const run: RunOf<typeof localLogisticRegression> = async ({ member, inputs, params, agreedSeed, progress }) => {
  const { table, preparation } = inputOf(inputs, 'train', 'table')
  const y = binaryLabel(table, params.label.column)
  const columns = ownFeatures(table, params, member)
  const { weights, intercept } = trainLogistic({
    x: rowMajor(preparedColumns(table, columns, preparation), table.rows),
    columns: columns.length,
    y,
    params: logisticParams(params, 0),
    seed: agreedSeed,
    activation: sigmoid,
    progress: (epoch) =>
      progress({ fraction: (epoch + 1) / params.epochs, done: epoch + 1, total: params.epochs, unit: 'epochs' }),
  })
  return { model: { type: 'model', model: linearModel(columns, weights, intercept, preparation) } }
}
