import type { StorageMigration } from '../storage/migrations.ts'

export interface AssetTables {
  /** Datasets of this member. */
  assets: {
    id: string
    name: string
    path: string
    format: 'csv' | 'parquet'
    id_column: string
    label_column: string | null
    /** JSON of the schema. */
    schema: string
    rows: number
    /** Of this version of the data, lower-case hexadecimal. */
    digest: string
    /** JSON of the terms. */
    terms: string
    /** Lower-case hexadecimal. */
    terms_hash: string
    added_at: number
    /** When the ledger held it. */
    registered_at: number | null
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
]
