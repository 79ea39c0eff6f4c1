import { asSecureflowError } from '@secureflow/base'
import {
  type Complaint,
  declareComponent,
  memberIn,
  modelWeights,
  otherHoldersOf,
  type PlanContext,
  shape,
  theDealer,
  trainingEpochs,
  valueRange,
} from '@secureflow/flow'
import { z } from 'zod'
import { stepErrors } from '../../errors.ts'
import { rowsOf } from '../../facts.ts'
import { featuresOf, modelFacts, sgdParams, trainingComplaints, trainingUses } from '../sgd.ts'
import { batchFor, costOf, type TrainingFacts } from './cost.ts'

const params = z.strictObject({
  ...sgdParams,
  earlyStop: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .meta({
      label: { en: 'Early stop', zh: '提前停止' },
      help: {
        en: 'Stop after an epoch in which no weight moved by this much; 0 never stops early. Everybody learns after how many epochs.',
        zh: '当一轮中没有任何权重的变化达到此值时停止；0 表示不提前停止。各方会知晓停止时的轮数。',
      },
    }),
})

type Params = z.output<typeof params>

export const verticalLogisticRegression = declareComponent({
  name: 'vertical-logistic-regression',
  version: 1,
  stage: 'train',
  title: { en: 'Joint logistic regression', zh: '纵向逻辑回归' },
  about: {
    en: 'Trains one model on the columns of several members, on secret shares. Features and labels never leave in clear; each member learns the weights of its own columns.',
    zh: '在秘密份额上用多个成员的列训练一个模型。特征与标签从不以明文离开；各成员只知晓自己各列的权重。',
  },
  parts: {
    label: memberIn('label', {
      en: 'Gives shares of label and own columns; gets the weights of its own columns and the intercept.',
      zh: '提供标签与自己各列的份额；得到自己各列的权重与截距。',
    }),
    feature: otherHoldersOf('train', {
      en: 'Gives shares of its own columns; gets their weights.',
      zh: '提供自己各列的份额；得到这些列的权重。',
    }),
    dealer: theDealer({
      en: 'Deals correlated randomness; sees sizes and no values.',
      zh: '分发相关随机数；只见规模，不见任何数值。',
    }),
  },
  inputs: {
    train: {
      type: 'table',
      at: ['label', 'feature'],
      about: { en: 'Aligned rows, best standardised.', zh: '已对齐的行，宜先标准化。' },
    },
  },
  outputs: {
    model: {
      type: 'model',
      at: ['label', 'feature'],
      about: { en: 'Each holder has the weights of its own columns.', zh: '各持有方持有自己各列的权重。' },
    },
  },
  params,
  suite: 'lr-z64-dealer-beaver-f18-plan-sigmoid',
  securityModel: 'semi-honest-with-dealer',
  check: (context) => {
    const { params, parts, inputs } = context
    const complaints = trainingComplaints(params, dataParties(parts), inputs.train!)
    return complaints.length > 0 ? complaints : limits(context)
  },
  resolve: (context) => ({
    ...context.params,
    batch: chosenBatch(context),
  }),
  discloses: ({ params, parts, inputs }) => {
    const count = (member: string): number => featuresOf(params, inputs.train![member]!, member).length
    const data = ['label', 'feature']
    const everybody = [...data, 'dealer']
    const label = parts.label![0]!
    return [
      shape({ to: 'dealer', from: data }),
      ...data.map((to) => valueRange({ to, from: data })),
      modelWeights({ to: 'label', from: data, atMost: count(label) + 1, label }),
      modelWeights({ to: 'feature', from: data, atMost: count, label }),
      ...(params.earlyStop === 0
        ? []
        : everybody.map((to) => trainingEpochs({ to, from: data, atMost: params.epochs }))),
    ]
  },
  uses: ({ params, parts, inputs }) => trainingUses(params, dataParties(parts), inputs.train!),
  describe: ({ params, parts, inputs }) => ({ model: modelFacts(params, dataParties(parts), inputs.train!) }),
  cost: (context) => costOf(factsOf(context), chosenBatch(context)),
})

const dataParties = (parts: Record<string, string[]>): string[] => [...parts.label!, ...parts.feature!]

/** Every node counts the cost of a proposal: no partner may make that long. */
const maxRows = 2_000_000
const maxIterations = 1_000_000

/** What a training has no time or no bits for. */
function limits(context: PlanContext<Params>): Complaint[] {
  const { epochs, batch } = context.params
  const { rows } = rowsOf(context.inputs.train!)
  if (rows > maxRows) return [{ field: 'train', error: stepErrors.STEP_TOO_MANY_ROWS({ rows, allowed: maxRows }) }]
  const iterations = typeof batch === 'number' ? epochs * Math.ceil(rows / batch) : epochs
  if (iterations > maxIterations)
    return [{ field: 'batch', error: stepErrors.STEP_TOO_MANY_ITERATIONS({ iterations, allowed: maxIterations }) }]
  if (batch === 'auto') return []
  try {
    costOf({ ...factsOf(context), rows: Math.max(1, rows) }, batch)
    return []
  } catch (cause) {
    return [{ field: 'batch', error: asSecureflowError(cause) }]
  }
}

const chosenBatch = (context: PlanContext<Params>): number | 'full' =>
  context.params.batch === 'auto' ? batchFor(factsOf(context)) : context.params.batch

function factsOf({ params, parts, inputs, link }: PlanContext<Params>): TrainingFacts {
  return {
    rows: Math.max(1, rowsOf(inputs.train!).expectedRows),
    parties: dataParties(parts).map((member) => ({
      member,
      columns: featuresOf(params, inputs.train![member]!, member).length,
    })),
    dealer: parts.dealer![0]!,
    epochs: params.epochs,
    earlyStop: params.earlyStop,
    link,
  }
}
