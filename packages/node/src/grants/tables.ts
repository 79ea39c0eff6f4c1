import type { StorageMigration } from '../storage/migrations.ts'

export interface GrantTables {
  /** What this member grants: written before the ledger is asked, so that a crash neither doubles nor loses a grant. */
  given_grants: {
    /** Hex. Follows from request and asset: the ledger takes the same grant once. */
    salt: string
    /** Of the ledger, once it stands there. */
    id: string | null
    request: string
    asset: string
    asset_name: string
    grantee: string
    account: string
    flow: string
    flow_hash: string
    parameters: string
    quota: number
    /** Unix seconds. */
    expiry: number
    /** Whether a person agreed, or the terms alone did. */
    given_by: 'person' | 'terms'
    /** JSON: the members that vouched. */
    endorsed_by: string
    given_at: number
    revoked_at: number | null
    /** When the ledger held the revocation. */
    revoked_on_ledger_at: number | null
  }
  /** What other members granted to this one. */
  received_grants: {
    id: string
    request: string
    asset: string
    asset_name: string
    owner: string
    flow: string
    flow_hash: string
    parameters: string
    quota: number
    expiry: number
    received_at: number
  }
  /** Requests for the use of data: those that others sent, and the own ones. */
  requests: {
    /** Hash of the proposal that it was made with, hex. */
    id: string
    direction: 'received' | 'sent'
    initiator: string
    proposal: Uint8Array
    flow: string
    purpose: string
    /** Hex: the space that the run would be in. */
    space: string | null
    flow_hash: string
    parameters: string
    status: string
    /** JSON, by direction: `ReceivedState` or `SentState`. */
    state: string
    asked_at: number
    decided_at: number | null
  }
}

export const grantMigrations: readonly StorageMigration[] = [
  {
    name: 'grants-001-requests',
    async up(db) {
      await db.schema
        .createTable('given_grants')
        .addColumn('salt', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('id', 'varchar(64)', (c) => c.unique())
        .addColumn('request', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset_name', 'varchar(128)', (c) => c.notNull())
        .addColumn('grantee', 'varchar(64)', (c) => c.notNull())
        .addColumn('account', 'varchar(42)', (c) => c.notNull())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('flow_hash', 'varchar(64)', (c) => c.notNull())
        .addColumn('parameters', 'varchar(64)', (c) => c.notNull())
        .addColumn('quota', 'integer', (c) => c.notNull())
        .addColumn('expiry', 'double precision', (c) => c.notNull())
        .addColumn('given_by', 'varchar(8)', (c) => c.notNull())
        .addColumn('endorsed_by', 'text', (c) => c.notNull())
        .addColumn('given_at', 'double precision', (c) => c.notNull())
        .addColumn('revoked_at', 'double precision')
        .addColumn('revoked_on_ledger_at', 'double precision')
        .execute()
      await db.schema
        .createTable('received_grants')
        .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('request', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset_name', 'varchar(128)', (c) => c.notNull())
        .addColumn('owner', 'varchar(64)', (c) => c.notNull())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('flow_hash', 'varchar(64)', (c) => c.notNull())
        .addColumn('parameters', 'varchar(64)', (c) => c.notNull())
        .addColumn('quota', 'integer', (c) => c.notNull())
        .addColumn('expiry', 'double precision', (c) => c.notNull())
        .addColumn('received_at', 'double precision', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('requests')
        .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('direction', 'varchar(8)', (c) => c.notNull())
        .addColumn('initiator', 'varchar(64)', (c) => c.notNull())
        .addColumn('proposal', 'bytea', (c) => c.notNull())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('purpose', 'text', (c) => c.notNull())
        .addColumn('flow_hash', 'varchar(64)', (c) => c.notNull())
        .addColumn('parameters', 'varchar(64)', (c) => c.notNull())
        .addColumn('status', 'varchar(16)', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('asked_at', 'double precision', (c) => c.notNull())
        .addColumn('decided_at', 'double precision')
        .execute()
    },
  },
  {
    name: 'grants-002-spaces',
    async up(db) {
      await db.schema.alterTable('requests').addColumn('space', 'varchar(64)').execute()
    },
  },
]
