/** Flows that are being drawn. Every save is a version; nothing that was saved is overwritten. */
import { apiErrors, type Draft, type DraftSummary, type DraftVersion } from '@secureflow/api'
import { type Clock, type Rng, randomBytes, toHex } from '@secureflow/base'
import type { Database } from '../storage/index.ts'
import { draftErrors } from './errors.ts'

export interface DraftChange {
  id?: string | undefined
  after: number
  name: string
  text: string
  layout: Draft['layout']
}

export class Drafts {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng

  constructor(db: Database, clock: Clock, rng: Rng) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
  }

  list(): Promise<DraftSummary[]> {
    return this.#db
      .selectFrom('drafts as d')
      .select(['id', 'version', 'name', 'at', 'by'])
      .where((e) =>
        e(
          'version',
          '=',
          e
            .selectFrom('drafts as n')
            .select((m) => m.fn.max('n.version').as('v'))
            .whereRef('n.id', '=', 'd.id'),
        ),
      )
      .orderBy('at', 'desc')
      .execute()
  }

  /** @throws API_NOT_FOUND */
  async show(id: string, version?: number): Promise<Draft> {
    let rows = this.#db.selectFrom('drafts').selectAll().where('id', '=', id)
    if (version !== undefined) rows = rows.where('version', '=', version)
    const row = await rows.orderBy('version', 'desc').limit(1).executeTakeFirst()
    if (row === undefined) throw apiErrors.API_NOT_FOUND({ name: version === undefined ? id : `${id} v${version}` })
    return { ...row, layout: JSON.parse(row.layout) as Draft['layout'] }
  }

  /** @throws API_NOT_FOUND */
  async versions(id: string): Promise<DraftVersion[]> {
    const rows = await this.#db
      .selectFrom('drafts')
      .select(['version', 'at', 'by'])
      .where('id', '=', id)
      .orderBy('version', 'desc')
      .execute()
    if (rows.length === 0) throw apiErrors.API_NOT_FOUND({ name: id })
    return rows
  }

  /** @throws API_NOT_FOUND, DRAFT_CHANGED */
  save({ id: known, after, name, text, layout }: DraftChange, by: string): Promise<DraftSummary> {
    return this.#db.transaction().execute(async (t) => {
      const id = known ?? toHex(randomBytes(this.#rng, 8))
      const last = await t
        .selectFrom('drafts')
        .select(['version', 'by'])
        .where('id', '=', id)
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst()
      if (known !== undefined && last === undefined) throw apiErrors.API_NOT_FOUND({ name: id })
      if (last !== undefined && last.version !== after)
        throw draftErrors.DRAFT_CHANGED({ who: last.by, version: last.version })
      const saved = { id, version: (last?.version ?? 0) + 1, name, at: this.#clock.now(), by }
      await t
        .insertInto('drafts')
        .values({ ...saved, text, layout: JSON.stringify(layout) })
        .execute()
      return saved
    })
  }

  /** @throws API_NOT_FOUND */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#db.deleteFrom('drafts').where('id', '=', id).executeTakeFirst()
    if (numDeletedRows === 0n) throw apiErrors.API_NOT_FOUND({ name: id })
  }
}
