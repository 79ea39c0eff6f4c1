/** What the node answers about use. */
import type { CheckedInputOf, DatasetUses, Routes, UsageReport } from '@secureflow/api'
import type { Clock, MemberId } from '@secureflow/base'
import type { ComponentRegistry } from '@secureflow/flow'
import type { Database } from '../storage/index.ts'
import { datasetUses } from './dataset-uses.ts'
import { Demand } from './demand.ts'
import { assetUsage, partnerUsage, runUsage } from './figures.ts'
import { LoggedRuns } from './logged-runs.ts'
import { type AssetUse, AssetUses } from './uses.ts'

export interface UsageReportsParts {
  db: Database
  self: MemberId
  account: string
  components: ComponentRegistry
  /** Of own datasets, by id: also of those that were asked for and never used. */
  names: () => Promise<ReadonlyMap<string, string>>
  clock: Clock
}

export class UsageReports {
  readonly #parts: UsageReportsParts
  readonly #logged: LoggedRuns
  readonly #uses: AssetUses
  readonly #demand: Demand

  constructor(parts: UsageReportsParts) {
    this.#parts = parts
    this.#logged = new LoggedRuns(parts.db, parts.components)
    this.#uses = new AssetUses(parts.db)
    this.#demand = new Demand(parts.db)
  }

  async show({ by, since = 0 }: CheckedInputOf<Routes['usage']['show']>): Promise<UsageReport> {
    const { runs, unreadable } = await this.#logged.all()
    const { self } = this.#parts
    const wanted = runs.filter((r) => r.state.signedAt >= since)
    const head = { ...(since > 0 ? { since } : {}), unreadable }
    if (by === 'partner') return { ...head, partners: partnerUsage(wanted, self) }
    if (by === 'run') return { ...head, runs: wanted.map((r) => runUsage(r, self)).reverse() }
    const own = new Set(wanted.flatMap((r) => r.plan.assets.filter((a) => a.owner === self).map((a) => a.id)))
    const spent = new Map<string, AssetUse[]>()
    for (const id of own) spent.set(id, await this.#uses.of(id))
    return {
      ...head,
      assets: assetUsage(wanted, self, spent, await this.#demand.since(since), await this.#parts.names()),
    }
  }

  /** Of the dataset in all its versions. @param networkId 32 bytes */
  async dataset(name: string, networkId: Uint8Array): Promise<DatasetUses> {
    const { db, self, account, clock } = this.#parts
    return datasetUses({ db, self, account, networkId, now: clock.now(), logged: await this.#logged.all() }, name)
  }
}
