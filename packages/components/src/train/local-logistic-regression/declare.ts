import { declareComponent, memberIn } from '@secureflow/flow'
import { z } from 'zod'
import { localCost } from '../../facts.ts'
import { modelFacts, sgdParams, trainingComplaints, trainingUses } from '../sgd.ts'

export const localLogisticRegression = declareComponent({
  name: 'local-logistic-regression',
  version: 1,
  stage: 'train',
  title: { en: 'Logistic regression alone', zh: '本地逻辑回归' },
  about: {
    en: 'Trains on the columns of one member only, at that member: what it can reach without its partners.',
    zh: '仅用一个成员自己的列在其本地训练：衡量不依赖合作方能达到的效果。',
  },
  parts: {
    label: memberIn('label', {
      en: 'Trains on its own columns and gets the model; nothing leaves.',
      zh: '用自己的列训练并得到模型；没有任何数据离开。',
    }),
  },
  inputs: { train: { type: 'table', at: ['label'], about: { en: 'Rows to learn from.', zh: '用于学习的行。' } } },
  outputs: { model: { type: 'model', at: ['label'], about: { en: 'The model.', zh: '模型。' } } },
  params: z.strictObject({
    ...sgdParams,
    batch: z
      .union([z.literal('full'), z.int().min(1)])
      .default(128)
      .meta({ label: { en: 'Batch size', zh: '批大小' }, help: { en: 'Rows in a step.', zh: '每步的行数。' } }),
  }),
  securityModel: 'local',
  check: ({ params, inputs }) => trainingComplaints(params, [params.label.party], inputs.train!),
  discloses: () => [],
  uses: ({ params, inputs }) => trainingUses(params, [params.label.party], inputs.train!),
  describe: ({ params, inputs }) => ({ model: modelFacts(params, [params.label.party], inputs.train!) }),
  cost: ({ params, inputs }) => {
    const { expectedRows, schema } = inputs.train![params.label.party]!
    const cells = expectedRows * schema.columns.length
    return localCost(0.1 + cells * params.epochs * 5e-9, cells * 16)
  },
})
