/** Tokens with which programs act for a person. A token never may more than its owner may at the moment. */
import { type ApiToken, apiErrors, type Caller, type PersonRole, roleCovers, type TokenScope } from '@secureflow/api'
import type { Clock, Rng } from '@secureflow/base'
import type { Database } from '../storage/index.ts'
import { peopleErrors } from './errors.ts'
import { digest, drawId, drawSecret } from './secrets.ts'

const minute = 60_000
const day = 24 * 60 * minute
/** So that a token is known for one wherever it turns up. */
const prefix = 'sfp_'

interface Wanted {
  name: string
  scope: TokenScope
  role?: PersonRole | undefined
  days: number
}

export class Tokens {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng

  constructor(db: Database, clock: Clock, rng: Rng) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
  }

  /** @throws API_NOT_FOUND, PEOPLE_TOKEN_ROLE */
  async add(person: string, { name, scope, role, days }: Wanted): Promise<{ token: ApiToken; secret: string }> {
    const now = this.#clock.now()
    const secret = prefix + drawSecret(this.#rng)
    const id = drawId(this.#rng)
    const owner = await this.#db.selectFrom('people').select('role').where('id', '=', person).executeTakeFirst()
    if (owner === undefined) throw apiErrors.API_NOT_FOUND({ name: person })
    const given = role ?? (owner.role as PersonRole)
    if (!roleCovers(owner.role as PersonRole, given))
      throw peopleErrors.PEOPLE_TOKEN_ROLE({ role: given, own: owner.role })
    await this.#db.deleteFrom('api_tokens').where('expires_at', '<', now).execute()
    const row = { id, person, name, scope, role: given, created_at: now, expires_at: now + days * day }
    await this.#db
      .insertInto('api_tokens')
      .values({ ...row, secret_hash: digest(secret), last_used_at: null })
      .execute()
    return { token: (await this.list(person)).find((t) => t.id === id)!, secret }
  }

  /** Of one person or of all. */
  async list(person?: string): Promise<ApiToken[]> {
    let rows = this.#db
      .selectFrom('api_tokens as t')
      .innerJoin('people as p', 'p.id', 't.person')
      .select(['t.id', 't.name', 't.role', 't.scope', 't.created_at', 't.expires_at', 't.last_used_at', 't.person'])
      .select('p.name as owner')
      .where('t.expires_at', '>', this.#clock.now())
    if (person !== undefined) rows = rows.where('t.person', '=', person)
    return (await rows.orderBy('t.created_at', 'desc').orderBy('t.id').execute()).map((r) => ({
      id: r.id,
      name: r.name,
      person: { id: r.person, name: r.owner },
      role: r.role as PersonRole,
      scope: r.scope as TokenScope,
      createdAt: r.created_at,
      expiresAt: r.expires_at,
      ...(r.last_used_at === null ? {} : { lastUsedAt: r.last_used_at }),
    }))
  }

  /** @param person whose it must be; anybody's where it is not given @throws API_NOT_FOUND */
  async revoke(id: string, person?: string): Promise<void> {
    let ending = this.#db.deleteFrom('api_tokens').where('id', '=', id)
    if (person !== undefined) ending = ending.where('person', '=', person)
    if ((await ending.executeTakeFirst()).numDeletedRows !== 1n) throw apiErrors.API_NOT_FOUND({ name: id })
  }

  /** Who acts by this token; undefined where it ended, its owner is disabled or has lost the role. `strong`: the owner has a second factor. */
  async holderOf(secret: string): Promise<{ caller: Caller; strong: boolean } | undefined> {
    if (!secret.startsWith(prefix)) return undefined
    const now = this.#clock.now()
    const row = await this.#db
      .selectFrom('api_tokens as t')
      .innerJoin('people as p', 'p.id', 't.person')
      .select(['t.id', 't.name', 't.role', 't.scope', 't.last_used_at', 't.person'])
      .select(['p.name as owner', 'p.role as own', 'p.totp_secret', 'p.provider_key'])
      .where('t.secret_hash', '=', digest(secret))
      .where('t.expires_at', '>', now)
      .where('p.disabled', '=', 0)
      .executeTakeFirst()
    if (row === undefined || !roleCovers(row.own as PersonRole, row.role as PersonRole)) return undefined
    // One write a minute at most: a program asks many times a second.
    if ((row.last_used_at ?? 0) < now - minute)
      await this.#db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', row.id).execute()
    return {
      caller: {
        id: row.person,
        name: row.owner,
        role: row.role as PersonRole,
        token: { name: row.name, scope: row.scope as TokenScope },
      },
      strong: row.totp_secret !== null || row.provider_key !== null,
    }
  }
}
