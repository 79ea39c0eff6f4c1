import { columnRef, declareComponent, memberIn } from '@secureflow/flow'
import { z } from 'zod'
import { columnComplaints, holderComplaints, localCost } from '../../facts.ts'

export const evaluate = declareComponent({
  name: 'evaluate',
  version: 1,
  stage: 'evaluate',
  title: { en: 'Evaluate', zh: '评估' },
  about: {
    en: 'Compares scores with the label at the member that holds both: AUC, KS, log-loss, accuracy, precision, recall, F1, curves, and how rows fall into groups of ten or more.',
    zh: '在同时持有分数与标签的成员处比较二者：AUC、KS、对数损失、准确率、精确率、召回率、F1、各类曲线，以及每组不少于十行的分组统计。',
  },
  parts: {
    label: memberIn('label', {
      en: 'Compares its scores with its label and gets the report; nothing leaves.',
      zh: '用自己的分数与标签作比较并得到报告；没有任何数据离开。',
    }),
  },
  inputs: { scores: { type: 'scores', at: ['label'], about: { en: 'Scored rows.', zh: '已打分的行。' } } },
  outputs: {
    report: {
      type: 'report',
      at: ['label'],
      about: { en: 'Figures, curves and counts of ten rows or more.', zh: '指标、曲线与不少于十行的分组计数。' },
    },
  },
  params: z.strictObject({
    label: columnRef().meta({
      label: { en: 'Label', zh: '标签' },
      help: { en: 'alias.column with 0 and 1.', zh: '取值为 0 和 1 的 别名.列名。' },
    }),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .meta({
        label: { en: 'Threshold', zh: '阈值' },
        help: { en: 'A score from here on counts as 1.', zh: '分数达到此值即判为 1。' },
      }),
  }),
  securityModel: 'local',
  check: ({ params: { label }, inputs }) => [
    ...holderComplaints('label', 'scores', label.party, inputs.scores!),
    ...columnComplaints('label', label.party, inputs.scores![label.party], [label.column], 'number'),
  ],
  discloses: () => [],
  uses: ({ params: { label } }) => [{ member: label.party, column: label.column, use: 'evaluate' }],
  describe: ({ params: { label }, inputs }) => {
    const { assets } = inputs.scores![label.party]!
    return { report: { [label.party]: { rows: 0, expectedRows: 0, schema: { columns: [] }, assets } } }
  },
  cost: ({ params: { label }, inputs }) => {
    const { expectedRows } = inputs.scores![label.party]!
    return localCost(0.05 + expectedRows * 3e-6, expectedRows * 100)
  },
})
