import type { Plan, PlannedTask } from '@secureflow/flow'

/** The datasets that a member reads in a task, with the rows agreed on: what a receipt counts, and what it is checked by. */
export const datasetsReadBy = (plan: Plan, task: PlannedTask, member: string): { asset: string; rows: number }[] =>
  (task.reads[member] ?? []).map((asset) => ({ asset, rows: plan.assets.find((a) => a.id === asset)!.rows }))
