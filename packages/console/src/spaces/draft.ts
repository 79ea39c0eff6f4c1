/** A space while it is being put together: what was chosen, what follows from it, what is still missing. No React in it. */
import { components } from '@secureflow/components/declarations'
import {
  type AssetFacts,
  charterBreaches,
  checkFlow,
  checkPlan,
  type Flow,
  formatFlow,
  giftFacts,
  type HouseView,
  houseView,
  type Plan,
  type SpaceCharter,
  type SpaceDraft,
  type SpaceGoal,
  seenIn,
  type TemplateName,
  templateFlow,
  templateNames,
} from '@secureflow/flow'

export interface SideChoice {
  /** Id of the asset. */
  asset: string
  /** Names of those columns that may be used. */
  columns: string[]
  id: string
  label?: string
}

export interface SpaceChoice {
  goal: SpaceGoal
  title: string
  purpose: string
  /** Beside this member. */
  partners: string[]
  /** By member; who gives nothing is not in it. */
  sides: Record<string, SideChoice>
  template: TemplateName | 'own'
  /** A flow that was drawn, or that stood in an earlier charter. */
  text: string
  from: number
  until: number
  runs: number
  flows: SpaceDraft['terms']['flows']
  /** Where it differs from what the flow tells. */
  sees?: SpaceDraft['terms']['sees']
}

const dayMs = 86_400_000

export const templateOf = (goal: SpaceGoal): SpaceChoice['template'] =>
  goal === 'custom'
    ? 'own'
    : goal === 'statistics'
      ? 'audience-overlap'
      : (templateNames.find((t) => t === goal) ?? 'audience-overlap')

export function newChoice(goal: SpaceGoal, title: string, now: number): SpaceChoice {
  return {
    ...{ goal, title, purpose: goal, partners: [], sides: {}, template: templateOf(goal), text: '' },
    ...{ from: now - (now % 60_000), until: now + 90 * dayMs, runs: 20, flows: 'as-drawn' },
  }
}

/** From a charter, to change it. */
export function choiceOf(charter: SpaceCharter, self: string): SpaceChoice {
  const { goal, title, purpose, gives, flows, terms } = charter
  const sides = Object.fromEntries(
    gives.map((g): [string, SideChoice] => [
      g.member,
      { asset: g.asset, columns: g.columns.map((c) => c.name), id: g.columns[0]!.name },
    ]),
  )
  const { from, until, runs, sees } = terms
  return {
    ...{
      goal,
      title,
      purpose,
      sides,
      template: 'own',
      text: flows[0]!.text,
      from,
      until,
      runs,
      flows: terms.flows,
      sees,
    },
    partners: charter.members.map((m) => m.id).filter((m) => m !== self),
  }
}

/** How a side begins: everything but what looks like nothing anybody asked for. */
export function sideOf(asset: AssetFacts, id: string | undefined, label: string | undefined): SideChoice {
  const names = asset.schema.columns.map((c) => c.name)
  const first = names.find((n) => n === id) ?? asset.schema.columns.find((c) => c.type === 'text')?.name ?? names[0]!
  return { asset: asset.id, columns: names, id: first, ...(label === undefined ? {} : { label }) }
}

/** Members with data, the one with the label first. */
function dataSides(choice: SpaceChoice, self: string): string[] {
  const members = [self, ...choice.partners].filter((m) => choice.sides[m] !== undefined)
  return members.sort((a, b) => Number(labelled(choice, b)) - Number(labelled(choice, a)))
}
const labelled = ({ sides }: SpaceChoice, member: string): boolean => sides[member]?.label !== undefined

/** Undefined while there is too little to make one of. */
function flowOf(choice: SpaceChoice, self: string, assets: readonly AssetFacts[]): Flow | undefined {
  if (choice.template === 'own') {
    const parsed = checkFlow(choice.text)
    return parsed.ok ? { ...without(parsed.value), purpose: choice.purpose } : undefined
  }
  const [first, second] = dataSides(choice, self)
  if (first === undefined || second === undefined) return undefined
  const side = (alias: string, member: string) => {
    const { asset, id, columns } = choice.sides[member]!
    const facts = assets.find((a) => a.id === asset)
    // To find out who is in both takes the identifiers and nothing else.
    if (choice.template === 'audience-overlap') return { alias, member, asset: facts?.name ?? asset, id, columns: [id] }
    const all = facts === undefined || facts.schema.columns.every((c) => columns.includes(c.name))
    return { alias, member, asset: facts?.name ?? asset, id, ...(all ? {} : { columns }) }
  }
  const label = choice.sides[first]!.label
  const dealer = [self, ...choice.partners].find((m) => choice.sides[m] === undefined)
  return templateFlow(choice.template, {
    sides: [side('own', first), side('partner', second)],
    purpose: choice.purpose,
    ...(label === undefined ? {} : { label }),
    ...(dealer === undefined ? {} : { dealer }),
  })
}

function isGiven(column: string, { id, label, columns }: SideChoice, { template }: SpaceChoice): boolean {
  return column === id || (template !== 'audience-overlap' && (column === label || columns.includes(column)))
}

function without({ space: _, lines: __, ...flow }: Flow): Flow {
  return flow
}

export interface Preview {
  draft: SpaceDraft
  house: HouseView
  plan: Plan | undefined
  /** What speaks against sending it. */
  problems: { code: string; what: { en: string; zh: string } }[]
}

/** What would be sent, and what it comes to from the point of view of this member. */
export function preview(choice: SpaceChoice, self: string, assets: readonly AssetFacts[]): Preview {
  const members = [self, ...choice.partners]
  const gives = members.flatMap((member): SpaceDraft['gives'] => {
    const side = choice.sides[member]
    const facts = assets.find((a) => a.id === side?.asset)
    if (side === undefined || facts === undefined) return []
    const columns = facts.schema.columns
      .filter(({ name }) => isGiven(name, side, choice))
      .map(({ name, type }) => ({ name, type }))
    return [{ member, asset: facts.id, name: facts.name, rows: facts.rows, columns }]
  })
  const flow = flowOf(choice, self, assets)
  const problems: Preview['problems'] = []
  let plan: Plan | undefined
  if (flow !== undefined) {
    const checked = checkPlan({ flow, components, assets: giftFacts(gives), links: {}, initiator: self })
    if (checked.ok) plan = checked.value
    else
      for (const { error } of checked.problems)
        problems.push({ code: error.code, what: { en: error.say('en').what, zh: error.say('zh').what } })
  }
  const { title, goal, purpose, from, until, runs } = choice
  const sees = choice.sees ?? (plan === undefined ? [] : seenIn([plan]))
  const draft: SpaceDraft = {
    ...{ title, goal, purpose, members, gives },
    flows: flow === undefined || flow.steps.length === 0 ? [] : [{ name: flow.flow, text: formatFlow(flow) }],
    terms: { from, until, runs, flows: choice.flows, sees },
  }
  if (plan !== undefined) {
    // Accounts are the node's to add; the rules do not look at them.
    const charter = { ...draft, members: members.map((id) => ({ id, account: '' })) } as unknown as SpaceCharter
    for (const { rule, expected, actual } of charterBreaches(charter, plan))
      problems.push({
        code: `RUN_SPACE_${rule.toUpperCase()}`,
        what: { en: `${actual} (${expected})`, zh: `${actual}（${expected}）` },
      })
  }
  return {
    draft,
    house: plan === undefined ? { leaves: [], learns: [] } : houseView(plan.statement, self),
    plan,
    problems,
  }
}

export type Step = 'goal' | 'partners' | 'gives' | 'flow' | 'terms' | 'summary'
export const steps: readonly Step[] = ['goal', 'partners', 'gives', 'flow', 'terms', 'summary']

/** Whether this step has all that the next one needs. */
export function isDone(step: Step, choice: SpaceChoice, { draft, plan, problems }: Preview, self: string): boolean {
  switch (step) {
    case 'goal':
      return choice.title.trim() !== '' && choice.purpose.trim() !== ''
    case 'partners':
      return choice.partners.length > 0
    case 'gives':
      return choice.template === 'own' ? draft.gives.length > 0 : dataSides(choice, self).length >= 2
    case 'flow':
      return plan !== undefined
    case 'terms':
      return choice.until > choice.from && choice.runs >= 1
    case 'summary':
      return plan !== undefined && problems.length === 0
  }
}
