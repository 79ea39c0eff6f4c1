import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { type Database, databaseFile, openDatabase, readSetting, writeSetting } from './index.ts'

async function open(home = temporaryFolder()): Promise<{ db: Database; home: string }> {
  const db = await openDatabase(home)
  onTestFinished(() => db.destroy())
  return { db, home }
}

test('what was written is there after the database is opened again, in its newest form', async () => {
  const { db, home } = await open()
  await writeSetting(db, 'a', Uint8Array.of(1, 2))
  await writeSetting(db, 'a', Uint8Array.of(3))
  await db.destroy()
  const again = await open(home)
  expect(await readSetting(again.db, 'a')).toEqual(Uint8Array.of(3))
  expect(await readSetting(again.db, 'b')).toBeUndefined()
})

test('a write that was acknowledged is in the files at once: a copy of them, as after a crash, has it', async () => {
  const { db, home } = await open()
  await writeSetting(db, 'attempt', Uint8Array.of(7))
  const after = temporaryFolder()
  for (const end of ['', '-wal']) copyFileSync(databaseFile(home) + end, databaseFile(after) + end)
  expect(await readSetting((await open(after)).db, 'attempt')).toEqual(Uint8Array.of(7))
})

test('journal and synchronisation are those that survive a loss of power', async () => {
  const { db } = await open()
  const pragma = async (name: string) => Object.values((await sql.raw(`PRAGMA ${name}`).execute(db)).rows[0]!)[0]
  expect(await pragma('journal_mode')).toBe('wal')
  expect(await pragma('synchronous')).toBe(2)
  expect(await pragma('foreign_keys')).toBe(1)
})

test('a full disk is one clear error, and what was written before stays readable', async () => {
  const { db } = await open()
  await writeSetting(db, 'before', Uint8Array.of(1))
  const pages = Object.values((await sql.raw('PRAGMA page_count').execute(db)).rows[0]!)[0]
  await sql.raw(`PRAGMA max_page_count = ${pages}`).execute(db)
  await expect(writeSetting(db, 'big', new Uint8Array(1 << 20))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  expect(await readSetting(db, 'before')).toEqual(Uint8Array.of(1))
  expect(await readSetting(db, 'big')).toBeUndefined()
})

test('a transaction that fails leaves nothing, and a second writer waits for the first', async () => {
  const { db } = await open()
  const failed = db.transaction().execute(async (t) => {
    await t
      .insertInto('settings')
      .values({ key: 'x', value: Uint8Array.of(1) })
      .execute()
    throw new RangeError('stop')
  })
  const other = writeSetting(db, 'y', Uint8Array.of(2))
  await expect(failed).rejects.toThrow('stop')
  await other
  expect(await readSetting(db, 'x')).toBeUndefined()
  expect(await readSetting(db, 'y')).toEqual(Uint8Array.of(2))
})

test('a file that is no database is named as such', async () => {
  const home = temporaryFolder()
  writeFileSync(join(home, 'node.db'), 'x'.repeat(8192))
  await expect(openDatabase(home)).rejects.toMatchObject({ code: 'STORAGE_DAMAGED' })
})
