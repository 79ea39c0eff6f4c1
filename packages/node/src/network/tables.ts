import type { StorageMigration } from '../storage/migrations.ts'

/** `bytea` is a BLOB to SQLite too; times are milliseconds since the epoch, exact in a double. */
export interface NetworkTables {
  settings: { key: string; value: Uint8Array }
  /** Members whose keys this node checked and pinned. */
  members: {
    id: string
    /** Ledger account, 0x and 40 lower-case hexadecimal digits. */
    account: string
    /** DER. */
    certificate: Uint8Array
    /** SHA-256 of the public key (SPKI, DER), lower-case hexadecimal. */
    fingerprint: string
    /** The account's signature over the fingerprint. */
    binding: Uint8Array
    /** Where the member's peer listener is reached, `host:port`; empty where it only dials out. */
    address: string
    pinned_at: number
    removed_at: number | null
  }
  /** Invitations that this node issued. The token itself is not kept. */
  invitations: {
    /** SHA-256 of the token, lower-case hexadecimal. */
    token_hash: string
    created_at: number
    expires_at: number
    used_at: number | null
    /** Fingerprint of the key that it let in. */
    used_by: string | null
  }
}

export const networkMigrations: readonly StorageMigration[] = [
  {
    name: 'network-001-settings-members-invitations',
    async up(db) {
      await db.schema
        .createTable('settings')
        .addColumn('key', 'varchar(100)', (c) => c.primaryKey())
        .addColumn('value', 'bytea', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('members')
        .addColumn('id', 'varchar(32)', (c) => c.primaryKey())
        .addColumn('account', 'varchar(42)', (c) => c.notNull().unique())
        .addColumn('certificate', 'bytea', (c) => c.notNull())
        .addColumn('fingerprint', 'varchar(64)', (c) => c.notNull().unique())
        .addColumn('binding', 'bytea', (c) => c.notNull())
        .addColumn('address', 'varchar(300)', (c) => c.notNull())
        .addColumn('pinned_at', 'double precision', (c) => c.notNull())
        .addColumn('removed_at', 'double precision')
        .execute()
      await db.schema
        .createTable('invitations')
        .addColumn('token_hash', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('created_at', 'double precision', (c) => c.notNull())
        .addColumn('expires_at', 'double precision', (c) => c.notNull())
        .addColumn('used_at', 'double precision')
        .addColumn('used_by', 'varchar(64)')
        .execute()
    },
  },
]
