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
  }
  sessions: { secret_hash: string; person: string; created_at: number; seen_at: number; expires_at: number }
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
]
