/** The disclosure statement of a plan, as data; `render` makes the page that people approve. */
import type { SecurityModel } from './component.ts'
import { type Consequence, consequencesOf } from './consequences.ts'
import type { PlannedDisclosure } from './disclosure.ts'
import type { PlannedTask } from './plan.ts'

export interface StatedDisclosure extends Omit<PlannedDisclosure, 'gated'> {
  step: string
}

export interface Statement {
  security: SecurityModel
  dealer?: string
  /** Members that bring data. */
  owners: string[]
  /** What was chosen automatically, by step, and why; absent where nothing was. */
  choices?: { step: string; en: string; zh: string }[]
  /** For each member that takes part, in the order of the flow's parties. */
  learns: { member: string; disclosures: StatedDisclosure[]; consequences: Consequence[] }[]
}

export interface StatementRequest {
  tasks: readonly PlannedTask[]
  security: SecurityModel
  dealer: string | undefined
  /** Every member of the flow, in order. */
  members: readonly string[]
}

/** The union of what the tasks disclose, and what follows from it. */
export function stateDisclosures({ tasks, security, dealer, members }: StatementRequest): Statement {
  const all = tasks.flatMap(({ step, disclosures }) =>
    disclosures.map(({ gated: _, ...disclosure }): StatedDisclosure => ({ step, ...disclosure })),
  )
  const playing = new Set(tasks.flatMap((t) => t.parties.map((p) => p.id)))
  const consequences = consequencesOf(all)
  const choices = tasks.flatMap((task) => task.choices.map(({ en, zh }) => ({ step: task.step, en, zh })))
  return {
    security,
    ...(dealer === undefined ? {} : { dealer }),
    ...(choices.length === 0 ? {} : { choices }),
    owners: members.filter((m) => tasks.some((t) => t.reads[m] !== undefined)),
    learns: members
      .filter((m) => playing.has(m))
      .map((member) => ({
        member,
        disclosures: all.filter((d) => d.to === member),
        consequences: consequences.filter((c) => c.to === member),
      })),
  }
}
