/** Whether a run keeps to the charter of the space that it names. Pure: nodes refuse by it, pages show it while one draws. */
import type { AssetFacts } from './component.ts'
import type { DisclosureKind } from './disclosure.ts'
import { epsilonOf } from './evaluate.ts'
import { flowHash } from './flow.ts'
import { checkFlow } from './parse.ts'
import type { Plan } from './plan.ts'
import type { SpaceCharter, SpaceDraft } from './space.ts'

export const spaceRules = ['member', 'purpose', 'period', 'runs', 'epsilon', 'flow', 'data', 'sees'] as const
export type SpaceRule = (typeof spaceRules)[number]

export interface SpaceBreach {
  rule: SpaceRule
  /** What the charter says, and what the run would do; public words of the flow and the charter. */
  expected: string
  actual: string
}

export interface SpaceFacts {
  now: number
  /** Members that have left. */
  left: readonly string[]
  runsBefore: number
  epsilonBefore: number
}

/** Everything but what changes with time: who, what for, by which flow, on which columns, learning what. */
export function charterBreaches(charter: SpaceCharter, plan: Plan): SpaceBreach[] {
  const { gives, terms } = charter
  const members = charter.members.map((m) => m.id)
  const breaches: SpaceBreach[] = plan.members
    .filter((m) => !members.includes(m))
    .map((m) => ({ rule: 'member', expected: members.join(', '), actual: m }))
  if (plan.purpose !== charter.purpose)
    breaches.push({ rule: 'purpose', expected: charter.purpose, actual: plan.purpose || '-' })
  if (!isAgreed(charter, plan))
    breaches.push({ rule: 'flow', expected: charter.flows.map((f) => f.name).join(', '), actual: plan.flow.flow })
  for (const { id, name, owner } of plan.assets)
    if (!gives.some((g) => g.member === owner && g.asset === id))
      breaches.push({ rule: 'data', expected: givenBy(charter, owner), actual: name })
  const columns = new Map<string, Set<string>>()
  for (const { member, asset, columns: given } of gives) {
    if (!plan.assets.some((a) => a.id === asset)) continue
    const known = columns.get(member) ?? new Set()
    for (const { name } of given) known.add(name)
    columns.set(member, known)
  }
  const owned = new Map(plan.assets.map((a) => [a.owner, new Set<string>()]))
  for (const { owner, schema } of plan.assets) for (const c of schema.columns) owned.get(owner)!.add(c.name)
  const beyond = new Set<string>()
  // Columns that the flow makes itself, such as scores, are nobody's gift.
  for (const { member, column } of plan.tasks.flatMap((t) => t.uses))
    if (owned.get(member)?.has(column) && !columns.get(member)?.has(column)) beyond.add(`${member}.${column}`)
  for (const actual of beyond)
    breaches.push({ rule: 'data', expected: givenBy(charter, actual.split('.')[0]!), actual })
  const seen = new Set<string>()
  for (const { what, to, from } of plan.tasks.flatMap((t) => t.disclosures)) {
    const allowed = terms.sees.find((s) => s.member === to)?.what ?? []
    if (from.every((m) => m === to) || allowed.includes(what) || seen.has(`${to} ${what}`)) continue
    seen.add(`${to} ${what}`)
    breaches.push({ rule: 'sees', expected: `${to}: ${allowed.join(', ') || '-'}`, actual: `${to}: ${what}` })
  }
  return breaches
}

/** Of a run that would be agreed now. */
export function spaceBreaches(charter: SpaceCharter, plan: Plan, facts: SpaceFacts): SpaceBreach[] {
  const { terms } = charter
  const spent = facts.epsilonBefore + planEpsilon(plan)
  return [
    ...leftBreaches(plan, facts.left),
    ...periodBreaches(charter, facts.now),
    ...(facts.runsBefore < terms.runs
      ? []
      : [{ rule: 'runs' as const, expected: String(terms.runs), actual: String(facts.runsBefore) }]),
    ...(spent <= (terms.epsilon ?? 0) + 1e-9
      ? []
      : [{ rule: 'epsilon' as const, expected: String(terms.epsilon ?? 0), actual: String(spent) }]),
    ...charterBreaches(charter, plan),
  ]
}

export const leftBreaches = (plan: Plan, left: readonly string[]): SpaceBreach[] =>
  plan.members.filter((m) => left.includes(m)).map((m) => ({ rule: 'member', expected: '-', actual: m }))

export const periodBreaches = ({ terms }: Pick<SpaceCharter, 'terms'>, now: number): SpaceBreach[] =>
  now >= terms.from && now < terms.until
    ? []
    : [
        {
          rule: 'period',
          expected: `${new Date(terms.from).toISOString()} … ${new Date(terms.until).toISOString()}`,
          actual: new Date(now).toISOString(),
        },
      ]

const givenBy = ({ gives }: SpaceCharter, owner: string): string =>
  gives.flatMap((g) => (g.member === owner ? [g.name] : [])).join(', ') || '-'

/** What all noisy disclosures of a plan spend together. */
export const planEpsilon = ({ tasks }: Plan): number => tasks.reduce((sum, t) => sum + epsilonOfTask(t.disclosures), 0)

const epsilonOfTask = (disclosures: Plan['tasks'][number]['disclosures']): number =>
  epsilonOf({
    disclosures: disclosures.flatMap(({ what, to, detail }) =>
      'epsilon' in detail
        ? [{ step: '', what, to, epsilon: typeof detail.epsilon === 'number' ? detail.epsilon : Number.NaN }]
        : [],
    ),
  })

/** The space itself is no part of the flow that was agreed on: it did not exist yet. */
function isAgreed({ flows, terms }: SpaceCharter, { flow, tasks }: Plan): boolean {
  const { space: _, ...bare } = flow
  const agreed = flows.flatMap(({ text }) => {
    const checked = checkFlow(text)
    return checked.ok ? [checked.value] : []
  })
  if (agreed.some((f) => flowHash(f) === flowHash(bare))) return true
  if (terms.flows === 'as-drawn') return false
  const known = new Set(agreed.flatMap((f) => f.steps.map((s) => s.use)))
  return tasks.every((t) => known.has(t.component))
}

/** The datasets of a charter, for compiling its flows before anything is asked of anybody. */
export const giftFacts = (gives: SpaceDraft['gives']): AssetFacts[] =>
  gives.map(({ member, asset, name, rows, columns }) => ({
    id: asset,
    name,
    owner: member,
    rows,
    schema: { columns },
    digest: asset,
    termsHash: '0'.repeat(64),
  }))

/** Who learns what where these plans run, and nothing more: what the terms of a space begin with. */
export function seenIn(plans: readonly Plan[]): SpaceCharter['terms']['sees'] {
  const seen = new Map<string, Set<DisclosureKind>>()
  for (const { what, to, from } of plans.flatMap((p) => p.tasks.flatMap((t) => t.disclosures)))
    if (!from.every((m) => m === to)) seen.set(to, (seen.get(to) ?? new Set()).add(what))
  return [...seen].map(([member, kinds]) => ({ member, what: [...kinds] }))
}
