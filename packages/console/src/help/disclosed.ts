/** What each component discloses in an ordinary flow: from its own declaration, by compiling the ready flow. */
import { components } from '@secureflow/components/declarations'
import { type AssetFacts, checkPlan, type DisclosureKind } from '@secureflow/flow'
import { template } from '../canvas/templates.ts'

export interface Disclosed {
  /** Part of the component that learns it. */
  to: string
  what: DisclosureKind
}

const numbers = (names: string[]) => names.map((name) => ({ name, type: 'number' as const }))
const asset = (owner: string, name: string, columns: string[]): AssetFacts => ({
  id: owner.padEnd(64, '0'),
  name,
  owner,
  rows: 1000,
  schema: { columns: [{ name: 'id', type: 'text' }, ...numbers(columns)] },
  digest: '0'.repeat(64),
  termsHash: '0'.repeat(64),
})

/** By component; those that are in no ready flow are absent. */
export function disclosedByComponent(): Map<string, Disclosed[]> {
  const assets = [asset('bank-a', 'loans', ['label', 'a']), asset('bank-b', 'payments', ['b'])]
  const flow = template('creditRisk', {
    self: 'bank-a',
    members: ['centre', 'bank-a', 'bank-b'],
    assets,
    idColumn: { loans: 'id' },
    labelColumn: { loans: 'label' },
  })
  const checked = checkPlan({ flow, components, assets, links: {}, initiator: 'bank-a' })
  const found = new Map<string, Disclosed[]>()
  if (!checked.ok) return found
  for (const task of checked.value.tasks) {
    const known = found.get(task.component) ?? []
    for (const { to, what } of task.disclosures) {
      const part = task.parties.find((p) => p.id === to)?.part ?? to
      if (!known.some((d) => d.to === part && d.what === what)) known.push({ to: part, what })
    }
    found.set(task.component, known)
  }
  return found
}
