/** Links with which somebody makes an account of a given role: once, for a while. */
import { apiErrors, type Invitation, type PersonRole } from '@secureflow/api'
import type { Clock, Rng } from '@secureflow/base'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { peopleErrors } from './errors.ts'
import { digest, drawId, drawSecret } from './secrets.ts'

const day = 24 * 3600_000

export class Invitations {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng

  constructor(db: Database, clock: Clock, rng: Rng) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
  }

  async add(role: PersonRole, days: number, createdBy: string): Promise<{ invitation: Invitation; code: string }> {
    const now = this.#clock.now()
    const code = drawSecret(this.#rng)
    const made = { id: drawId(this.#rng), role, created_by: createdBy, created_at: now, expires_at: now + days * day }
    await this.#db.deleteFrom('account_invitations').where('expires_at', '<', now).execute()
    await this.#db
      .insertInto('account_invitations')
      .values({ ...made, code_hash: digest(code) })
      .execute()
    return { invitation: viewOf(made), code }
  }

  async list(): Promise<Invitation[]> {
    const rows = this.#db.selectFrom('account_invitations').selectAll().where('expires_at', '>', this.#clock.now())
    return (await rows.orderBy('created_at', 'desc').orderBy('id').execute()).map(viewOf)
  }

  /** @throws API_NOT_FOUND */
  async withdraw(id: string): Promise<void> {
    const ended = await this.#db.deleteFrom('account_invitations').where('id', '=', id).executeTakeFirst()
    if (ended.numDeletedRows !== 1n) throw apiErrors.API_NOT_FOUND({ name: id })
  }

  /** @throws PEOPLE_INVITATION */
  async roleOf(code: string): Promise<PersonRole> {
    const row = await this.#standing(code)
    if (row === undefined) throw peopleErrors.PEOPLE_INVITATION({})
    return row.role as PersonRole
  }

  /** Uses it up, in the transaction that makes the account. @throws PEOPLE_INVITATION */
  async take(code: string, t: Transaction<Tables>): Promise<void> {
    const row = await this.#standing(code, t)
    const taken = await t
      .deleteFrom('account_invitations')
      .where('id', '=', row?.id ?? '')
      .executeTakeFirst()
    if (taken.numDeletedRows !== 1n) throw peopleErrors.PEOPLE_INVITATION({})
  }

  #standing(code: string, db: Database | Transaction<Tables> = this.#db) {
    return db
      .selectFrom('account_invitations')
      .select(['id', 'role'])
      .where('code_hash', '=', digest(code))
      .where('expires_at', '>', this.#clock.now())
      .executeTakeFirst()
  }
}

type Row = { id: string; role: string; created_by: string; created_at: number; expires_at: number }

const viewOf = ({ id, role, created_by, created_at, expires_at }: Row): Invitation => ({
  id,
  role: role as PersonRole,
  createdBy: created_by,
  createdAt: created_at,
  expiresAt: expires_at,
})
