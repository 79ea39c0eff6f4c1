/** What the description of a flow says: its steps by hash, and which data reaches each of them. */
import type { DdoContent } from '@secureflow/api'
import { type ComponentRegistry, type Flow, FlowRefused, flowBody, flowHash, parseFlow, wire } from '@secureflow/flow'
import { stepHash } from './description.ts'

export type FlowContent = Extract<DdoContent, { form: 'flow' }>

/**
 * @param tokenOf the token of a member's dataset by name, where it is known
 * @throws {FlowRefused} with every problem found
 */
export async function flowContent(
  text: string,
  components: ComponentRegistry,
  tokenOf: (member: string, asset: string) => Promise<string | undefined>,
): Promise<{ content: FlowContent; children: string[] }> {
  const flow: Flow = parseFlow(text)
  const { steps, problems } = wire(flow, components)
  if (problems.length > 0) throw new FlowRefused(problems)
  const touched = new Map<string, Set<string>>()
  const reads: FlowContent['reads'] = []
  for (const { step, component, inputs, params } of steps) {
    const tokens = new Set(Object.values(inputs).flatMap((input) => [...touched.get(input.step)!]))
    for (const asset of component.reads?.(params) ?? []) {
      const party = step.at ?? ''
      const child = await tokenOf(flow.parties[party] ?? '', asset)
      reads.push({ step: step.name, party, asset, ...(child === undefined ? {} : { child }) })
      if (child !== undefined) tokens.add(child)
    }
    touched.set(step.name, tokens)
  }
  const written = flowBody(flow)
  const versions = new Map(steps.map(({ step, component }) => [step.name, component.version]))
  return {
    children: [...new Set(reads.flatMap((r) => r.child ?? []))],
    content: {
      form: 'flow',
      flowHash: flowHash(flow),
      purpose: flow.purpose,
      parties: written.parties,
      steps: written.steps.map((step) => {
        const version = versions.get(step.name)!
        const touches = [...touched.get(step.name)!].sort()
        return { step: step.name, component: step.use, version, hash: stepHash({ ...step, version }), touches }
      }),
      reads,
      text,
    },
  }
}
