import { columnRefs, columnsOf, declareComponent, holdersOf } from '@secureflow/flow'
import { z } from 'zod'
import { atEach, columnComplaints, localCost, rowsOf, strangerComplaints } from '../../facts.ts'

export const standardize = declareComponent({
  name: 'standardize',
  version: 1,
  stage: 'prepare',
  title: { en: 'Standardise', zh: '标准化' },
  about: {
    en: 'Measures mean and deviation of each column at its owner, on these rows alone. The table carries them as its preparation and keeps its rows as read; a model trained on it takes the preparation along, so that prediction treats new rows in the same way.',
    zh: '在所有者处仅用这些行计算每列的均值与标准差。数据表以“预处理”形式携带它们，行值保持原样；由此训练的模型随带该预处理，预测时对新行作同样处理。',
  },
  parts: {
    holder: holdersOf('of', {
      en: 'Measures its own columns; nothing leaves.',
      zh: '统计自己的列；没有任何数据离开。',
    }),
  },
  inputs: {
    of: { type: 'table', at: ['holder'], about: { en: 'Rows to measure: train rows.', zh: '用于统计的行：训练集。' } },
  },
  outputs: {
    table: {
      type: 'table',
      at: ['holder'],
      about: { en: 'The same rows with their preparation.', zh: '相同的行，附带预处理。' },
    },
  },
  params: z.strictObject({
    columns: columnRefs()
      .default('auto')
      .meta({
        label: { en: 'Columns', zh: '列' },
        help: { en: 'Every column of numbers, or a list of alias.column.', zh: '所有数值列，或 别名.列名 的列表。' },
      }),
    constant: z
      .enum(['refuse', 'leave'])
      .default('refuse')
      .meta({
        label: { en: 'Constant columns', zh: '常数列' },
        help: { en: 'Refuse them, or leave them as they are.', zh: '拒绝，或保持原样。' },
      }),
  }),
  securityModel: 'local',
  check: ({ params, inputs }) => [
    ...strangerComplaints('columns', 'of', params.columns, inputs.of!),
    ...Object.entries(inputs.of!).flatMap(([member, facts]) => {
      const chosen = columnsOf(params.columns, member)
      return chosen === 'auto' ? [] : columnComplaints('columns', member, facts, chosen, 'number')
    }),
  ],
  discloses: () => [],
  describe: ({ inputs }) => ({ table: atEach(inputs.of!, (facts) => ({ ...facts, preparation: 'standardize' })) }),
  cost: ({ inputs }) => {
    const { expectedRows } = rowsOf(inputs.of!)
    return localCost(0.05 + expectedRows * 2e-6, expectedRows * 400)
  },
})
