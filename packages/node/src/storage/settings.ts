/** Small facts of this node that outlive a restart, by name. */
import type { Database } from './database.ts'

export async function readSetting(db: Database, key: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

export async function deleteSetting(db: Database, key: string): Promise<void> {
  await db.deleteFrom('settings').where('key', '=', key).execute()
}

export async function writeSetting(db: Database, key: string, value: Uint8Array): Promise<void> {
  await db
    .insertInto('settings')
    .values({ key, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute()
}
