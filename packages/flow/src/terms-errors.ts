/** Why terms deny, for the person who must act: the owner's steward, or whoever drew the flow. */
import { errorCatalog, type PublicValue } from '@secureflow/base'

export const termsErrors = errorCatalog({
  TERMS_NOT_YAML: {
    class: 'input',
    en: 'The terms are not well-formed YAML or JSON.',
    zh: '条款不是格式正确的 YAML 或 JSON。',
    fix: { en: 'See docs/terms.md for an example.', zh: '示例见 docs/terms.md。' },
  },
  TERMS_SHAPE: {
    class: 'input',
    en: 'Terms: "{where}" is not as expected ({expected}).',
    zh: '条款：“{where}”不符合要求（{expected}）。',
    fix: { en: 'See docs/terms.md for an example.', zh: '示例见 docs/terms.md。' },
  },
  TERMS_MEMBER: {
    class: 'policy',
    en: 'The terms of {asset} do not admit {actual}; they admit: {expected}.',
    zh: '{asset} 的条款不允许 {actual} 参与；允许的成员：{expected}。',
    fix: {
      en: "{owner}'s steward can add {actual} to members, or the flow can do without {actual}.",
      zh: '{owner} 的数据管家可将 {actual} 加入 members，或流程不使用 {actual}。',
    },
  },
  TERMS_PURPOSE: {
    class: 'policy',
    en: 'The terms of {asset} do not allow the purpose "{actual}"; they allow: {expected}.',
    zh: '{asset} 的条款不允许用途“{actual}”；允许的用途：{expected}。',
    fix: {
      en: 'State the true purpose in the flow if it is one of these, or ask {owner} to allow this one.',
      zh: '如真实用途在其中，请在流程中写明；否则请 {owner} 允许该用途。',
    },
  },
  TERMS_COMPONENT: {
    class: 'policy',
    en: 'The terms of {asset} do not allow the component {actual}; they allow: {expected}.',
    zh: '{asset} 的条款不允许组件 {actual}；允许的组件：{expected}。',
    fix: {
      en: "{owner}'s steward can add {actual} to components, or the flow can use another.",
      zh: '{owner} 的数据管家可将 {actual} 加入 components，或流程改用其他组件。',
    },
  },
  TERMS_DISCLOSURE: {
    class: 'policy',
    en: 'The terms of {asset} do not let {actual} learn "{subject}"; it may be learnt by: {expected}.',
    zh: '{asset} 的条款不允许 {actual} 得知“{subject}”；可得知者：{expected}。',
    fix: {
      en: "{owner}'s steward can add {actual} to disclosures.{subject}, or the flow can send it elsewhere.",
      zh: '{owner} 的数据管家可将 {actual} 加入 disclosures.{subject}，或流程改发给其他成员。',
    },
  },
  TERMS_COLUMN: {
    class: 'policy',
    en: 'The terms of {asset} do not allow the use "{actual}" of column {column}; they allow: {expected}.',
    zh: '{asset} 的条款不允许将列 {column} 用于“{actual}”；允许的用途：{expected}。',
    fix: {
      en: "Leave the column out where the table is read, or ask {owner}'s steward to allow this use.",
      zh: '读取数据表时去掉该列，或请 {owner} 的数据管家允许该用途。',
    },
  },
  TERMS_COLUMN_ROWS: {
    class: 'policy',
    en: 'The use "{subject}" of column {column} of {asset} needs at least {expected} aligned rows; here there are about {actual}.',
    zh: '将 {asset} 的列 {column} 用于“{subject}”至少需要 {expected} 个对齐行；此处约有 {actual} 行。',
    fix: {
      en: "{owner}'s steward can lower the limit, or the column can be left out where the table is read.",
      zh: '{owner} 的数据管家可降低该下限，或读取数据表时去掉该列。',
    },
  },
  TERMS_ROWS: {
    class: 'policy',
    en: 'The terms of {asset} need at least {expected} aligned rows; here there are about {actual}.',
    zh: '{asset} 的条款要求至少 {expected} 个对齐行；此处约有 {actual} 行。',
    fix: {
      en: "Bring more rows, or ask {owner}'s steward to lower minimumRows.",
      zh: '请提供更多行，或请 {owner} 的数据管家降低 minimumRows。',
    },
  },
  TERMS_EXPIRED: {
    class: 'policy',
    en: 'The terms of {asset} ended at {expected}.',
    zh: '{asset} 的条款已于 {expected} 到期。',
    fix: { en: "{owner}'s steward can set a later date.", zh: '{owner} 的数据管家可设定更晚的日期。' },
  },
  TERMS_USES: {
    class: 'policy',
    en: 'The terms of {asset} allow {expected} runs, and there were {actual}.',
    zh: '{asset} 的条款允许 {expected} 次运行，已进行 {actual} 次。',
    fix: { en: "{owner}'s steward can allow more.", zh: '{owner} 的数据管家可增加次数。' },
  },
  TERMS_ROLE: {
    class: 'policy',
    en: 'The terms of {asset} ask {subject} for one of the roles {expected}; it holds: {actual}.',
    zh: '{asset} 的条款要求 {subject} 具有以下角色之一：{expected}；其现有角色：{actual}。',
    fix: {
      en: 'The network can vote to give {subject} the role, or {owner} can add its role to roles.',
      zh: '可由网络成员投票授予 {subject} 该角色，或请 {owner} 将其角色加入 roles。',
    },
  },
  TERMS_PARAMETER: {
    class: 'policy',
    en: 'The terms of {asset} allow "{subject}" in this range: {expected}; step {step} has {actual}.',
    zh: '{asset} 的条款允许“{subject}”的范围为：{expected}；步骤 {step} 的取值为 {actual}。',
    fix: {
      en: "Set {subject} within the range, or ask {owner}'s steward to widen it.",
      zh: '请将 {subject} 设在该范围内，或请 {owner} 的数据管家放宽范围。',
    },
  },
  TERMS_AGGREGATE: {
    class: 'policy',
    en: 'An aggregate over column {column} of {asset} must cover at least {expected} rows; the smallest here covers {actual}.',
    zh: '对 {asset} 的列 {column} 的每个聚合至少须覆盖 {expected} 行；此处最小的只覆盖 {actual} 行。',
    fix: {
      en: "Use coarser groups, or ask {owner}'s steward to lower aggregateRows.",
      zh: '请使用更粗的分组，或请 {owner} 的数据管家降低 aggregateRows。',
    },
  },
  TERMS_EPSILON: {
    class: 'policy',
    en: 'The terms of {asset} allow a privacy budget of {expected} in the period; with this run it would be {actual}.',
    zh: '{asset} 的条款规定周期内的隐私预算为 {expected}；加上本次运行将达到 {actual}。',
    fix: {
      en: 'Ask for fewer or noisier statistics, or wait until earlier ones have left the period.',
      zh: '请减少统计量或加大噪声，或等待较早的支出移出周期。',
    },
  },
  TERMS_EARLY: {
    class: 'policy',
    en: 'The terms of {asset} begin at {expected}.',
    zh: '{asset} 的条款自 {expected} 起生效。',
    fix: { en: "Wait until then, or ask {owner}'s steward.", zh: '请等到该时间，或联系 {owner} 的数据管家。' },
  },
  TERMS_DAY: {
    class: 'policy',
    en: 'The terms of {asset} allow runs on these days, UTC: {expected}; today is {actual}.',
    zh: '{asset} 的条款允许在以下日子（UTC）运行：{expected}；今天是 {actual}。',
    fix: { en: "Wait for such a day, or ask {owner}'s steward.", zh: '请等到允许的日子，或联系 {owner} 的数据管家。' },
  },
  TERMS_HOUR: {
    class: 'policy',
    en: 'The terms of {asset} allow runs in the hours {expected}, UTC; it is hour {actual}.',
    zh: '{asset} 的条款允许在 {expected} 时（UTC）运行；现在是 {actual} 时。',
    fix: {
      en: "Wait for such an hour, or ask {owner}'s steward.",
      zh: '请等到允许的时段，或联系 {owner} 的数据管家。',
    },
  },
  TERMS_PRICE: {
    class: 'policy',
    en: 'A run on {asset} costs {expected} credits; {actual} are offered.',
    zh: '使用 {asset} 每次运行需 {expected} 积分；当前出价为 {actual}。',
    fix: {
      en: 'Set offer: {expected} in the step that reads it, or agree on another price with {owner}.',
      zh: '请在读取该数据集的步骤中设置 offer: {expected}，或与 {owner} 另行约定价格。',
    },
  },
  TERMS_APPROVAL: {
    class: 'policy',
    en: 'A person at {owner} must approve this use of {asset} ({subject}).',
    zh: '对 {asset} 的此次使用须经 {owner} 的人员批准（{subject}）。',
    fix: { en: 'Ask {owner} to approve; nothing else forbids it.', zh: '请 {owner} 批准；此外没有其他限制。' },
  },
  TERMS_ENDORSEMENTS: {
    class: 'policy',
    en: 'This use of {asset} needs endorsements: {expected}; there are {actual}.',
    zh: '对 {asset} 的此次使用需要背书：{expected}；现有 {actual} 个。',
    fix: {
      en: 'Ask the members named to vouch for it; nobody vouches for a run of its own.',
      zh: '请所列成员为其背书；任何成员不得为自己发起的运行背书。',
    },
  },
  TERMS_SECRET: {
    class: 'policy',
    en: 'The terms of {asset} do not allow this; {owner} does not say why.',
    zh: '{asset} 的条款不允许此操作；{owner} 不说明原因。',
    fix: { en: 'Talk to {owner}.', zh: '请与 {owner} 联系。' },
  },
  GRANT_OTHER: {
    class: 'policy',
    en: 'The grant of {asset} is for another {subject}.',
    zh: '{asset} 的授权针对的是另一个{subject}。',
    fix: { en: 'Ask {owner} for a grant of exactly this.', zh: '请向 {owner} 申请与此完全一致的授权。' },
  },
  GRANT_REVOKED: {
    class: 'policy',
    en: 'The grant of {asset} was revoked by {owner}.',
    zh: '{owner} 已撤销对 {asset} 的授权。',
    fix: { en: 'Ask {owner} for a new one.', zh: '请向 {owner} 申请新的授权。' },
  },
  GRANT_QUOTA: {
    class: 'policy',
    en: 'The grant of {asset} is for {expected} runs, and there were {actual}.',
    zh: '{asset} 的授权可运行 {expected} 次，已运行 {actual} 次。',
    fix: { en: 'Ask {owner} for a new one.', zh: '请向 {owner} 申请新的授权。' },
  },
  GRANT_TIME: {
    class: 'policy',
    en: 'The grant of {asset} holds in another time: {expected}.',
    zh: '{asset} 的授权不在有效期内：{expected}。',
    fix: { en: 'Wait for it, or ask {owner} for a new one.', zh: '请等到有效期，或向 {owner} 申请新的授权。' },
  },
  GUARD_SMALL: {
    class: 'policy',
    en: 'The query on {asset} covers {actual} rows, or all but {actual}; at least {expected} are needed.',
    zh: '对 {asset} 的查询覆盖 {actual} 行，或仅缺 {actual} 行；至少需要 {expected} 行。',
    fix: { en: 'Ask about more rows.', zh: '请扩大查询范围。' },
  },
  GUARD_DIFFERENCE: {
    class: 'policy',
    en: 'Together with earlier releases of {asset} the query would isolate fewer than {expected} rows.',
    zh: '该查询与 {asset} 先前放出的结果结合，将区分出少于 {expected} 行。',
    fix: {
      en: 'Repeat an earlier query, or choose groups that differ from earlier ones in more rows.',
      zh: '请重复先前的查询，或选择与先前相差更多行的分组。',
    },
  },
  GUARD_UNKNOWN: {
    class: 'policy',
    en: '{owner} cannot tell which rows of {asset} this query or an earlier one covers.',
    zh: '{owner} 无法得知该查询或先前查询覆盖 {asset} 的哪些行。',
    fix: { en: 'Only the same query can be repeated.', zh: '只能重复同一查询。' },
  },
  GUARD_BOUND: {
    class: 'policy',
    en: 'Whether the query on {asset} isolates rows cannot be decided within the bounds; so it is refused.',
    zh: '无法在限定范围内判定对 {asset} 的查询是否会区分出个别行，因此予以拒绝。',
    fix: {
      en: 'Repeat an earlier query, or ask {owner} for a new version of the data.',
      zh: '请重复先前的查询，或请 {owner} 提供新版本的数据。',
    },
  },
  TERMS_COUNT: {
    class: 'policy',
    en: 'The agreed statement allows {expected} elements to be opened to {party}; {actual} were asked for.',
    zh: '约定的声明允许向 {party} 公开 {expected} 项，实际要求公开 {actual} 项。',
    fix: { en: 'Compare the sizes of the inputs with the agreement.', zh: '请将输入规模与约定书比对。' },
  },
})

export interface DenialReason {
  code: string
  /** Path in the terms: `disclosures.score`, `columns.turnover.minimumRows`. */
  rule: string
  step?: string
  column?: string
  /** Whom it is about. */
  party?: string
  expected: string | number
  actual: string | number
  what: { en: string; zh: string }
  fix: { en: string; zh: string }
}

type DenialCode = Exclude<keyof typeof termsErrors, 'TERMS_NOT_YAML' | 'TERMS_SHAPE'>
type Grounds = Omit<DenialReason, 'code' | 'what' | 'fix'> & { asset: string; owner: string }

/** `subject`: what may not be learnt or used. */
export function deny(code: DenialCode, { asset, owner, ...given }: Grounds, subject = ''): DenialReason {
  const grounds = { ...given, expected: told(given.expected), actual: told(given.actual) }
  const make = termsErrors[code] as (fields: Record<string, PublicValue>) => ReturnType<typeof termsErrors.TERMS_ROWS>
  const error = make({ asset, owner, subject, ...grounds })
  const [en, zh] = [error.say('en'), error.say('zh')]
  return { code, ...grounds, what: { en: en.what, zh: zh.what }, fix: { en: en.fix, zh: zh.fix } }
}

/** Reasons travel: no figure that is none, no list without end. */
const told = (value: string | number): string | number =>
  typeof value === 'string' ? value.slice(0, 400) : Number.isFinite(value) ? value + 0 : '-'
