/**
 * What each run takes of each own dataset: one use, and the privacy that its noise spends. Kept from the moment of the own
 * signature, in the transaction that writes it, so that no crash gives anything back.
 */
import { epsilonOf, type Plan, requestFor } from '@secureflow/flow'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import type { Writing } from './releases.ts'

export interface AssetUse {
  run: string
  /** Milliseconds since the epoch. */
  at: number
  /** NaN where it is not known. */
  epsilon: number
}

export class AssetUses {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Every run ever signed on this asset, oldest first. */
  async of(asset: string): Promise<AssetUse[]> {
    const rows = await this.#db
      .selectFrom('asset_uses')
      .select(['run', 'at', 'epsilon'])
      .where('asset', '=', asset)
      .orderBy('at')
      .execute()
    return rows.map(({ epsilon, ...use }) => ({ ...use, epsilon: epsilon ?? Number.NaN }))
  }

  /** Of every own asset of the plan; written once, whatever is said again. */
  async record(db: Transaction<Tables>, run: string, plan: Plan, self: string, at: number): Promise<void> {
    await keep(db, run, plan, self, at)
  }

  /** Of a run that was signed by a version that did not keep its uses. */
  async takeUp(run: string, plan: Plan, self: string, at: number): Promise<void> {
    await keep(this.#db, run, plan, self, at)
  }
}

async function keep(db: Writing, run: string, plan: Plan, self: string, at: number): Promise<void> {
  const values = plan.assets
    .filter((a) => a.owner === self)
    .map(({ id: asset }) => {
      const epsilon = epsilonOf(requestFor(plan, asset, { now: at, usesBefore: 0 }))
      return { run, asset, at, epsilon: epsilon >= 0 ? epsilon : null }
    })
  if (values.length === 0) return
  await db
    .insertInto('asset_uses')
    .values(values)
    .onConflict((c) => c.columns(['asset', 'run']).doNothing())
    .execute()
}
