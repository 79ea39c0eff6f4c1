/** Who is signed in where. A browser holds a session's secret, the node its digest. */
import { apiErrors, type PersonRole, type SignedInSession } from '@secureflow/api'
import type { Clock, Rng } from '@secureflow/base'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { digest, drawSecret } from './secrets.ts'

const minute = 60_000
/** A session ends when nobody used it for so long, and after a week in any case. */
const idleMs = 12 * 60 * minute
const longestMs = 7 * 24 * 60 * minute

export interface Session {
  secret: string
  seconds: number
}

export type Via = 'password' | 'provider'

/** What a session's digest begins with names it: it gives nothing of the secret away. */
const idOf = (secretHash: string): string => secretHash.slice(0, 16)

export class Sessions {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng

  constructor(db: Database, clock: Clock, rng: Rng) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
  }

  async open(
    person: string,
    via: Via,
    device: string,
    db: Database | Transaction<Tables> = this.#db,
  ): Promise<Session> {
    const now = this.#clock.now()
    const secret = drawSecret(this.#rng)
    await db.deleteFrom('sessions').where('expires_at', '<', now).execute()
    await db
      .insertInto('sessions')
      .values({
        ...{ secret_hash: digest(secret), person, via, device: device.slice(0, 200) },
        ...{ created_at: now, seen_at: now, expires_at: now + longestMs },
      })
      .execute()
    await db.updateTable('people').set({ last_seen_at: now }).where('id', '=', person).execute()
    return { secret, seconds: longestMs / 1000 }
  }

  /** Whose session this is; undefined where it ended. `strong`: signed in with more than a password. */
  async personOf(secret: string): Promise<{ id: string; name: string; role: PersonRole; strong: boolean } | undefined> {
    const now = this.#clock.now()
    const secret_hash = digest(secret)
    const session = await this.#standing(secret_hash, now)
    if (session === undefined) return undefined
    // One write a minute at most: a page asks many times a second.
    if (session.seen_at < now - minute) {
      await this.#db.updateTable('sessions').set({ seen_at: now }).where('secret_hash', '=', secret_hash).execute()
      await this.#db.updateTable('people').set({ last_seen_at: now }).where('id', '=', session.id).execute()
    }
    const { id, name, role, totp_secret, via } = session
    return { id, name, role: role as PersonRole, strong: totp_secret !== null || via === 'provider' }
  }

  /** Whether a session goes on; to ask is no use of it. */
  async stands(secret: string): Promise<boolean> {
    return (await this.#standing(digest(secret), this.#clock.now())) !== undefined
  }

  /** @param own the secret of the session that asks */
  async list(person: string, own: string): Promise<SignedInSession[]> {
    const now = this.#clock.now()
    const rows = await this.#db
      .selectFrom('sessions')
      .selectAll()
      .where('person', '=', person)
      .where('expires_at', '>', now)
      .where('seen_at', '>', now - idleMs)
      .orderBy('seen_at', 'desc')
      .execute()
    return rows.map((r) => ({
      id: idOf(r.secret_hash),
      device: r.device,
      via: r.via as Via,
      createdAt: r.created_at,
      seenAt: r.seen_at,
      expiresAt: r.expires_at,
      current: r.secret_hash === digest(own),
    }))
  }

  /** @throws API_NOT_FOUND */
  async end(person: string, id: string): Promise<void> {
    const ending = this.#db.deleteFrom('sessions').where('person', '=', person)
    const ended = await ending
      .where('secret_hash', 'like', `${/^[0-9a-f]{16}$/.test(id) ? id : '-'}%`)
      .executeTakeFirst()
    if (ended.numDeletedRows === 0n) throw apiErrors.API_NOT_FOUND({ name: id })
  }

  async endOthers(person: string, own: string, db: Database | Transaction<Tables> = this.#db): Promise<void> {
    await db.deleteFrom('sessions').where('person', '=', person).where('secret_hash', '!=', digest(own)).execute()
  }

  async signOut(secret: string, everywhere: boolean): Promise<void> {
    const secret_hash = digest(secret)
    const session = await this.#db
      .selectFrom('sessions')
      .select('person')
      .where('secret_hash', '=', secret_hash)
      .executeTakeFirst()
    if (session === undefined) return
    const ending = this.#db.deleteFrom('sessions')
    await (everywhere
      ? ending.where('person', '=', session.person)
      : ending.where('secret_hash', '=', secret_hash)
    ).execute()
  }

  #standing(secret_hash: string, now: number) {
    return this.#db
      .selectFrom('sessions')
      .innerJoin('people', 'people.id', 'sessions.person')
      .select(['people.id', 'people.name', 'people.role', 'people.totp_secret', 'sessions.seen_at', 'sessions.via'])
      .where('secret_hash', '=', secret_hash)
      .where('disabled', '=', 0)
      .where('expires_at', '>', now)
      .where('seen_at', '>', now - idleMs)
      .executeTakeFirst()
  }
}
