/** Steps that were copied, for this flow or another one in the same browser. */
import { checkFlow, type FlowStep, formatFlow } from '@secureflow/flow'

const key = 'secureflow-steps'

export function keep(steps: readonly FlowStep[]): void {
  if (steps.length === 0) return
  sessionStorage.setItem(key, formatFlow({ flow: 'copied', purpose: '', parties: { own: 'own' }, steps: [...steps] }))
}

/** What was kept, read as any text is; nothing where it is none. */
export function kept(): FlowStep[] {
  const parsed = checkFlow(sessionStorage.getItem(key) ?? '')
  return parsed.ok ? parsed.value.steps : []
}
