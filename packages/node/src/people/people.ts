/** Accounts of the people of this member, how they sign in, and the record of what they did. */
import type { Caller, Operation, Person, PersonRole } from '@secureflow/api'
import { apiErrors } from '@secureflow/api'
import type { Clock, Rng } from '@secureflow/base'
import type { Selectable, Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { peopleErrors } from './errors.ts'
import { Invitations } from './invitations.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import { ProviderSignIn, type Vouched } from './provider.ts'
import { Rules, type RulesChange } from './rules.ts'
import { Sealing } from './sealing.ts'
import { SecondFactor } from './second-factor.ts'
import { digest, drawId, drawSecret } from './secrets.ts'
import { type Session, Sessions } from './sessions.ts'
import type { PeopleTables } from './tables.ts'
import { Tokens } from './tokens.ts'

const minute = 60_000
const codeMs = 15 * minute
/** After so many wrong passwords or codes one after the other nobody signs in by this name for a while. */
const maxFailures = 5
const lockMs = 15 * minute

/** Of operations without a sign-in. */
const nobodyRole = '-'
const keptOfNobody = 10_000

type Row = Selectable<PeopleTables['people']>

interface PersonChange {
  role?: PersonRole | undefined
  password?: string | undefined
  disabled?: boolean | undefined
  unlock?: true | undefined
  resetSecondFactor?: true | undefined
}

export class People {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly invitations: Invitations
  readonly secondFactor: SecondFactor
  readonly rules: Rules
  readonly #provider: ProviderSignIn
  #code: { hash: string; expiresAt: number } | undefined

  /** @param secret 32 bytes of the keystore: what must be read again is encrypted under a key drawn from it */
  constructor(db: Database, clock: Clock, rng: Rng, secret: Uint8Array) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
    this.sessions = new Sessions(db, clock, rng)
    this.tokens = new Tokens(db, clock, rng)
    this.invitations = new Invitations(db, clock, rng)
    const sealing = new Sealing(secret, rng)
    this.secondFactor = new SecondFactor(db, clock, rng, sealing)
    this.rules = new Rules(db, sealing)
    this.#provider = new ProviderSignIn(clock, rng, sealing)
  }

  async empty(): Promise<boolean> {
    return (await this.#db.selectFrom('people').select('id').limit(1).executeTakeFirst()) === undefined
  }

  /** For whoever holds the home folder, and only until there is an account. A new code ends the one before. */
  async setUpCode(): Promise<{ code: string; expiresAt: number }> {
    if (!(await this.empty())) throw peopleErrors.PEOPLE_SET_UP({})
    const code = drawSecret(this.#rng)
    const expiresAt = this.#clock.now() + codeMs
    this.#code = { hash: digest(code), expiresAt }
    return { code, expiresAt }
  }

  /** @throws PEOPLE_SET_UP, PEOPLE_CODE */
  async setUp(code: string, name: string, password: string, device = ''): Promise<Session> {
    if (!(await this.empty())) throw peopleErrors.PEOPLE_SET_UP({})
    const given = this.#code
    if (given === undefined || given.expiresAt < this.#clock.now() || given.hash !== digest(code))
      throw peopleErrors.PEOPLE_CODE({})
    this.#code = undefined
    const { id } = await this.add(name, 'admin', password)
    return this.sessions.open(id, 'password', device)
  }

  /** Makes the account that an invitation is for. @throws PEOPLE_INVITATION, PEOPLE_NAME_TAKEN */
  async accept(code: string, name: string, password: string, device = ''): Promise<Session> {
    const role = await this.invitations.roleOf(code)
    const row = this.#newRow(name, role, await hashPassword(password))
    return this.#db.transaction().execute(async (t) => {
      await this.invitations.take(code, t)
      await this.#insert(row, t)
      return this.sessions.open(row.id, 'password', device, t)
    })
  }

  /** @throws PEOPLE_SIGN_IN, PEOPLE_LOCKED, PEOPLE_SECOND_FACTOR, PEOPLE_WRONG_CODE */
  async signIn(name: string, password: string, code?: string, device = ''): Promise<Session & { caller: Caller }> {
    const row = await this.#proven({ name_key: keyOf(name) }, password)
    if (row.totp_secret !== null && code === undefined) {
      await this.#forgetAttempt(row.id)
      throw peopleErrors.PEOPLE_SECOND_FACTOR({})
    }
    return this.#db.transaction().execute(async (t) => {
      await this.#succeeded(row, code, t)
      return { ...(await this.sessions.open(row.id, 'password', device, t)), caller: callerOf(row) }
    })
  }

  /** @throws PEOPLE_PROVIDER_NONE, PEOPLE_PROVIDER_AWAY */
  async beginProvider(): Promise<{ url: string; pledge: string }> {
    return this.#provider.begin(await this.#access())
  }

  /** @throws PEOPLE_PROVIDER_*, PEOPLE_SIGN_IN, PEOPLE_LAST_ADMIN */
  async finishProvider(answer: string, pledge: string | undefined, device = ''): Promise<Session> {
    const vouched = await this.#provider.finish(await this.#access(), answer, pledge)
    return this.#db.transaction().execute(async (t) => {
      const id = (await this.#known(vouched, t)) ?? (await this.#welcome(vouched, t))
      return this.sessions.open(id, 'provider', device, t)
    })
  }

  /** @throws PEOPLE_PROVIDER_AWAY, PEOPLE_PROVIDER_ISSUER and everything stays as it was */
  async changeRules(change: RulesChange) {
    if (change.provider !== null && change.provider !== undefined) await this.#provider.check(change.provider)
    return this.rules.change(change)
  }

  /**
   * What changes how a person signs in asks for the password again, and for a code where there is a second factor.
   * @throws PEOPLE_SIGN_IN, PEOPLE_LOCKED, PEOPLE_NO_PASSWORD, PEOPLE_WRONG_CODE
   */
  async proven<T>(
    id: string,
    given: { password: string; code?: string },
    change: (t: Transaction<Tables>) => Promise<T>,
  ): Promise<T> {
    const account = await this.#rowOf(id)
    if (account.password_hash === noPassword) throw peopleErrors.PEOPLE_NO_PASSWORD({})
    const row = await this.#proven({ id }, given.password)
    return this.#db.transaction().execute(async (t) => {
      await this.#succeeded(row, given.code, t)
      return change(t)
    })
  }

  /** @throws as `proven` */
  async changePassword(id: string, current: string, password: string, session: string): Promise<void> {
    const password_hash = await hashPassword(password)
    const row = await this.#rowOf(id)
    if (row.password_hash === noPassword) throw peopleErrors.PEOPLE_NO_PASSWORD({})
    const proven = await this.#proven({ id }, current)
    await this.#db.transaction().execute(async (t) => {
      await this.#settle(proven, t)
      await t.updateTable('people').set({ password_hash }).where('id', '=', id).execute()
      await this.sessions.endOthers(id, session, t)
    })
  }

  /** Whose session this is; undefined where it ended. */
  async callerOf(secret: string): Promise<Caller | undefined> {
    const person = await this.sessions.personOf(secret)
    if (person === undefined) return undefined
    return { ...callerOf(person), ...(await this.#enrolment(person.strong)) }
  }

  /** Who acts by a token; undefined where it does not hold. */
  async holderOf(token: string): Promise<Caller | undefined> {
    const held = await this.tokens.holderOf(token)
    if (held === undefined) return undefined
    return { ...held.caller, ...(await this.#enrolment(held.strong)) }
  }

  async list(): Promise<Person[]> {
    return (await this.#db.selectFrom('people').selectAll().orderBy('name_key').execute()).map(personOf)
  }

  /** @throws API_NOT_FOUND */
  async show(id: string): Promise<{ person: Person; hasPassword: boolean }> {
    const row = await this.#rowOf(id)
    return { person: personOf(row), hasPassword: row.password_hash !== noPassword }
  }

  /** @throws PEOPLE_NAME_TAKEN */
  async add(name: string, role: PersonRole, password: string): Promise<Person> {
    const row = this.#newRow(name, role, await hashPassword(password))
    await this.#insert(row, this.#db)
    return personOf(row)
  }

  /** Ends the sessions of whom it changes. @throws API_NOT_FOUND, PEOPLE_LAST_ADMIN */
  async change(id: string, { role, password, disabled, unlock, resetSecondFactor }: PersonChange): Promise<Person> {
    const password_hash = password === undefined ? undefined : await hashPassword(password)
    return this.#db.transaction().execute(async (t) => {
      const row = await t.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
      if (row === undefined) throw apiErrors.API_NOT_FOUND({ name: id })
      const lifted = password_hash !== undefined || unlock === true
      const changed: Row = {
        ...row,
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { disabled: disabled ? 1 : 0 }),
        ...(password_hash === undefined ? {} : { password_hash }),
        ...(lifted ? { failures: 0, locked_until: null } : {}),
        ...(resetSecondFactor ? { totp_secret: null, totp_pending: null } : {}),
      }
      await t.updateTable('people').set(changed).where('id', '=', id).execute()
      await requireAdmin(t)
      if (resetSecondFactor) await this.secondFactor.end(id, t)
      const unlockedOnly = unlock === true && role === undefined && disabled === undefined && password === undefined
      if (!unlockedOnly || resetSecondFactor) await t.deleteFrom('sessions').where('person', '=', id).execute()
      return personOf(changed)
    })
  }

  /** @throws API_NOT_FOUND, PEOPLE_LAST_ADMIN */
  async remove(id: string): Promise<void> {
    await this.#db.transaction().execute(async (t) => {
      for (const table of ['sessions', 'api_tokens', 'recovery_codes'] as const)
        await t.deleteFrom(table).where('person', '=', id).execute()
      const gone = await t.deleteFrom('people').where('id', '=', id).executeTakeFirst()
      if (gone.numDeletedRows !== 1n) throw apiErrors.API_NOT_FOUND({ name: id })
      await requireAdmin(t)
    })
  }

  /** What somebody did or tried to; `outcome` is `done` or an error's code. */
  async record(
    who: { name: string; role: string; token?: { name: string } | undefined },
    action: string,
    outcome: string,
  ): Promise<void> {
    const by = who.token === undefined ? who.name : `${who.name} · ${who.token.name}`
    const row = { at: this.#clock.now(), who: by, role: who.role, action, outcome }
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

  /** @throws PEOPLE_PROVIDER_NONE */
  async #access() {
    const access = await this.rules.provider()
    if (access === undefined) throw peopleErrors.PEOPLE_PROVIDER_NONE({})
    return access
  }

  /** Who was here before; the role follows the provider at every sign-in. @throws PEOPLE_SIGN_IN, PEOPLE_LAST_ADMIN */
  async #known({ key, role }: Vouched, t: Transaction<Tables>): Promise<string | undefined> {
    const row = await t.selectFrom('people').selectAll().where('provider_key', '=', key).executeTakeFirst()
    if (row === undefined) return undefined
    if (row.disabled !== 0) throw peopleErrors.PEOPLE_SIGN_IN({})
    if (row.role === role) return row.id
    await t.updateTable('people').set({ role }).where('id', '=', row.id).execute()
    await requireAdmin(t)
    await t.deleteFrom('sessions').where('person', '=', row.id).execute()
    return row.id
  }

  /** Never takes over an account that is there, whatever the provider calls its own: a number is added to the name. */
  async #welcome({ key, name, role }: Vouched, t: Transaction<Tables>): Promise<string> {
    for (let n = 1; ; n++) {
      const called = n === 1 ? name : `${name} ${n}`
      const taken = await t.selectFrom('people').select('id').where('name_key', '=', keyOf(called)).executeTakeFirst()
      if (taken !== undefined) continue
      const row: Row = { ...this.#newRow(called, role, noPassword), provider_key: key }
      await this.#insert(row, t)
      return row.id
    }
  }

  /** Whose password this is, one more attempt counted. @throws PEOPLE_SIGN_IN, PEOPLE_LOCKED */
  async #proven(who: { name_key: string } | { id: string }, password: string): Promise<Row> {
    const row = await this.#attempt(who)
    const stored = row === undefined || row.password_hash === noPassword ? undefined : row.password_hash
    const fits = await passwordFits(stored, password)
    if (row === undefined || !fits || row.disabled !== 0) throw peopleErrors.PEOPLE_SIGN_IN({})
    return row
  }

  /** The attempt was a good one. @throws PEOPLE_SIGN_IN, PEOPLE_WRONG_CODE and the attempt stays counted */
  async #succeeded(row: Row, code: string | undefined, t: Transaction<Tables>): Promise<void> {
    if (row.totp_secret !== null) await this.secondFactor.use(row, code ?? '', t)
    await this.#settle(row, t)
  }

  async #settle(row: Row, t: Transaction<Tables>): Promise<void> {
    // Looking at a password takes its time: whoever was disabled or given another one meanwhile does not come in.
    const still = await t
      .updateTable('people')
      .set({ failures: 0, locked_until: null, last_seen_at: this.#clock.now() })
      .where('id', '=', row.id)
      .where('password_hash', '=', row.password_hash)
      .where('totp_secret', row.totp_secret === null ? 'is' : '=', row.totp_secret)
      .where('disabled', '=', 0)
      .executeTakeFirst()
    if (still.numUpdatedRows !== 1n) throw peopleErrors.PEOPLE_SIGN_IN({})
  }

  /**
   * The person, with one more try counted, before the password is looked at: guesses made at the same time count one by
   * one. @throws PEOPLE_LOCKED
   */
  #attempt(who: { name_key: string } | { id: string }): Promise<Row | undefined> {
    const now = this.#clock.now()
    return this.#db.transaction().execute(async (t) => {
      const all = t.selectFrom('people').selectAll()
      const found = 'id' in who ? all.where('id', '=', who.id) : all.where('name_key', '=', who.name_key)
      const row = await found.executeTakeFirst()
      if (row === undefined) return undefined
      const lockedFor = (row.locked_until ?? 0) - now
      if (lockedFor > 0) throw peopleErrors.PEOPLE_LOCKED({ minutes: Math.ceil(lockedFor / minute) })
      const failures = row.locked_until === null ? row.failures + 1 : 1
      const locked_until = failures >= maxFailures ? now + lockMs : null
      await t.updateTable('people').set({ failures, locked_until }).where('id', '=', row.id).execute()
      return row
    })
  }

  /** The right password without the code that belongs to it is no wrong guess. Those made meanwhile stay counted. */
  async #forgetAttempt(id: string): Promise<void> {
    await this.#db.transaction().execute(async (t) => {
      const { failures } = await t
        .selectFrom('people')
        .select('failures')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const fewer = Math.max(0, failures - 1)
      const lock = fewer >= maxFailures ? {} : { locked_until: null }
      await t
        .updateTable('people')
        .set({ failures: fewer, ...lock })
        .where('id', '=', id)
        .execute()
    })
  }

  async #enrolment(strong: boolean): Promise<{ mustEnrol?: true }> {
    return !strong && (await this.rules.current()).requireSecondFactor ? { mustEnrol: true } : {}
  }

  async #rowOf(id: string): Promise<Row> {
    const row = await this.#db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw apiErrors.API_NOT_FOUND({ name: id })
    return row
  }

  #newRow(name: string, role: PersonRole, password_hash: string): Row {
    return {
      ...{ id: drawId(this.#rng), name, name_key: keyOf(name), role, password_hash },
      ...{ created_at: this.#clock.now(), last_seen_at: null, disabled: 0, failures: 0, locked_until: null },
      ...{ totp_secret: null, totp_pending: null, totp_step: 0, provider_key: null },
    }
  }

  async #insert(row: Row, db: Database | Transaction<Tables>): Promise<void> {
    const added = await db
      .insertInto('people')
      .values(row)
      .onConflict((c) => c.column('name_key').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows !== 1n) throw peopleErrors.PEOPLE_NAME_TAKEN({ name: row.name })
  }
}

/** Of accounts that sign in through a provider alone. */
const noPassword = ''
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase()

/** @throws PEOPLE_LAST_ADMIN where a change would leave none */
async function requireAdmin(t: Transaction<Tables>): Promise<void> {
  const admins = t.selectFrom('people').select('id').where('role', '=', 'admin').where('disabled', '=', 0)
  if ((await admins.executeTakeFirst()) === undefined) throw peopleErrors.PEOPLE_LAST_ADMIN({})
}

const callerOf = ({ id, name, role }: { id: string; name: string; role: string }): Caller => ({
  id,
  name,
  role: role as PersonRole,
})

const personOf = (row: Row): Person => ({
  id: row.id,
  name: row.name,
  role: row.role as PersonRole,
  createdAt: row.created_at,
  ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at }),
  disabled: row.disabled !== 0,
  ...(row.locked_until === null ? {} : { lockedUntil: row.locked_until }),
  secondFactor: row.totp_secret !== null,
  provider: row.provider_key !== null,
})
