import type { CheckedInputOf, Routes, SpaceDetail, SpaceSummary } from '@secureflow/api'
import type { Plan, SpaceBreach } from '@secureflow/flow'

/** Why a node does not sign a run in a space: the space is not in force here, or its charter forbids it. */
export type SpaceRefusal = { rule: 'none'; expected: string; actual: string } | SpaceBreach

/** What the runs ask of the spaces. */
export interface SpaceGate {
  /** Of a run that would be agreed now; undefined where nothing speaks against it. */
  refusal(plan: Plan, before: { runs: number; epsilon: number }): Promise<SpaceRefusal | undefined>
  /** Of a run under way: whether its space still stands. */
  ends(plan: Plan): Promise<SpaceRefusal | undefined>
}

export interface SpaceDesk {
  list(): Promise<SpaceSummary[]>
  /** @throws SPACE_UNKNOWN */
  show(id: string): Promise<SpaceDetail>
  propose(input: CheckedInputOf<Routes['spaces']['propose']>): Promise<SpaceDetail>
  accept(id: string, charter: string | undefined): Promise<SpaceDetail>
  refuse(id: string, reason: string): Promise<SpaceDetail>
  change(id: string, text: string): Promise<SpaceDetail>
  withdraw(id: string): Promise<SpaceDetail>
  leave(id: string): Promise<SpaceDetail>
  close(id: string): Promise<SpaceDetail>
}
