/**
 * Consequences: what a member can work out from several disclosures taken together, or from one with its own data. Each rule
 * is one function over the union and one sentence in each language; each has its test. A rule that is true in some case
 * only says in which. See docs/disclosure.md.
 */
import type { Locale } from '@secureflow/base'
import type { DisclosureKind } from './disclosure.ts'
import type { StatedDisclosure } from './statement.ts'
import { and, number } from './words.ts'

export type ConsequenceRule = keyof typeof rules

export interface Consequence {
  rule: ConsequenceRule
  /** Who can work it out. */
  to: string
  /** About whom. */
  about: string[]
  /** The steps whose disclosures it follows from. */
  steps: string[]
  /** Figures in the sentence. */
  figures: Record<string, number>
}

type Found = Omit<Consequence, 'rule'>

interface Rule {
  follows: (union: readonly StatedDisclosure[]) => Found[]
  say: Record<Locale, (found: Found) => string>
}

const rules = {
  /** z = Σ over members of x·w. Its own part is known from its own weights and rows; the rest is the others'. */
  'partners-part-of-score': {
    follows: (union) =>
      pairs(union, 'score', 'model-weights').map(([scores, weights]) => ({
        to: scores.to,
        about: scores.from,
        steps: [weights.step, scores.step],
        figures: { rows: scores.atMost },
      })),
    say: {
      en: ({ about }) =>
        about.length === 1
          ? `from weights and scores it can compute ${about[0]}'s part of each row's score`
          : `from weights and scores it can compute what ${and(about, 'en')} together add to each row's score`,
      zh: ({ about }) =>
        about.length === 1
          ? `由权重与分数可算出 ${about[0]} 对每行分数的贡献部分`
          : `由权重与分数可算出 ${and(about, 'zh')} 合计对每行分数的贡献`,
    },
  },

  /** Each score is one linear equation in the partner's weights, whether from one run or from several. */
  'partners-weights-by-known-rows': {
    follows: (union) =>
      pairs(union, 'score', 'model-weights').flatMap(([scores, weights]) => {
        const partner = scores.from.length === 1 ? scores.from[0]! : undefined
        const theirs = union.find((d) => d.what === 'model-weights' && d.to === partner && d.step === weights.step)
        if (partner === undefined || theirs === undefined || scores.atMost < theirs.atMost) return []
        return [
          { to: scores.to, about: [partner], steps: [weights.step, scores.step], figures: { columns: theirs.atMost } },
        ]
      }),
    say: {
      en: ({ about, figures }) =>
        `if it knows ${about[0]}'s values of ${number(figures.columns!)} scored rows, it can solve for ${about[0]}'s weights`,
      zh: ({ about, figures }) =>
        `若已知 ${about[0]} 在 ${number(figures.columns!)} 个已打分行上的取值，即可解出 ${about[0]} 的权重`,
    },
  },

  'both-know-shared-rows': {
    follows: (union) =>
      union.flatMap((d) => {
        const mutual = union.some(
          (e) => e.what === 'matched-rows' && e.step === d.step && d.from.includes(e.to) && e.from.includes(d.to),
        )
        return d.what === 'matched-rows' && mutual
          ? [{ to: d.to, about: d.from, steps: [d.step], figures: { rows: d.atMost } }]
          : []
      }),
    say: {
      en: ({ about }) => `it and ${and(about, 'en')} both know which rows (customers) they share`,
      zh: ({ about }) => `它与 ${and(about, 'zh')} 双方都知道共有哪些行（客户）`,
    },
  },

  'rows-that-one-lacks': {
    follows: (union) =>
      union.flatMap((d) => {
        const count = union.find(
          (e) =>
            e.what === 'row-count' &&
            e.detail.padded !== 1 &&
            e.step === d.step &&
            e.to === d.to &&
            e.from.every((m) => d.from.includes(m)),
        )
        return d.what === 'matched-rows' && count !== undefined
          ? [{ to: d.to, about: d.from, steps: [d.step], figures: {} }]
          : []
      }),
    say: {
      en: ({ about }) =>
        `it knows which of its rows ${and(about, 'en')} lacks, and how many rows ${and(about, 'en')} has that it lacks`,
      zh: ({ about }) => `它知道自己的哪些行 ${and(about, 'zh')} 没有，以及 ${and(about, 'zh')} 有多少行是它没有的`,
    },
  },

  /** Intersection answers for every identifier that is put in. */
  'membership-by-chosen-rows': {
    follows: (union) =>
      union.flatMap((d) =>
        d.what === 'matched-rows' ? [{ to: d.to, about: d.from, steps: [d.step], figures: {} }] : [],
      ),
    say: {
      en: ({ about }) => `whatever identifier it puts into its table is looked up among ${and(about, 'en')}'s`,
      zh: ({ about }) => `它放入表中的任何标识都会在 ${and(about, 'zh')} 的标识中被查找`,
    },
  },

  /** What was handed over is no longer under its owner's terms, and it may be joined with anything. */
  'values-kept': {
    follows: (union) =>
      union.flatMap((d) =>
        d.what === 'matched-values' ? [{ to: d.to, about: d.from, steps: [d.step], figures: {} }] : [],
      ),
    say: {
      en: ({ about }) =>
        `it keeps these values of ${and(about, 'en')}'s beside its own rows; taking leave back later does not take them back`,
      zh: ({ about }) => `它可将 ${and(about, 'zh')} 的这些取值与自己的行一同保留；事后收回许可并不能收回这些取值`,
    },
  },

  'most-extreme-value': {
    follows: (union) =>
      union.flatMap((d) =>
        d.what === 'value-range' ? [{ to: d.to, about: d.from, steps: [d.step], figures: {} }] : [],
      ),
    say: {
      en: ({ about }) =>
        `it knows within a factor of two how far ${and(about, 'en')}'s most extreme value lies from its mean, not whose it is`,
      zh: ({ about }) => `它知道 ${and(about, 'zh')} 最极端的取值偏离均值多远（两倍以内），但不知属于哪一行`,
    },
  },

  /** A fitted weight is a statistic of the label given the other columns. */
  'how-columns-go-with-label': {
    follows: (union) =>
      union.flatMap((d) => {
        const label = d.detail.label
        return d.what === 'model-weights' && typeof label === 'string' && label !== d.to
          ? [{ to: d.to, about: [label], steps: [d.step], figures: { columns: d.atMost } }]
          : []
      }),
    say: {
      en: ({ about }) =>
        `its weights tell how strongly each of its columns goes with ${about[0]}'s label, other columns being equal`,
      zh: ({ about }) => `其权重表明：其他列相同时，它的每一列与 ${about[0]} 的标签关联多强`,
    },
  },

  /** Whoever has the label can fit its own columns alone, and see what the partners' columns changed. */
  'how-columns-overlap': {
    follows: (union) =>
      union.flatMap((d) =>
        d.what === 'model-weights' && d.detail.label === d.to
          ? [{ to: d.to, about: d.from, steps: [d.step], figures: {} }]
          : [],
      ),
    say: {
      en: ({ about }) =>
        `its weights, beside those of a model of its own columns alone, tell how ${and(about, 'en')}'s columns overlap with its own`,
      zh: ({ about }) => `将其权重与仅用自己各列训练的模型对照，可看出 ${and(about, 'zh')} 的列与自己的列有多少重叠`,
    },
  },
} satisfies Record<string, Rule>

/** Pairs of one disclosure of each kind with the same receiver, about the same members. */
function pairs(
  union: readonly StatedDisclosure[],
  first: DisclosureKind,
  second: DisclosureKind,
): [StatedDisclosure, StatedDisclosure][] {
  return union.flatMap((a) => {
    if (a.what !== first) return []
    const b = union.find((d) => d.what === second && d.to === a.to && a.from.some((m) => d.from.includes(m)))
    return b === undefined ? [] : [[a, b]]
  })
}

export function consequencesOf(union: readonly StatedDisclosure[]): Consequence[] {
  const all = Object.entries(rules).flatMap(([rule, { follows }]) =>
    follows(union).map((found): Consequence => ({ rule: rule as ConsequenceRule, ...found })),
  )
  // Two score steps on one model say the same thing twice.
  const seen = new Set<string>()
  return all.filter(({ rule, to, about, figures }) => {
    const key = JSON.stringify([rule, to, about, rule === 'partners-part-of-score' ? 0 : figures])
    return !seen.has(key) && seen.add(key)
  })
}

export const sayConsequence = (consequence: Consequence, locale: Locale): string =>
  rules[consequence.rule].say[locale](consequence)
