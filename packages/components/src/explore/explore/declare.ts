import { columnRef, columnRefs, columnsOf, declareComponent, memberIn } from '@secureflow/flow'
import { z } from 'zod'
import { columnComplaints, holderComplaints, localCost, numberColumns, strangerComplaints } from '../../facts.ts'

const params = z.strictObject({
  label: columnRef().meta({
    label: { en: 'Label', zh: '标签' },
    help: { en: 'alias.column with 0 and 1.', zh: '取值为 0 和 1 的 别名.列名。' },
  }),
  columns: columnRefs()
    .default('auto')
    .meta({
      label: { en: 'Columns', zh: '列' },
      help: {
        en: 'Every column of numbers but the label, or a list of alias.column.',
        zh: '除标签外的所有数值列，或 别名.列名 的列表。',
      },
    }),
  bins: z
    .int()
    .min(2)
    .max(50)
    .default(10)
    .meta({
      label: { en: 'Bins', zh: '分箱数' },
      help: { en: 'At most so many for each column, of about as many rows.', zh: '每列至多这么多分箱，行数大致相同。' },
    }),
})
type Params = z.output<typeof params>

/** A report has so many columns at most: each is told bin by bin, and against each other. */
export const mostColumns = 100

export const explore = declareComponent({
  name: 'explore',
  version: 1,
  stage: 'explore',
  title: { en: 'Explore own columns', zh: '己方列探索' },
  about: {
    en: 'How the columns of the member with the label go with it and with each other, at that member: weight of evidence by bins of ten rows or more, information value, correlations.',
    zh: '在持有标签的成员处考察其各列与标签及彼此的关系：每箱不少于十行的证据权重、信息值与相关系数。',
  },
  parts: {
    label: memberIn('label', {
      en: 'Looks at its own columns and gets the report; nothing leaves.',
      zh: '考察自己的列并得到报告；没有任何数据离开。',
    }),
  },
  inputs: { of: { type: 'table', at: ['label'], about: { en: 'Rows to look at.', zh: '要考察的行。' } } },
  outputs: {
    report: { type: 'report', at: ['label'], about: { en: 'Tables by column and bin.', zh: '按列与分箱的表格。' } },
  },
  params,
  securityModel: 'local',
  check: ({ params: { label, columns }, inputs }) => {
    const missing = holderComplaints('label', 'of', label.party, inputs.of!)
    if (missing.length > 0) return missing
    const chosen = columnsOf(columns, label.party)
    return [
      ...strangerComplaints('columns', 'of', columns, inputs.of!),
      ...columnComplaints('label', label.party, inputs.of![label.party], [label.column], 'number'),
      ...(chosen === 'auto' ? [] : columnComplaints('columns', label.party, inputs.of![label.party], chosen, 'number')),
    ]
  },
  discloses: () => [],
  uses: ({ params, inputs }) => {
    const { label } = params
    const facts = inputs.of![label.party]!
    const chosen = columnsOf(params.columns, label.party)
    const columns = chosen === 'auto' ? numberColumns(facts, [label.column]) : chosen
    return [
      { member: label.party, column: label.column, use: 'evaluate' as const },
      ...columns.map((column) => ({ member: label.party, column, use: 'evaluate' as const })),
    ]
  },
  describe: ({ params: { label }, inputs }) => {
    const { assets } = inputs.of![label.party]!
    return { report: { [label.party]: { rows: 0, expectedRows: 0, schema: { columns: [] }, assets } } }
  },
  cost: ({ params, inputs }) => costOf(params, inputs.of![params.label.party]!),
})

function costOf({ columns, label }: Params, facts: { expectedRows: number; schema: { columns: { name: string }[] } }) {
  const chosen = columnsOf(columns, label.party)
  const count = Math.min(mostColumns, chosen === 'auto' ? facts.schema.columns.length : chosen.length)
  const cells = facts.expectedRows * count
  return localCost(0.05 + cells * 2e-7 + facts.expectedRows * count * count * 2e-9, cells * 24)
}
