import type { StorageMigration } from '../storage/migrations.ts'

export interface RunTables {
  /** The member's signed log, as bytes. Rows are added and never changed; the state of a run is a fold of its rows. */
  log_entries: {
    /** From 0, without gaps. */
    seq: number
    /** The run that the entry is about, or ''. */
    subject: string
    bytes: Uint8Array
  }
}

export const runMigrations: readonly StorageMigration[] = [
  {
    name: 'runs-001-log',
    async up(db) {
      await db.schema
        .createTable('log_entries')
        .addColumn('seq', 'integer', (c) => c.primaryKey())
        .addColumn('subject', 'varchar(66)', (c) => c.notNull())
        .addColumn('bytes', 'bytea', (c) => c.notNull())
        .execute()
      await db.schema.createIndex('log_entries_by_subject').on('log_entries').columns(['subject', 'seq']).execute()
    },
  },
]
