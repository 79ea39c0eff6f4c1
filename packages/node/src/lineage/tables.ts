import type { StorageMigration } from '../storage/migrations.ts'

/** An index over the signed log: it can be dropped and made again from there. */
export interface LineageTables {
  lineage_runs: {
    run: string
    flow: string
    flow_hash: string
    purpose: string
    initiator: string
    /** JSON: member ids. */
    parties: string
    status: 'proposed' | 'running' | 'succeeded' | 'failed'
    started_at: number
    ended_at: number | null
  }
  /** Which version of which asset went into which run. */
  lineage_uses: { run: string; asset: string; owner: string; name: string }
  /** What a run made: models, scores, reports. */
  lineage_made: {
    run: string
    step: string
    port: string
    type: 'model' | 'scores' | 'report'
    /** JSON: members that hold it. */
    holders: string
    /** JSON: ids of the assets that flowed into it. */
    assets: string
    made_at: number
  }
  /** One row: how far the log was read. */
  lineage_cursor: { id: number; next: number }
}

export const lineageMigrations: readonly StorageMigration[] = [
  {
    name: 'lineage-001-index',
    async up(db) {
      await db.schema
        .createTable('lineage_runs')
        .addColumn('run', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('flow_hash', 'varchar(64)', (c) => c.notNull())
        .addColumn('purpose', 'text', (c) => c.notNull())
        .addColumn('initiator', 'varchar(32)', (c) => c.notNull())
        .addColumn('parties', 'text', (c) => c.notNull())
        .addColumn('status', 'varchar(10)', (c) => c.notNull())
        .addColumn('started_at', 'double precision', (c) => c.notNull())
        .addColumn('ended_at', 'double precision')
        .execute()
      await db.schema.createIndex('lineage_runs_by_flow').on('lineage_runs').column('flow_hash').execute()
      await db.schema
        .createTable('lineage_uses')
        .addColumn('run', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('owner', 'varchar(32)', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('lineage_uses_key', ['run', 'asset'])
        .execute()
      await db.schema.createIndex('lineage_uses_by_asset').on('lineage_uses').column('asset').execute()
      await db.schema
        .createTable('lineage_made')
        .addColumn('run', 'varchar(64)', (c) => c.notNull())
        .addColumn('step', 'varchar(64)', (c) => c.notNull())
        .addColumn('port', 'varchar(64)', (c) => c.notNull())
        .addColumn('type', 'varchar(10)', (c) => c.notNull())
        .addColumn('holders', 'text', (c) => c.notNull())
        .addColumn('assets', 'text', (c) => c.notNull())
        .addColumn('made_at', 'double precision', (c) => c.notNull())
        .addPrimaryKeyConstraint('lineage_made_key', ['run', 'step', 'port'])
        .execute()
      await db.schema
        .createTable('lineage_cursor')
        .addColumn('id', 'integer', (c) => c.primaryKey())
        .addColumn('next', 'integer', (c) => c.notNull())
        .execute()
    },
  },
]
