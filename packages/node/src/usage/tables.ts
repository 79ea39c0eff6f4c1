import type { StorageMigration } from '../storage/migrations.ts'

export interface UsageTables {
  /** Sets of rows of own datasets that something was released about, each kept once. */
  row_sets: {
    /** SHA-256 of the set, or the recipe of rows that this node cannot tell, lower-case hexadecimal. */
    id: string
    asset: string
    /** Rows of the dataset. */
    rows: number
    size: number
    /** One bit a row; null where the node cannot tell which rows they are. */
    bits: Uint8Array | null
  }
  /** What was released about which rows, whoever asked. Rows are added and never changed. */
  row_releases: {
    asset: string
    /** Of `row_sets`. */
    rows_id: string
    measure: string
    statistic: 'sum' | 'other'
    run: string
    task: number
    attempt: number
    disclosure: string
    receiver: string
    at: number
  }
  /** What each run that this node signed takes of each own dataset. Written with the signature, and never changed. */
  asset_uses: {
    run: string
    asset: string
    at: number
    /** Null where it is not known. */
    epsilon: number | null
  }
  /** How often other members asked for own datasets, by day. */
  asset_demand: {
    asset: string
    member: string
    /** Since the epoch, UTC. */
    day: number
    answer: 'allowed' | 'waits' | 'refused'
    /** Credits; 0 where the terms ask for none. */
    price: number
    times: number
  }
}

export const usageMigrations: readonly StorageMigration[] = [
  {
    name: 'usage-001-releases',
    async up(db) {
      await db.schema
        .createTable('row_sets')
        .addColumn('id', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('rows', 'integer', (c) => c.notNull())
        .addColumn('size', 'integer', (c) => c.notNull())
        .addColumn('bits', 'bytea')
        .addPrimaryKeyConstraint('row_sets_key', ['asset', 'id'])
        .execute()
      await db.schema
        .createTable('row_releases')
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('rows_id', 'varchar(64)', (c) => c.notNull())
        .addColumn('measure', 'text', (c) => c.notNull())
        .addColumn('statistic', 'varchar(8)', (c) => c.notNull())
        .addColumn('run', 'varchar(64)', (c) => c.notNull())
        .addColumn('task', 'integer', (c) => c.notNull())
        .addColumn('attempt', 'integer', (c) => c.notNull())
        .addColumn('disclosure', 'text', (c) => c.notNull())
        .addColumn('receiver', 'varchar(64)', (c) => c.notNull())
        .addColumn('at', 'double precision', (c) => c.notNull())
        .addForeignKeyConstraint('row_releases_rows', ['asset', 'rows_id'], 'row_sets', ['asset', 'id'])
        .execute()
      await db.schema.createIndex('row_releases_by_asset').on('row_releases').column('asset').execute()
      await db.schema
        .createTable('asset_uses')
        .addColumn('run', 'varchar(64)', (c) => c.notNull())
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('at', 'double precision', (c) => c.notNull())
        .addColumn('epsilon', 'double precision')
        .addPrimaryKeyConstraint('asset_uses_key', ['asset', 'run'])
        .execute()
    },
  },
  {
    name: 'usage-002-demand',
    async up(db) {
      await db.schema
        .createTable('asset_demand')
        .addColumn('asset', 'varchar(64)', (c) => c.notNull())
        .addColumn('member', 'varchar(64)', (c) => c.notNull())
        .addColumn('day', 'integer', (c) => c.notNull())
        .addColumn('answer', 'varchar(8)', (c) => c.notNull())
        .addColumn('price', 'double precision', (c) => c.notNull())
        .addColumn('times', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('asset_demand_key', ['asset', 'member', 'day', 'answer', 'price'])
        .execute()
    },
  },
]
