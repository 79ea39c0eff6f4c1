/** What can be done to a flow while it is drawn. Pure: every change gives a new flow. */
import type { ComponentDeclaration, ComponentRegistry, Flow, FlowStep, Json } from '@secureflow/flow'

export interface Socket {
  step: string
  port: string
}

const stepOf = (flow: Flow, name: string): FlowStep | undefined => flow.steps.find((s) => s.name === name)
const withSteps = (flow: Flow, steps: FlowStep[]): Flow => {
  const { lines: _, ...rest } = flow
  return { ...rest, steps }
}
const changed = (flow: Flow, name: string, change: (step: FlowStep) => FlowStep): Flow =>
  withSteps(
    flow,
    flow.steps.map((s) => (s.name === name ? change(s) : s)),
  )

/** References by port, wherever the step writes them. */
export function inputsOf(step: FlowStep, component: ComponentDeclaration): Record<string, string> {
  const ports = Object.keys(component.inputs)
  const inputs: Record<string, string> = {}
  if (typeof step.of === 'string') inputs[ports[0] ?? 'of'] = step.of
  else Object.assign(inputs, step.of)
  for (const port of ports) {
    const written = step.settings[port]
    if (typeof written === 'string') inputs[port] = written
  }
  return inputs
}

function withInputs(step: FlowStep, component: ComponentDeclaration, inputs: Record<string, string>): FlowStep {
  const ports = Object.keys(component.inputs)
  const settings = Object.fromEntries(Object.entries(step.settings).filter(([key]) => !ports.includes(key)))
  const { of: _, ...rest } = step
  const given = Object.entries(inputs)
  if (given.length === 0) return { ...rest, settings }
  return { ...rest, of: ports.length === 1 ? given[0]![1] : inputs, settings }
}

/** The step and output that a reference means; the only output need not be named. */
export function sourceOf(flow: Flow, components: ComponentRegistry, reference: string): Socket | undefined {
  const [name = '', port] = reference.split('.')
  const step = stepOf(flow, name)
  const outputs = Object.keys((step && components.get(step.use))?.outputs ?? {})
  const found = port ?? (outputs.length === 1 ? outputs[0] : undefined)
  return found !== undefined && outputs.includes(found) ? { step: name, port: found } : undefined
}

const referenceTo = (flow: Flow, components: ComponentRegistry, { step, port }: Socket): string =>
  Object.keys(components.get(stepOf(flow, step)?.use ?? '')?.outputs ?? {}).length === 1 ? step : `${step}.${port}`

export interface Wire {
  from: Socket
  to: Socket
}

export function wiresOf(flow: Flow, components: ComponentRegistry): Wire[] {
  return flow.steps.flatMap((step) => {
    const component = components.get(step.use)
    if (component === undefined) return []
    return Object.entries(inputsOf(step, component)).flatMap(([port, reference]) => {
      const from = sourceOf(flow, components, reference)
      return from === undefined ? [] : [{ from, to: { step: step.name, port } }]
    })
  })
}

export type Refusal = { why: 'type'; from: string; to: string } | { why: 'cycle' }

/** Why a line may not be drawn; undefined where it may. */
export function refusal(flow: Flow, components: ComponentRegistry, { from, to }: Wire): Refusal | undefined {
  const given = components.get(stepOf(flow, from.step)?.use ?? '')?.outputs[from.port]?.type
  const taken = components.get(stepOf(flow, to.step)?.use ?? '')?.inputs[to.port]?.type
  if (given === undefined || taken === undefined || given !== taken)
    return { why: 'type', from: given ?? '?', to: taken ?? '?' }
  const before = new Set([from.step])
  const wires = wiresOf(flow, components)
  for (const name of before) for (const w of wires) if (w.to.step === name) before.add(w.from.step)
  return before.has(to.step) ? { why: 'cycle' } : undefined
}

export function connect(flow: Flow, components: ComponentRegistry, { from, to }: Wire): Flow {
  return changed(flow, to.step, (step) => {
    const component = components.get(step.use)!
    return withInputs(step, component, {
      ...inputsOf(step, component),
      [to.port]: referenceTo(flow, components, from),
    })
  })
}

export function disconnect(flow: Flow, components: ComponentRegistry, to: Socket): Flow {
  return changed(flow, to.step, (step) => {
    const component = components.get(step.use)!
    const { [to.port]: _, ...rest } = inputsOf(step, component)
    return withInputs(step, component, rest)
  })
}

function freeName(flow: Flow, wanted: string): string {
  const taken = new Set(flow.steps.map((s) => s.name))
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!taken.has(name)) return name
  }
}

export function addStep(flow: Flow, component: ComponentDeclaration): { flow: Flow; name: string } {
  const name = freeName(flow, component.name)
  const first = Object.keys(flow.parties).find((alias) => alias !== 'dealer')
  const source = Object.keys(component.inputs).length === 0
  const step: FlowStep = {
    name,
    use: component.name,
    ...(source && first !== undefined ? { at: first } : {}),
    settings: {},
  }
  return { flow: withSteps(flow, [...flow.steps, step]), name }
}

/** The same steps again, joined with each other as they were. */
export function duplicate(
  flow: Flow,
  components: ComponentRegistry,
  names: readonly string[],
): { flow: Flow; names: string[] } {
  let grown = flow
  const renamed = new Map<string, string>()
  for (const name of names) {
    const copy = freeName(grown, name)
    renamed.set(name, copy)
    grown = withSteps(grown, [...grown.steps, { ...stepOf(flow, name)!, name: copy }])
  }
  for (const copy of renamed.values())
    grown = changed(grown, copy, (step) => redirected(step, components, (name) => renamed.get(name) ?? name))
  return { flow: grown, names: [...renamed.values()] }
}

/** Steps of this or another flow, in under free names; what they read from stays where this flow has it. */
export function paste(
  flow: Flow,
  components: ComponentRegistry,
  steps: readonly FlowStep[],
): { flow: Flow; names: string[] } {
  let grown = flow
  const renamed = new Map<string, string>()
  for (const step of steps) {
    if (!components.has(step.use)) continue
    const name = freeName(grown, step.name)
    renamed.set(step.name, name)
    const { at, ...rest } = step
    const here = at !== undefined && at in flow.parties ? { at } : {}
    grown = withSteps(grown, [...grown.steps, { ...rest, ...here, name }])
  }
  const before = new Set(flow.steps.map((s) => s.name))
  for (const name of renamed.values())
    grown = changed(grown, name, (step) =>
      redirected(step, components, (from) => renamed.get(from) ?? (before.has(from) ? from : undefined)),
    )
  return { flow: grown, names: [...renamed.values()] }
}

/** Without these steps; what took their outputs has an open input. */
export function removeSteps(flow: Flow, components: ComponentRegistry, names: readonly string[]): Flow {
  const kept = flow.steps.filter((s) => !names.includes(s.name))
  return withSteps(
    flow,
    kept.map((step) => redirected(step, components, (name) => (names.includes(name) ? undefined : name))),
  )
}

export function renameStep(flow: Flow, components: ComponentRegistry, from: string, to: string): Flow {
  return withSteps(
    flow,
    flow.steps.map((step) => ({
      ...redirected(step, components, (name) => (name === from ? to : name)),
      name: step.name === from ? to : step.name,
    })),
  )
}

function redirected(
  step: FlowStep,
  components: ComponentRegistry,
  target: (name: string) => string | undefined,
): FlowStep {
  const component = components.get(step.use)
  if (component === undefined) return step
  const inputs = Object.entries(inputsOf(step, component)).flatMap(([port, reference]): [string, string][] => {
    const [name = '', ...output] = reference.split('.')
    const found = target(name)
    return found === undefined ? [] : [[port, [found, ...output].join('.')]]
  })
  return withInputs(step, component, Object.fromEntries(inputs))
}

/** @param value undefined: the default holds again */
export function setSetting(flow: Flow, name: string, key: string, value: Json | undefined): Flow {
  return changed(flow, name, (step) => {
    const { [key]: _, ...rest } = step.settings
    return { ...step, settings: value === undefined ? rest : { ...rest, [key]: value } }
  })
}

export const setAt = (flow: Flow, name: string, at: string): Flow => changed(flow, name, (step) => ({ ...step, at }))

/** Gives a party another alias wherever the flow says it: where steps run, and in their settings. */
export function renameParty(flow: Flow, from: string, to: string): Flow {
  const said = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(said)
    if (typeof value !== 'string') return value
    if (value === from) return to
    return value.startsWith(`${from}.`) ? to + value.slice(from.length) : value
  }
  const parties = Object.fromEntries(Object.entries(flow.parties).map(([a, m]) => [a === from ? to : a, m]))
  return {
    ...withSteps(
      flow,
      flow.steps.map((step) => ({
        ...step,
        ...(step.at === from ? { at: to } : {}),
        settings: Object.fromEntries(Object.entries(step.settings).map(([k, v]) => [k, said(v)])),
      })),
    ),
    parties,
  }
}
