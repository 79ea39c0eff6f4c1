/**
 * Databases that this node may read. A password lies encrypted under a key that is derived from the node's own secret, and
 * bound to where it may be sent: whoever changes the host of a connection must know its password.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { CheckedInputOf, Connection, Routes } from '@secureflow/api'
import { type Clock, fromUtf8, type Rng, randomBytes, utf8 } from '@secureflow/base'
import type { DatabaseLogin } from '@secureflow/data/intake/index'
import type { Database } from '../storage/index.ts'
import { apart } from './apart.ts'
import { intakeErrors } from './errors.ts'
import type { IntakeTables } from './tables.ts'

type Row = IntakeTables['data_connections']
type Place = Pick<Row, 'kind' | 'host' | 'port' | 'database' | 'user' | 'tls'>

const nonceBytes = 12
const tagBytes = 16

export interface ConnectionsDependencies {
  db: Database
  /** 32 bytes that outlive restarts. */
  secret: Uint8Array
  clock: Clock
  rng: Rng
}

export class Connections {
  readonly #deps: ConnectionsDependencies
  readonly #key: Uint8Array
  readonly #closing = new AbortController()

  constructor(deps: ConnectionsDependencies) {
    this.#deps = deps
    this.#key = new Uint8Array(hkdfSync('sha256', deps.secret, '', 'secureflow connections v1', 32))
  }

  async list(): Promise<Connection[]> {
    const rows = await this.#deps.db.selectFrom('data_connections').selectAll().orderBy('name').execute()
    return rows.map(shown)
  }

  async save({ password, ...given }: CheckedInputOf<Routes['connections']['save']>): Promise<Connection> {
    const { db, clock } = this.#deps
    const before = await this.#find(given.name)
    const known = before === undefined ? undefined : this.#open(before)
    // The same place keeps its password; to any other it must not be sent.
    if (password === undefined && (before === undefined || placeOf(before) !== placeOf(given)))
      throw intakeErrors.CONNECTION_PASSWORD({ name: given.name })
    const secret = this.#seal(password ?? known!, given)
    const row: Row = { ...given, secret, saved_at: clock.now() }
    const { name, ...change } = row
    await db
      .insertInto('data_connections')
      .values(row)
      .onConflict((c) => c.column('name').doUpdateSet(change))
      .execute()
    return shown(row)
  }

  /** @throws CONNECTION_UNKNOWN, DATA_DATABASE */
  async tables(name: string, signal: AbortSignal): Promise<string[]> {
    const login = await this.login(name)
    return await apart('tables', { login, name }, { signal: AbortSignal.any([signal, this.#closing.signal]) })
  }

  async remove(name: string): Promise<void> {
    await this.#require(name)
    await this.#deps.db.deleteFrom('data_connections').where('name', '=', name).execute()
  }

  /** For a process that reads; nothing else sees it. @throws CONNECTION_UNKNOWN */
  async login(name: string): Promise<DatabaseLogin> {
    const row = await this.#require(name)
    const { kind, host, port, database, user, tls } = row
    return { kind, host, port, database, user, tls, password: this.#open(row) }
  }

  close(): void {
    this.#closing.abort()
  }

  #find(name: string): Promise<Row | undefined> {
    return this.#deps.db.selectFrom('data_connections').selectAll().where('name', '=', name).executeTakeFirst()
  }

  async #require(name: string): Promise<Row> {
    const row = await this.#find(name)
    if (row === undefined) throw intakeErrors.CONNECTION_UNKNOWN({ name })
    return row
  }

  #seal(password: string, place: Place): Uint8Array {
    const nonce = randomBytes(this.#deps.rng, nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(utf8(placeOf(place)))
    return Buffer.concat([nonce, cipher.update(utf8(password)), cipher.final(), cipher.getAuthTag()])
  }

  /** @throws CONNECTION_PASSWORD where the row was altered, or belongs to another node */
  #open(row: Row): string {
    const { secret, name } = row
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, secret.subarray(0, nonceBytes))
      decipher.setAAD(utf8(placeOf(row))).setAuthTag(secret.subarray(-tagBytes))
      return fromUtf8(Buffer.concat([decipher.update(secret.subarray(nonceBytes, -tagBytes)), decipher.final()]))
    } catch {
      throw intakeErrors.CONNECTION_PASSWORD({ name })
    }
  }
}

const placeOf = ({ kind, host, port, database, user, tls }: Place): string =>
  JSON.stringify([kind, host, port, database, user, tls])

const shown = ({ name, kind, host, port, database, user, tls, saved_at }: Row): Connection => ({
  ...{ name, kind, host, port, database, user, tls },
  savedAt: saved_at,
})
