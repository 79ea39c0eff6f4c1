/**
 * From what a member wants to publish to a token: describe, store, register. Stored before the ledger is asked, so that a node
 * that is killed in between takes it up again; the token's id is computed from the description, so nothing is minted twice.
 */
import {
  type AssetVisibility,
  type assetMetadata,
  assetName,
  type Ddo,
  type DdoContent,
  ddo,
  maxDescriptionBytes,
} from '@secureflow/api'
import { type Clock, type Rng, randomBytes, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type Terms, termsHash } from '@secureflow/flow'
import type { Schema } from '@secureflow/tables'
import type { z } from 'zod'
import { descriptionHash, encodeDescription, newAssetOf } from './description.ts'
import { assetErrors } from './errors.ts'
import type { TokenLedger } from './on-ledger.ts'
import { type PrivateFields, sealFields } from './sealing.ts'
import { describedIn, type FileRow, type OwnRow, type OwnStore } from './store.ts'

export interface Publication {
  kind: Ddo['kind']
  name: string
  content: DdoContent
  metadata: Ddo['metadata']
  parameters: Ddo['parameters']
  endpoint?: string | undefined
  private?: PrivateFields | undefined
  /** Tokens, in any order. */
  children?: string[]
  terms: Terms
  visibility: AssetVisibility
  grantees: string[]
  tellTerms: boolean
  file?: Omit<FileRow, 'id'>
  /** The version whose place it takes. */
  instead?: OwnRow | undefined
}

export interface PublisherDependencies {
  store: OwnStore
  account: Address
  /** Once this node is in a network. */
  ledger: () => TokenLedger | undefined
  /** This node answers for a token from now on: whoever saw it on the ledger before asked in vain. */
  registered: (token: string) => void
  clock: Clock
  rng: Rng
}

const plainMetadata: Ddo['metadata'] = { title: '', description: '', tags: [], licence: '' }

/** What is not given stays as it is, or empty. */
export function metadataOf(
  given: z.output<typeof assetMetadata> | undefined,
  { title, description, tags, licence }: Ddo['metadata'] = plainMetadata,
): Ddo['metadata'] {
  return {
    title: given?.title ?? title,
    description: given?.description ?? description,
    tags: given?.tags ?? tags,
    licence: given?.licence ?? licence,
  }
}

export class Publisher {
  readonly #deps: PublisherDependencies
  /** One at a time: what is published takes the place of what is registered. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: PublisherDependencies) {
    this.#deps = deps
  }

  /** @returns the row as it is kept; registered where there is a ledger */
  publish(publication: Publication): Promise<OwnRow> {
    return this.#alone(async () => {
      const { instead } = publication
      const before = instead === undefined ? undefined : await this.#register(instead)
      const row = this.#rowOf(publication, before)
      const file = publication.file === undefined ? undefined : { ...publication.file, id: row.id }
      await this.#deps.store.insert(row, file, before)
      return this.#register(row)
    })
  }

  /** Whatever the ledger does not hold as it is kept here: tokens to mint, terms to change, assets to end. */
  settle(): Promise<void> {
    return this.#alone(async () => {
      const { store } = this.#deps
      const ledger = this.#deps.ledger()
      if (ledger === undefined) return
      const rows = (await store.all()).filter((r) => r.given_at === null)
      if (rows.length === 0) return
      for (const { id, token } of rows) if (token !== null) ledger.remember(id, token)
      const held = new Map((await ledger.all()).map((t) => [t.token, t]))
      for (const row of rows) {
        const { token } = await this.#register(row)
        const stated = held.get(token ?? '')
        if (token === null || stated === undefined || stated.owner !== this.#deps.account) continue
        if (row.retired_at !== null) {
          if (stated.state !== 'retired') await ledger.retire(token)
        } else if (stated.state !== 'retired' && stated.termsHash !== row.terms_hash)
          await ledger.setTerms(token, row.terms_hash)
      }
    })
  }

  setTerms(row: OwnRow, terms: Terms): Promise<OwnRow> {
    return this.#alone(async () => {
      const change = { terms: JSON.stringify(terms), terms_hash: termsHash(terms) }
      await this.#deps.store.update(row.id, change)
      if (row.token !== null) await this.#deps.ledger()?.setTerms(row.token, change.terms_hash)
      return { ...row, ...change }
    })
  }

  /** Ended here at once, whether or not the ledger can be reached. */
  retire(row: OwnRow): Promise<void> {
    return this.#alone(async () => {
      await this.#deps.store.update(row.id, { retired_at: this.#deps.clock.now() })
      if (row.token !== null) await this.#deps.ledger()?.retire(row.token)
    })
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  #rowOf(publication: Publication, instead: OwnRow | undefined): OwnRow {
    const { name, kind, terms, visibility, grantees, tellTerms } = publication
    if (!assetName.safeParse(name).success) throw assetErrors.ASSET_NAME({ name: name.slice(0, 64) })
    const { clock, rng, account } = this.#deps
    const salt = toHex(randomBytes(rng, 16))
    const secret = publication.private === undefined ? undefined : sealFields(publication.private, salt, rng)
    const description: Ddo = {
      v: 1,
      kind,
      name,
      creator: account,
      created: clock.now(),
      salt,
      metadata: publication.metadata,
      content: publication.content,
      ...(publication.endpoint === undefined ? {} : { endpoint: publication.endpoint }),
      parameters: publication.parameters,
      children: [...new Set(publication.children ?? [])].sort(),
      // A version that no ledger holds has no token to refer to: this one is then the first.
      ...(instead?.token == null ? {} : { previous: instead.token }),
      ...(secret === undefined ? {} : { private: secret.sealed }),
    }
    const bytes = checked(description)
    return {
      id: descriptionHash(bytes),
      name,
      kind,
      description: bytes,
      terms: JSON.stringify(terms),
      terms_hash: termsHash(terms),
      visibility: JSON.stringify(visibility),
      tell_terms: tellTerms ? 1 : 0,
      grantees: JSON.stringify(grantees),
      content_key: secret?.key ?? null,
      added_at: clock.now(),
      token: null,
      registered_at: null,
      superseded_at: null,
      retired_at: null,
      given_at: null,
    }
  }

  async #register(row: OwnRow): Promise<OwnRow> {
    const { store, clock } = this.#deps
    const ledger = this.#deps.ledger()
    if (ledger === undefined || row.registered_at !== null || row.retired_at !== null) return row
    const current = await this.#upToDate(row)
    const description = describedIn(current)
    if (description === undefined || current.description === null) return current
    const token = await ledger.register(newAssetOf(description, current.description, current.terms_hash))
    ledger.remember(current.id, token)
    const change = { token, registered_at: clock.now() }
    await store.update(current.id, change)
    this.#deps.registered(token)
    return { ...current, ...change }
  }

  /** What an older release left without a description gets one; what was never registered is this account's now. */
  async #upToDate(row: OwnRow): Promise<OwnRow> {
    const { store, account, clock } = this.#deps
    const present = describedIn(row)
    if (present !== undefined && present.creator === account) return row
    const file = await store.file(row.id)
    if (present === undefined && file === undefined) return row
    const description: Ddo = present ?? {
      v: 1,
      kind: 'dataset',
      name: row.name,
      creator: account,
      created: clock.now(),
      salt: toHex(randomBytes(this.#deps.rng, 16)),
      metadata: plainMetadata,
      content: contentOf(file!),
      parameters: {},
      children: [],
    }
    const bytes = checked({ ...description, creator: account })
    const renewed = { ...row, id: descriptionHash(bytes), description: bytes }
    await store.insert(renewed, file === undefined ? undefined : { ...file, id: renewed.id }, row)
    return renewed
  }
}

/** What a dataset's description says of its file. */
export function contentOf(file: Omit<FileRow, 'id'>): DdoContent {
  const { rows, schema, id_column, label_column, digest } = file
  const columns = (JSON.parse(schema) as Schema).columns.map(({ name, type }) => ({ name, type }))
  return {
    form: 'dataset',
    rows,
    schema: { columns },
    idColumn: id_column,
    ...(label_column === null ? {} : { labelColumn: label_column }),
    digest,
  }
}

function checked(description: Ddo): Uint8Array {
  const { name } = description
  const parsed = ddo.safeParse(description)
  if (!parsed.success)
    throw assetErrors.ASSET_DESCRIPTION({
      name,
      where: parsed.error.issues[0]!.path.map(String).join('.').slice(0, 100),
    })
  const bytes = encodeDescription(parsed.data)
  if (bytes.length > maxDescriptionBytes)
    throw assetErrors.ASSET_TOO_LARGE({ name, actual: bytes.length, allowed: maxDescriptionBytes })
  return bytes
}
