/** Which rows of the own datasets a release is about: by the tables that went into its task, as they lie at this node. */
import {
  holdsAllRows,
  measureOf,
  type Plan,
  type PlannedDisclosure,
  type PlannedTask,
  type RowSet,
  recipeOf,
  rowSet,
  smallestGroup,
  type Terms,
  tablesBehind,
} from '@secureflow/flow'
import { readOrigin } from '../tasks/artifacts.ts'
import type { Asked } from './releases.ts'

export interface Holdings {
  plan: Plan
  self: string
  /** The terms of an own asset as they stand now. */
  termsOf(asset: string): Promise<Terms>
  /** What a task left at this node. */
  output(task: number, port: string): { file: string; rows?: number } | undefined
}

export class CoveredRowsReader {
  readonly #holdings: Holdings
  /** A training opens something after every epoch, about the same rows. */
  readonly #read = new Map<string, RowSet | undefined>()

  constructor(holdings: Holdings) {
    this.#holdings = holdings
  }

  /** Empty where the disclosure is about no group of rows, or about none of the own. */
  async coveredBy(task: PlannedTask, planned: PlannedDisclosure): Promise<Asked[]> {
    const { plan, self, termsOf } = this.#holdings
    const measured = measureOf(planned.what)
    if (measured === undefined) return []
    const tables = tablesBehind(plan, task, self)
    const covered: Asked[] = []
    for (const { id, name, owner, rows: of, schema } of plan.assets) {
      if (owner !== self || !task.assets.includes(id)) continue
      const used = task.uses.filter((u) => u.member === self && schema.columns.some((c) => c.name === u.column))
      const atLeast = smallestGroup(
        await termsOf(id),
        used.map((u) => u.column),
      )
      const asked = { asset: id, name, owner, atLeast, ...measured }
      const mine = tables.filter((t) => this.#assetsOf(t).includes(id))
      for (const table of mine) covered.push({ ...asked, rows: await this.#rowsOf(table, of, measured.measure) })
      // It went into the task, and not by a table: all that is known is how it came there.
      if (mine.length === 0) covered.push({ ...asked, rows: { recipe: recipeOf(plan, task.index), size: of, of } })
    }
    return covered
  }

  #assetsOf({ task, port }: { task: number; port: string }): string[] {
    const { plan, self } = this.#holdings
    return plan.tasks[task]!.outputs[port]!.at[self]!.assets
  }

  async #rowsOf({ task, port }: { task: number; port: string }, of: number, measure: string): Promise<Asked['rows']> {
    const { plan, output } = this.#holdings
    if (holdsAllRows(plan, plan.tasks[task]!, measure)) return everyRow(of)
    const found = output(task, port)
    const single = this.#assetsOf({ task, port }).length === 1
    const rows = found === undefined || !single ? undefined : await this.#fromFile(found.file, of)
    return rows ?? { recipe: recipeOf(plan, task), size: Math.min(found?.rows ?? 0, of), of }
  }

  async #fromFile(file: string, of: number): Promise<RowSet | undefined> {
    if (!this.#read.has(file)) {
      const origin = await readOrigin(file)
      this.#read.set(file, origin === undefined ? undefined : rowSet(of, origin))
    }
    return this.#read.get(file)
  }
}

export const everyRow = (of: number): RowSet =>
  rowSet(
    of,
    Array.from({ length: of }, (_, row) => row),
  )
