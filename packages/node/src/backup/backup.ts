/**
 * A copy of a whole home folder in one encrypted file, also while its node runs: the database by SQLite's own backup, the
 * ledger as its store gives it at one block, after the database, so that the ledger is never behind what the database says.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backup as backupSqlite, DatabaseSync } from 'node:sqlite'
import { asStorageError } from '../storage/errors.ts'
import { databaseFile } from '../storage/index.ts'
import { ArchiveWriter, type BackupHeader, readArchive } from './archive.ts'
import { backupErrors } from './errors.ts'

export interface BackupParts {
  home: string
  member: string
  file: string
  passphrase: string
  now: number
  /** Of a running node: writes the ledger as it stands into a folder, under the names that it has in the home. */
  copyLedger?: ((folder: string) => Promise<void>) | undefined
}

export interface BackupFacts {
  member: string
  createdAt: number
  files: number
  bytes: number
}

/** What belongs to a process and not to the member, or would hold a backup in a backup. */
const leftOut = new Set([
  'lock',
  'lock-journal',
  'node.json',
  'logs',
  'backups',
  // Simulated partners: nodes of their own, made again with one click.
  'demo',
  'node.db',
  'node.db-wal',
  'node.db-shm',
])

/** @throws BACKUP_FILE_EXISTS, BACKUP_PASSPHRASE, STORAGE_*; no half of a file stays */
export async function createBackup(parts: BackupParts): Promise<BackupFacts> {
  const { home, member, file, passphrase, now, copyLedger } = parts
  const staging = await makeStaging(home)
  let archive: ArchiveWriter | undefined
  try {
    archive = await ArchiveWriter.create(file, passphrase, member, now)
    const database = new DatabaseSync(databaseFile(home))
    try {
      await backupSqlite(database, join(staging, 'node.db'))
    } finally {
      database.close()
    }
    if (copyLedger !== undefined) await copyLedger(join(staging, 'ledger'))
    const facts: BackupFacts = { member, createdAt: now, files: 0, bytes: 0 }
    const into = archive
    const add = async (root: string, path: string) => {
      const handle = await open(join(root, path)).catch(ignoreAbsent)
      if (handle === undefined) return // removed meanwhile: of an attempt of a task that is void
      try {
        const { mode, size } = await handle.stat()
        await into.add({ path, mode: mode & 0o777, bytes: size }, handle.createReadStream({ autoClose: false }))
        facts.files++
        facts.bytes += size
      } finally {
        await handle.close()
      }
    }
    for (const path of await filesIn(staging, new Set())) await add(staging, path)
    const skipped = new Set([...leftOut, ...(copyLedger === undefined ? [] : ['ledger'])])
    for (const path of await filesIn(home, skipped)) if (join(home, path) !== file) await add(home, path)
    await archive.finish()
    return facts
  } catch (error) {
    await archive?.close().catch(() => {})
    // Not where another file stood there before: that one is not this call's to remove.
    if (archive !== undefined) await rm(file, { force: true })
    throw asStorageError(error)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Reads it to the end and checks all of it; writes nothing. @throws BACKUP_* */
export async function verifyBackup(file: string, passphrase: string): Promise<BackupFacts> {
  return read(file, passphrase, async (_, content) => {
    for await (const _part of content);
  })
}

/**
 * Into a folder that is empty or absent; it is there whole or not at all. Whoever was signed in is signed out.
 * @throws BACKUP_*, STORAGE_*
 */
export async function restoreBackup(file: string, passphrase: string, folder: string): Promise<BackupFacts> {
  const there = await readdir(folder).catch(ignoreAbsent)
  if (there !== undefined && there.length > 0) throw backupErrors.BACKUP_TARGET({ folder })
  await mkdir(dirname(folder), { recursive: true })
  const staging = await mkdtemp(`${folder}.restoring-`)
  try {
    const facts = await read(file, passphrase, async ({ path, mode }, content) => {
      const target = join(staging, path)
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      const handle = await open(target, 'wx', mode)
      try {
        for await (const part of content) await handle.write(part)
        await handle.sync()
      } finally {
        await handle.close()
      }
    })
    settleDatabase(databaseFile(staging), file)
    await rename(staging, folder)
    return facts
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw asStorageError(error)
  }
}

const stagingPrefix = 'staging-'
export const backupFolder = (home: string): string => join(home, 'backups')

/** What a process that was killed left behind goes with it. */
async function makeStaging(home: string): Promise<string> {
  const folder = backupFolder(home)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder))
    if (name.startsWith(stagingPrefix)) await rm(join(folder, name), { recursive: true, force: true })
  return mkdtemp(join(folder, stagingPrefix))
}

async function read(file: string, passphrase: string, take: Parameters<typeof readArchive>[2]): Promise<BackupFacts> {
  const facts = { files: 0, bytes: 0 }
  const { member, createdAt }: BackupHeader = await readArchive(file, passphrase, async (entry, content) => {
    facts.files++
    facts.bytes += entry.bytes
    await take(entry, content)
  })
  return { member, createdAt, ...facts }
}

/** @throws STORAGE_DAMAGED */
function settleDatabase(path: string, file: string): void {
  if (!existsSync(path)) throw backupErrors.BACKUP_NOT_ONE({ file, reason: 'no database in it' })
  const database = new DatabaseSync(path)
  try {
    const [row] = database.prepare('PRAGMA integrity_check').all()
    if (row?.integrity_check !== 'ok') throw backupErrors.BACKUP_NOT_ONE({ file, reason: 'its database is damaged' })
    database.exec('DELETE FROM sessions')
  } finally {
    database.close()
  }
}

/** Paths of the files below a folder, `/` between parts. */
async function filesIn(root: string, skipped: ReadonlySet<string>, below = ''): Promise<string[]> {
  const found: string[] = []
  for (const entry of (await readdir(join(root, below), { withFileTypes: true }).catch(ignoreAbsent)) ?? []) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (below === '' && skipped.has(entry.name)) continue
    if (entry.isDirectory()) found.push(...(await filesIn(root, skipped, path)))
    else if (entry.isFile()) found.push(path)
  }
  return found.sort()
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
