/**
 * What a disclosure tells about the rows of a dataset, for the differencing guard. A closed table: whoever adds a kind of
 * disclosure decides here how it may be joined with earlier ones.
 */

import { digestOf } from './digest.ts'
import type { DisclosureKind } from './disclosure.ts'
import type { RowRelease } from './guard.ts'
import type { Plan, PlannedTask } from './plan.ts'
import type { Terms } from './terms.ts'

type Measured = Pick<RowRelease, 'measure' | 'statistic'>

/**
 * `each`: it tells something of every single row, and an owner that allows it allows that; there is no group to isolate
 * rows from. `sizes`: the sizes of messages tell it and no gate sees it.
 */
const measures: Record<DisclosureKind, Measured | 'each' | 'sizes'> = {
  'row-count': { measure: 'count', statistic: 'sum' },
  'matched-rows': 'each',
  'matched-values': 'each',
  'value-range': { measure: 'range', statistic: 'other' },
  // A model with a row and one without it tell of that row; what of it is no sum.
  'model-weights': { measure: 'model', statistic: 'other' },
  score: 'each',
  'training-epochs': { measure: 'model', statistic: 'other' },
  metric: { measure: 'metric', statistic: 'other' },
  shape: 'sizes',
}

/** @returns undefined where the kind is about no group of rows */
export function measureOf(kind: DisclosureKind): Measured | undefined {
  const found = measures[kind]
  return typeof found === 'string' ? undefined : found
}

/**
 * Below how many rows nothing may be isolated: what the owner asks of the columns in use, the most of them, and of the
 * whole asset where it asks nothing of the columns. 0: it asks for none.
 */
export function smallestGroup({ columns, minimumRows }: Terms, used: readonly string[]): number {
  const asked = used.flatMap((column) => {
    const rule = columns === undefined ? undefined : Object.hasOwn(columns, column) ? columns[column] : columns['*']
    return [rule?.aggregateRows, rule?.minimumRows].filter((n) => n !== undefined)
  })
  return asked.length === 0 ? minimumRows : Math.max(...asked)
}

/** What a plan tells beforehand of the rows behind a release. */
export interface ForeseenRows {
  task: PlannedTask
  measure: RowRelease['measure']
  statistic: RowRelease['statistic']
  /** All rows of the asset, or a part that is not known before it runs: at most so many. */
  rows: 'all' | { atMost: number }
}

/** The releases about groups of rows of one asset, as far as a plan tells them; each group once. */
export function foreseenRows(plan: Plan, assetId: string): ForeseenRows[] {
  const asset = plan.assets.find((a) => a.id === assetId)
  if (asset === undefined) return []
  const found = new Map<string, ForeseenRows>()
  for (const task of plan.tasks)
    for (const { what, from } of task.disclosures) {
      const measured = measureOf(what)
      if (measured === undefined || !from.includes(asset.owner)) continue
      for (const { task: source, port } of tablesBehind(plan, task, asset.owner)) {
        const facts = plan.tasks[source]!.outputs[port]!.at[asset.owner]!
        if (!facts.assets.includes(assetId)) continue
        const whole = holdsAllRows(plan, plan.tasks[source]!, measured.measure)
        const rows = whole ? ('all' as const) : { atMost: facts.rows }
        found.set(`${measured.measure}/${source}/${port}`, { task, ...measured, rows })
      }
    }
  return [...found.values()]
}

/** The tables, by the task that made them, whose rows a release of this task is about; behind a model those it was made from. */
export function tablesBehind(plan: Plan, task: PlannedTask, member: string): { task: number; port: string }[] {
  return Object.values(task.inputs).flatMap(({ task: index, port }) => {
    const source = plan.tasks[index]!
    const output = source.outputs[port]!
    if (output.at[member] === undefined) return []
    return output.type === 'table' || output.type === 'scores'
      ? [{ task: index, port }]
      : tablesBehind(plan, source, member)
  })
}

/**
 * Whether a table that this task made holds all rows of what it read. Rows that a source leaves out for a value that is
 * missing are private: whoever is told how many were read does not know which they were, so a count is about all.
 */
export function holdsAllRows(plan: Plan, task: PlannedTask, measure: string): boolean {
  if (task.stage === 'source') return measure === 'count' || task.params.missing !== 'drop'
  if (task.stage !== 'prepare') return false
  return Object.values(task.inputs).every(({ task: index, port }) => {
    const before = plan.tasks[index]!
    const kept = Object.values(task.outputs).every((o) =>
      Object.entries(o.at).every(([member, { rows }]) => rows === before.outputs[port]!.at[member]?.rows),
    )
    return kept && holdsAllRows(plan, before, measure)
  })
}

/** Names how a task's rows come about: the same recipe on the same datasets gives the same rows. Hex. */
export function recipeOf(plan: Plan, index: number): string {
  const { component, version, params, parties, inputs, reads } = plan.tasks[index]!
  return digestOf('recipe', {
    component,
    version,
    params,
    parties,
    reads: Object.entries(reads),
    inputs: Object.entries(inputs).map(([name, { task, port }]) => ({ name, port, from: recipeOf(plan, task) })),
  })
}
