/** Flows as they are kept while they are drawn. One without steps is no flow yet; its name and parties are kept all the same. */
import { checkFlow, type Flow, formatFlow } from '@secureflow/flow'

export const writeKept = (flow: Flow): string =>
  flow.steps.length > 0
    ? formatFlow(flow)
    : JSON.stringify({ flow: flow.flow, purpose: flow.purpose, parties: flow.parties, steps: {} })

/** @returns an empty flow for what is none at all */
export function readKept(text: string): Flow {
  const parsed = checkFlow(text)
  if (parsed.ok) return parsed.value
  const empty: Flow = { flow: 'flow', purpose: '', parties: {}, steps: [] }
  try {
    const written = JSON.parse(text) as { steps?: object }
    if (Object.keys(written.steps ?? {}).length > 0) return empty
    // With some step it would be a flow: everything else is checked as it is in one.
    const held = checkFlow(JSON.stringify({ ...written, steps: { step: { use: 'step' } } }))
    return held.ok ? { ...held.value, steps: [] } : empty
  } catch {
    return empty
  }
}
