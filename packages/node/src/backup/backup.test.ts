/** A home folder into one file and back; files that were altered, cut, or never were one. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asSecureflowError, platformRng } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { beforeAll, expect, test } from 'vitest'
import { initHome, loadIdentity } from '../identity/index.ts'
import { People } from '../people/people.ts'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolderForFile } from '../testing/folders.ts'
import { createBackup, restoreBackup, verifyBackup } from './backup.ts'

const passphrase = 'kept in another place'
const folder = temporaryFolderForFile()
const home = join(folder, 'home')
const file = join(folder, 'a.sfb')
const big = Uint8Array.from({ length: (2 << 20) + 12345 }, (_, i) => (i * 7) ^ (i >> 8))
let fingerprint: string

beforeAll(async () => {
  await initHome({ home, name: 'bank-a', locale: 'en' })
  ;({ fingerprint } = await loadIdentity(home))
  mkdirSync(join(home, 'runs', 'r1'), { recursive: true })
  writeFileSync(join(home, 'runs', 'r1', 'model.bin'), big)
  writeFileSync(join(home, 'runs', 'r1', 'empty'), '')
  writeFileSync(join(home, 'node.json'), '{"url":"https://127.0.0.1:1"}')
  mkdirSync(join(home, 'logs'))
  writeFileSync(join(home, 'logs', 'node.log'), 'line\n')
  // The database is in use, and its newest rows are in the journal beside it.
  const db = await openDatabase(home)
  const people = new People(db, { now: () => Date.now() }, platformRng(nodePlatform), new Uint8Array(32))
  await people.setUp((await people.setUpCode()).code, 'Ada', 'a long enough password')
  const facts = await createBackup({ home, member: 'bank-a', file, passphrase, now: 1e12 })
  await db.destroy()
  expect(facts).toMatchObject({ member: 'bank-a', createdAt: 1e12 })
})

const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => asSecureflowError(error).code,
  )

test('what was backed up is restored, and opens with the keys that are in it', async () => {
  const facts = await verifyBackup(file, passphrase)
  const restored = join(folder, 'restored')
  mkdirSync(restored)
  expect(await restoreBackup(file, passphrase, restored)).toEqual(facts)
  expect(readFileSync(join(restored, 'runs/r1/model.bin')).equals(big)).toBe(true)
  expect(readFileSync(join(restored, 'runs/r1/empty'))).toHaveLength(0)
  expect((await loadIdentity(restored)).fingerprint).toBe(fingerprint)
  expect(statSync(join(restored, 'keystore.json')).mode & 0o777).toBe(0o600)
  for (const absent of ['node.json', 'logs', 'lock', 'backups']) expect(existsSync(join(restored, absent))).toBe(false)
  const db = await openDatabase(restored)
  expect((await db.selectFrom('people').select('name').execute()).map((p) => p.name)).toEqual(['Ada'])
  expect(await db.selectFrom('sessions').selectAll().execute()).toEqual([])
  await db.destroy()
  // A second time: nothing is overwritten.
  expect(await refused(restoreBackup(file, passphrase, restored))).toBe('BACKUP_TARGET')
})

test('the file gives away whose it is and when it was made, and nothing else', () => {
  const bytes = readFileSync(file)
  const head = bytes.subarray(0, bytes.indexOf(10)).toString()
  expect(JSON.parse(head)).toMatchObject({ kind: 'secureflow-backup', member: 'bank-a', createdAt: 1e12 })
  const rest = bytes.subarray(head.length).toString('latin1')
  const keystore = readFileSync(join(home, 'keystore.json'), 'utf8').slice(50, 90)
  for (const canary of ['Ada', 'SQLite format', 'model.bin', 'keystore', keystore]) expect(rest).not.toContain(canary)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a wrong passphrase, a changed, exchanged, missing or added piece: refused, and nothing is written', async () => {
  const good = readFileSync(file)
  const start = good.indexOf(10) + 1
  const piece = (1 << 20) + 16
  const flipped = (at: number) => {
    const bytes = Buffer.from(good)
    bytes[at]! ^= 1
    return bytes
  }
  const [first, second] = [good.subarray(start, start + piece), good.subarray(start + piece, start + 2 * piece)]
  const later = Buffer.from(
    good.toString('latin1').replace('"createdAt":1000000000000', '"createdAt":1000000000001'),
    'latin1',
  )
  const cases: Record<string, Buffer> = {
    'in the first piece': flipped(start + 5),
    'in the last piece': flipped(good.length - 20),
    'in a tag': flipped(start + piece - 1),
    'in the head': later,
    exchanged: Buffer.concat([good.subarray(0, start), second, first, good.subarray(start + 2 * piece)]),
    'without its last piece': good.subarray(0, start + 2 * piece),
    'without its end': good.subarray(0, good.length - 1),
    'with more behind it': Buffer.concat([good, first]),
    'of a head alone': good.subarray(0, start),
  }
  const target = join(folder, 'target')
  const bad = join(folder, 'bad.sfb')
  for (const [name, bytes] of Object.entries(cases)) {
    writeFileSync(bad, bytes)
    expect(await refused(restoreBackup(bad, passphrase, target)), name).toBe('BACKUP_NOT_OPENED')
    expect(existsSync(target), name).toBe(false)
  }
  expect(await refused(verifyBackup(file, 'another passphrase'))).toBe('BACKUP_NOT_OPENED')
  expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([])
}, 60_000)

test('what is no backup, or asks for too much, is told before anything is computed', async () => {
  const other = join(folder, 'other')
  const head = (part: object) =>
    `${JSON.stringify({ ...JSON.parse(readFileSync(file).subarray(0, readFileSync(file).indexOf(10)).toString()), ...part })}\n`
  for (const text of ['', 'x', '{}\n', head({ memoryKib: 1 << 30 }), head({ passes: 1 }), head({ version: 2 })]) {
    writeFileSync(other, text)
    expect(await refused(verifyBackup(other, passphrase)), text).toBe('BACKUP_NOT_ONE')
  }
  expect(await refused(verifyBackup(join(folder, 'absent'), passphrase))).toBe('BACKUP_NOT_ONE')
  const parts = { home, member: 'bank-a', now: 0 }
  expect(await refused(createBackup({ ...parts, file, passphrase }))).toBe('BACKUP_FILE_EXISTS')
  expect(await refused(createBackup({ ...parts, file: join(folder, 'b'), passphrase: 'short' }))).toBe(
    'BACKUP_PASSPHRASE',
  )
  copyFileSync(file, other)
  expect(await refused(verifyBackup(other, passphrase))).toBe('taken')
})
