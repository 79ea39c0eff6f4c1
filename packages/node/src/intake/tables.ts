import type { StorageMigration } from '../storage/migrations.ts'

export interface IntakeTables {
  data_connections: {
    name: string
    kind: 'postgres' | 'mysql'
    host: string
    port: number
    database: string
    user: string
    tls: 'off' | 'encrypt' | 'verify'
    /** Nonce, ciphertext and tag of AES-256-GCM, bound to where the connection leads. */
    secret: Uint8Array
    saved_at: number
  }
}

export const intakeMigrations: readonly StorageMigration[] = [
  {
    name: 'intake-001-connections',
    async up(db) {
      await db.schema
        .createTable('data_connections')
        .addColumn('name', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('kind', 'varchar(10)', (c) => c.notNull())
        .addColumn('host', 'varchar(255)', (c) => c.notNull())
        .addColumn('port', 'integer', (c) => c.notNull())
        .addColumn('database', 'varchar(200)', (c) => c.notNull())
        .addColumn('user', 'varchar(200)', (c) => c.notNull())
        .addColumn('tls', 'varchar(10)', (c) => c.notNull())
        .addColumn('secret', 'bytea', (c) => c.notNull())
        .addColumn('saved_at', 'double precision', (c) => c.notNull())
        .execute()
    },
  },
]
