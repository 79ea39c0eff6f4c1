/**
 * From a flow to a plan. Pure: every node compiles the same proposal to the same bytes. What enters is the flow, the
 * components that the node knows, the facts of the assets and the links, which are the initiator's measurements and part of
 * the proposal: partners measure other figures.
 */
import type {
  AssetFacts,
  ComponentRegistry,
  Cost,
  LinkFacts,
  PlanContext,
  PortFacts,
  SecurityModel,
} from './component.ts'
import { totalCost } from './cost.ts'
import type { Disclosure, PlannedDisclosure } from './disclosure.ts'
import { type Checked, flowErrors, orThrow, type Problem } from './errors.ts'
import { type Flow, flowHash, type Json } from './flow.ts'
import type { PartRule } from './part.ts'
import { type Plan, type PlannedTask, pair } from './plan.ts'
import { stateDisclosures } from './statement.ts'
import { type WiredStep, wire } from './wire.ts'

export interface CompileRequest {
  flow: Flow
  components: ComponentRegistry
  /** Every asset that the flow may read; those it does not read leave no trace. */
  assets: readonly AssetFacts[]
  /** By `pair(a, b)`; a pair that is missing counts as one machine. */
  links: Readonly<Record<string, LinkFacts>>
  initiator: string
}

/** What holds where nothing was measured: the nodes of one machine. */
const nearbyLink: LinkFacts = { roundTripMs: 0.3, bytesPerSecond: 300e6 }

/** @throws {FlowRefused} with every problem found */
export const compile = (request: CompileRequest): Plan => orThrow(checkPlan(request))

export function checkPlan(request: CompileRequest): Checked<Plan> {
  const { flow, components, initiator } = request
  const { steps, problems } = wire(flow, components)
  const links = new Links(request.links)
  problems.push(...links.problems, ...assetProblems(request.assets))
  // What follows trusts these figures: it counts by them.
  if (problems.some((p) => p.step === undefined)) return { ok: false, problems: located(flow, problems) }
  const tasks: PlannedTask[] = []
  for (const wired of steps) {
    const found = planTask(wired, tasks, request, links)
    if ('problems' in found) problems.push(...found.problems)
    else if (found.task !== undefined) tasks.push(found.task)
  }
  if (problems.length > 0) return { ok: false, problems: located(flow, problems) }
  const used = new Set(tasks.flatMap((t) => t.assets))
  const playing = new Set(tasks.flatMap((t) => t.parties.map((p) => p.id)))
  const dealer = tasks.some((t) => t.parties.some((p) => p.part === 'dealer')) ? dealerOf(flow) : undefined
  const security = strongestAssumption(tasks)
  return {
    ok: true,
    value: {
      flow,
      flowHash: flowHash(flow),
      initiator,
      purpose: flow.purpose,
      members: Object.values(flow.parties).filter((m) => playing.has(m)),
      ...(dealer === undefined ? {} : { dealer }),
      tasks,
      assets: request.assets.filter((a) => used.has(a.id)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      links: links.used,
      security,
      suites: [...new Set(tasks.flatMap((t) => (t.suite === undefined ? [] : [t.suite])))].sort(),
      statement: stateDisclosures({ tasks, security, dealer, members: Object.values(flow.parties) }),
      estimate: totalCost(tasks),
    },
  }
}

const dealerOf = (flow: Flow): string | undefined =>
  Object.hasOwn(flow.parties, 'dealer') ? flow.parties.dealer : undefined

/** `task` is absent where a step before this one has a problem: it was told there. */
function planTask(
  { step, component, inputs, params }: WiredStep,
  before: readonly PlannedTask[],
  { flow, assets }: CompileRequest,
  links: Links,
): { task?: PlannedTask } | { problems: Problem[] } {
  const at = (field: string | undefined, error: Problem['error']): Problem => ({
    step: step.name,
    ...(field === undefined ? {} : { field }),
    error,
  })
  const sources: PlannedTask['inputs'] = {}
  const facts: PlanContext<unknown>['inputs'] = {}
  for (const [port, source] of Object.entries(inputs)) {
    const task = before.find((t) => t.step === source.step)
    if (task === undefined) return {}
    sources[port] = { task: task.index, port: source.port }
    facts[port] = task.outputs[source.port]!.at
  }

  const cast = castParts(component.parts, { step, params, facts, flow })
  if ('errors' in cast) return { problems: cast.errors.map((error) => at(undefined, error)) }
  const { parts } = cast

  const owner = Object.values(parts)[0]![0]!
  const read: AssetFacts[] = []
  for (const wanted of component.reads?.(params) ?? []) {
    const own = assets.filter((a) => a.owner === owner)
    const asset = own.find((a) => a.id === wanted) ?? own.find((a) => a.name === wanted)
    if (asset === undefined) {
      const known = own.map((a) => a.name).join(', ') || '-'
      return { problems: [at('asset', flowErrors.FLOW_UNKNOWN_ASSET({ member: owner, asset: wanted, known }))] }
    }
    read.push(asset)
  }

  const context: PlanContext<unknown> = { params, parts, inputs: facts, assets: read, link: links.between }
  const complaints = component.check?.(context) ?? []
  if (complaints.length > 0) return { problems: complaints.map(({ field, error }) => at(field, error)) }

  const settled = { ...context, params: component.resolve?.(context) ?? params }
  const described = component.describe(settled)
  const stands = component.standsOn?.(settled.params) ?? component
  const offer = component.offers?.(settled.params)
  const parties = Object.entries(parts).flatMap(([part, members]) => members.map((id) => ({ id, part })))
  const upstream = Object.values(sources).flatMap(({ task }) => before[task]!.assets)
  return {
    task: {
      index: before.length,
      step: step.name,
      component: component.name,
      version: component.version,
      stage: component.stage,
      security: parties.length === 1 ? 'local' : stands.securityModel,
      parties,
      params: plain(settled.params) as Record<string, Json>,
      inputs: sources,
      outputs: Object.fromEntries(
        Object.entries(component.outputs).map(([port, { type }]) => [port, { type, at: described[port] ?? {} }]),
      ),
      reads: read.length === 0 ? {} : { [owner]: read.map((a) => a.id) },
      ...(offer === undefined ? {} : { offer }),
      assets: [...new Set([...upstream, ...read.map((a) => a.id)])].sort(),
      uses: component.uses?.(settled) ?? [],
      disclosures: component.discloses(settled).flatMap((d) => byMember(d, parts)),
      ...(stands.suite === undefined || parties.length === 1 ? {} : { suite: stands.suite }),
      choices: component.chose?.(context) ?? [],
      cost: whole(component.cost(settled)),
    },
  }
}

interface CastRequest {
  step: WiredStep['step']
  params: Record<string, unknown>
  facts: Record<string, Record<string, PortFacts>>
  flow: Flow
}

/** Gives every part its members: each member plays one part at most, and the dealer none but its own. */
function castParts(rules: Record<string, PartRule>, { step, params, facts, flow }: CastRequest) {
  const dealer = dealerOf(flow)
  const taken = new Set<string>()
  const parts: Record<string, string[]> = {}
  const errors: Problem['error'][] = []
  const inWrittenOrder = Object.values(flow.parties)
  for (const [part, { count, members }] of Object.entries(rules)) {
    const cast = members({
      at: step.at === undefined ? undefined : flow.parties[step.at],
      params,
      holders: (port) => inWrittenOrder.filter((m) => facts[port]?.[m] !== undefined),
      dealer,
      taken,
    })
    if (part === 'dealer' && cast.length === 0) errors.push(flowErrors.FLOW_NO_DEALER({ component: step.use }))
    else if ((count === 'one' && cast.length !== 1) || (count === 'many' && cast.length === 0))
      errors.push(
        flowErrors.FLOW_PART_COUNT({
          part,
          expected: count === 'one' ? '1' : '≥ 1',
          actual: cast.length === 0 ? '0' : cast.join(', '),
        }),
      )
    for (const member of cast) {
      if (member === dealer && part !== 'dealer') errors.push(flowErrors.FLOW_DEALER_HAS_DATA({ dealer, part }))
      const earlier = Object.keys(parts).find((p) => parts[p]!.includes(member))
      if (earlier !== undefined) errors.push(flowErrors.FLOW_PART_TWICE({ member, parts: `${earlier}, ${part}` }))
      taken.add(member)
    }
    parts[part] = cast
  }
  return errors.length > 0 ? { errors } : { parts }
}

/** One disclosure for each member that plays the learning part; nobody discloses to itself. */
function byMember(disclosure: Disclosure, parts: Record<string, string[]>): PlannedDisclosure[] {
  const { id, what, gated, detail = {}, atMost } = disclosure
  const sources = disclosure.from.flatMap((part) => parts[part] ?? [])
  return (parts[disclosure.to] ?? []).flatMap((to) => {
    const from = sources.filter((m) => m !== to)
    if (from.length === 0) return []
    return [{ id, what, to, from, atMost: typeof atMost === 'number' ? atMost : atMost(to), gated, detail }]
  })
}

const maxRows = 100_000_000

/** Facts of assets come from peers as well. */
function assetProblems(assets: readonly AssetFacts[]): Problem[] {
  return assets.flatMap(({ name, owner, rows, schema: { columns } }) => {
    const what = [
      ...(Number.isInteger(rows) && rows >= 0 && rows <= maxRows ? [] : [`rows: ${rows}, ≤ ${maxRows}`]),
      ...(new Set(columns.map((c) => c.name)).size === columns.length ? [] : ['columns: A, A']),
    ]
    return what.map((w) => ({ error: flowErrors.FLOW_BAD_ASSET({ asset: name, member: owner, what: w }) }))
  })
}

/** The links of a proposal, remembering which were looked at. */
class Links {
  readonly used: Record<string, LinkFacts> = {}
  readonly problems: Problem[] = []
  readonly #stated: Readonly<Record<string, LinkFacts>>

  constructor(stated: Readonly<Record<string, LinkFacts>>) {
    this.#stated = stated
    for (const [key, { roundTripMs, bytesPerSecond }] of Object.entries(stated)) {
      // From a peer, and it steers automatic choices: figures that no link has are refused.
      const sound = roundTripMs >= 0 && roundTripMs <= 60_000 && bytesPerSecond >= 1e3 && bytesPerSecond <= 1e12
      if (!sound) this.problems.push({ error: flowErrors.FLOW_BAD_LINK({ pair: key.slice(0, 70) }) })
    }
  }

  readonly between = (a: string, b: string): LinkFacts => {
    const key = pair(a, b)
    const facts = Object.hasOwn(this.#stated, key) ? this.#stated[key]! : nearbyLink
    this.used[key] = facts
    return facts
  }
}

function strongestAssumption(tasks: readonly PlannedTask[]): SecurityModel {
  const models = tasks.map((t) => t.security)
  if (models.includes('semi-honest-with-dealer')) return 'semi-honest-with-dealer'
  if (models.includes('semi-honest')) return 'semi-honest'
  return models.includes('malicious') ? 'malicious' : 'local'
}

/** Values as canonical CBOR takes them: no undefined. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => [k, plain(v)]),
  )
}

/** Bytes and rounds are counted in whole units. */
function whole({ seconds, bytes, rounds, memoryBytes, scratchBytes }: Cost): Cost {
  return {
    seconds,
    bytes: Object.fromEntries(Object.entries(bytes).map(([k, v]) => [k, Math.ceil(v)])),
    rounds: Math.ceil(rounds),
    memoryBytes: Math.ceil(memoryBytes),
    ...(scratchBytes === undefined ? {} : { scratchBytes: Math.ceil(scratchBytes) }),
  }
}

function located(flow: Flow, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    const path = ['steps', problem.step, problem.field].filter((p) => p !== undefined)
    const line = flow.lines?.[path.join('.')] ?? flow.lines?.[path.slice(0, 2).join('.')]
    return line === undefined ? problem : { ...problem, line }
  })
}
