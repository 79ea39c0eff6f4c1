/** Trains one model on the columns of several members, on shares; each gets the weights of its own columns. */
import { binaryLabel } from '@secureflow/data'
import { trainVerticalLogistic } from '@secureflow/learning'
import { preparedColumns, rowMajor } from '../../prepared.ts'
import { inputOf, type RunOf } from '../../run.ts'
import { linearModel, logisticParams, ownFeatures } from '../linear.ts'
import type { verticalLogisticRegression } from './declare.ts'

export const run: RunOf<typeof verticalLogisticRegression> = async (context) => {
  const { member, part, session, inputs, params, agreedSeed } = context
  const training = { params: logisticParams(params, params.earlyStop), seed: agreedSeed }
  if (part === 'dealer') {
    await trainVerticalLogistic(session, training)
    return {}
  }
  const { table, preparation } = inputOf(inputs, 'train', 'table')
  const columns = ownFeatures(table, params, member)
  const own = {
    rows: table.rows,
    columns: columns.length,
    features: rowMajor(preparedColumns(table, columns, preparation), table.rows),
    ...(part === 'label' ? { label: binaryLabel(table, params.label.column) } : {}),
  }
  const trained = await trainVerticalLogistic(session, { ...training, own })
  const { weights, intercept } = trained!
  return { model: { type: 'model', model: linearModel(columns, weights, intercept, preparation) } }
}
