/**
 * Every change of the database's form, in order. A subsystem keeps its own list beside its tables; Kysely's schema builder
 * only, so that the same list runs on PostgreSQL. Names are never changed and never reused.
 */
import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { assetMigrations } from '../assets/tables.ts'
import { draftMigrations } from '../drafts/tables.ts'
import { grantMigrations } from '../grants/tables.ts'
import { intakeMigrations } from '../intake/tables.ts'
import { lineageMigrations } from '../lineage/tables.ts'
import { networkMigrations } from '../network/tables.ts'
import { peopleMigrations } from '../people/tables.ts'
import { runMigrations } from '../runs/tables.ts'
import { spaceMigrations } from '../spaces/tables.ts'
import { usageMigrations } from '../usage/tables.ts'

export interface StorageMigration {
  /** `subsystem-001-what`. */
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: a migration sees the form of its own time, not of today
  up(db: Kysely<any>): Promise<void>
}

const all: readonly StorageMigration[] = [
  ...networkMigrations,
  ...assetMigrations,
  ...runMigrations,
  ...lineageMigrations,
  ...peopleMigrations,
  ...usageMigrations,
  ...grantMigrations,
  ...draftMigrations,
  ...intakeMigrations,
  ...spaceMigrations,
]

// biome-ignore lint/suspicious/noExplicitAny: before the migration the form is unknown
export async function migrate(db: Kysely<any>): Promise<void> {
  const migrations = Object.fromEntries(all.map(({ name, up }): [string, Migration] => [name, { up }]))
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    // A later release may add a change to a subsystem that sorts before another's.
    allowUnorderedMigrations: true,
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
