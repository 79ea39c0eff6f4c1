import { type ColumnRef, columnRef, columnsOf, declareComponent, holdersOf, type PortFacts } from '@secureflow/flow'
import { z } from 'zod'
import { stepErrors } from '../../errors.ts'
import { atEach, columnComplaints, localCost, rowsOf } from '../../facts.ts'

export const split = declareComponent({
  name: 'split',
  version: 1,
  stage: 'prepare',
  title: { en: 'Split into train and test', zh: '划分训练集与测试集' },
  about: {
    en: 'Divides aligned rows into train and test, the same way at every holder. Nothing is sent: all follow one agreed seed or order.',
    zh: '把已对齐的行划分为训练集与测试集，各持有方划分一致。不发送任何数据：各方依照约定的种子或顺序。',
  },
  parts: {
    holder: holdersOf('of', {
      en: 'Takes its own part of the rows and gets its own part of both tables.',
      zh: '使用自己的那部分行，得到两张表中自己的部分。',
    }),
  },
  inputs: { of: { type: 'table', at: ['holder'], about: { en: 'Aligned rows.', zh: '已对齐的行。' } } },
  outputs: {
    train: { type: 'table', at: ['holder'], about: { en: 'Rows to learn from.', zh: '用于学习的行。' } },
    test: { type: 'table', at: ['holder'], about: { en: 'Rows held back.', zh: '留出的行。' } },
  },
  params: z.strictObject({
    method: z
      .enum(['random', 'every'])
      .default('random')
      .meta({
        label: { en: 'Method', zh: '方法' },
        help: {
          en: 'Random by seed; or every nth row in numeric order of the identifier, starting with the first, goes to test.',
          zh: '按种子随机；或按标识的数值顺序，从第一行起每隔 n 行取一行作测试。',
        },
      }),
    test: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.2)
      .meta({
        label: { en: 'Test share', zh: '测试占比' },
        help: { en: 'For the random method.', zh: '用于随机方法。' },
      }),
    seed: z
      .union([z.literal('agreed'), z.int().min(0).max(0xffff_ffff)])
      .default('agreed')
      .meta({
        label: { en: 'Seed', zh: '种子' },
        help: {
          en: 'Agreed: it follows from the step and the datasets, so that the same flow divides the same rows alike. A number makes another split.',
          zh: '约定：由步骤与数据集得出，同一流程对相同的行划分一致。填数字可得到另一种划分。',
        },
      }),
    every: z
      .int()
      .min(2)
      .max(1000)
      .default(5)
      .meta({
        label: { en: 'Every nth row', zh: '每 n 行' },
        help: { en: 'For the other method.', zh: '用于另一种方法。' },
      }),
    by: z
      .union([z.string().min(1), z.array(columnRef()).min(1)])
      .optional()
      .meta({
        label: { en: 'In order of', zh: '排序列' },
        help: {
          en: 'The identifier that all holders share: one name, or alias.column for each holder.',
          zh: '各持有方共有的标识列：同名写一个，否则逐方写 别名.列名。',
        },
      }),
  }),
  securityModel: 'local',
  check: ({ params, inputs }) => {
    if (params.method === 'random') return []
    if (params.by === undefined)
      return [{ field: 'by', error: stepErrors.STEP_EVERY_NEEDS_ORDER({ every: params.every }) }]
    return Object.entries(inputs.of!).flatMap(([member, facts]) =>
      columnComplaints('by', member, facts, [orderColumn(params.by!, member)]),
    )
  },
  discloses: () => [],
  uses: ({ params: { method, by }, parts }) =>
    method === 'random' || by === undefined
      ? []
      : parts.holder!.map((member) => ({ member, column: orderColumn(by, member), use: 'join' })),
  describe: ({ params, inputs }) => {
    const testRows = (rows: number): number =>
      params.method === 'every' ? Math.ceil(rows / params.every) : Math.round(rows * params.test)
    const sized = (count: (rows: number) => number) =>
      atEach(inputs.of!, (facts: PortFacts) => ({
        ...facts,
        rows: count(facts.rows),
        expectedRows: count(facts.expectedRows),
      }))
    return { train: sized((rows) => rows - testRows(rows)), test: sized(testRows) }
  },
  cost: ({ inputs }) => {
    const { expectedRows } = rowsOf(inputs.of!)
    return localCost(0.05 + expectedRows * 1e-6, expectedRows * 400)
  },
})

/** The column by which this member orders its rows; '' where `by` names none of its columns. */
export function orderColumn(by: string | ColumnRef[], member: string): string {
  return typeof by === 'string' ? by : (columnsOf(by, member)[0] ?? '')
}
