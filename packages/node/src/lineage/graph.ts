/**
 * Lineage both ways: what an asset came from, and everything that was made with it. Told by the node's own index where it took
 * part, and by the ledger's used grants where it did not.
 */
import type { LineageEdge, LineageGraph, LineageNode } from '@secureflow/api'
import type { Directory, Entry } from '../assets/directory.ts'
import type { TokenIndex } from '../assets/token-index.ts'
import type { Database, Tables } from '../storage/index.ts'

type RunRow = Tables['lineage_runs']
type MadeRow = Tables['lineage_made']
export type Direction = 'both' | 'from' | 'into'

/** Nodes of one graph: beyond, a picture says nothing any more. */
const maxNodes = 5000

export interface GraphDependencies {
  db: Database
  directory: Directory
  /** Once this node is in a network. */
  index: () => TokenIndex | undefined
  /** The token that the id of a dataset in agreements was held against. */
  named: (asset: string) => string | undefined
}

export class LineageWalk {
  readonly #deps: GraphDependencies
  readonly #entries: readonly Entry[]
  readonly #byToken: Map<string, Entry>
  readonly #nodes = new Map<string, LineageNode>()
  readonly #edges = new Map<string, LineageEdge>()
  /** What was walked, by direction and node. */
  readonly #walked = new Set<string>()

  private constructor(deps: GraphDependencies, entries: readonly Entry[]) {
    this.#deps = deps
    this.#entries = entries
    this.#byToken = new Map(entries.flatMap((e) => (e.token === undefined ? [] : [[e.token.token, e] as const])))
  }

  static async of(deps: GraphDependencies): Promise<LineageWalk> {
    return new LineageWalk(deps, await deps.directory.entries())
  }

  async fromAsset(root: Entry, direction: Direction): Promise<LineageGraph> {
    const id = this.#asset(root)
    if (direction !== 'into') await this.#backFromAsset(root)
    if (direction !== 'from') await this.#onFromAsset(root)
    return this.#graph(id)
  }

  async fromRun(run: RunRow, direction: Direction): Promise<LineageGraph> {
    const id = this.#run(run)
    if (direction !== 'into') await this.#backFromRun(run)
    if (direction !== 'from') await this.#onFromRun(run)
    return this.#graph(id)
  }

  async #onFromAsset(entry: Entry): Promise<void> {
    const from = this.#asset(entry)
    if (this.#seen('on', from)) return
    const { token, row, description } = entry
    const { db } = this.#deps
    const own = this.#isMeant(entry) ? (token?.manifestHash ?? row?.id ?? '') : ''
    const runs = await db
      .selectFrom('lineage_uses')
      .innerJoin('lineage_runs', 'lineage_runs.run', 'lineage_uses.run')
      .selectAll('lineage_runs')
      .where('asset', '=', own)
      .orderBy('started_at')
      .execute()
    for (const run of runs) {
      this.#edge(from, this.#run(run), 'used')
      await this.#onFromRun(run, own)
    }
    const known = new Set(runs.map((r) => r.run))
    for (const run of token === undefined ? [] : (this.#deps.index()?.usesOf(token.token) ?? []))
      if (!known.has(run)) this.#edge(from, this.#elsewhere(run), 'used')
    if (description?.content.form === 'flow')
      for (const run of await this.#runsOfFlow(description.content.flowHash)) {
        this.#edge(from, this.#run(run), 'planned')
        await this.#onFromRun(run)
      }
    if (token === undefined) return
    for (const { token: composite } of this.#deps.index()?.containersOf(token.token) ?? []) {
      const container = this.#byToken.get(composite)
      if (container === undefined) continue
      this.#edge(from, this.#asset(container), 'contained')
      await this.#onFromAsset(container)
    }
    const next = this.#byToken.get(this.#deps.index()?.successorOf(token.token) ?? '')
    if (next !== undefined) this.#edge(from, this.#asset(next), 'replaced')
  }

  /** @param asset only what this flowed into */
  async #onFromRun(run: RunRow, asset?: string): Promise<void> {
    const from = this.#run(run)
    if (this.#seen('on', `${from} ${asset ?? ''}`)) return
    const made = await this.#deps.db.selectFrom('lineage_made').selectAll().where('run', '=', run.run).execute()
    for (const row of made) {
      if (asset !== undefined && !(JSON.parse(row.assets) as string[]).includes(asset)) continue
      const published = row.type === 'model' ? this.#publishedModels(row) : []
      const artifact = this.#made(row)
      this.#edge(from, artifact, 'made')
      for (const entry of published) {
        this.#edge(artifact, this.#asset(entry), 'made')
        await this.#onFromAsset(entry)
      }
    }
  }

  async #backFromAsset(entry: Entry): Promise<void> {
    const to = this.#asset(entry)
    if (this.#seen('back', to)) return
    const { token, description } = entry
    const content = description?.content
    if (content?.form === 'model') {
      const run = await this.#runRow(content.run)
      if (run === undefined) {
        const elsewhere = this.#elsewhere(content.run)
        this.#edge(elsewhere, to, 'made')
        for (const { token: used } of content.trainedOn) await this.#backTo(used, elsewhere, 'used')
      } else {
        const rows = await this.#deps.db.selectFrom('lineage_made').selectAll().where('run', '=', run.run).execute()
        const artifact = rows.find((m) => m.type === 'model' && this.#isOf(entry, m))
        if (artifact !== undefined) {
          this.#edge(this.#run(run), this.#made(artifact), 'made')
          this.#edge(this.#made(artifact), to, 'made')
          await this.#backFromRun(run)
        }
      }
    }
    // What a model was trained on is its children too: the runs already lead there.
    if (content?.form !== 'model') for (const child of token?.children ?? []) await this.#backTo(child, to, 'contained')
    if (token?.previous !== undefined) await this.#backTo(token.previous, to, 'replaced')
  }

  async #backFromRun(run: RunRow): Promise<void> {
    const to = this.#run(run)
    if (this.#seen('back', to)) return
    const uses = await this.#deps.db.selectFrom('lineage_uses').selectAll().where('run', '=', run.run).execute()
    for (const use of uses) {
      const entry = this.#entries.find((e) => (e.token?.manifestHash ?? e.row?.id) === use.asset && this.#isMeant(e))
      if (entry === undefined) this.#edge(this.#unknown(use), to, 'used')
      else {
        this.#edge(this.#asset(entry), to, 'used')
        await this.#backFromAsset(entry)
      }
    }
    for (const entry of this.#entries)
      if (entry.description?.content.form === 'flow' && entry.description.content.flowHash === run.flow_hash)
        this.#edge(this.#asset(entry), to, 'planned')
  }

  async #backTo(token: string | undefined, to: string, kind: LineageEdge['kind']): Promise<void> {
    const entry = this.#byToken.get(token ?? '')
    if (entry === undefined) return
    this.#edge(this.#asset(entry), to, kind)
    await this.#backFromAsset(entry)
  }

  /** Another member can register the same hash; who owned it then may not own it now. */
  #isMeant({ token }: Entry): boolean {
    if (token === undefined) return true
    const named = this.#deps.named(token.manifestHash)
    return named === undefined || named === token.token
  }

  #publishedModels(row: MadeRow): Entry[] {
    return this.#entries.filter((entry) => this.#isOf(entry, row))
  }

  /** Only who was left with the model, or has it from them, published it: others may write whatever run they like. */
  #isOf({ description, owner }: Entry, { run, step, holders }: MadeRow): boolean {
    const content = description?.content
    if (content?.form !== 'model' || content.run !== run || content.step !== step) return false
    const held = JSON.parse(holders) as string[]
    return held.includes(owner) || held.includes(this.#deps.directory.nameOf(description!.creator))
  }

  #runsOfFlow(flowHash: string): Promise<RunRow[]> {
    return this.#deps.db.selectFrom('lineage_runs').selectAll().where('flow_hash', '=', flowHash).execute()
  }

  #runRow(run: string): Promise<RunRow | undefined> {
    return this.#deps.db.selectFrom('lineage_runs').selectAll().where('run', '=', run).executeTakeFirst()
  }

  #seen(direction: string, id: string): boolean {
    const key = `${direction} ${id}`
    if (this.#walked.has(key) || this.#nodes.size > maxNodes) return true
    this.#walked.add(key)
    return false
  }

  #asset({ token, row, description, owner }: Entry): string {
    const id = `asset:${token?.token ?? row!.id}`
    this.#node({
      id,
      kind: token?.kind ?? row!.kind,
      label: `${description?.name ?? id.slice(6, 18)}${token !== undefined && token.version > 1 ? ` v${token.version}` : ''}`,
      owner,
      ...(token === undefined ? {} : { token: token.token }),
      ...(description === undefined ? {} : { at: description.created }),
    })
    return id
  }

  #unknown({ asset, owner, name }: Tables['lineage_uses']): string {
    this.#node({ id: `asset:${asset}`, kind: 'dataset', label: name, owner })
    return `asset:${asset}`
  }

  #run({ run, flow, initiator, status, started_at }: RunRow): string {
    const id = `run:${run}`
    this.#node({ id, kind: 'run', label: flow || run.slice(0, 12), owner: initiator, run, status, at: started_at })
    return id
  }

  #elsewhere(run: string): string {
    this.#node({ id: `run:${run}`, kind: 'run', label: run.slice(0, 12), run, status: 'elsewhere' })
    return `run:${run}`
  }

  #made({ run, step, port, type, holders, made_at }: MadeRow): string {
    const id = `made:${run}/${step}/${port}`
    const owner = (JSON.parse(holders) as string[]).join(', ')
    this.#node({ id, kind: type, label: step, owner, run, at: made_at })
    return id
  }

  #node(node: LineageNode): void {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node)
  }

  #edge(from: string, to: string, kind: LineageEdge['kind']): void {
    this.#edges.set(`${from} ${to} ${kind}`, { from, to, kind })
  }

  #graph(root: string): LineageGraph {
    return { root, nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] }
  }
}
