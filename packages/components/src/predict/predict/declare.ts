import { declareComponent, memberIn, otherHoldersOf, partyRef, score } from '@secureflow/flow'
import { z } from 'zod'
import { columnComplaints, holderComplaints, localCost, rowsOf } from '../../facts.ts'

export const predict = declareComponent({
  name: 'predict',
  version: 1,
  stage: 'predict',
  title: { en: 'Score rows', zh: '预测打分' },
  about: {
    en: 'Scores aligned rows with a model that one or more members hold. Each adds up its own columns; only the sum over all is opened, to the member named.',
    zh: '用一个或多个成员持有的模型为已对齐的行打分。各方只累加自己的列，仅总和向指定成员公开。',
  },
  parts: {
    receiver: memberIn('to', {
      en: 'Gives its own part of each sum; gets the score of each row.',
      zh: '提供每个总和中自己的部分；得到每行的分数。',
    }),
    feature: otherHoldersOf(
      'model',
      {
        en: 'Gives its own part of each sum, masked; gets nothing.',
        zh: '提供每个总和中自己经掩码的部分；不得到任何结果。',
      },
      'any',
    ),
  },
  inputs: {
    model: {
      type: 'model',
      at: ['receiver', 'feature'],
      about: { en: 'The model, each holder with its own weights.', zh: '模型，各持有方持有自己的权重。' },
    },
    rows: {
      type: 'table',
      at: ['receiver', 'feature'],
      about: { en: 'Rows to score, as they were read.', zh: '要打分的行，保持读取时原样。' },
    },
  },
  outputs: {
    scores: {
      type: 'scores',
      at: ['receiver'],
      about: { en: "The receiver's own rows with one column more: score.", zh: '接收方自己的行，另加一列 score。' },
    },
  },
  params: z.strictObject({
    to: partyRef().meta({
      label: { en: 'Scores to', zh: '分数归属' },
      help: {
        en: 'The member that learns the scores; it holds a part of the model.',
        zh: '知晓分数的成员，须持有模型的一部分。',
      },
    }),
  }),
  suite: 'masked-sum-z64',
  securityModel: 'semi-honest',
  check: ({ parts, inputs }) => {
    const receiver = parts.receiver![0]!
    const scoring = [receiver, ...parts.feature!]
    return [
      ...holderComplaints('to', 'model', receiver, inputs.model!),
      ...scoring.flatMap((m) => holderComplaints('rows', 'rows', m, inputs.rows!)),
      ...scoring.flatMap((m) =>
        columnComplaints(
          'rows',
          m,
          inputs.rows![m],
          inputs.model![m]?.schema.columns.map((c) => c.name) ?? [],
          'number',
        ),
      ),
    ]
  },
  discloses: ({ parts, inputs }) =>
    parts.feature!.length === 0
      ? []
      : [score({ to: 'receiver', from: ['receiver', 'feature'], atMost: rowsOf(inputs.rows!).rows })],
  uses: ({ inputs }) =>
    Object.entries(inputs.model!).flatMap(([member, { schema }]) =>
      schema.columns.map(({ name }) => ({ member, column: name, use: 'predict' as const })),
    ),
  describe: ({ parts, inputs }) => {
    const receiver = parts.receiver![0]!
    const own = inputs.rows![receiver]!
    const columns = [
      ...own.schema.columns.filter((c) => c.name !== 'score'),
      { name: 'score', type: 'number' as const },
    ]
    return { scores: { [receiver]: { ...own, schema: { columns } } } }
  },
  cost: ({ parts, inputs, link }) => {
    const { expectedRows } = rowsOf(inputs.rows!)
    const local = localCost(0.1 + expectedRows * 2e-6, expectedRows * 400)
    const receiver = parts.receiver![0]!
    const senders = parts.feature!
    // Several senders agree on masks first, which cancel in the sum.
    const rounds = Math.min(senders.length, 2)
    const waits = senders.map((m) => {
      const { roundTripMs, bytesPerSecond } = link(m, receiver)
      return (8 * expectedRows) / bytesPerSecond + (rounds * roundTripMs) / 2000
    })
    return {
      ...local,
      seconds: local.seconds + Math.max(0, ...waits),
      bytes: Object.fromEntries(senders.map((m) => [`${m}>${receiver}`, 8 * expectedRows])),
      rounds,
    }
  },
})
