/** Accounts of the people of this member, their sessions, and the record of what they did. */
import { createHash } from 'node:crypto'
import type { Caller, Operation, Person, PersonRole } from '@secureflow/api'
import { apiErrors } from '@secureflow/api'
import { type Clock, type Rng, randomBytes, toHex } from '@secureflow/base'
import type { Selectable, Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { peopleErrors } from './errors.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import type { PeopleTables } from './tables.ts'

const minute = 60_000
const codeMs = 15 * minute
/** A session ends when nobody used it for so long, and after a week in any case. */
const idleMs = 12 * 60 * minute
const longestMs = 7 * 24 * 60 * minute
/** After so many wrong passwords one after the other nobody signs in by this name for a while. */
const maxFailures = 5
const lockMs = 15 * minute

export interface Session {
  secret: string
  seconds: number
}

/** Of operations without a sign-in. */
const nobodyRole = '-'
const keptOfNobody = 10_000

type Row = Selectable<PeopleTables['people']>

export class People {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng
  #code: { hash: string; expiresAt: number } | undefined

  constructor(db: Database, clock: Clock, rng: Rng) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
  }

  async empty(): Promise<boolean> {
    return (await this.#db.selectFrom('people').select('id').limit(1).executeTakeFirst()) === undefined
  }

  /** For whoever holds the home folder, and only until there is an account. A new code ends the one before. */
  async setUpCode(): Promise<{ code: string; expiresAt: number }> {
    if (!(await this.empty())) throw peopleErrors.PEOPLE_SET_UP({})
    const code = this.#secret()
    const expiresAt = this.#clock.now() + codeMs
    this.#code = { hash: digest(code), expiresAt }
    return { code, expiresAt }
  }

  /** @throws PEOPLE_SET_UP, PEOPLE_CODE */
  async setUp(code: string, name: string, password: string): Promise<Session> {
    if (!(await this.empty())) throw peopleErrors.PEOPLE_SET_UP({})
    const given = this.#code
    if (given === undefined || given.expiresAt < this.#clock.now() || given.hash !== digest(code))
      throw peopleErrors.PEOPLE_CODE({})
    this.#code = undefined
    const { id } = await this.add(name, 'admin', password)
    return this.#open(id)
  }

  /** @throws PEOPLE_SIGN_IN, PEOPLE_LOCKED */
  async signIn(name: string, password: string): Promise<Session & { caller: Caller }> {
    const now = this.#clock.now()
    const row = await this.#attempt(keyOf(name), now)
    const fits = await passwordFits(row?.password_hash, password)
    if (row === undefined || !fits || row.disabled !== 0) throw peopleErrors.PEOPLE_SIGN_IN({})
    const session = await this.#db.transaction().execute(async (t) => {
      // Looking at a password takes its time: whoever was disabled or given another one meanwhile does not come in.
      const still = await t
        .updateTable('people')
        .set({ failures: 0, locked_until: null, last_seen_at: now })
        .where('id', '=', row.id)
        .where('password_hash', '=', row.password_hash)
        .where('disabled', '=', 0)
        .executeTakeFirst()
      return still.numUpdatedRows === 1n ? this.#open(row.id, t) : undefined
    })
    if (session === undefined) throw peopleErrors.PEOPLE_SIGN_IN({})
    return { ...session, caller: callerOf(row) }
  }

  /** Whose session this is; undefined where it ended. */
  async callerOf(secret: string): Promise<Caller | undefined> {
    const now = this.#clock.now()
    const secret_hash = digest(secret)
    const session = await this.#standing(secret_hash, now)
    if (session === undefined) return undefined
    // One write a minute at most: a page asks many times a second.
    if (session.seen_at < now - minute) {
      await this.#db.updateTable('sessions').set({ seen_at: now }).where('secret_hash', '=', secret_hash).execute()
      await this.#db.updateTable('people').set({ last_seen_at: now }).where('id', '=', session.id).execute()
    }
    return callerOf(session)
  }

  /** Whether a session goes on; to ask is no use of it. */
  async stands(secret: string): Promise<boolean> {
    return (await this.#standing(digest(secret), this.#clock.now())) !== undefined
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

  async list(): Promise<Person[]> {
    return (await this.#db.selectFrom('people').selectAll().orderBy('name_key').execute()).map(personOf)
  }

  /** @throws PEOPLE_NAME_TAKEN */
  async add(name: string, role: PersonRole, password: string): Promise<Person> {
    const password_hash = await hashPassword(password)
    const row: Row = {
      id: this.#secret().slice(0, 16),
      name,
      name_key: keyOf(name),
      role,
      password_hash,
      created_at: this.#clock.now(),
      last_seen_at: null,
      disabled: 0,
      failures: 0,
      locked_until: null,
    }
    const added = await this.#db
      .insertInto('people')
      .values(row)
      .onConflict((c) => c.column('name_key').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows !== 1n) throw peopleErrors.PEOPLE_NAME_TAKEN({ name })
    return personOf(row)
  }

  /** Ends the sessions of whom it changes. @throws API_NOT_FOUND, PEOPLE_LAST_ADMIN */
  async change(
    id: string,
    { role, password, disabled }: { role?: PersonRole; password?: string; disabled?: boolean },
  ): Promise<Person> {
    const password_hash = password === undefined ? undefined : await hashPassword(password)
    return this.#db.transaction().execute(async (t) => {
      const row = await t.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
      if (row === undefined) throw apiErrors.API_NOT_FOUND({ name: id })
      const changed: Row = {
        ...row,
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { disabled: disabled ? 1 : 0 }),
        ...(password_hash === undefined ? {} : { password_hash, failures: 0, locked_until: null }),
      }
      await t.updateTable('people').set(changed).where('id', '=', id).execute()
      const admins = await t
        .selectFrom('people')
        .select('id')
        .where('role', '=', 'admin')
        .where('disabled', '=', 0)
        .executeTakeFirst()
      if (admins === undefined) throw peopleErrors.PEOPLE_LAST_ADMIN({})
      await t.deleteFrom('sessions').where('person', '=', id).execute()
      return personOf(changed)
    })
  }

  /** What somebody did or tried to; `outcome` is `done` or an error's code. */
  async record(who: { name: string; role: string }, action: string, outcome: string): Promise<void> {
    const row = { at: this.#clock.now(), who: who.name, role: who.role, action, outcome }
    const { insertId } = await this.#db.insertInto('operations').values(row).executeTakeFirstOrThrow()
    // Anybody who reaches the port can be refused: what nobody in particular tried does not fill the disk.
    if (who.role === nobodyRole)
      await this.#db
        .deleteFrom('operations')
        .where('role', '=', nobodyRole)
        .where('seq', '<=', Number(insertId) - keptOfNobody)
        .execute()
  }

  async operations(before: number | undefined, limit: number): Promise<Operation[]> {
    let rows = this.#db.selectFrom('operations').select(['at', 'who', 'role', 'action', 'outcome'])
    if (before !== undefined) rows = rows.where('at', '<', before)
    return rows.orderBy('seq', 'desc').limit(limit).execute()
  }

  /**
   * The person by that name, with one more try counted, before the password is looked at: guesses made at the same time
   * count one by one. @throws PEOPLE_LOCKED
   */
  #attempt(name_key: string, now: number): Promise<Row | undefined> {
    return this.#db.transaction().execute(async (t) => {
      const row = await t.selectFrom('people').selectAll().where('name_key', '=', name_key).executeTakeFirst()
      if (row === undefined) return undefined
      const lockedFor = (row.locked_until ?? 0) - now
      if (lockedFor > 0) throw peopleErrors.PEOPLE_LOCKED({ minutes: Math.ceil(lockedFor / minute) })
      const failures = row.locked_until === null ? row.failures + 1 : 1
      const locked_until = failures >= maxFailures ? now + lockMs : null
      await t.updateTable('people').set({ failures, locked_until }).where('id', '=', row.id).execute()
      return row
    })
  }

  #standing(secret_hash: string, now: number) {
    return this.#db
      .selectFrom('sessions')
      .innerJoin('people', 'people.id', 'sessions.person')
      .select(['people.id', 'people.name', 'people.role', 'sessions.seen_at'])
      .where('secret_hash', '=', secret_hash)
      .where('disabled', '=', 0)
      .where('expires_at', '>', now)
      .where('seen_at', '>', now - idleMs)
      .executeTakeFirst()
  }

  async #open(person: string, db: Database | Transaction<Tables> = this.#db): Promise<Session> {
    const now = this.#clock.now()
    const secret = this.#secret()
    await db.deleteFrom('sessions').where('expires_at', '<', now).execute()
    await db
      .insertInto('sessions')
      .values({ secret_hash: digest(secret), person, created_at: now, seen_at: now, expires_at: now + longestMs })
      .execute()
    return { secret, seconds: longestMs / 1000 }
  }

  #secret(): string {
    return toHex(randomBytes(this.#rng, 32))
  }
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase()

const callerOf = ({ id, name, role }: { id: string; name: string; role: string }): Caller => ({
  id,
  name,
  role: role as PersonRole,
})

const personOf = ({ id, name, role, created_at, last_seen_at, disabled, locked_until }: Row): Person => ({
  id,
  name,
  role: role as PersonRole,
  createdAt: created_at,
  ...(last_seen_at === null ? {} : { lastSeenAt: last_seen_at }),
  disabled: disabled !== 0,
  ...(locked_until === null ? {} : { lockedUntil: locked_until }),
})
