/** A plan: what a flow comes to with these components, assets, links. Every node compiles it alike. */
import type {
  AssetFacts,
  ColumnUse,
  Cost,
  LinkFacts,
  PortFacts,
  PortType,
  SecurityModel,
  Stage,
  Text,
} from './component.ts'
import type { PlannedDisclosure } from './disclosure.ts'
import type { Flow, Json } from './flow.ts'
import type { Statement } from './statement.ts'

export interface PlannedTask {
  /** Place in the agreed order. */
  index: number
  step: string
  component: string
  version: number
  stage: Stage
  security: SecurityModel
  /** In the order of the component's parts. */
  parties: { id: string; part: string }[]
  /** Complete: defaults filled in, automatic choices made. */
  params: Record<string, Json>
  /** Where each input comes from. */
  inputs: Record<string, { task: number; port: string }>
  /** Type and, by holder, what is known of each output. */
  outputs: Record<string, { type: PortType; at: Record<string, PortFacts> }>
  /** Ids of the assets that each member reads. */
  reads: Record<string, string[]>
  /** Credits offered for what it reads, to its owner. */
  offer?: number
  /** Ids of all assets that went into it, upstream included. */
  assets: string[]
  uses: { member: string; column: string; use: ColumnUse }[]
  disclosures: PlannedDisclosure[]
  suite?: string
  /** What was chosen automatically, and why. */
  choices: Text[]
  cost: Cost
}

export interface Plan {
  flow: Flow
  flowHash: string
  initiator: string
  purpose: string
  /** Every member that takes part, dealer included, in the order of the flow's parties. */
  members: string[]
  dealer?: string
  /** Topological order, ties in written order. */
  tasks: PlannedTask[]
  /** The assets used, by id. */
  assets: AssetFacts[]
  /** The links used, as the initiator measured them, by `pair(a, b)`. */
  links: Record<string, LinkFacts>
  security: SecurityModel
  suites: string[]
  statement: Statement
  /** Seconds along the longest chain of tasks; bytes and rounds added up; the memory of the hungriest task. */
  estimate: Cost
}

/** The key of an unordered pair of members. */
export const pair = (a: string, b: string): string => (a < b ? `${a}~${b}` : `${b}~${a}`)
