/** Matching terms. Pure, total, deterministic; what is not known passes no limit, and a figure that is no number neither. */
import type { ColumnUse } from './component.ts'
import type { DisclosureKind } from './disclosure.ts'
import type { Json } from './flow.ts'
import { inRange, type Range, sayRange, sayValue } from './range.ts'
import { type AnyOf, type Terms, weekdays } from './terms.ts'
import { type DenialReason, deny } from './terms-errors.ts'

export interface RequestedStep {
  step: string
  component: string
  /** Resolved. */
  params?: Record<string, Json>
  /** Steps whose outputs it takes: without them there is no such step. */
  needs?: string[]
  members?: string[]
}

/** What a plan asks of one asset. */
export interface TermsRequest {
  asset: string
  assetName: string
  owner: string
  initiator: string
  /** Every member of a task that the asset flows into. */
  members: string[]
  /** Roles in the network, by member. */
  roles?: Record<string, string[]>
  purpose: string
  components: RequestedStep[]
  /** Whatever others learn from the owner in tasks that the asset flows into; `elements` at most, for `epsilon` if noisy. */
  disclosures: { step: string; what: DisclosureKind; to: string; elements?: number; epsilon?: number }[]
  /** `groupRows`: how many rows the smallest aggregate covers. */
  columns: { step: string; column: string; use: ColumnUse; groupRows?: number }[]
  /** Aligned rows that the flow expects; the smallest, where it aligns more than once. */
  rows: number
  /** Milliseconds since the epoch. */
  now: number
  usesBefore: number
  /** Privacy spent on this asset by earlier runs. */
  spent?: { at: number; epsilon: number }[]
  /** Credits offered for this asset. */
  offer?: number
  /** A person at the owner has agreed to exactly this. */
  approved?: boolean
  /** Who vouches for exactly this. */
  endorsedBy?: string[]
}

/** One opening, just before it would happen, on the node's own numbers. */
export interface ReleaseRequest {
  /** Name and owner of the asset, for messages. */
  asset?: string
  owner?: string
  what: DisclosureKind
  to: string
  count: number
  /** The most that the agreed statement allows. */
  atMost: number
  /** Aligned rows, as they turned out. */
  rows: number
  /** Own columns that the task uses; their rules may ask for more rows. */
  columns?: { column: string; use: ColumnUse; groupRows?: number }[]
  /** The task that opens. */
  task?: RequestedStep
  /** Whose run it is and what for, where that is known. */
  initiator?: string
  purpose?: string
  now: number
}

/** What would make it allowed, where nothing forbids it. */
export interface Needed {
  approval: boolean
  /** So many more of these members. */
  endorsements?: { missing: number; of: string[] }
}

/** Where `ask` is set nothing forbids the request and the reasons say what it waits for; whoever does not ask refuses. */
export type Verdict = { allow: true } | { allow: false; reasons: DenialReason[]; ask?: Needed }

/** At proposal: everything that the flow would do with the asset. */
export function evaluateTerms(terms: Terms, request: TermsRequest): Verdict {
  const names = { asset: request.assetName, owner: request.owner }
  const { rows, now } = request
  const denied = verdict([
    ...memberReasons(terms, request, names),
    ...purposeReasons(terms, request.purpose, names),
    ...request.components.flatMap((c) => componentReasons(terms, c, names)),
    ...request.disclosures.flatMap(({ step, what, to }) => disclosureReasons(terms, { what, to, step, ...names })),
    ...request.columns.flatMap((c) => columnReasons(terms, { ...c, rows, ...names })),
    ...epsilonReasons(terms, request, names),
    ...rowReasons(terms, { rows, ...names }),
    ...periodReasons(terms, { now, ...names }),
    ...calendarReasons(terms, { now, ...names }),
    ...(terms.uses === undefined || request.usesBefore < terms.uses
      ? []
      : [deny('TERMS_USES', { rule: 'uses', expected: terms.uses, actual: request.usesBefore, ...names })]),
    ...(terms.price === undefined || (request.offer ?? 0) >= terms.price
      ? []
      : [deny('TERMS_PRICE', { rule: 'price', expected: terms.price, actual: request.offer ?? 0, ...names })]),
  ])
  return denied.allow ? asking(terms, request, names) : denied
}

/** Before a release: what may have changed since, and what only now is known. */
export function evaluateRelease(terms: Terms, request: ReleaseRequest): Verdict {
  const { what, to, count, atMost, asset = '-', owner = '-', task, initiator, purpose, rows, now } = request
  const names = { asset, owner }
  return verdict([
    ...(initiator === undefined || initiator === owner || listed(terms.members, initiator)
      ? []
      : [denyMember(terms, initiator, names)]),
    ...(purpose === undefined ? [] : purposeReasons(terms, purpose, names)),
    ...(task === undefined ? [] : componentReasons(terms, task, names)),
    ...disclosureReasons(terms, { what, to, ...names }),
    ...(count >= 0 && count <= atMost
      ? []
      : [deny('TERMS_COUNT', { rule: 'statement', party: to, expected: atMost, actual: count, ...names })]),
    ...(request.columns ?? []).flatMap((c) => columnReasons(terms, { ...c, rows, ...names })),
    ...rowReasons(terms, { rows, ...names }),
    ...periodReasons(terms, { now, ...names }),
  ])
}

/** What noisy disclosures spend; the same release to several receivers is spent for each, who may not share what they see. */
export const epsilonOf = ({ disclosures }: Pick<TermsRequest, 'disclosures'>): number =>
  disclosures.reduce((sum, { epsilon = 0 }) => sum + (epsilon >= 0 ? epsilon : Number.NaN), 0)

function verdict(reasons: readonly DenialReason[]): Verdict {
  // The same thing asked by two steps is one reason, told of the first.
  const distinct = new Map<string, DenialReason>()
  for (const reason of reasons) {
    const { code, rule, party = '', column = '', actual } = reason
    const key = JSON.stringify([code, rule, party, column, actual])
    if (!distinct.has(key)) distinct.set(key, reason)
  }
  return distinct.size === 0 ? { allow: true } : { allow: false, reasons: [...distinct.values()] }
}

type Names = { asset: string; owner: string }
type Named = Names & { step?: string }

const withoutColumnRules: ColumnUse[] = ['join', 'train', 'predict', 'evaluate']
const listed = (allowed: AnyOf | undefined, name: string): boolean =>
  allowed !== undefined && (allowed === 'any' || allowed.includes(name))
const shown = (allowed: AnyOf | undefined): string =>
  (Array.isArray(allowed) ? allowed.join(', ') : (allowed ?? '')) || '-'
const entryOf = <T>(record: Record<string, T> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined

const denyMember = (terms: Terms, party: string, names: Names): DenialReason =>
  deny('TERMS_MEMBER', { rule: 'members', party, expected: shown(terms.members), actual: party, ...names })

function memberReasons(terms: Terms, { initiator, members, roles }: TermsRequest, names: Names): DenialReason[] {
  return [...new Set([initiator, ...members])].flatMap((party) => {
    if (party === names.owner) return []
    if (!listed(terms.members, party)) return [denyMember(terms, party, names)]
    const held = entryOf(roles, party) ?? []
    if (terms.roles === undefined || held.some((role) => listed(terms.roles, role))) return []
    const actual = held.join(', ') || '-'
    return [deny('TERMS_ROLE', { rule: 'roles', party, expected: shown(terms.roles), actual, ...names }, party)]
  })
}

const purposeReasons = ({ purposes }: Terms, purpose: string, names: Names): DenialReason[] =>
  listed(purposes, purpose)
    ? []
    : [deny('TERMS_PURPOSE', { rule: 'purposes', expected: shown(purposes), actual: purpose || '-', ...names })]

/** Ranges of a component's parameters; undefined where the component is not allowed. */
export function rangesOf({ components }: Terms, component: string): Record<string, Range> | undefined {
  if (components === 'any' || Array.isArray(components)) return listed(components, component) ? {} : undefined
  return entryOf(components, component) ?? entryOf(components, '*')
}

function componentReasons(terms: Terms, { step, component, params }: RequestedStep, names: Names): DenialReason[] {
  const ranges = rangesOf(terms, component)
  const { components } = terms
  if (ranges === undefined) {
    const expected = shown(components === 'any' || Array.isArray(components) ? components : Object.keys(components))
    return [deny('TERMS_COMPONENT', { rule: 'components', step, expected, actual: component, ...names })]
  }
  return Object.entries(ranges).flatMap(([param, range]) => {
    const value = entryOf(params, param)
    if (inRange(range, value)) return []
    const rule = `components.${component}.${param}`
    const grounds = { rule, step, expected: sayRange(range), actual: sayValue(value), ...names }
    return [deny('TERMS_PARAMETER', grounds, param)]
  })
}

function disclosureReasons(
  { disclosures }: Terms,
  { what, to, step, ...names }: Named & { what: DisclosureKind; to: string },
): DenialReason[] {
  if (to === names.owner || listed(disclosures[what], to)) return []
  const at = { rule: `disclosures.${what}`, party: to, ...(step === undefined ? {} : { step }) }
  return [deny('TERMS_DISCLOSURE', { ...at, expected: shown(disclosures[what]), actual: to, ...names }, what)]
}

function columnReasons(
  { columns }: Terms,
  c: Named & { column: string; use: ColumnUse; rows: number; groupRows?: number },
): DenialReason[] {
  const { column, use, rows, groupRows = Number.NaN, step, asset, owner } = c
  const named = columns !== undefined && Object.hasOwn(columns, column)
  const rule: NonNullable<Terms['columns']>[string] | undefined =
    columns === undefined ? { use: withoutColumnRules } : named ? columns[column] : columns['*']
  const at = { column, asset, owner, ...(step === undefined ? {} : { step }) }
  const path = `columns.${named ? column : '*'}`
  if (rule === undefined || !rule.use.includes(use))
    return [deny('TERMS_COLUMN', { ...at, rule: path, expected: rule?.use.join(', ') || '-', actual: use })]
  const { minimumRows, aggregateRows } = rule
  const tooFew = (at: number | undefined, limit: number): boolean => !((at ?? Number.NaN) >= limit)
  return [
    ...(minimumRows === undefined || !tooFew(rows, minimumRows)
      ? []
      : [deny('TERMS_COLUMN_ROWS', { ...at, rule: `${path}.minimumRows`, expected: minimumRows, actual: rows }, use)]),
    ...(use !== 'aggregate' || !tooFew(groupRows, aggregateRows ?? Number.POSITIVE_INFINITY)
      ? []
      : [
          deny('TERMS_AGGREGATE', {
            ...at,
            rule: `${path}.aggregateRows`,
            expected: aggregateRows ?? '-',
            actual: Number.isNaN(groupRows) ? '-' : groupRows,
          }),
        ]),
  ]
}

const dayMs = 86_400_000

function epsilonReasons({ epsilon: budget }: Terms, request: TermsRequest, names: Names): DenialReason[] {
  const asked = epsilonOf(request)
  if (asked === 0 || (budget === 'any' && asked >= 0)) return []
  const atMost = budget === undefined || budget === 'any' ? 0 : budget.atMost
  const since = budget === undefined || budget === 'any' ? 0 : request.now - budget.days * dayMs
  // What is not known to be over still counts, and a history that is not known is no empty one.
  const before = (request.spent ?? [{ at: Number.NaN, epsilon: Number.NaN }])
    .filter(({ at }) => !(at <= since))
    .reduce((sum, { epsilon }) => sum + (epsilon >= 0 ? epsilon : Number.NaN), 0)
  const sum = before + asked
  // Sums of decimal fractions: ten times 0.1 is 1.
  if (budget !== undefined && sum <= atMost + 1e-9 * Math.min(1, atMost)) return []
  const actual = Number.isNaN(sum) ? '-' : Number(sum.toPrecision(12))
  return [deny('TERMS_EPSILON', { rule: 'epsilon', expected: atMost, actual, ...names })]
}

const rowReasons = ({ minimumRows }: Terms, { rows, ...names }: Names & { rows: number }): DenialReason[] =>
  rows >= minimumRows
    ? []
    : [deny('TERMS_ROWS', { rule: 'minimumRows', expected: minimumRows, actual: rows, ...names })]

const periodReasons = ({ from, expires }: Terms, { now, ...names }: Names & { now: number }): DenialReason[] => [
  ...(from === undefined || now >= Date.parse(from)
    ? []
    : [deny('TERMS_EARLY', { rule: 'from', expected: from, actual: now, ...names })]),
  ...(now < Date.parse(expires)
    ? []
    : [deny('TERMS_EXPIRED', { rule: 'expires', expected: expires, actual: now, ...names })]),
]

/** When a run may be agreed; one that was agreed in time may end later. */
function calendarReasons({ days, hours }: Terms, { now, ...names }: Names & { now: number }): DenialReason[] {
  const date = new Date(now)
  const [day, hour] = [weekdays[date.getUTCDay()], date.getUTCHours()]
  const [begin, end] = hours ?? [0, 24]
  const within = begin < end ? hour >= begin && hour < end : hour >= begin || hour < end
  return [
    ...(days === undefined || (day !== undefined && days.includes(day))
      ? []
      : [deny('TERMS_DAY', { rule: 'days', expected: days.join(', ') || '-', actual: day ?? '-', ...names })]),
    ...(hours === undefined || within
      ? []
      : [deny('TERMS_HOUR', { rule: 'hours', expected: `${begin}-${end}`, actual: hour, ...names })]),
  ]
}

function asking(terms: Terms, request: TermsRequest, names: Names): Verdict {
  const above = terms.approval === 'always' ? undefined : terms.approval?.above
  const elements = request.disclosures
    .filter(({ to }) => to !== request.owner)
    .reduce((sum, d) => sum + (d.elements ?? Number.NaN), 0)
  const figures = { rows: request.rows, usesBefore: request.usesBefore, epsilon: epsilonOf(request), elements }
  const beyond = (Object.keys(figures) as (keyof typeof figures)[]).filter(
    (key) => above?.[key] !== undefined && !(figures[key] <= above[key]),
  )
  const reasons: DenialReason[] = []
  const approval = request.approved !== true && (terms.approval === 'always' || beyond.length > 0)
  if (approval && beyond.length === 0)
    reasons.push(deny('TERMS_APPROVAL', { rule: 'approval', expected: 'always', actual: '-', ...names }, 'always'))
  else if (approval)
    for (const key of beyond) {
      const actual = Number.isNaN(figures[key]) ? '-' : figures[key]
      const rule = `approval.above.${key}`
      reasons.push(
        deny('TERMS_APPROVAL', { rule, expected: above![key]!, actual, ...names }, `${key} > ${above![key]}`),
      )
    }

  const { atLeast, of } = terms.endorsements ?? { atLeast: 0, of: [] }
  const vouching = new Set((request.endorsedBy ?? []).filter((m) => of.includes(m) && m !== request.initiator))
  const missing = atLeast - vouching.size
  if (missing > 0) {
    const grounds = { rule: 'endorsements', expected: `${atLeast} (${of.join(', ')})`, actual: vouching.size }
    reasons.push(deny('TERMS_ENDORSEMENTS', { ...grounds, ...names }))
  }
  if (reasons.length === 0) return { allow: true }
  const left = of.filter((m) => m !== request.initiator && !vouching.has(m))
  return {
    allow: false,
    reasons,
    ask: { approval, ...(missing > 0 ? { endorsements: { missing, of: [...new Set(left)] } } : {}) },
  }
}
