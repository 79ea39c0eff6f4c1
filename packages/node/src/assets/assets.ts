/** The datasets of this member: registering them, and telling partners what they may know of them. */
import {
  assetGetAnswer,
  assetGetRequest,
  assetListAnswer,
  assetListRequest,
  canonicalJson,
  type Dataset,
  type DatasetOrigin,
  type DatasetRole,
  type InputOf,
  type OutputOf,
  type Routes,
} from '@secureflow/api'
import { type Clock, type Logger, type MemberId, type Plain, SecureflowError } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { dataErrors } from '@secureflow/data/errors'
import { type AssetFacts, type Terms, termsHash } from '@secureflow/flow'
import type { Schema } from '@secureflow/tables'
import { answerWith, type PeerHandler } from '../peers/index.ts'
import type { OwnAsset, RunAssets } from '../runs/dependencies.ts'
import { decodeDescription, descriptionHash, factsOf, tokenOf } from './description.ts'
import { assetErrors } from './errors.ts'
import type { Shown } from './exchange.ts'
import { closedTerms, openTerms } from './initial-terms.ts'
import { inspectApart } from './inspect-apart.ts'
import type { TokenLedger } from './on-ledger.ts'
import { contentOf, metadataOf, type Publisher } from './publisher.ts'
import { openFields } from './sealing.ts'
import {
  describedIn,
  type FileRow,
  granteesOf,
  isCurrent,
  isNamedIn,
  type OwnRow,
  type OwnStore,
  termsOf,
  visibilityOf,
} from './store.ts'

export interface AssetsDependencies {
  self: MemberId
  store: OwnStore
  publisher: Publisher
  /** Once this node is in a network. */
  ledger: () => TokenLedger | undefined
  accountOf: (member: MemberId) => Address | undefined
  peers: {
    request(to: MemberId, kind: string, body: Plain, options?: { timeoutMs?: number }): Promise<Plain>
    handle(kind: string, handler: PeerHandler): void
  }
  /** Another member's dataset, as it was held against the ledger: kept, so that it is known after a restart. */
  confirmed: (token: string, shown: Shown) => Promise<void>
  clock: Clock
  logger: Logger
}

export type AddRequest = InputOf<Routes['data']['add']>
export type VersionRequest = InputOf<Routes['data']['version']>
/** What is known of a file that this node took in itself. */
export interface TakenIn {
  roles: Record<string, DatasetRole>
  origin: DatasetOrigin
}
type NewFile = Omit<FileRow, 'id'>

const askMs = 10_000
/** Of one answer. */
const listBytes = 4 << 20

export class Assets implements RunAssets {
  readonly #deps: AssetsDependencies

  constructor(deps: AssetsDependencies) {
    this.#deps = deps
    deps.peers.handle('asset.get', (from, body) => this.#answerGet(from, body))
    deps.peers.handle('asset.list', (from, body) => this.#answerList(from, body))
  }

  /** The file is read, never copied. Adding the same again changes nothing. */
  async add(request: AddRequest, taken?: TakenIn): Promise<Dataset> {
    const { store, publisher, clock } = this.#deps
    const { name, terms, allow } = request
    if (terms !== undefined && allow !== undefined) throw assetErrors.ASSET_TERMS_TWICE({})
    if (!/^[A-Za-z][\w.-]{0,63}$/.test(name)) throw assetErrors.ASSET_NAME({ name })
    const file = { ...(await inspected(request)), ...(taken === undefined ? {} : asColumns(taken)) }
    const stated = statedTerms(request, clock.now())
    const known = await store.byName(name)
    if (known !== undefined) {
      if (!(await this.#isSame(known, file, request, stated))) throw assetErrors.ASSET_EXISTS({ name })
      await publisher.settle()
      return this.#view((await store.byId(known.id)) ?? known)
    }
    const row = await publisher.publish({
      kind: 'dataset',
      name,
      content: contentOf(file),
      metadata: metadataOf(request.metadata),
      parameters: request.parameters ?? {},
      private: request.private,
      terms: stated ?? closedTerms(clock.now()),
      visibility: request.visibility ?? 'terms',
      grantees: request.grantees ?? [],
      tellTerms: request.tellTerms ?? false,
      file,
    })
    return this.#view(row)
  }

  /** Other content in the place of the present one. @returns undefined where there is no dataset of this name */
  async version(request: VersionRequest & { withoutLabel?: boolean }, taken?: TakenIn): Promise<Dataset | undefined> {
    const { store, publisher, clock } = this.#deps
    const { name, terms, allow } = request
    if (terms !== undefined && allow !== undefined) throw assetErrors.ASSET_TERMS_TWICE({})
    const known = await store.byName(name)
    const before = known === undefined ? undefined : await store.file(known.id)
    if (known === undefined || before === undefined) return undefined
    const label = request.withoutLabel === true ? null : (request.label ?? before.label_column)
    const file = {
      ...(await inspected({
        path: request.path ?? before.path,
        id: request.id ?? before.id_column,
        ...(label === null ? {} : { label }),
      })),
      ...(taken === undefined ? {} : asColumns(taken)),
    }
    const present = describedIn(known)
    const fields =
      present === undefined || known.content_key === null ? undefined : openFields(present, known.content_key)
    const next = {
      content: contentOf(file),
      metadata: metadataOf(request.metadata, present?.metadata),
      parameters: request.parameters ?? present?.parameters ?? {},
      private: request.private ?? fields,
    }
    const now = {
      content: present?.content,
      metadata: present?.metadata,
      parameters: present?.parameters,
      private: fields,
    }
    if (canonicalJson(next) === canonicalJson(now)) throw assetErrors.ASSET_UNCHANGED({ name })
    const row = await publisher.publish({
      ...next,
      kind: 'dataset',
      name,
      terms: statedTerms(request, clock.now()) ?? termsOf(known),
      visibility: request.visibility ?? visibilityOf(known),
      grantees: request.grantees ?? granteesOf(known),
      tellTerms: request.tellTerms ?? known.tell_terms === 1,
      file,
      instead: known,
    })
    const former = await store.byId(known.id)
    if (request.retirePrevious === true && former !== undefined) await publisher.retire(former)
    return this.#view(row)
  }

  /** @returns undefined where there is none */
  async setTerms(name: string, terms: Terms): Promise<Dataset | undefined> {
    const row = await this.#datasetRow(name)
    return row && this.#view(await this.#deps.publisher.setTerms(row, terms))
  }

  /** @returns undefined where there is none @throws DATA_NO_COLUMN */
  async setRoles(name: string, roles: Record<string, DatasetRole>): Promise<Dataset | undefined> {
    const row = await this.#datasetRow(name)
    const file = row && (await this.#deps.store.file(row.id))
    if (row === undefined || file === undefined) return undefined
    const columns = (JSON.parse(file.schema) as Schema).columns.map((c) => c.name)
    const changed: Record<string, DatasetRole> = rolesOf(file) ?? {}
    for (const [column, role] of Object.entries(roles)) {
      if (!columns.includes(column))
        throw dataErrors.DATA_NO_COLUMN({ column, columns: columns.slice(0, 30).join(', ') })
      // Those two are part of the version that partners know.
      if (column !== file.id_column && column !== file.label_column) changed[column] = role
    }
    await this.#deps.store.setRoles(row.id, JSON.stringify(changed))
    return this.#view(row)
  }

  async list(): Promise<Dataset[]> {
    const files = new Map((await this.#deps.store.files()).map((f) => [f.id, f]))
    const current = (await this.#deps.store.all()).filter(isCurrent)
    return current.flatMap((row) => {
      const file = files.get(row.id)
      return file === undefined ? [] : [toDataset(row, file)]
    })
  }

  /** @returns undefined where there is none */
  async show(name: string): Promise<OutputOf<Routes['data']['show']> | undefined> {
    const row = await this.#datasetRow(name)
    return row && { ...(await this.#view(row)), terms: termsOf(row) }
  }

  async own(asset: string): Promise<OwnAsset | undefined> {
    const row = await this.#datasetRow(asset)
    const file = row && (await this.#deps.store.file(row.id))
    if (row === undefined || file === undefined) return undefined
    const { rows, digest, path, format } = file
    const schema = JSON.parse(file.schema) as Schema
    const { id, name, terms_hash } = row
    const facts = { id, name, owner: this.#deps.self, rows, schema, digest, termsHash: terms_hash }
    return { facts, path, format, terms: termsOf(row) }
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
    const facts = await this.#confirmed(parsed.data.description, owner, asset)
    if (facts.name !== asset && facts.id !== asset) throw differs(owner, asset)
    return facts
  }

  /** What another member offers to this one; each is held against the ledger. */
  async offered(owner: MemberId): Promise<AssetFacts[]> {
    const { peers } = this.#deps
    const offered = new Map<string, AssetFacts>()
    for (let from: number | undefined = 0; from !== undefined; ) {
      const answer = await peers.request(owner, 'asset.list', { from }, { timeoutMs: askMs })
      const parsed = assetListAnswer.safeParse(answer)
      if (!parsed.success) throw differs(owner, '?')
      const { descriptions, next }: { descriptions: Uint8Array[]; next?: number | undefined } = parsed.data
      for (const bytes of descriptions) {
        const facts = await this.#confirmed(bytes, owner, '?')
        // The ledger bounds how many there are: an owner that tells them again and again would never come to an end.
        if (offered.has(facts.id)) throw differs(owner, facts.name)
        offered.set(facts.id, facts)
      }
      if (next !== undefined && (next <= from || descriptions.length === 0)) throw differs(owner, '?')
      from = next
    }
    return [...offered.values()]
  }

  /** The token's id is computed from the description; the ledger vouches for its owner and its terms. @throws ASSET_DIFFERS */
  async #confirmed(bytes: Uint8Array, owner: MemberId, asset: string): Promise<AssetFacts> {
    const { accountOf } = this.#deps
    const ledger = this.#deps.ledger()
    const description = decodeDescription(bytes)
    if (ledger === undefined || description === undefined) throw differs(owner, asset)
    const token = tokenOf(description, bytes, ledger.networkId)
    const stated = await ledger.get(token)
    const account = accountOf(owner)
    if (
      stated === undefined ||
      stated.state !== 'active' ||
      account === undefined ||
      stated.owner !== account.toLowerCase()
    )
      throw differs(owner, description.name)
    const facts = factsOf(description, { id: descriptionHash(bytes), owner, termsHash: stated.termsHash })
    if (facts === undefined) throw differs(owner, description.name)
    ledger.remember(facts.id, token)
    await this.#deps.confirmed(token, { description, bytes })
    return facts
  }

  async #isSame(known: OwnRow, file: NewFile, asked: AddRequest, terms: Terms | undefined): Promise<boolean> {
    const before = await this.#deps.store.file(known.id)
    const present = describedIn(known)
    if (before === undefined) return false
    const same = (a: unknown, b: unknown): boolean => a === undefined || canonicalJson(a) === canonicalJson(b)
    const fields = present === undefined || known.content_key === null ? {} : openFields(present, known.content_key)
    return (
      before.path === file.path &&
      same(contentOf(file), contentOf(before)) &&
      (terms === undefined || termsHash(terms) === known.terms_hash) &&
      same(asked.metadata && metadataOf(asked.metadata, present?.metadata), present?.metadata) &&
      same(asked.parameters, present?.parameters) &&
      same(asked.private, fields) &&
      same(asked.visibility, visibilityOf(known)) &&
      same(asked.grantees, granteesOf(known)) &&
      (asked.tellTerms === undefined || asked.tellTerms === (known.tell_terms === 1))
    )
  }

  /** Whoever the terms do not name learns nothing, not even that the dataset exists. */
  async #answerGet(from: MemberId, body: Plain): Promise<Plain> {
    const parsed = assetGetRequest.safeParse(body)
    if (!parsed.success) throw answerWith('INVALID')
    const row = await this.#datasetRow(parsed.data.asset)
    // Before the ledger holds it nobody could check it.
    if (row?.token == null || row.description === null || !isNamedIn(termsOf(row), from)) return { found: false }
    return { found: true, description: row.description }
  }

  async #answerList(from: MemberId, body: Plain): Promise<Plain> {
    const parsed = assetListRequest.safeParse(body)
    if (!parsed.success) throw answerWith('INVALID')
    const all = (await this.#deps.store.all()).filter((r) => isCurrent(r) && r.kind === 'dataset')
    const visible = all.flatMap((r) => (r.token !== null && isNamedIn(termsOf(r), from) ? (r.description ?? []) : []))
    const descriptions: Uint8Array[] = []
    let [at, bytes] = [parsed.data.from, 0]
    for (; at < visible.length && descriptions.length < 1000; at++) {
      const next = visible[at]!
      if (bytes > 0 && bytes + next.length > listBytes) break
      bytes += next.length
      descriptions.push(next)
    }
    return { descriptions, ...(at < visible.length ? { next: at } : {}) }
  }

  /** By name, or any standing version by id. */
  async #datasetRow(asset: string): Promise<OwnRow | undefined> {
    const { store } = this.#deps
    const row = (await store.byName(asset)) ?? (await store.byId(asset))
    return row?.kind === 'dataset' ? row : undefined
  }

  async #view(row: OwnRow): Promise<Dataset> {
    return toDataset(row, (await this.#deps.store.file(row.id))!)
  }
}

const differs = (owner: MemberId, name: string) => assetErrors.ASSET_DIFFERS({ owner, name }, { party: owner })

const statedTerms = (
  { terms, allow }: { terms?: Terms | undefined; allow?: string[] | undefined },
  now: number,
): Terms | undefined => terms ?? (allow === undefined ? undefined : openTerms(allow, now))

export async function inspected(asked: { path: string; id: string; label?: string | undefined }): Promise<NewFile> {
  const { path, id, label } = asked
  const { format, rows, schema, digest } = await inspectApart({ path, id, label })
  const columns = { id_column: id, label_column: label ?? null }
  return { path, format, ...columns, schema: JSON.stringify(schema), rows, digest, roles: null, origin: null }
}

const asColumns = ({ roles, origin }: TakenIn) => ({ roles: JSON.stringify(roles), origin: JSON.stringify(origin) })

const rolesOf = ({ roles }: FileRow): Record<string, DatasetRole> | undefined =>
  roles === null ? undefined : (JSON.parse(roles) as Record<string, DatasetRole>)

const toDataset = (row: OwnRow, file: FileRow): Dataset => ({
  id: row.id,
  ...(row.token === null ? {} : { token: row.token }),
  name: row.name,
  path: file.path,
  format: file.format,
  idColumn: file.id_column,
  ...(file.label_column === null ? {} : { labelColumn: file.label_column }),
  rows: file.rows,
  columns: (JSON.parse(file.schema) as Schema).columns,
  digest: file.digest,
  ...(file.roles === null ? {} : { roles: rolesOf(file)! }),
  ...(file.origin === null ? {} : { origin: JSON.parse(file.origin) as DatasetOrigin }),
  termsHash: row.terms_hash,
  addedAt: row.added_at,
  registered: row.registered_at !== null,
})
