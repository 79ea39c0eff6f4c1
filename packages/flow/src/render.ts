/** The page that people approve: a statement, and what a plan costs, in plain sentences. */
import type { Locale } from '@secureflow/base'
import { sayConsequence } from './consequences.ts'
import type { DisclosureKind } from './disclosure.ts'
import { type Plan, pair } from './plan.ts'
import type { StatedDisclosure, Statement } from './statement.ts'
import { and, bytes, displayWidth, number, seconds, wrap } from './words.ts'

type Sentence = (d: StatedDisclosure) => string

const sentences: Record<Locale, Record<DisclosureKind, Sentence>> = {
  en: {
    'row-count': ({ from, detail }) =>
      detail.padded === 1
        ? `that ${and(from, 'en')} brings at most ${number(Number(detail.rows))} rows (filled up to that size)`
        : `how many rows ${and(from, 'en')} brings (${number(Number(detail.rows))})`,
    'matched-rows': ({ from, atMost, detail }) =>
      `which of its own rows ${and(from, 'en')} also has${detail.by === undefined ? '' : `, by ${detail.by}`} (at most ${number(atMost)})`,
    'matched-values': ({ from, detail }) =>
      `${and(from, 'en')}'s values of ${detail.columns} in the rows in common (at most ${number(Number(detail.rows))} rows), and about how long the longest text is`,
    'value-range': ({ from }) => `a power of two that bounds ${and(from, 'en')}'s prepared values`,
    'model-weights': ({ to, atMost, detail }) =>
      `the model's weights for its own columns${detail.label === to ? ' and the intercept' : ''} (${number(atMost)})`,
    score: ({ step, atMost }) => `the score of each row in ${step} (at most ${number(atMost)})`,
    'training-epochs': ({ atMost }) => `after how many epochs training stopped (at most ${number(atMost)})`,
    metric: ({ step, atMost }) => `quality figures of ${step} (at most ${number(atMost)})`,
    shape: () => 'how many rows and columns take part; nothing about their values',
  },
  zh: {
    'row-count': ({ from, detail }) =>
      detail.padded === 1
        ? `${and(from, 'zh')} 提供的行数不超过 ${number(Number(detail.rows))}（已填充到该规模）`
        : `${and(from, 'zh')} 提供多少行（${number(Number(detail.rows))}）`,
    'matched-rows': ({ from, atMost, detail }) =>
      `自己的哪些行 ${and(from, 'zh')} 也有${detail.by === undefined ? '' : `，按 ${detail.by} 比对`}（至多 ${number(atMost)} 行）`,
    'matched-values': ({ from, detail }) =>
      `${and(from, 'zh')} 在共有行中的 ${detail.columns} 取值（至多 ${number(Number(detail.rows))} 行），以及最长文本的大致长度`,
    'value-range': ({ from }) => `一个界定 ${and(from, 'zh')} 预处理后取值范围的二次幂`,
    'model-weights': ({ to, atMost, detail }) =>
      `模型中自己各列的权重${detail.label === to ? '与截距' : ''}（${number(atMost)} 个）`,
    score: ({ step, atMost }) => `${step} 中每行的分数（至多 ${number(atMost)} 行）`,
    'training-epochs': ({ atMost }) => `训练在第几轮后停止（至多 ${number(atMost)} 轮）`,
    metric: ({ step, atMost }) => `${step} 的质量指标（至多 ${number(atMost)} 项）`,
    shape: () => '有多少行、多少列参与；不涉及任何取值',
  },
}

/** What the receiver learns, as a part of a sentence. */
export const sayDisclosure = (d: StatedDisclosure, locale: Locale): string => sentences[locale][d.what](d)

const words = {
  en: {
    assumes: 'Assumes',
    chosen: 'Chosen',
    learns: (m: string) => `${m} learns`,
    nothing: 'nothing',
    costs: 'Costs',
    alone: 'nothing: every step runs at one member',
    unchanged: (m: readonly string[]) =>
      `${m.length === 2 ? 'both ' : ''}${and(m, 'en')} run this software unchanged (semi-honest)`,
    deviating: (m: readonly string[]) =>
      `nothing about how ${and(m, 'en')} run it: whoever deviates is noticed or learns no more (malicious security)`,
    apart: (dealer: string, m: readonly string[]) =>
      m.length === 2
        ? `${dealer} colludes with neither ${m[0]} nor ${m[1]}`
        : `${dealer} colludes with none of ${and(m, 'en')}`,
    about: (time: string) => `about ${time}`,
    between: (size: string, a: string, b: string) => `${size} between ${a} and ${b}`,
    from: (size: string, m: string) => `${size} from ${m}`,
    rounds: (n: string) => `${n} rounds`,
    memory: (size: string) => `at most ${size} of memory for each member`,
    scratch: (size: string) => `at most ${size} of scratch disk for each member`,
    join: '; ',
  },
  zh: {
    assumes: '前提',
    chosen: '自动选择',
    learns: (m: string) => `${m} 得知`,
    nothing: '无',
    costs: '开销',
    alone: '无：每个步骤都在单个成员处运行',
    unchanged: (m: readonly string[]) => `${and(m, 'zh')} ${m.length === 2 ? '双方' : ''}均原样运行本软件（半诚实）`,
    deviating: (m: readonly string[]) =>
      `不要求 ${and(m, 'zh')} 原样运行：偏离协议者会被发现，或不会因此得知更多（恶意安全）`,
    apart: (dealer: string, m: readonly string[]) =>
      m.length === 2
        ? `${dealer} 不与 ${m[0]} 合谋，也不与 ${m[1]} 合谋`
        : `${dealer} 不与 ${and(m, 'zh')} 中任何一方合谋`,
    about: (time: string) => `约 ${time}`,
    between: (size: string, a: string, b: string) => `${a} 与 ${b} 之间 ${size}`,
    from: (size: string, m: string) => `来自 ${m} ${size}`,
    rounds: (n: string) => `${n} 轮通信`,
    memory: (size: string) => `每个成员至多 ${size} 内存`,
    scratch: (size: string) => `每个成员至多 ${size} 临时磁盘空间`,
    join: '；',
  },
}

/** The statement on a page `width` columns wide. */
export function render(statement: Statement, locale: Locale, width = 110): string {
  const say = words[locale]
  return page(
    [
      { head: say.assumes, items: [assumptions(statement, locale)], follows: [] },
      ...(statement.choices === undefined
        ? []
        : [{ head: say.chosen, items: statement.choices.map((c) => `${c.step}: ${c[locale]}`), follows: [] }]),
      ...statement.learns.map(({ member, disclosures, consequences }) => ({
        head: say.learns(member),
        items:
          disclosures.length === 0 ? [say.nothing] : distinct(disclosures.map((d) => sentences[locale][d.what](d))),
        follows: consequences.map((c) => sayConsequence(c, locale)),
      })),
    ],
    width,
  )
}

/** Statement and estimate: what `flow check` prints. */
export function renderPlan(plan: Plan, locale: Locale, width = 110): string {
  const costs = page(
    [{ head: words[locale].costs, items: [estimate(plan, locale)], follows: [] }],
    width,
    headWidth(plan.statement, locale),
  )
  return `${render(plan.statement, locale, width)}\n${costs}`
}

function assumptions({ security, dealer, owners }: Statement, locale: Locale): string {
  const say = words[locale]
  if (security === 'local') return say.alone
  if (security === 'malicious') return say.deviating(owners)
  return [...(dealer === undefined ? [] : [say.apart(dealer, owners)]), say.unchanged(owners)].join(say.join)
}

function estimate({ estimate, statement: { dealer } }: Plan, locale: Locale): string {
  const say = words[locale]
  const between = new Map<string, number>()
  for (const [direction, count] of Object.entries(estimate.bytes)) {
    const [a = '', b = ''] = direction.split('>')
    between.set(pair(a, b), (between.get(pair(a, b)) ?? 0) + count)
  }
  const fromDealer = [...between]
    .filter(([key]) => key.split('~').includes(dealer ?? ''))
    .reduce((sum, [, n]) => sum + n, 0)
  return [
    [
      say.about(seconds(estimate.seconds)),
      ...[...between].flatMap(([key, n]) => {
        const [a = '', b = ''] = key.split('~')
        return a === dealer || b === dealer ? [] : [say.between(bytes(n), a, b)]
      }),
      ...(dealer === undefined || fromDealer === 0 ? [] : [say.from(bytes(fromDealer), dealer)]),
      ...(estimate.rounds === 0 ? [] : [say.rounds(number(estimate.rounds))]),
    ].join(locale === 'zh' ? '，' : ', '),
    say.memory(bytes(estimate.memoryBytes)),
    ...(estimate.scratchBytes === undefined ? [] : [say.scratch(bytes(estimate.scratchBytes))]),
  ].join(say.join)
}

const distinct = (items: readonly string[]): string[] => [...new Set(items)]

interface Entry {
  head: string
  items: string[]
  follows: string[]
}

const headWidth = ({ learns }: Statement, locale: Locale): number =>
  Math.max(
    ...[words[locale].assumes, words[locale].costs, ...learns.map((l) => words[locale].learns(l.member))].map(
      displayWidth,
    ),
  ) + 3

/** Heads in one column, items beside them, as many on a line as fit. */
function page(entries: readonly Entry[], width: number, column?: number): string {
  const indent = column ?? Math.max(...entries.map((e) => displayWidth(e.head))) + 3
  const blank = ' '.repeat(indent)
  return entries
    .flatMap(({ head, items, follows }) => {
      const lines: string[] = []
      for (const item of items) {
        const last = lines.at(-1)
        const joined = `${last} · ${item}`
        if (last !== undefined && displayWidth(joined) <= width - indent) lines[lines.length - 1] = joined
        else lines.push(item)
      }
      const room = width - indent
      const wrapped = [
        ...lines.flatMap((line) => wrap(line, room)),
        ...follows.flatMap((f) => wrap(f, room - 3).map((line, i) => (i === 0 ? `=> ${line}` : `   ${line}`))),
      ]
      return wrapped.map((line, i) => (i === 0 ? head + ' '.repeat(indent - displayWidth(head)) : blank) + line)
    })
    .join('\n')
}
