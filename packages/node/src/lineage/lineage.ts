/** The lineage of assets and runs, as people ask for it. */
import { apiErrors, type LineageGraph } from '@secureflow/api'
import { SecureflowError } from '@secureflow/base'
import type { Entry } from '../assets/directory.ts'
import { type Direction, type GraphDependencies, LineageWalk } from './graph.ts'
import type { LineageIndex } from './index-log.ts'
import { type ProvDocument, provOf } from './prov.ts'

export class Lineage {
  readonly #deps: GraphDependencies & { log: LineageIndex; networkId: () => string }

  constructor(deps: GraphDependencies & { log: LineageIndex; networkId: () => string }) {
    this.#deps = deps
  }

  /** @param reference to an asset, or the beginning of a run's id @throws API_NOT_FOUND, ASSET_AMBIGUOUS */
  async graph(reference: string, direction: Direction): Promise<LineageGraph> {
    const { db, directory, log } = this.#deps
    await log.sync()
    let entry: Entry | undefined
    try {
      entry = await directory.resolve(reference)
    } catch (error) {
      if (!(error instanceof SecureflowError) || error.code !== 'API_NOT_FOUND') throw error
    }
    const walk = await LineageWalk.of(this.#deps)
    if (entry !== undefined) return walk.fromAsset(entry, direction)
    const digits = reference.replace(/^0x/, '')
    const runs = /^[0-9a-f]{4,64}$/.test(digits)
      ? await db.selectFrom('lineage_runs').selectAll().where('run', 'like', `${digits}%`).limit(2).execute()
      : []
    if (runs.length !== 1) throw apiErrors.API_NOT_FOUND({ name: reference })
    return walk.fromRun(runs[0]!, direction)
  }

  async prov(reference: string): Promise<ProvDocument> {
    return provOf(await this.graph(reference, 'both'), this.#deps.networkId())
  }
}
