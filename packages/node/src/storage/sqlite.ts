/** Kysely on `node:sqlite`: durable before a write returns, foreign keys kept, a full disk named as such. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect } from 'kysely'
import { asStorageError } from './errors.ts'

export function sqliteDialect(path: string): SqliteDialect {
  return new SqliteDialect({ database: facade(openSqlite(path)) })
}

function openSqlite(path: string): DatabaseSync {
  return translated(() => {
    const sqlite = new DatabaseSync(path)
    sqlite.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
    )
    return sqlite
  })
}

function facade(sqlite: DatabaseSync): SqliteDatabase {
  return {
    close: () => sqlite.close(),
    prepare(sql) {
      const statement = translated(() => sqlite.prepare(sql))
      const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => translated(() => statement.all(...bound(parameters))),
        run: (parameters) => translated(() => statement.run(...bound(parameters))),
        iterate: (parameters) => statement.iterate(...bound(parameters)),
      }
    },
  }
}

function translated<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asStorageError(error)
  }
}
