/** Options of an intersection as a flow writes them: keys of several columns, columns delivered, sizes that hide row counts. */
import {
  type ColumnRef,
  type ColumnUse,
  type Complaint,
  type Cost,
  columnRef,
  columnsOf,
  type Disclosure,
  matchedValues,
  type PortFacts,
} from '@secureflow/flow'
import { type KeyRule, keyRules, sayRule } from '@secureflow/protocols/psi/key-rules'
import type { ColumnSchema } from '@secureflow/tables'
import { z } from 'zod'
import { stepErrors } from '../../errors.ts'
import { columnComplaints, holderComplaints } from '../../facts.ts'

export type Side = 'left' | 'right'
export const sides = ['left', 'right'] as const
export const other = (side: Side): Side => (side === 'left' ? 'right' : 'left')

const column = z.string().min(1).max(256)

/** One column of a key, with how both sides write it alike; what its rule does not use is ignored. */
const keyColumn = z.strictObject({
  left: column.meta({
    label: { en: 'Left column', zh: '左侧列' },
    help: { en: 'The column of the left table.', zh: '左侧表中的列。' },
  }),
  right: column.meta({
    label: { en: 'Right column', zh: '右侧列' },
    help: { en: 'The column of the right table.', zh: '右侧表中的列。' },
  }),
  rule: z
    .enum(keyRules)
    .default('text')
    .meta({
      label: { en: 'Rule', zh: '规则' },
      help: {
        en: 'How values are written alike: text, digits alone, phone (E.164), date (ISO), china-id (18 characters) or email.',
        zh: '取值如何统一写法：text 文本、digits 仅数字、phone 电话（E.164）、date 日期（ISO）、china-id 身份证号（18 位）、email 邮箱。',
      },
    }),
  trim: z
    .boolean()
    .default(true)
    .meta({
      label: { en: 'Trim', zh: '去首尾空格' },
      help: { en: 'Text: drops white space at both ends.', zh: 'text：去除首尾空白。' },
    }),
  spaces: z
    .enum(['keep', 'one', 'none'])
    .default('keep')
    .meta({
      label: { en: 'Spaces inside', zh: '中间空格' },
      help: {
        en: 'Text: kept, each run one space, or none.',
        zh: 'text：保留（keep）、合并为一个（one）或全部去除（none）。',
      },
    }),
  case: z
    .enum(['keep', 'upper', 'lower'])
    .default('keep')
    .meta({
      label: { en: 'Case', zh: '大小写' },
      help: { en: 'Text: kept, upper or lower.', zh: 'text：保留、大写或小写。' },
    }),
  width: z
    .enum(['keep', 'half', 'nfkc'])
    .default('half')
    .meta({
      label: { en: 'Width', zh: '全半角' },
      help: {
        en: 'Text: kept, full width to half width, or all compatibility forms (NFKC).',
        zh: 'text：保留、全角转半角，或统一所有兼容形式（NFKC）。',
      },
    }),
  country: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .default('86')
    .meta({
      label: { en: 'Calling code', zh: '国际区号' },
      help: { en: 'Phone: of numbers without one.', zh: 'phone：未写国际区号的号码所用的区号。' },
    }),
  order: z
    .enum(['ymd', 'dmy', 'mdy'])
    .default('ymd')
    .meta({
      label: { en: 'Order of dates', zh: '日期顺序' },
      help: {
        en: 'Date: how those are read that do not begin with the year; with ymd they count as missing.',
        zh: 'date：不以年份开头的日期如何读取；选 ymd 时视为缺失。',
      },
    }),
})
export type KeyColumn = z.output<typeof keyColumn> & KeyRule

const padding = z
  .union([
    z.enum(['none', 'power-of-two']),
    z
      .int()
      .min(1)
      .max(1 << 24),
  ])
  .default('none')
const paddingHelp = {
  en: 'The partner learns this size in place of the row count: the next power of two, or a number. Random rows fill up to it.',
  zh: '合作方得知的是该规模而非行数：下一个 2 的幂，或指定数目；以随机行填充。',
}

export const optionParams = {
  keys: z
    .array(keyColumn)
    .min(1)
    .max(16)
    .optional()
    .meta({
      label: { en: 'Key of several columns', zh: '多列键' },
      help: {
        en: 'In place of one identifier: columns that must all be alike, each by its rule. Rows with a missing value match nothing.',
        zh: '代替单一标识列：各列按其规则均须一致。含缺失值的行不与任何行匹配。',
      },
    }),
  delivers: z
    .union([z.literal('none'), z.array(columnRef()).min(1).max(256)])
    .default('none')
    .meta({
      label: { en: 'Columns delivered', zh: '送达的列' },
      help: {
        en: "Columns whose values the other side gets, in the rows in common alone. The owner's terms must allow their release.",
        zh: '仅在共有行中把这些列的取值送达对方。所有者的条款须允许其释出。',
      },
    }),
  padLeft: padding.meta({ label: { en: 'Size shown of the left table', zh: '左侧表对外规模' }, help: paddingHelp }),
  padRight: padding.meta({ label: { en: 'Size shown of the right table', zh: '右侧表对外规模' }, help: paddingHelp }),
}

/** `type` as its owner has it: known once the step is compiled. */
export interface Delivered extends ColumnRef {
  type?: ColumnSchema['type']
}

export interface Options {
  on?: { left: string; right: string } | undefined
  keys?: KeyColumn[] | undefined
  delivers: 'none' | Delivered[]
  padLeft: 'none' | 'power-of-two' | number
  padRight: 'none' | 'power-of-two' | number
  learns: Side | 'both'
}

export interface Held {
  parts: Record<string, string[]>
  inputs: Record<string, Record<string, PortFacts>>
}

const memberOf = ({ parts }: Pick<Held, 'parts'>, side: Side): string => parts[side]![0]!
const factsOf = (held: Held, side: Side): PortFacts => held.inputs[side]![memberOf(held, side)]!

export const learnsRows = ({ learns }: Pick<Options, 'learns'>, side: Side): boolean =>
  learns === 'both' || learns === side

/** Columns of a side that are compared. */
export const keyColumnsOf = ({ on, keys }: Pick<Options, 'on' | 'keys'>, side: Side): string[] =>
  keys === undefined ? (on === undefined ? [] : [on[side]]) : keys.map((key) => key[side])

/** Columns of a side that the other gets, in the order of the flow. */
export function deliveredBy({ delivers }: Pick<Options, 'delivers'>, parts: Held['parts'], side: Side): string[] {
  const columns = columnsOf(delivers === 'none' ? [] : delivers, memberOf({ parts }, side))
  return columns === 'auto' ? [] : columns
}

/** Under which name the other side has it. */
export const deliveredName = (member: string, column: string): string => `${member}.${column}`

/** As its owner has it. @returns undefined where there is none: told by `optionComplaints` */
export function deliveredColumns(options: Options, held: Held, from: Side): ColumnSchema[] {
  const columns = factsOf(held, from).schema.columns
  return deliveredBy(options, held.parts, from).flatMap((name) => columns.filter((c) => c.name === name))
}

/** To which size a side is filled up; undefined where its row count shows. */
export function paddedSize(options: Options, held: Held, side: Side): number | undefined {
  const wish = side === 'left' ? options.padLeft : options.padRight
  if (wish === 'none') return undefined
  return wish === 'power-of-two' ? 2 ** Math.ceil(Math.log2(Math.max(1, factsOf(held, side).rows))) : wish
}

/** What the other side learns of the number of rows. */
export const shownRows = (options: Options, held: Held, side: Side): number =>
  paddedSize(options, held, side) ?? factsOf(held, side).rows

/** What a run needs to know, in place of what was wished for. */
export const resolvedOptions = (options: Options, held: Held): Pick<Options, 'padLeft' | 'padRight' | 'delivers'> => ({
  padLeft: paddedSize(options, held, 'left') ?? 'none',
  padRight: paddedSize(options, held, 'right') ?? 'none',
  delivers:
    options.delivers === 'none'
      ? 'none'
      : sides.flatMap((side) =>
          deliveredColumns(options, held, side).map(({ name, type }) => ({
            party: memberOf(held, side),
            column: name,
            type,
          })),
        ),
})

/** The columns of the key with their rules, for people; undefined for one identifier. */
export const sayKeys = ({ keys }: Pick<Options, 'keys'>): string | undefined =>
  keys?.map((key) => `${key.left === key.right ? key.left : `${key.left}/${key.right}`} ${sayRule(key)}`).join(' + ')

export function optionComplaints(options: Options, held: Held): Complaint[] {
  const { on, keys, delivers } = options
  const given = on === undefined && keys === undefined ? 'none' : on !== undefined && keys !== undefined ? 'both' : ''
  const problems: Complaint[] = given === '' ? [] : [{ field: 'on', error: stepErrors.STEP_PSI_KEY({ given }) }]
  const members = sides.map((side) => memberOf(held, side))
  const together = Object.fromEntries(sides.map((side) => [memberOf(held, side), factsOf(held, side)]))
  for (const member of new Set(delivers === 'none' ? [] : delivers.map((c) => c.party)))
    if (!members.includes(member)) problems.push(...holderComplaints('delivers', 'left', member, together))
  for (const side of sides) {
    const [member, to] = [memberOf(held, side), memberOf(held, other(side))]
    const facts = factsOf(held, side)
    problems.push(
      ...(keys === undefined
        ? columnComplaints('on', member, facts, keyColumnsOf(options, side), 'text')
        : columnComplaints('keys', member, facts, keyColumnsOf(options, side))),
    )
    const delivered = deliveredBy(options, held.parts, side)
    problems.push(...columnComplaints('delivers', member, facts, delivered))
    for (const column of delivered) {
      const name = deliveredName(member, column)
      if (!learnsRows(options, other(side)))
        problems.push({ field: 'delivers', error: stepErrors.STEP_PSI_DELIVERS({ column, member, to }) })
      else if (factsOf(held, other(side)).schema.columns.some((c) => c.name === name))
        problems.push({
          field: 'delivers',
          error: stepErrors.STEP_PSI_DELIVERED_TWICE({ member: to, column: name }),
        })
    }
    const size = paddedSize(options, held, side)
    if (size !== undefined && size < facts.rows)
      problems.push({
        field: side === 'left' ? 'padLeft' : 'padRight',
        error: stepErrors.STEP_PSI_PADDING({ member, rows: facts.rows, size }),
      })
  }
  return problems
}

/** What the columns delivered tell, in at most `rows` rows in common. */
export const optionDisclosures = (options: Options, { parts }: Pick<Held, 'parts'>, rows: number): Disclosure[] =>
  sides.flatMap((from) => {
    const columns = deliveredBy(options, parts, from)
    return columns.length === 0 ? [] : [matchedValues({ to: other(from), from, rows, columns })]
  })

export const optionUses = (
  options: Options,
  { parts }: Pick<Held, 'parts'>,
): { member: string; column: string; use: ColumnUse }[] =>
  sides.flatMap((side) => {
    const member = memberOf({ parts }, side)
    return [
      ...keyColumnsOf(options, side).map((column) => ({ member, column, use: 'join' as const })),
      ...deliveredBy(options, parts, side).map((column) => ({ member, column, use: 'release' as const })),
    ]
  })

/** Texts count as 34 bytes: their lengths are not known beforehand. */
const bytesOf = ({ type }: ColumnSchema): number => (type === 'number' ? 9 : 34)

/**
 * The cost of an intersection that delivers columns: the sender's go along with every row that it shows, the receiver's with
 * the rows expected in common. `ecdh` sends another element a row of the receiver, and compares tags in place of elements.
 */
export function withDelivered(
  cost: Cost,
  protocol: string,
  options: Options,
  held: Held,
  { common, bytesPerSecond }: { common: number; bytesPerSecond: number },
): Cost {
  const receives: Side = options.learns === 'right' ? 'right' : 'left'
  const sends = other(receives)
  const size = (side: Side) => deliveredColumns(options, held, side).reduce((sum, c) => sum + bytesOf(c), 0)
  const [sent, told] = [size(sends), size(receives)]
  if (sent + told === 0) return cost
  const [nx, ny] = [shownRows(options, held, receives), shownRows(options, held, sends)]
  const more = {
    [`${memberOf(held, sends)}>${memberOf(held, receives)}`]: sent * ny + (protocol === 'ecdh' ? 22 * (nx - ny) : 0),
    [`${memberOf(held, receives)}>${memberOf(held, sends)}`]: told * common,
  }
  const bytes = Object.fromEntries(
    Object.entries(cost.bytes).map(([link, n]) => [link, Math.max(0, n + (more[link] ?? 0))]),
  )
  const blocks = Math.ceil(sent / 16) * ny
  return {
    ...cost,
    bytes,
    seconds: cost.seconds + blocks * 0.6e-6 + Math.max(0, sent * ny + told * common) / bytesPerSecond,
    rounds: cost.rounds + (protocol === 'ecdh' ? 1 : 0),
    memoryBytes: cost.memoryBytes + (sent + 64) * ny + told * nx,
  }
}
