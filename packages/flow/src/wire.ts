/** Joins the steps of a flow: which component, which inputs from where, which parameters. Needs no data and no links. */
import type { ComponentDeclaration, ComponentRegistry } from './component.ts'
import { flowErrors, type Problem } from './errors.ts'
import type { Flow, FlowStep, Json } from './flow.ts'
import { notation } from './notation.ts'

export interface WiredStep {
  step: FlowStep
  component: ComponentDeclaration
  inputs: Record<string, { step: string; port: string }>
  /** Parsed, with members in place of aliases. */
  params: Record<string, unknown>
}

/** Steps in topological order, ties in written order; those with a problem, or behind one, are left out. */
export function wire(flow: Flow, components: ComponentRegistry): { steps: WiredStep[]; problems: Problem[] } {
  const problems: Problem[] = []
  const whole = new Map<string, WiredStep>()
  for (const step of flow.steps) {
    const before = problems.length
    const wired = wireStep(flow, step, components, (field, error) =>
      problems.push({ step: step.name, ...(field === undefined ? {} : { field }), error }),
    )
    if (wired !== undefined && problems.length === before) whole.set(step.name, wired)
  }
  problems.push(...cycles(flow, components))
  return { steps: inOrder(flow, whole), problems }
}

type Report = (field: string | undefined, error: Problem['error']) => void

function wireStep(flow: Flow, step: FlowStep, components: ComponentRegistry, report: Report): WiredStep | undefined {
  const component = components.get(step.use)
  if (component === undefined) {
    report('use', flowErrors.FLOW_UNKNOWN_COMPONENT({ component: step.use, known: [...components.keys()].join(', ') }))
    return undefined
  }
  const { references, settings } = sorted(step, component, report)
  const inputs: WiredStep['inputs'] = {}
  for (const [port, { type }] of Object.entries(component.inputs)) {
    const reference = references.get(port)
    if (reference === undefined) {
      report(port, flowErrors.FLOW_MISSING_INPUT({ component: component.name, port, type }))
      continue
    }
    const source = resolveReference(flow, reference, components, (error) => report(port, error))
    if (source === undefined) continue
    if (source.type !== type)
      report(port, flowErrors.FLOW_WRONG_TYPE({ port, reference, expected: type, actual: source.type }))
    inputs[port] = { step: source.step, port: source.port }
  }
  if (step.at !== undefined && !Object.hasOwn(flow.parties, step.at))
    report('at', flowErrors.FLOW_UNKNOWN_PARTY({ alias: step.at, known: aliases(flow) }))
  const placed = Object.keys(component.inputs).length === 0
  if (placed && step.at === undefined)
    report('at', flowErrors.FLOW_MISSING_AT({ component: component.name, known: aliases(flow) }))
  if (!placed && step.at !== undefined) report('at', flowErrors.FLOW_NEEDLESS_AT({ component: component.name }))
  const params = parseParams(flow, component, settings, report)
  return params === undefined ? undefined : { step, component, inputs, params }
}

/** Parts what a step says into references for ports and values for parameters. */
function sorted(step: FlowStep, component: ComponentDeclaration, report: Report) {
  const ports = Object.keys(component.inputs)
  const params = Object.keys(component.params.shape)
  const references = new Map<string, string>()
  const settings: Record<string, Json> = {}
  const known = [...ports, ...params].join(', ')
  const refer = (port: string, reference: Json): void => {
    if (!ports.includes(port))
      report(port, flowErrors.FLOW_UNKNOWN_SETTING({ component: component.name, setting: port, known }))
    else if (references.has(port)) report(port, flowErrors.FLOW_INPUT_TWICE({ port }))
    else if (typeof reference !== 'string')
      report(port, flowErrors.FLOW_SHAPE({ where: port, expected: 'step or step.output' }))
    else references.set(port, reference)
  }
  if (typeof step.of === 'string') {
    // One name can only mean the one input; with several, each is named.
    if (ports.length === 1) refer(ports[0]!, step.of)
    else
      report('of', flowErrors.FLOW_SHAPE({ where: 'of', expected: `{ ${ports.map((p) => `${p}: step`).join(', ')} }` }))
  } else for (const [port, reference] of Object.entries(step.of ?? {})) refer(port, reference)
  for (const [key, value] of Object.entries(step.settings))
    if (ports.includes(key)) refer(key, value)
    else if (params.includes(key)) settings[key] = value
    else report(key, flowErrors.FLOW_UNKNOWN_SETTING({ component: component.name, setting: key, known }))
  return { references, settings }
}

function resolveReference(
  flow: Flow,
  reference: string,
  components: ComponentRegistry,
  report: (error: Problem['error']) => void,
) {
  const [name = '', output] = reference.split('.')
  const step = flow.steps.find((s) => s.name === name)
  if (step === undefined) {
    const known = flow.steps.map((s) => s.name).join(', ')
    report(flowErrors.FLOW_UNKNOWN_STEP({ reference, known }))
    return undefined
  }
  const component = components.get(step.use)
  // Reported where that step stands.
  if (component === undefined) return undefined
  const outputs = Object.keys(component.outputs)
  const known = outputs.map((o) => `${name}.${o}`).join(', ')
  if (output === undefined && outputs.length > 1) report(flowErrors.FLOW_AMBIGUOUS_OUTPUT({ reference, known }))
  else if (output !== undefined && !outputs.includes(output))
    report(flowErrors.FLOW_UNKNOWN_OUTPUT({ reference, component: component.name, known }))
  else {
    const port = output ?? outputs[0]!
    return { step: name, port, type: component.outputs[port]!.type }
  }
  return undefined
}

function parseParams(
  flow: Flow,
  component: ComponentDeclaration,
  settings: Record<string, Json>,
  report: Report,
): Record<string, unknown> | undefined {
  const parsed = component.params.safeParse(settings)
  if (!parsed.success) {
    for (const param of new Set(parsed.error.issues.map((issue) => String(issue.path[0])))) {
      const expected = notation(component.params.shape[param] as never)
      if (param in settings) {
        const received = JSON.stringify(settings[param]).slice(0, 40)
        report(param, flowErrors.FLOW_BAD_PARAM({ param, expected, received }))
      } else report(param, flowErrors.FLOW_MISSING_PARAM({ component: component.name, param, expected }))
    }
    return undefined
  }
  return Object.fromEntries(
    Object.entries(parsed.data).map(([param, value]) => [
      param,
      withMembers(value, flow, (alias) =>
        report(param, flowErrors.FLOW_UNKNOWN_PARTY({ alias, known: aliases(flow) })),
      ),
    ]),
  )
}

/** Puts the member in place of the alias in every PartyRef and ColumnRef. */
function withMembers(value: unknown, flow: Flow, unknown: (alias: string) => void): unknown {
  if (Array.isArray(value)) return value.map((v) => withMembers(v, flow, unknown))
  if (typeof value !== 'object' || value === null) return value
  if ('party' in value && typeof value.party === 'string') {
    if (Object.hasOwn(flow.parties, value.party)) return { ...value, party: flow.parties[value.party] }
    unknown(value.party)
    return value
  }
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withMembers(v, flow, unknown)]))
}

const aliases = (flow: Flow): string => Object.keys(flow.parties).join(', ')

function inOrder(flow: Flow, whole: ReadonlyMap<string, WiredStep>): WiredStep[] {
  const done = new Set<string>()
  const order: WiredStep[] = []
  for (;;) {
    const next = flow.steps.find((s) => {
      const wired = whole.get(s.name)
      return wired !== undefined && !done.has(s.name) && Object.values(wired.inputs).every((i) => done.has(i.step))
    })
    if (next === undefined) return order
    done.add(next.name)
    order.push(whole.get(next.name)!)
  }
}

/** One problem for each knot of steps that wait for each other, whatever else is wrong with them. */
function cycles(flow: Flow, components: ComponentRegistry): Problem[] {
  const waitsFor = new Map(flow.steps.map((s) => [s.name, sourcesOf(s, components)]))
  const reach = new Map<string, Set<string>>()
  for (const { name } of flow.steps) {
    const seen = new Set<string>()
    const queue = [...waitsFor.get(name)!]
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      if (!seen.has(at)) {
        seen.add(at)
        queue.push(...(waitsFor.get(at) ?? []))
      }
    reach.set(name, seen)
  }
  const told = new Set<string>()
  return flow.steps.flatMap(({ name }) => {
    if (told.has(name) || !reach.get(name)!.has(name)) return []
    const knot = flow.steps.map((s) => s.name).filter((s) => reach.get(name)!.has(s) && reach.get(s)!.has(name))
    for (const s of knot) told.add(s)
    return [{ step: name, error: flowErrors.FLOW_CYCLE({ steps: knot.join(', ') }) }]
  })
}

function sourcesOf(step: FlowStep, components: ComponentRegistry): string[] {
  const ports = Object.keys(components.get(step.use)?.inputs ?? {})
  const references = [
    ...(typeof step.of === 'string' ? [step.of] : Object.values(step.of ?? {})),
    ...ports.map((port) => step.settings[port]),
  ]
  return references.flatMap((r) => (typeof r === 'string' ? [r.split('.')[0]!] : []))
}
