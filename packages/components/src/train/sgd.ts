/** What trainings by stochastic gradient descent share: parameters, and the columns that each member brings. */
import { type ColumnRef, type Complaint, columnRef, columnRefs, columnsOf, type PortFacts } from '@secureflow/flow'
import { z } from 'zod'
import { stepErrors } from '../errors.ts'
import { columnComplaints, holderComplaints, numberColumns, strangerComplaints } from '../facts.ts'

export const sgdParams = {
  label: columnRef().meta({
    label: { en: 'Label', zh: '标签' },
    help: { en: 'alias.column with 0 and 1.', zh: '取值为 0 和 1 的 别名.列名。' },
  }),
  features: columnRefs()
    .default('auto')
    .meta({
      label: { en: 'Features', zh: '特征' },
      help: {
        en: 'Every column of numbers but the label, or a list of alias.column.',
        zh: '除标签外的所有数值列，或 别名.列名 的列表。',
      },
    }),
  epochs: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .meta({
      label: { en: 'Epochs', zh: '轮数' },
      help: { en: 'How often training goes through all rows.', zh: '遍历全部训练行的次数。' },
    }),
  batch: z
    .union([z.enum(['auto', 'full']), z.int().min(1)])
    .default('auto')
    .meta({
      label: { en: 'Batch size', zh: '批大小' },
      help: {
        en: 'Rows in a step; auto weighs the measured latency of the links; full takes all rows at once.',
        zh: '每步的行数；auto 依据测得的链路时延选择；full 为一次取全部行。',
      },
    }),
  learningRate: z
    .number()
    .min(1e-5)
    .max(8)
    .default(0.3)
    .meta({
      label: { en: 'Learning rate', zh: '学习率' },
      help: { en: 'Size of a step in the first epoch.', zh: '第一轮中每步的步长。' },
    }),
  decay: z
    .number()
    .min(0)
    .max(100)
    .default(0.8)
    .meta({
      label: { en: 'Decay', zh: '学习率衰减' },
      help: {
        en: 'The learning rate of epoch e, counted from 0, is divided by 1 + decay · e.',
        zh: '第 e 轮（从 0 计）的学习率除以 1 + 衰减 × e。',
      },
    }),
  l2: z
    .number()
    .min(0)
    .max(1 / 16)
    .default(1e-4)
    .meta({
      label: { en: 'L2 penalty', zh: 'L2 惩罚' },
      help: { en: 'Keeps weights small; the intercept is left alone.', zh: '抑制过大的权重；不作用于截距。' },
    }),
  shuffle: z
    .boolean()
    .default(true)
    .meta({
      label: { en: 'Shuffle', zh: '打乱顺序' },
      help: { en: 'Rows in a new agreed order in each epoch.', zh: '每轮按约定的新顺序取行。' },
    }),
}

interface Choice {
  label: ColumnRef
  features: 'auto' | ColumnRef[]
}

/** The columns that this member learns from: those chosen, or every column of numbers but its label. */
export function featuresOf({ label, features }: Choice, own: PortFacts, member: string): string[] {
  const chosen = columnsOf(features, member)
  return chosen === 'auto' ? numberColumns(own, label.party === member ? [label.column] : []) : chosen
}

/** What is wrong with label and features, given the members that train. */
export function trainingComplaints(
  { label, features }: Choice,
  members: readonly string[],
  held: Record<string, PortFacts>,
): Complaint[] {
  const missing = holderComplaints('label', 'train', label.party, held)
  if (missing.length > 0) return missing
  return [
    ...strangerComplaints('features', 'train', features, held),
    ...columnComplaints('label', label.party, held[label.party], [label.column], 'number'),
    ...members.flatMap((member): Complaint[] => {
      const names = featuresOf({ label, features }, held[member]!, member)
      if (names.length === 0) return [{ field: 'features', error: stepErrors.STEP_NO_FEATURES({ member }) }]
      if (member === label.party && names.includes(label.column))
        return [{ field: 'features', error: stepErrors.STEP_LABEL_AS_FEATURE({ member, column: label.column }) }]
      return columnComplaints('features', member, held[member], names, 'number')
    }),
  ]
}

/** Facts of a model: its columns at each member that holds a part. */
export function modelFacts(choice: Choice, members: readonly string[], held: Record<string, PortFacts>) {
  const parts = members.map((member): [string, PortFacts] => {
    const { assets } = held[member]!
    const columns = featuresOf(choice, held[member]!, member).map((name) => ({ name, type: 'number' as const }))
    return [member, { rows: 0, expectedRows: 0, schema: { columns }, assets }]
  })
  return Object.fromEntries(parts)
}

/** The columns that a training uses: features and label. */
export const trainingUses = (choice: Choice, members: readonly string[], held: Record<string, PortFacts>) =>
  members.flatMap((member) =>
    [...featuresOf(choice, held[member]!, member), ...(member === choice.label.party ? [choice.label.column] : [])].map(
      (column) => ({ member, column, use: 'train' as const }),
    ),
  )
