/**
 * One process per home folder. The lock is an exclusive SQLite lock on a file of its own, held while the process lives:
 * the operating system releases it however the process ends, so nothing stale can be left behind.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { asStorageError, storageErrors } from './errors.ts'

const sqliteBusy = 5

export interface HomeLock {
  close(): void
}

/** @throws HOME_LOCKED where another process, or this one, already holds it */
export function lockHome(home: string): HomeLock {
  let sqlite: DatabaseSync | undefined
  try {
    sqlite = new DatabaseSync(join(home, 'lock'), { timeout: 0 })
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    const held = sqlite
    return { close: () => held.close() }
  } catch (cause) {
    sqlite?.close()
    if (((cause as { errcode?: number }).errcode ?? 0) % 256 === sqliteBusy)
      throw storageErrors.HOME_LOCKED({ home }, { cause })
    throw asStorageError(cause)
  }
}
