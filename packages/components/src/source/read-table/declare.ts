import { declareComponent, placed } from '@secureflow/flow'
import { z } from 'zod'
import { stepErrors } from '../../errors.ts'
import { columnComplaints, localCost } from '../../facts.ts'

/** How identifiers are written alike at every member before they are compared. */
const identifier = z.strictObject({
  column: z.string().min(1),
  trim: z.boolean().default(true),
  case: z.enum(['lower', 'upper', 'keep']).default('keep'),
  /** Full-width digits and letters, as some keyboards write them, to half-width. */
  width: z.enum(['half', 'keep']).default('half'),
})

export const readTable = declareComponent({
  name: 'read-table',
  version: 1,
  stage: 'source',
  title: { en: 'Read a table', zh: '读取数据表' },
  about: {
    en: 'Reads columns of a registered dataset at its owner. The identifier becomes text, written the same way at every member.',
    zh: '在数据所有者处读取已登记数据集的列。标识列转为文本，并在各成员处按同一方式规范化。',
  },
  parts: {
    owner: placed({
      en: 'Reads its own dataset and gets the table; nothing leaves.',
      zh: '读取自己的数据集并得到数据表；没有任何数据离开。',
    }),
  },
  inputs: {},
  outputs: {
    table: { type: 'table', at: ['owner'], about: { en: 'The columns read.', zh: '读取到的列。' } },
  },
  params: z.strictObject({
    asset: z
      .string()
      .min(1)
      .meta({
        label: { en: 'Dataset', zh: '数据集' },
        help: { en: 'Name or id of a dataset of the owner.', zh: '所有者的数据集名称或编号。' },
      }),
    columns: z
      .union([z.literal('all'), z.array(z.string().min(1)).min(1).max(4096)])
      .default('all')
      .meta({
        label: { en: 'Columns', zh: '列' },
        help: { en: 'Columns to read; the identifier is always read.', zh: '要读取的列；标识列总会读取。' },
      }),
    id: z
      .union([
        z
          .string()
          .min(1)
          .transform((column) => identifier.parse({ column })),
        identifier,
      ])
      .prefault('id')
      .meta({
        label: { en: 'Identifier', zh: '标识列' },
        help: {
          en: 'The column that names a row, and how it is written: spaces trimmed, case, full width to half width.',
          zh: '标识每一行的列及其写法：去除空格、大小写、全角转半角。',
        },
      }),
    missing: z
      .enum(['refuse', 'drop', 'mean'])
      .default('refuse')
      .meta({
        label: { en: 'Missing values', zh: '缺失值' },
        help: {
          en: 'Refuse the table, drop the rows concerned, or put the mean of the column.',
          zh: '拒绝该表、丢弃相关行，或以该列均值填补。',
        },
      }),
    offer: z
      .number()
      .min(0)
      .max(1e12)
      .optional()
      .meta({
        label: { en: 'Offer', zh: '出价' },
        help: {
          en: 'Credits that the run offers the owner for this dataset, where its terms ask for a price.',
          zh: '所有者的条款要求价格时，本次运行为该数据集向其出价的积分。',
        },
      }),
  }),
  securityModel: 'local',
  reads: ({ asset }) => [asset],
  offers: ({ offer }) => offer,
  check: ({ params, assets: [asset] }) => {
    const facts = { rows: 0, expectedRows: 0, schema: asset!.schema, assets: [] }
    const { owner, name } = asset!
    return [
      ...(asset!.rows > 0 ? [] : [{ field: 'asset', error: stepErrors.STEP_NO_ROWS({ member: owner, asset: name }) }]),
      ...columnComplaints('id', owner, facts, [params.id.column]),
      ...(params.columns === 'all' ? [] : columnComplaints('columns', owner, facts, params.columns)),
    ]
  },
  resolve: ({ params, assets: [asset] }) => ({
    ...params,
    asset: asset!.id,
    columns: columnsRead(params, asset!.schema),
  }),
  discloses: () => [],
  describe: ({ params, parts, assets: [asset] }) => {
    const names = columnsRead(params, asset!.schema)
    const columns = asset!.schema.columns
      .filter((c) => names.includes(c.name))
      .map((c) => (c.name === params.id.column ? { ...c, type: 'text' as const } : c))
    const facts = { rows: asset!.rows, expectedRows: asset!.rows, schema: { columns }, assets: [asset!.id] }
    return { table: { [parts.owner![0]!]: facts } }
  },
  /** DuckDB reads 1M x 8 CSV cells in 0.4-0.8 s. */
  cost: ({ assets: [asset] }) => {
    const cells = asset!.rows * asset!.schema.columns.length
    return localCost(0.2 + cells * 1e-7, 60e6 + cells * 24)
  },
})

/** In the order of the dataset, so that every node lists them alike. */
function columnsRead(
  { columns, id }: { columns: 'all' | string[]; id: { column: string } },
  schema: { columns: { name: string }[] },
): string[] {
  const all = schema.columns.map((c) => c.name)
  return columns === 'all' ? all : all.filter((name) => name === id.column || columns.includes(name))
}
