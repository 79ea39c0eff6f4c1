import type { StorageMigration } from '../storage/migrations.ts'

export interface SpaceTables {
  space_charters: {
    /** Hex. */
    hash: string
    space: string
    revision: number
    /** JSON. */
    body: string
  }
  /** What members said, each signed; never changed, never removed. */
  space_words: {
    /** Hash of what was signed and of the signature, hex. */
    id: string
    space: string
    charter: string
    member: string
    word: string
    text: string
    at: number
    /** Hex. */
    signature: string
  }
  /** What each other member's node is known to have. */
  space_delivery: {
    space: string
    member: string
    /** Of all records that both may have. */
    digest: string
    at: number
  }
}

export const spaceMigrations: readonly StorageMigration[] = [
  {
    name: 'spaces-001-spaces',
    async up(db) {
      await db.schema
        .createTable('space_charters')
        .addColumn('hash', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('space', 'varchar(64)', (c) => c.notNull())
        .addColumn('revision', 'integer', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('space_words')
        .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
        .addColumn('space', 'varchar(64)', (c) => c.notNull())
        .addColumn('charter', 'varchar(64)', (c) => c.notNull())
        .addColumn('member', 'varchar(64)', (c) => c.notNull())
        .addColumn('word', 'varchar(16)', (c) => c.notNull())
        .addColumn('text', 'text', (c) => c.notNull())
        .addColumn('at', 'double precision', (c) => c.notNull())
        .addColumn('signature', 'varchar(130)', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('space_delivery')
        .addColumn('space', 'varchar(64)', (c) => c.notNull())
        .addColumn('member', 'varchar(64)', (c) => c.notNull())
        .addColumn('digest', 'varchar(64)', (c) => c.notNull())
        .addColumn('at', 'double precision', (c) => c.notNull())
        .addPrimaryKeyConstraint('space_delivery_key', ['space', 'member'])
        .execute()
    },
  },
]
