import { join } from 'node:path'
import { Kysely } from 'kysely'
import type { AssetTables } from '../assets/tables.ts'
import type { DraftTables } from '../drafts/tables.ts'
import type { GrantTables } from '../grants/tables.ts'
import type { IntakeTables } from '../intake/tables.ts'
import type { LineageTables } from '../lineage/tables.ts'
import type { NetworkTables } from '../network/tables.ts'
import type { PeopleTables } from '../people/tables.ts'
import type { RunTables } from '../runs/tables.ts'
import type { SpaceTables } from '../spaces/tables.ts'
import type { UsageTables } from '../usage/tables.ts'
import { migrate } from './migrations.ts'
import { sqliteDialect } from './sqlite.ts'

/** All tables of a node. */
export interface Tables
  extends NetworkTables,
    AssetTables,
    RunTables,
    LineageTables,
    GrantTables,
    IntakeTables,
    PeopleTables,
    DraftTables,
    SpaceTables,
    UsageTables {}

export type Database = Kysely<Tables>

export const databaseFile = (home: string): string => join(home, 'node.db')

/** Opens the node's database in its newest form. The caller holds the home's lock. */
export async function openDatabase(home: string): Promise<Database> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(databaseFile(home)) })
  try {
    await migrate(db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return db
}
