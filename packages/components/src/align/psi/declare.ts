import { declareComponent, holderOf, matchedRows, type PlanContext, rowCount } from '@secureflow/flow'
import { bucketsFor, mostBuckets } from '@secureflow/protocols/psi/cost'
import { ecdhSuiteNames } from '@secureflow/protocols/psi/suites/cost'
import { z } from 'zod'
import { stepErrors } from '../../errors.ts'
import { choose, type IntersectionFacts, intersectionCost, type Named, runs, suiteOf } from './cost.ts'
import {
  deliveredColumns,
  deliveredName,
  type KeyColumn,
  optionComplaints,
  optionDisclosures,
  optionParams,
  optionUses,
  other,
  paddedSize,
  resolvedOptions,
  type Side,
  sayKeys,
  shownRows,
  sides,
  withDelivered,
} from './options.ts'

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
    .optional()
    .meta({
      label: { en: 'Identifier', zh: '标识列' },
      help: {
        en: 'The column compared, the same on both sides or one for each. Or a key of several columns.',
        zh: '用于比对的列，两侧相同或各写一列；也可改用多列键。',
      },
    }),
  ...optionParams,
  protocol: z
    .enum(['auto', 'ecdh', 'rr22', 'rr22-low'])
    .default('auto')
    .meta({
      label: { en: 'Protocol', zh: '协议' },
      help: {
        en: 'Chosen by size and link: ecdh sends least for few rows, rr22 computes a hundred times faster, rr22-low sends a quarter less than rr22.',
        zh: '按规模与链路选择：行数少时 ecdh 通信最少，rr22 计算快约百倍，rr22-low 的通信量比 rr22 少约四分之一。',
      },
    }),
  suite: z
    .enum(ecdhSuiteNames)
    .optional()
    .meta({
      label: { en: 'Group of ecdh', zh: 'ecdh 所用的群' },
      help: {
        en: 'Where rules ask for one: p256 (NIST), sm2 (Chinese commercial cryptography, with SM3) or ristretto255; a row costs 4, 6 or 30 times one of curve25519. It asks for ecdh.',
        zh: '按合规要求选择：p256（NIST）、sm2（国密，配合 SM3）或 ristretto255；每行开销分别为 curve25519 的 4、6、30 倍。设定后即采用 ecdh。',
      },
    }),
  security: z
    .enum(['semi-honest', 'malicious'])
    .default('semi-honest')
    .meta({
      label: { en: 'Security', zh: '安全模型' },
      help: {
        en: 'Malicious: holds even where a member changes its software; rr22 only, about a third slower.',
        zh: '恶意安全：即使成员改动其软件也成立；仅 rr22 支持，约慢三分之一。',
      },
    }),
  memory: z
    .int()
    .min(256)
    .max(1_048_576)
    .default(1024)
    .meta({
      label: { en: 'Memory, MB', zh: '内存（MB）' },
      help: {
        en: 'What each side may hold while it compares, beside its table. Larger sets are divided into buckets on disk.',
        zh: '除数据表外，各方比对时可占用的内存。更大的集合会在磁盘上分桶处理。',
      },
    }),
  buckets: z
    .int()
    .min(1)
    .max(mostBuckets)
    .refine((buckets) => Number.isInteger(Math.log2(buckets)), 'a power of two')
    .optional()
    .meta({
      label: { en: 'Buckets', zh: '桶数' },
      help: {
        en: 'Into how many parts the rows are divided, on disk: a power of two. By memory where left out. With rr22.',
        zh: '将行在磁盘上划分为多少份：2 的幂。不填则按内存确定。仅适用于 rr22。',
      },
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
  securityModel: 'semi-honest',
  standsOn: ({ protocol, security, suite }) => ({
    suite: suiteOf(runs(protocol, security), suite),
    securityModel: security,
  }),
  check: ({ params, parts, inputs }) => [
    ...optionComplaints(params, { parts, inputs }),
    ...((params.protocol === 'ecdh' || params.protocol === 'rr22-low') && params.security === 'malicious'
      ? [{ field: 'protocol', error: stepErrors.STEP_PSI_SECURITY({ protocol: params.protocol }) }]
      : []),
    ...(params.suite !== undefined && params.protocol !== 'ecdh' && runsRr22(params)
      ? [{ field: 'suite', error: stepErrors.STEP_PSI_SUITE({ suite: params.suite }) }]
      : []),
    ...((params.buckets ?? 1) > 1 && (params.protocol === 'ecdh' || (params.suite !== undefined && !runsRr22(params)))
      ? [{ field: 'buckets', error: stepErrors.STEP_PSI_BUCKETS({ buckets: params.buckets! }) }]
      : []),
    ...((params.buckets ?? 1) > 1 && params.delivers !== 'none'
      ? [{ field: 'buckets', error: stepErrors.STEP_PSI_BUCKETS_DELIVERS({ buckets: params.buckets! }) }]
      : []),
  ],
  resolve: (context) => {
    const { protocol } = choice(context)
    const { buckets = 1 } = factsOf(context)
    return {
      ...context.params,
      ...resolvedOptions(context.params, context),
      protocol,
      ...(protocol === 'ecdh' ? { suite: context.params.suite ?? 'curve25519' } : buckets > 1 && { buckets }),
    }
  },
  chose: (context) => (context.params.protocol === 'auto' ? [reason(choice(context))] : []),
  discloses: ({ params, parts, inputs }) => [
    ...sides.map((from) =>
      rowCount({
        id: `rows-${from}`,
        to: other(from),
        from,
        rows: shownRows(params, { parts, inputs }, from),
        padded: paddedSize(params, { parts, inputs }, from) !== undefined,
      }),
    ),
    ...receivers(params.learns).map((to) =>
      matchedRows({ to, from: other(to), atMost: shown(params, { parts, inputs }), by: sayKeys(params) }),
    ),
    ...optionDisclosures(params, { parts }, shown(params, { parts, inputs })),
  ],
  uses: ({ params, parts }) => optionUses(params, { parts }),
  describe: ({ params, parts, inputs }) => {
    const { rows } = common({ parts, inputs })
    const expectedRows = expected(params, { parts, inputs })
    const held = receivers(params.learns).map((side) => {
      const member = parts[side]![0]!
      const own = inputs[side]![member]!
      const theirs = deliveredColumns(params, { parts, inputs }, other(side))
      const from = parts[other(side)]![0]!
      const delivered = theirs.map((c) => ({ ...c, name: deliveredName(from, c.name) }))
      const schema = { columns: [...own.schema.columns, ...delivered] }
      return [member, { ...own, schema, rows, expectedRows }] as const
    })
    return { table: Object.fromEntries(held) }
  },
  cost: (context) => {
    const { params } = context
    const protocol = runs(params.protocol, params.security)
    const facts = factsOf(context)
    const { bytesPerSecond } = facts.link
    const cost = intersectionCost(protocol, facts, params.suite)
    return withDelivered(cost, protocol, params, context, { common: expected(params, context), bytesPerSecond })
  },
})

type Params = z.output<typeof params> & { keys?: KeyColumn[] | undefined }

/** Whether what is wished for leaves rr22 alone, which has no group to choose. */
const runsRr22 = ({ protocol, security }: Params): boolean => protocol.startsWith('rr22') || security === 'malicious'

function factsOf({ params, parts, inputs, link }: PlanContext<Params>): IntersectionFacts {
  const side = (name: Side) => {
    const member = parts[name]![0]!
    return { member, rows: paddedSize(params, { parts, inputs }, name) ?? inputs[name]![member]!.expectedRows }
  }
  const receives = params.learns === 'right' ? 'right' : 'left'
  const [receiver, sender] = [side(receives), side(other(receives))]
  const both = params.learns === 'both'
  const told = both ? expected(params, { parts, inputs }) : 0
  // By what the tables may have at most, so that the memory is kept whatever comes.
  const most = (name: Side) => shownRows(params, { parts, inputs }, name)
  const fitting = bucketsFor(most(receives), most(other(receives)), params.memory * 2 ** 20)
  const buckets = params.buckets ?? (params.delivers === 'none' ? fitting : 1)
  return { receiver, sender, told, both, buckets, link: link(receiver.member, sender.member) }
}

/** Made from the wish, not from what it was resolved to: asked again, the answer is the same. */
function choice(context: PlanContext<Params>): { protocol: Named; considered: [string, number][] } {
  const { protocol, security } = context.params
  if (protocol !== 'auto') return { protocol, considered: [] }
  if (context.params.suite !== undefined && !runsRr22(context.params)) {
    const { seconds } = intersectionCost('ecdh', factsOf(context), context.params.suite)
    return { protocol: 'ecdh', considered: [['ecdh', seconds]] }
  }
  const { protocol: chosen, considered } = choose(security, factsOf(context))
  return {
    protocol: chosen === 'rr22-malicious' ? 'rr22' : chosen,
    considered: considered.map((each) => [each.protocol, each.seconds]),
  }
}

function reason({ protocol, considered }: ReturnType<typeof choice>): { en: string; zh: string } {
  const time = (seconds: number) => (seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds)))
  const taken = ([name]: [string, number]) => name === protocol || name === `${protocol}-malicious`
  const own = time(considered.find(taken)![1])
  const others = considered.filter((each) => !taken(each))
  if (others.length === 0 && protocol === 'ecdh')
    return {
      en: `protocol ecdh: the one that computes in the group asked for, about ${own} s`,
      zh: `协议 ecdh：按所要求的群计算的协议，约 ${own} 秒`,
    }
  if (others.length === 0)
    return {
      en: `protocol ${protocol}: the only one with malicious security, about ${own} s`,
      zh: `协议 ${protocol}：唯一具有恶意安全的协议，约 ${own} 秒`,
    }
  return {
    en: `protocol ${protocol}: about ${own} s with these sizes and this link, ${others.map(([name, s]) => `${name} ${time(s)} s`).join(', ')}`,
    zh: `协议 ${protocol}：按此规模与链路约 ${own} 秒，${others.map(([name, s]) => `${name} 约 ${time(s)} 秒`).join('，')}`,
  }
}

/** As `common`, by the sizes that are shown: stand-ins count until the rows are compared. */
const shown = (params: Params, held: Pick<PlanContext<unknown>, 'parts' | 'inputs'>): number =>
  Math.min(...sides.map((side) => shownRows(params, held, side)))

/** Nobody knows beforehand how many rows are in common: no more than the smaller table has. */
function common({ parts, inputs }: Pick<PlanContext<unknown>, 'parts' | 'inputs'>) {
  const [left, right] = [inputs.left![parts.left![0]!]!, inputs.right![parts.right![0]!]!]
  return { rows: Math.min(left.rows, right.rows), expectedRows: Math.min(left.expectedRows, right.expectedRows) }
}

function expected({ expects }: { expects?: number | undefined }, sides: Parameters<typeof common>[0]): number {
  const { rows, expectedRows } = common(sides)
  return Math.min(rows, expects ?? expectedRows)
}
