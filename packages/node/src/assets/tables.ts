import type { StorageMigration } from '../storage/migrations.ts'

export interface AssetTables {
  /** What this member publishes, every version of it. */
  own_assets: {
    /** Digest of the description, or of what stood for it in an older release; lower-case hexadecimal. */
    id: string
    name: string
    kind: 'dataset' | 'flow' | 'model' | 'compute'
    /** Canonical JSON; null where an older release left none: it is made at the start. */
    description: Uint8Array | null
    /** JSON of the terms. */
    terms: string
    /** Lower-case hexadecimal. */
    terms_hash: string
    /** JSON: who may see it. */
    visibility: string
    tell_terms: number
    /** JSON: who may open the private fields. */
    grantees: string
    /** 32 bytes: what the private fields are encrypted with. */
    content_key: Uint8Array | null
    added_at: number
    /** On the ledger; null where it is not there yet. */
    token: string | null
    /** When the ledger held it. */
    registered_at: number | null
    /** When a newer version took its place. */
    superseded_at: number | null
    /** When its owner ended it; the ledger follows. */
    retired_at: number | null
    /** When it became another member's. */
    given_at: number | null
  }
  /** Where the data of an own dataset lies. */
  dataset_files: {
    id: string
    path: string
    format: 'csv' | 'parquet'
    id_column: string
    label_column: string | null
    /** JSON of the schema. */
    schema: string
    rows: number
    /** Of this version of the data, lower-case hexadecimal. */
    digest: string
    /** JSON: what each column is for; null where nobody settled it. */
    roles: string | null
    /** JSON: where a copy that this node keeps came from; null where the file is somebody else's. */
    origin: string | null
  }
  /** What other members showed of their assets. */
  seen_assets: {
    token: string
    description: Uint8Array
    /** JSON of the terms, where they were told. */
    terms: string | null
    /** What opens the private fields, where this member is a grantee. */
    content_key: Uint8Array | null
    seen_at: number
  }
}

export const assetMigrations: readonly StorageMigration[] = [
  {
    name: 'assets-001-datasets',
    async up(db) {
      await db.schema
        .createTable('assets')
        .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('name', 'varchar(64)', (c) => c.notNull().unique())
        .addColumn('path', 'text', (c) => c.notNull())
        .addColumn('format', 'varchar(10)', (c) => c.notNull())
        .addColumn('id_column', 'text', (c) => c.notNull())
        .addColumn('label_column', 'text')
        .addColumn('schema', 'text', (c) => c.notNull())
        .addColumn('rows', 'integer', (c) => c.notNull())
        .addColumn('digest', 'varchar(64)', (c) => c.notNull())
        .addColumn('terms', 'text', (c) => c.notNull())
        .addColumn('terms_hash', 'varchar(64)', (c) => c.notNull())
        .addColumn('added_at', 'double precision', (c) => c.notNull())
        .addColumn('registered_at', 'double precision')
        .execute()
    },
  },
  {
    name: 'assets-002-tokens',
    async up(db) {
      await db.schema
        .createTable('own_assets')
        .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('name', 'varchar(64)', (c) => c.notNull())
        .addColumn('kind', 'varchar(10)', (c) => c.notNull())
        .addColumn('description', 'bytea')
        .addColumn('terms', 'text', (c) => c.notNull())
        .addColumn('terms_hash', 'varchar(64)', (c) => c.notNull())
        .addColumn('visibility', 'text', (c) => c.notNull())
        .addColumn('tell_terms', 'integer', (c) => c.notNull())
        .addColumn('grantees', 'text', (c) => c.notNull())
        .addColumn('content_key', 'bytea')
        .addColumn('added_at', 'double precision', (c) => c.notNull())
        .addColumn('token', 'varchar(64)')
        .addColumn('registered_at', 'double precision')
        .addColumn('superseded_at', 'double precision')
        .addColumn('retired_at', 'double precision')
        .addColumn('given_at', 'double precision')
        .execute()
      await db.schema.createIndex('own_assets_by_name').on('own_assets').column('name').execute()
      await db.schema.createIndex('own_assets_by_token').on('own_assets').column('token').execute()
      await db.schema
        .createTable('dataset_files')
        .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('path', 'text', (c) => c.notNull())
        .addColumn('format', 'varchar(10)', (c) => c.notNull())
        .addColumn('id_column', 'text', (c) => c.notNull())
        .addColumn('label_column', 'text')
        .addColumn('schema', 'text', (c) => c.notNull())
        .addColumn('rows', 'integer', (c) => c.notNull())
        .addColumn('digest', 'varchar(64)', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('seen_assets')
        .addColumn('token', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('description', 'bytea', (c) => c.notNull())
        .addColumn('terms', 'text')
        .addColumn('content_key', 'bytea')
        .addColumn('seen_at', 'double precision', (c) => c.notNull())
        .execute()
      for (const old of await db.selectFrom('assets').selectAll().execute()) {
        const { id, name, path, format, id_column, label_column, schema, rows, digest, terms, terms_hash, added_at } =
          old as Record<string, never>
        const file = { id, path, format, id_column, label_column, schema, rows, digest }
        await db.insertInto('dataset_files').values(file).execute()
        const row = { id, name, kind: 'dataset', description: null, terms, terms_hash, added_at }
        await db
          .insertInto('own_assets')
          .values({ ...row, visibility: '"terms"', tell_terms: 0, grantees: '[]' })
          .execute()
      }
      await db.schema.dropTable('assets').execute()
    },
  },
  {
    name: 'assets-003-roles',
    async up(db) {
      await db.schema.alterTable('dataset_files').addColumn('roles', 'text').execute()
      await db.schema.alterTable('dataset_files').addColumn('origin', 'text').execute()
    },
  },
]
