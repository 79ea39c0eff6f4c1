/** Taking tables in: from a file that a person uploads, a path on the node's machine, or a database. */
import { termsSchema } from '@secureflow/flow/terms'
import { z } from 'zod'
import { dataset, datasetRole } from '../dataset.ts'
import { errorBody } from '../errors.ts'
import { contentRoute, route } from '../route.ts'

const count = z.number().int().nonnegative()
const cells = z.array(z.string().nullable())
const cellType = z.enum(['number', 'text', 'truth', 'date'])
const encoding = z.enum(['utf-8', 'gb18030', 'big5', 'utf-16le', 'windows-1252'])
const reference = z.string().regex(/^[0-9a-f]{16}$/)
const one = z.object({ id: reference })

const fromDatabase = z.strictObject({
  kind: z.literal('database'),
  /** Name of a connection. */
  connection: z.string().min(1).max(64),
  /** One of the two. */
  table: z.string().min(1).max(300).optional(),
  query: z.string().min(1).max(20_000).optional(),
})

const source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('upload'),
    /** As the person's own machine calls it. */
    name: z.string().min(1).max(255),
    sizeBytes: count,
  }),
  z.strictObject({ kind: z.literal('path'), path: z.string().min(1).max(4096) }),
  fromDatabase,
])

/** What a person may know better than the node. */
const reading = {
  encoding: encoding.optional(),
  delimiter: z.string().length(1).optional(),
  /** Of a workbook. */
  sheet: z.string().max(300).optional(),
  /** Of a database file. */
  table: z.string().max(300).optional(),
  /** Whether the first row names the columns. */
  header: z.boolean().optional(),
}

const foundColumn = z.object({
  name: z.string(),
  kind: z.enum(['empty', 'whole', 'decimal', 'truth', 'date', 'id-card', 'phone', 'email', 'digits', 'text']),
  /** Share of the cells present that look like `kind`. */
  fit: z.number(),
  type: cellType,
  role: datasetRole,
  /** Why this role. */
  because: z.array(
    z.enum([
      ...(['name', 'unique', 'binary', 'personal', 'numbers', 'categories'] as const),
      ...(['constant', 'empty', 'free-text', 'counter'] as const),
    ]),
  ),
  /** Of the sample. */
  missing: count,
  distinct: count,
})
export type FoundColumn = z.output<typeof foundColumn>

const tableImport = z.object({
  id: reference,
  source,
  by: z.string(),
  startedAt: z.number(),
  /** `receiving` → `examining` → `examined` → `checking` → `checked`; what fails can be examined or checked again. */
  state: z.enum(['receiving', 'examining', 'examined', 'checking', 'checked']),
  /** Of an upload: bytes that are here. */
  received: count,
  /** Of what is under way, where it can be told. */
  progress: z.object({ done: z.number(), total: z.number() }).optional(),
  /** Of the last thing that was tried. */
  error: errorBody.optional(),
  found: z
    .object({
      format: z.enum(['csv', 'parquet', 'xlsx', 'sqlite', 'duckdb', 'database']),
      encoding: encoding.optional(),
      delimiter: z.string().optional(),
      sheet: z.string().optional(),
      sheets: z.array(z.string()).optional(),
      table: z.string().optional(),
      tables: z.array(z.string()).optional(),
      rows: count,
      /** Rows that cannot be read. */
      bad: count,
      columns: z.array(foundColumn),
      /** Positions of columns whose names were empty or repeated, from 1. */
      renamed: z.array(count),
      preview: z.array(cells),
    })
    .optional(),
  checked: z.object({ rows: count, bad: count, sizeBytes: count, digest: z.string() }).optional(),
})
export type TableImport = z.output<typeof tableImport>

const badRow = z.object({
  /** Line of a text file, row of a sheet or table. */
  line: count,
  flaw: z.enum([
    ...(['cells', 'long', 'bytes', 'formula', 'error', 'number', 'truth', 'date'] as const),
    ...(['id-missing', 'id-repeated', 'label-missing'] as const),
  ]),
  column: z.string().optional(),
  cells,
})
export type BadTableRow = z.output<typeof badRow>

const notFound = ['API_NOT_FOUND', 'IMPORT_STATE'] as const

export const importRoutes = {
  start: route({
    method: 'POST',
    path: '/imports',
    about: {
      en: 'Begins to take a table in; the data stays at this node',
      zh: '开始导入一张表；数据只留在本节点',
    },
    input: z.object({ source, ...reading }),
    output: tableImport,
    errors: ['IMPORT_TOO_LARGE', 'IMPORT_TOO_MANY', 'IMPORT_NO_SPACE', 'CONNECTION_UNKNOWN'],
  }),
  content: contentRoute({
    method: 'PUT',
    path: '/imports/:id/content',
    about: { en: 'The next piece of an uploaded file', zh: '上传文件的下一段内容' },
    input: z.object({
      id: reference,
      /** Bytes before this piece. */
      from: z.coerce.number().int().nonnegative(),
    }),
    output: z.object({ received: count }),
    errors: [...notFound, 'IMPORT_OFFSET'],
  }),
  list: route({
    method: 'GET',
    path: '/imports',
    about: { en: 'Imports that were begun and not finished', zh: '尚未完成的导入' },
    input: z.object({}),
    output: z.array(tableImport.omit({ found: true })),
    errors: [],
  }),
  show: route({
    method: 'GET',
    path: '/imports/:id',
    about: { en: 'One import: what was found, and how far it is', zh: '单个导入：识别结果与进度' },
    input: one,
    output: tableImport,
    errors: ['API_NOT_FOUND'],
  }),
  examine: route({
    method: 'POST',
    path: '/imports/:id/examine',
    about: { en: 'Reads the source again, in another way', zh: '以其他方式重新读取来源' },
    input: z.object({ id: reference, ...reading }),
    output: tableImport,
    errors: [...notFound],
  }),
  check: route({
    method: 'POST',
    path: '/imports/:id/check',
    about: {
      en: 'Reads every row with the types and roles that were settled, and sets aside those that do not fit',
      zh: '按确定的类型与角色读取所有行，并剔除不符合的行',
    },
    input: z.object({
      id: reference,
      /** One for each column found, in its order. */
      columns: z.array(z.object({ type: cellType, role: datasetRole })).max(10_000),
    }),
    output: tableImport,
    errors: [...notFound, 'IMPORT_ROLES'],
  }),
  bad: route({
    method: 'GET',
    path: '/imports/:id/bad',
    about: { en: 'The rows that were set aside, with the reasons', zh: '被剔除的行及其原因' },
    input: one,
    output: z.object({
      /** All of them; only the first ones are listed. */
      total: count,
      columns: z.array(z.string()),
      rows: z.array(badRow),
    }),
    errors: [...notFound],
  }),
  register: route({
    method: 'POST',
    path: '/imports/:id/register',
    about: { en: 'Makes the checked rows a dataset, or its next version', zh: '将检查后的行登记为数据集或其新版本' },
    input: z.object({
      id: reference,
      name: z.string().min(1).max(64),
      /** Needed where rows were set aside. */
      leaveOutBad: z.boolean().default(false),
      /** As the next version of the dataset of this name. */
      nextVersion: z.boolean().default(false),
      terms: termsSchema.optional(),
      allow: z.array(z.string()).max(100).optional(),
    }),
    output: dataset,
    errors: [...notFound, 'IMPORT_BAD_ROWS', 'ASSET_EXISTS', 'ASSET_NAME'],
  }),
  cancel: route({
    method: 'DELETE',
    path: '/imports/:id',
    about: { en: 'Ends an import and removes what was taken in', zh: '终止导入并删除已接收的内容' },
    input: one,
    output: z.object({}),
    errors: ['API_NOT_FOUND'],
  }),
}
