/** Linear models as their owners hold them. */
import { type ColumnRef, columnsOf, type LinearModel, type Preparation } from '@secureflow/flow'
import type { LogisticParams } from '@secureflow/learning'
import type { Table } from '@secureflow/tables'

/** The columns that this member trains on, in the order of its weights: those chosen, or every column of numbers but its label. */
export function ownFeatures(
  table: Table,
  params: { label: ColumnRef; features: 'auto' | ColumnRef[] },
  member: string,
): string[] {
  const chosen = columnsOf(params.features, member)
  if (chosen !== 'auto') return chosen
  const label = params.label.party === member ? params.label.column : undefined
  return table.columns.filter((c) => c.type === 'number' && c.name !== label).map((c) => c.name)
}

export function linearModel(
  columns: string[],
  weights: Float64Array,
  intercept: number | undefined,
  preparation: Preparation | undefined,
): LinearModel {
  return {
    kind: 'linear',
    columns,
    weights: [...weights],
    ...(intercept === undefined ? {} : { intercept }),
    ...(preparation === undefined ? {} : { preparation }),
  }
}

/** What the training itself takes of a step's parameters. */
export function logisticParams(
  params: Omit<LogisticParams, 'earlyStop' | 'batch'> & { batch: LogisticParams['batch'] | 'auto' },
  earlyStop: number,
): LogisticParams {
  const { epochs, batch, learningRate, decay, l2, shuffle } = params
  if (batch === 'auto') throw new RangeError('the batch size is chosen when the flow is compiled')
  return { epochs, batch, learningRate, decay, l2, shuffle, earlyStop }
}
