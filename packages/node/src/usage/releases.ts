/**
 * The ledger of past releases per own dataset, and the differencing guard over it. A release counts from the moment it is
 * written, which is before it leaves: what a crash stops in between was released.
 */
import { toHex } from '@secureflow/base'
import { guardRelease, type RowRelease, type RowSet, type Verdict } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { UsageRefused } from './errors.ts'

/** A database, or the transaction in which something else is written as well. */
export type Writing = Database | Transaction<Tables>

/** Rows of one own dataset that a release is about. */
export interface CoveredRows {
  asset: string
  measure: string
  statistic: RowRelease['statistic']
  /** `recipe` where the node cannot tell which they are. */
  rows: RowSet | { recipe: string; size: number; of: number }
}

export interface Occasion {
  run: string
  task: number
  attempt: number
  disclosure: string
  to: string
  at: number
}

/** At least so many rows of one asset are asked for by its owner. */
export interface Asked extends CoveredRows {
  name: string
  owner: string
  /** 0: the owner asks for none. */
  atLeast: number
}

export class Releases {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** What the guard would say to these releases, one after the other, as of now. */
  async foresee(asked: readonly Asked[]): Promise<Verdict> {
    const known = new Map<string, RowRelease[]>()
    for (const each of asked) {
      const history = known.get(each.asset) ?? (await this.#history(this.#db, each.asset))
      known.set(each.asset, history)
      const verdict = judged(history, each)
      if (!verdict.allow) return verdict
      history.push(releaseOf(each))
    }
    return { allow: true }
  }

  /**
   * Holds a release against all before and writes it down, in the transaction of the caller, who does so for one release
   * after the other. @throws {UsageRefused} then nothing may be written
   */
  async record(db: Transaction<Tables>, asked: readonly Asked[], occasion: Occasion): Promise<void> {
    const { run, task, attempt, disclosure, to, at } = occasion
    for (const each of asked) {
      const verdict = judged(await this.#history(db, each.asset), each)
      if (!verdict.allow) throw new UsageRefused(each.name, verdict.reasons[0]!)
      const { asset, measure, statistic } = each
      const rows_id = await keepRows(db, each)
      const values = { asset, rows_id, measure, statistic, run, task, attempt, disclosure, receiver: to, at }
      await db.insertInto('row_releases').values(values).execute()
    }
  }

  /** Each kind of figure about each set once, oldest first. */
  async #history(db: Writing, asset: string): Promise<RowRelease[]> {
    const rows = await db
      .selectFrom('row_releases')
      .innerJoin('row_sets', (join) =>
        join.onRef('row_sets.id', '=', 'row_releases.rows_id').onRef('row_sets.asset', '=', 'row_releases.asset'),
      )
      .where('row_releases.asset', '=', asset)
      .groupBy(['row_releases.rows_id', 'measure', 'statistic'])
      .select(['row_sets.id', 'row_sets.rows', 'size', 'bits', 'measure', 'statistic'])
      .orderBy((eb) => eb.fn.min('at'))
      .execute()
    return rows.map(({ id, rows: of, size, bits, measure, statistic }) => ({
      measure,
      statistic,
      rows: bits === null ? { commitment: id, size, of } : { of, bits },
    }))
  }
}

function judged(history: readonly RowRelease[], asked: Asked): Verdict {
  // An owner that asks for no rows has nothing isolated; what is released is kept all the same, for terms to come.
  if (asked.atLeast <= 1) return { allow: true }
  return guardRelease(history, releaseOf(asked), asked.atLeast, { asset: asked.name, owner: asked.owner })
}

const releaseOf = ({ measure, statistic, rows }: CoveredRows): RowRelease => ({
  measure,
  statistic,
  rows: 'recipe' in rows ? { commitment: rows.recipe, size: rows.size, of: rows.of } : rows,
})

/** @returns the id under which the set is kept */
async function keepRows(db: Transaction<Tables>, { asset, rows }: CoveredRows): Promise<string> {
  const kept =
    'recipe' in rows
      ? { id: rows.recipe, asset, rows: rows.of, size: rows.size, bits: null }
      : { id: toHex(nodePlatform.sha256(rows.bits)), asset, rows: rows.of, size: sizeOf(rows), bits: rows.bits }
  await db
    .insertInto('row_sets')
    .values(kept)
    .onConflict((c) => c.columns(['asset', 'id']).doNothing())
    .execute()
  return kept.id
}

function sizeOf({ bits }: RowSet): number {
  let size = 0
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) size++
  return size
}
