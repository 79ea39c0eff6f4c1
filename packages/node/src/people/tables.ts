import type { Generated } from 'kysely'
import type { StorageMigration } from '../storage/migrations.ts'

/** Times are milliseconds since the epoch. Secrets of sessions and codes are kept as SHA-256 alone. */
export interface PeopleTables {
  people: {
    id: string
    name: string
    /** Of the name in lower case: two people may not differ in case alone. */
    name_key: string
    role: string
    /** argon2id, with its parameters. */
    password_hash: string
    created_at: number
    last_seen_at: number | null
    disabled: number
    failures: number
    locked_until: number | null
    /** In base 32, sealed; null where there is no second factor. */
    totp_secret: string | null
    /** One that is being set up. */
    totp_pending: string | null
    /** Of the last code that was used: none holds twice. */
    totp_step: number
    /** Issuer and subject of whoever signs in through a provider. */
    provider_key: string | null
  }
  sessions: {
    secret_hash: string
    person: string
    created_at: number
    seen_at: number
    expires_at: number
    device: string
    via: string
  }
  recovery_codes: { code_hash: string; person: string }
  api_tokens: {
    id: string
    secret_hash: string
    person: string
    name: string
    role: string
    scope: string
    created_at: number
    expires_at: number
    last_used_at: number | null
  }
  account_invitations: {
    id: string
    code_hash: string
    role: string
    created_by: string
    created_at: number
    expires_at: number
  }
  operations: { seq: Generated<number>; at: number; who: string; role: string; action: string; outcome: string }
}

export const peopleMigrations: readonly StorageMigration[] = [
  {
    name: 'people-001-people-sessions-operations',
    async up(db) {
      await db.schema
        .createTable('people')
        .addColumn('id', 'varchar(32)', (c) => c.primaryKey())
        .addColumn('name', 'varchar(200)', (c) => c.notNull())
        .addColumn('name_key', 'varchar(200)', (c) => c.notNull().unique())
        .addColumn('role', 'varchar(20)', (c) => c.notNull())
        .addColumn('password_hash', 'varchar(300)', (c) => c.notNull())
        .addColumn('created_at', 'double precision', (c) => c.notNull())
        .addColumn('last_seen_at', 'double precision')
        .addColumn('disabled', 'integer', (c) => c.notNull())
        .addColumn('failures', 'integer', (c) => c.notNull())
        .addColumn('locked_until', 'double precision')
        .execute()
      await db.schema
        .createTable('sessions')
        .addColumn('secret_hash', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('person', 'varchar(32)', (c) => c.notNull().references('people.id'))
        .addColumn('created_at', 'double precision', (c) => c.notNull())
        .addColumn('seen_at', 'double precision', (c) => c.notNull())
        .addColumn('expires_at', 'double precision', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('operations')
        .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('at', 'double precision', (c) => c.notNull())
        .addColumn('who', 'varchar(200)', (c) => c.notNull())
        .addColumn('role', 'varchar(20)', (c) => c.notNull())
        .addColumn('action', 'varchar(100)', (c) => c.notNull())
        .addColumn('outcome', 'varchar(100)', (c) => c.notNull())
        .execute()
    },
  },
  {
    name: 'people-002-tokens-second-factor-invitations',
    async up(db) {
      const text = { totp_secret: 300, totp_pending: 300, provider_key: 600 }
      for (const [column, length] of Object.entries(text))
        await db.schema.alterTable('people').addColumn(column, `varchar(${length})`).execute()
      await db.schema
        .alterTable('people')
        .addColumn('totp_step', 'integer', (c) => c.notNull().defaultTo(0))
        .execute()
      await db.schema.createIndex('people_provider').on('people').column('provider_key').unique().execute()
      await db.schema
        .alterTable('sessions')
        .addColumn('device', 'varchar(200)', (c) => c.notNull().defaultTo(''))
        .execute()
      await db.schema
        .alterTable('sessions')
        .addColumn('via', 'varchar(20)', (c) => c.notNull().defaultTo('password'))
        .execute()
      await db.schema
        .createTable('recovery_codes')
        .addColumn('code_hash', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('person', 'varchar(32)', (c) => c.notNull().references('people.id'))
        .execute()
      await db.schema
        .createTable('api_tokens')
        .addColumn('id', 'varchar(32)', (c) => c.primaryKey())
        .addColumn('secret_hash', 'varchar(64)', (c) => c.notNull().unique())
        .addColumn('person', 'varchar(32)', (c) => c.notNull().references('people.id'))
        .addColumn('name', 'varchar(200)', (c) => c.notNull())
        .addColumn('role', 'varchar(20)', (c) => c.notNull())
        .addColumn('scope', 'varchar(20)', (c) => c.notNull())
        .addColumn('created_at', 'double precision', (c) => c.notNull())
        .addColumn('expires_at', 'double precision', (c) => c.notNull())
        .addColumn('last_used_at', 'double precision')
        .execute()
      await db.schema
        .createTable('account_invitations')
        .addColumn('id', 'varchar(32)', (c) => c.primaryKey())
        .addColumn('code_hash', 'varchar(64)', (c) => c.notNull().unique())
        .addColumn('role', 'varchar(20)', (c) => c.notNull())
        .addColumn('created_by', 'varchar(200)', (c) => c.notNull())
        .addColumn('created_at', 'double precision', (c) => c.notNull())
        .addColumn('expires_at', 'double precision', (c) => c.notNull())
        .execute()
    },
  },
]
