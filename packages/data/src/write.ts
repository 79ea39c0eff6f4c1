/** Tables to Parquet: what a run leaves at its owner. Written beside the target and renamed, so that a failure changes nothing. */
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api'
import type { Table } from '@secureflow/tables'
import { doublesOf, engineErrorKind, named, quoted, withDuckDb } from './duckdb.ts'
import { dataErrors } from './errors.ts'
import { type ReadOptions, readTable } from './read.ts'

/** @throws DATA_DISK_FULL, DATA_NOT_WRITABLE; the file at `path` is then what it was before */
export async function writeParquet(path: string, table: Table): Promise<void> {
  const target = resolve(path)
  const part = `${target}.part`
  try {
    await withDuckDb([part], async (connection) => {
      await load(connection, table)
      await connection.run(`COPY stored TO ${quoted(part)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`)
    })
    const file = await open(part, 'r+')
    await file.sync().finally(() => file.close())
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}) // the first error is the one to tell
    throw writeError(error, path)
  }
}

export async function readParquet(path: string, options: Omit<ReadOptions, 'format'> = {}): Promise<Table> {
  return await readTable(path, { ...options, format: 'parquet' })
}

async function load(connection: DuckDBConnection, table: Table): Promise<void> {
  const definition = table.columns.map((c) => `${named(c.name)} ${c.type === 'number' ? 'DOUBLE' : 'VARCHAR'}`)
  await connection.run(`CREATE TABLE stored (${definition.join(', ')})`)
  const appender = await connection.createAppender('stored')
  const types = table.columns.map((c) => (c.type === 'number' ? DOUBLE : VARCHAR))
  const chunkRows = 2048
  for (let at = 0; at < table.rows; at += chunkRows) {
    const rows = Math.min(chunkRows, table.rows - at)
    const chunk = DuckDBDataChunk.create(types, rows)
    table.columns.forEach((column, c) => {
      if (column.type === 'number' && column.missing === undefined) {
        const vector = chunk.getColumnVector(c)
        doublesOf(vector).items.set(column.values.subarray(at, at + rows))
        vector.flush()
      } else
        chunk.setColumnValues(
          c,
          Array.from({ length: rows }, (_, i) => (column.missing?.[at + i] === 1 ? null : column.values[at + i]!)),
        )
    })
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

export function writeError(error: unknown, path: string): unknown {
  const text = error instanceof Error ? error.message : ''
  if (/ENOSPC|EDQUOT|no space left|disk quota/i.test(text)) return dataErrors.DATA_DISK_FULL({ path })
  // Of the engine's messages only the kind is kept.
  const reason =
    /ENOENT|EACCES|EROFS|EPERM|EBUSY|EISDIR|No such file|Permission denied|Read-only|Is a directory/i.exec(text)?.[0] ??
    engineErrorKind(text)
  return reason === undefined ? error : dataErrors.DATA_NOT_WRITABLE({ path, reason })
}
