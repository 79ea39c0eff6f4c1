import { declareComponent, holderOf, matchedRows, type PlanContext, rowCount } from '@secureflow/flow'
import { z } from 'zod'
import { columnComplaints } from '../../facts.ts'
import { intersectionCost } from './cost.ts'

type Side = 'left' | 'right'
const other = (side: Side): Side => (side === 'left' ? 'right' : 'left')
const receivers = (learns: Side | 'both'): Side[] => (learns === 'both' ? ['left', 'right'] : [learns])

const params = z.strictObject({
  on: z
    .union([
      z
        .string()
        .min(1)
        .transform((column) => ({ left: column, right: column })),
      z.strictObject({ left: z.string().min(1), right: z.string().min(1) }),
    ])
    .meta({
      label: { en: 'Identifier', zh: '标识列' },
      help: {
        en: 'The column compared, the same on both sides or one for each.',
        zh: '用于比对的列，两侧相同或各写一列。',
      },
    }),
  protocol: z
    .enum(['auto', 'ecdh'])
    .default('auto')
    .meta({
      label: { en: 'Protocol', zh: '协议' },
      help: { en: 'Chosen by size and link.', zh: '按规模与链路选择。' },
    }),
  learns: z
    .enum(['left', 'right', 'both'])
    .default('both')
    .meta({
      label: { en: 'Who learns the rows in common', zh: '谁知晓共有行' },
      help: { en: 'Training together needs both.', zh: '联合训练需要双方都知晓。' },
    }),
  expects: z
    .int()
    .min(1)
    .optional()
    .meta({
      label: { en: 'Rows expected in common', zh: '预计共有行数' },
      help: {
        en: 'Sharpens the estimate; without it the smaller table counts. Nothing is refused because of it but minimum rows.',
        zh: '用于提高估算精度；不填则按较小的表计算。除最少行数条款外不会因此拒绝。',
      },
    }),
})

export const psi = declareComponent({
  name: 'psi',
  version: 1,
  stage: 'align',
  title: { en: 'Align rows privately', zh: '隐私求交' },
  about: {
    en: 'Finds the rows that two members have in common, by identifier, and puts them into the same order at both. Identifiers stay where they are.',
    zh: '按标识找出两个成员共有的行，并在双方以相同顺序排列。标识不会离开各自所在处。',
  },
  parts: {
    left: holderOf('left', {
      en: 'Gives its identifiers, masked; gets its own rows that are in common, where it learns them.',
      zh: '提供经掩码的标识；若约定其知晓，则得到自己的共有行。',
    }),
    right: holderOf('right', {
      en: 'Gives its identifiers, masked; gets its own rows that are in common, where it learns them.',
      zh: '提供经掩码的标识；若约定其知晓，则得到自己的共有行。',
    }),
  },
  inputs: {
    left: { type: 'table', at: ['left'], about: { en: 'One table.', zh: '一方的表。' } },
    right: { type: 'table', at: ['right'], about: { en: 'The other table.', zh: '另一方的表。' } },
  },
  outputs: {
    table: {
      type: 'table',
      at: ['left', 'right'],
      about: {
        en: 'The rows in common, in the order of their identifiers; each party keeps its own columns.',
        zh: '共有行，按标识的顺序排列；各方保留自己的列。',
      },
    },
  },
  params,
  suite: 'psi-ecdh-curve25519-elligator2',
  securityModel: 'semi-honest',
  check: ({ params, parts, inputs }) =>
    (['left', 'right'] as const).flatMap((side) => {
      const member = parts[side]![0]!
      return columnComplaints('on', member, inputs[side]![member], [params.on[side]], 'text')
    }),
  resolve: ({ params }) => ({ ...params, protocol: 'ecdh' as const }),
  discloses: ({ params, parts, inputs }) => [
    rowCount({ id: 'rows-left', to: 'right', from: 'left', rows: inputs.left![parts.left![0]!]!.rows }),
    rowCount({ id: 'rows-right', to: 'left', from: 'right', rows: inputs.right![parts.right![0]!]!.rows }),
    ...receivers(params.learns).map((to) =>
      matchedRows({ to, from: other(to), atMost: common({ parts, inputs }).rows }),
    ),
  ],
  uses: ({ params, parts }) =>
    (['left', 'right'] as const).map((side) => ({ member: parts[side]![0]!, column: params.on[side], use: 'join' })),
  describe: ({ params, parts, inputs }) => {
    const { rows } = common({ parts, inputs })
    const expectedRows = expected(params, { parts, inputs })
    const held = receivers(params.learns).map((side) => {
      const member = parts[side]![0]!
      return [member, { ...inputs[side]![member]!, rows, expectedRows }] as const
    })
    return { table: Object.fromEntries(held) }
  },
  cost: ({ params, parts, inputs, link }) => {
    const side = (name: Side) => {
      const member = parts[name]![0]!
      return { member, rows: inputs[name]![member]!.expectedRows }
    }
    const receives = params.learns === 'right' ? 'right' : 'left'
    const [receiver, sender] = [side(receives), side(other(receives))]
    const told = params.learns === 'both' ? expected(params, { parts, inputs }) : 0
    return intersectionCost({ receiver, sender, told, link: link(receiver.member, sender.member) })
  },
})

/** Nobody knows beforehand how many rows are in common: no more than the smaller table has. */
function common({ parts, inputs }: Pick<PlanContext<unknown>, 'parts' | 'inputs'>) {
  const [left, right] = [inputs.left![parts.left![0]!]!, inputs.right![parts.right![0]!]!]
  return { rows: Math.min(left.rows, right.rows), expectedRows: Math.min(left.expectedRows, right.expectedRows) }
}

function expected({ expects }: { expects?: number | undefined }, sides: Parameters<typeof common>[0]): number {
  const { rows, expectedRows } = common(sides)
  return Math.min(rows, expects ?? expectedRows)
}
