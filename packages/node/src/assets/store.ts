/** What this member publishes, as it is kept: every version of every asset, before and after the ledger holds it. */
import type { AssetVisibility, Ddo } from '@secureflow/api'
import type { Terms } from '@secureflow/flow'
import type { Database, Tables } from '../storage/index.ts'
import { decodeDescription } from './description.ts'

export type OwnRow = Tables['own_assets']
export type FileRow = Tables['dataset_files']
/** Everything but the description, which may be long. */
export type OwnHead = Omit<OwnRow, 'description'>

/** Still this member's, and not ended. */
const isStanding = (row: OwnHead): boolean => row.retired_at === null && row.given_at === null
/** The version that its name stands for. */
export const isCurrent = (row: OwnHead): boolean => isStanding(row) && row.superseded_at === null

export const termsOf = (row: OwnHead): Terms => JSON.parse(row.terms) as Terms
export const visibilityOf = (row: OwnHead): AssetVisibility => JSON.parse(row.visibility) as AssetVisibility
export const granteesOf = (row: OwnHead): string[] => JSON.parse(row.grantees) as string[]
export const describedIn = (row: OwnRow): Ddo | undefined =>
  row.description === null ? undefined : decodeDescription(row.description)

/** Who may know that an own asset exists. */
export function isVisibleTo(row: OwnHead, member: string): boolean {
  const visibility = visibilityOf(row)
  if (visibility === 'network') return true
  if (visibility === 'self') return false
  return visibility === 'terms' ? isNamedIn(termsOf(row), member) : visibility.includes(member)
}

/** Who may use it, as far as the terms name members. */
export const isNamedIn = (terms: Terms, member: string): boolean =>
  terms.members === 'any' || terms.members.includes(member)

const headColumns = [
  ...(['id', 'name', 'kind', 'terms', 'terms_hash', 'visibility', 'tell_terms', 'grantees'] as const),
  ...(['content_key', 'added_at', 'token', 'registered_at', 'superseded_at', 'retired_at', 'given_at'] as const),
] as const

export class OwnStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Oldest first. */
  all(): Promise<OwnRow[]> {
    return this.#db.selectFrom('own_assets').selectAll().orderBy('added_at').orderBy('id').execute()
  }

  /** As `all`. */
  heads(): Promise<OwnHead[]> {
    return this.#db.selectFrom('own_assets').select(headColumns).orderBy('added_at').orderBy('id').execute()
  }

  async byName(name: string): Promise<OwnRow | undefined> {
    const rows = await this.#db.selectFrom('own_assets').selectAll().where('name', '=', name).execute()
    return rows.find(isCurrent)
  }

  /** Any version that is still this member's and was not ended. */
  async byId(id: string): Promise<OwnRow | undefined> {
    const row = await this.anyById(id)
    return row !== undefined && isStanding(row) ? row : undefined
  }

  anyById(id: string): Promise<OwnRow | undefined> {
    return this.#db.selectFrom('own_assets').selectAll().where('id', '=', id).executeTakeFirst()
  }

  byToken(token: string): Promise<OwnRow | undefined> {
    return this.#db.selectFrom('own_assets').selectAll().where('token', '=', token).executeTakeFirst()
  }

  file(id: string): Promise<FileRow | undefined> {
    return this.#db.selectFrom('dataset_files').selectAll().where('id', '=', id).executeTakeFirst()
  }

  async setRoles(id: string, roles: string): Promise<void> {
    await this.#db.updateTable('dataset_files').set({ roles }).where('id', '=', id).execute()
  }

  files(): Promise<FileRow[]> {
    return this.#db.selectFrom('dataset_files').selectAll().execute()
  }

  /** All of it or nothing. @param instead the version whose place it takes; one that no ledger ever held is forgotten */
  async insert(row: OwnRow, file: FileRow | undefined, instead?: OwnRow): Promise<void> {
    await this.#db.transaction().execute(async (t) => {
      if (instead !== undefined && instead.registered_at === null) {
        await t.deleteFrom('own_assets').where('id', '=', instead.id).execute()
        await t.deleteFrom('dataset_files').where('id', '=', instead.id).execute()
      } else if (instead !== undefined) {
        await t.updateTable('own_assets').set({ superseded_at: row.added_at }).where('id', '=', instead.id).execute()
      }
      // An asset that came back from another member has its row already.
      await t.deleteFrom('own_assets').where('id', '=', row.id).execute()
      await t.deleteFrom('dataset_files').where('id', '=', row.id).execute()
      await t.insertInto('own_assets').values(row).execute()
      if (file !== undefined) await t.insertInto('dataset_files').values(file).execute()
    })
  }

  async update(id: string, change: Partial<Omit<OwnRow, 'id'>>): Promise<void> {
    await this.#db.updateTable('own_assets').set(change).where('id', '=', id).execute()
  }
}
