import type { StorageMigration } from '../storage/migrations.ts'

export interface DraftTables {
  drafts: {
    id: string
    version: number
    name: string
    /** The flow as YAML. */
    text: string
    /** JSON: where the steps lie. */
    layout: string
    at: number
    by: string
  }
}

export const draftMigrations: readonly StorageMigration[] = [
  {
    name: 'drafts-001-drafts',
    async up(db) {
      await db.schema
        .createTable('drafts')
        .addColumn('id', 'varchar(16)', (c) => c.notNull())
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('name', 'varchar(64)', (c) => c.notNull())
        .addColumn('text', 'text', (c) => c.notNull())
        .addColumn('layout', 'text', (c) => c.notNull())
        .addColumn('at', 'double precision', (c) => c.notNull())
        .addColumn('by', 'varchar(200)', (c) => c.notNull())
        .addPrimaryKeyConstraint('drafts_key', ['id', 'version'])
        .execute()
    },
  },
]
