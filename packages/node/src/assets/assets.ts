/** The datasets of this member: registering them, and telling partners what they may know of them. */
import {
  assetGetAnswer,
  assetGetRequest,
  assetListAnswer,
  type Dataset,
  type InputOf,
  type OutputOf,
  type Routes,
} from '@secureflow/api'
import { type Clock, type Logger, type MemberId, type Plain, SecureflowError } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type AssetFacts, type Terms, termsHash } from '@secureflow/flow'
import type { Schema } from '@secureflow/tables'
import type { NetworkLedger } from '../network/interface.ts'
import { answerWith, type PeerHandler } from '../peers/index.ts'
import type { OwnAsset, RunAssets } from '../runs/dependencies.ts'
import type { Database, Tables } from '../storage/index.ts'
import { assetErrors } from './errors.ts'
import { inspectApart } from './inspect-apart.ts'
import { assetIdOf, closedTerms, isVisibleTo, openTerms } from './manifest.ts'

export interface AssetsDependencies {
  self: MemberId
  db: Database
  /** The ledger, once this node is in a network. */
  ledger: () => NetworkLedger | undefined
  accountOf: (member: MemberId) => Address | undefined
  peers: {
    request(to: MemberId, kind: string, body: Plain, options?: { timeoutMs?: number }): Promise<Plain>
    handle(kind: string, handler: PeerHandler): void
  }
  clock: Clock
  logger: Logger
}

export type AddRequest = InputOf<Routes['data']['add']>
type Row = Tables['assets']

const askMs = 10_000

export class Assets implements RunAssets {
  readonly #deps: AssetsDependencies

  constructor(deps: AssetsDependencies) {
    this.#deps = deps
    deps.peers.handle('asset.get', (from, body) => this.#answerGet(from, body))
    deps.peers.handle('asset.list', (from) => this.#answerList(from))
  }

  /** The file is read, never copied. Adding the same again changes nothing. */
  async add(request: AddRequest): Promise<Dataset> {
    const { db } = this.#deps
    if (!/^[A-Za-z][\w.-]{0,63}$/.test(request.name)) throw assetErrors.ASSET_NAME({ name: request.name })
    const row = await this.#inspected(request)
    const known = await db.selectFrom('assets').selectAll().where('name', '=', row.name).executeTakeFirst()
    if (known === undefined) await db.insertInto('assets').values(row).execute()
    else if (!sameContent(known, row, request)) throw assetErrors.ASSET_EXISTS({ name: row.name })
    const kept = known ?? row
    const registered = await this.#register(kept)
    return { ...toDataset(kept), registered }
  }

  async list(): Promise<Dataset[]> {
    return (await this.#rows()).map(toDataset)
  }

  /** @returns undefined where there is none */
  async show(name: string): Promise<OutputOf<Routes['data']['show']> | undefined> {
    const row = await this.#row(name)
    return row === undefined ? undefined : { ...toDataset(row), terms: JSON.parse(row.terms) as Terms }
  }

  async own(asset: string): Promise<OwnAsset | undefined> {
    const row = await this.#row(asset)
    if (row === undefined) return undefined
    const { path, format } = row
    return { facts: toFacts(row, this.#deps.self), path, format, terms: JSON.parse(row.terms) as Terms }
  }

  /**
   * Another member's dataset, as it states it and as the ledger confirms it. @returns undefined where it offers none of this
   * name to this member @throws ASSET_DIFFERS
   */
  async facts(owner: MemberId, asset: string): Promise<AssetFacts | undefined> {
    const { peers } = this.#deps
    const answer = await peers.request(owner, 'asset.get', { asset }, { timeoutMs: askMs }).catch((error: unknown) => {
      if (error instanceof SecureflowError && error.code === 'PEER_ANSWERED') return { found: false }
      throw error
    })
    const parsed = assetGetAnswer.safeParse(answer)
    if (!parsed.success) throw differs(owner, asset)
    if (!parsed.data.found) return undefined
    const facts = parsed.data.asset
    if (facts.name !== asset && facts.id !== asset) throw differs(owner, asset)
    await this.#confirm(facts, owner)
    return facts
  }

  /** What another member offers to this one; each is held against the ledger. */
  async offered(owner: MemberId): Promise<AssetFacts[]> {
    const { peers } = this.#deps
    const parsed = assetListAnswer.safeParse(await peers.request(owner, 'asset.list', null, { timeoutMs: askMs }))
    if (!parsed.success) throw differs(owner, '?')
    for (const facts of parsed.data.assets) await this.#confirm(facts, owner)
    return parsed.data.assets
  }

  /** The id vouches for the facts, and the ledger for id, owner and terms. @throws ASSET_DIFFERS */
  async #confirm(facts: AssetFacts, owner: MemberId): Promise<void> {
    const { ledger, accountOf } = this.#deps
    const stated = await ledger()?.asset(facts.id)
    const account = accountOf(owner)
    const holds =
      facts.owner === owner &&
      assetIdOf(facts) === facts.id &&
      account !== undefined &&
      stated?.owner.toLowerCase() === account.toLowerCase() &&
      stated.termsHash === facts.termsHash
    if (!holds) throw differs(owner, facts.name)
  }

  /** Puts onto the ledger what was added while there was none. */
  async registerAll(): Promise<void> {
    if (this.#deps.ledger() === undefined) return
    for (const row of await this.#rows()) if (row.registered_at === null) await this.#register(row)
  }

  /** @returns whether the ledger holds it now */
  async #register({ id, terms_hash }: Row): Promise<boolean> {
    const { ledger, db, clock } = this.#deps
    const open = ledger()
    if (open === undefined) return false
    await open.registerAsset({ id, termsHash: terms_hash })
    await db.updateTable('assets').set({ registered_at: clock.now() }).where('id', '=', id).execute()
    return true
  }

  async #inspected({ path, name, id, label, terms, allow }: AddRequest): Promise<Row> {
    const { self, clock } = this.#deps
    if (terms !== undefined && allow !== undefined) throw assetErrors.ASSET_TERMS_TWICE({})
    const { format, rows, schema, digest } = await inspectApart({ path, id, label })
    const now = clock.now()
    const stated = terms ?? (allow === undefined ? closedTerms(now) : openTerms(allow, now))
    return {
      id: assetIdOf({ name, owner: self, rows, schema, digest }),
      name,
      path,
      format,
      id_column: id,
      label_column: label ?? null,
      schema: JSON.stringify(schema),
      rows,
      digest,
      terms: JSON.stringify(stated),
      terms_hash: termsHash(stated),
      added_at: now,
      registered_at: null,
    }
  }

  /** Whoever the terms do not name learns nothing, not even that the dataset exists. */
  async #answerGet(from: MemberId, body: Plain): Promise<Plain> {
    const parsed = assetGetRequest.safeParse(body)
    if (!parsed.success) throw answerWith('INVALID')
    const own = await this.own(parsed.data.asset)
    if (own === undefined || !isVisibleTo(own.terms, from)) return { found: false }
    return { found: true, asset: factsToPlain(own.facts) }
  }

  async #answerList(from: MemberId): Promise<Plain> {
    const visible = (await this.#rows()).filter((row) => isVisibleTo(JSON.parse(row.terms) as Terms, from))
    return { assets: visible.map((row) => factsToPlain(toFacts(row, this.#deps.self))) }
  }

  #rows(): Promise<Row[]> {
    return this.#deps.db.selectFrom('assets').selectAll().orderBy('added_at').execute()
  }

  /** By name or id. */
  #row(asset: string): Promise<Row | undefined> {
    return this.#deps.db
      .selectFrom('assets')
      .selectAll()
      .where((eb) => eb.or([eb('name', '=', asset), eb('id', '=', asset)]))
      .executeTakeFirst()
  }
}

const differs = (owner: MemberId, name: string) => assetErrors.ASSET_DIFFERS({ owner, name }, { party: owner })

function sameContent(known: Row, added: Row, { terms, allow }: AddRequest): boolean {
  const sameTerms = terms === undefined && allow === undefined ? true : known.terms_hash === added.terms_hash
  return (
    known.id === added.id &&
    known.path === added.path &&
    known.id_column === added.id_column &&
    known.label_column === added.label_column &&
    sameTerms
  )
}

const toFacts = ({ id, name, rows, schema, digest, terms_hash }: Row, owner: MemberId): AssetFacts => ({
  id,
  name,
  owner,
  rows,
  schema: JSON.parse(schema) as Schema,
  digest,
  termsHash: terms_hash,
})

const factsToPlain = (facts: AssetFacts): Plain => ({
  ...facts,
  schema: { columns: facts.schema.columns.map((c) => ({ ...c })) },
})

const toDataset = (row: Row): Dataset => ({
  id: row.id,
  name: row.name,
  path: row.path,
  format: row.format,
  idColumn: row.id_column,
  ...(row.label_column === null ? {} : { labelColumn: row.label_column }),
  rows: row.rows,
  columns: (JSON.parse(row.schema) as Schema).columns,
  digest: row.digest,
  termsHash: row.terms_hash,
  addedAt: row.added_at,
  registered: row.registered_at !== null,
})
