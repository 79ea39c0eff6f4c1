/** What was done with the own datasets and by whose machines: the ledger of releases, uses, metering. */
import type { Database } from '../storage/index.ts'
import { Demand } from './demand.ts'
import { Releases } from './releases.ts'
import { AssetUses } from './uses.ts'

export type { Asked } from './releases.ts'

export interface Usage {
  releases: Releases
  uses: AssetUses
  demand: Demand
}

export const openUsage = (db: Database): Usage => ({
  releases: new Releases(db),
  uses: new AssetUses(db),
  demand: new Demand(db),
})
