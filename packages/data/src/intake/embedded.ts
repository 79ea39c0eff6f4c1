/** Tables of database files: SQLite and DuckDB. Opened for reading only. */
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { engineErrorKind, named, quoted, withDuckDb } from '../duckdb.ts'
import { dataErrors } from '../errors.ts'
import { storedParquet } from './parquet-source.ts'
import type { RawRow, RowSource } from './rows.ts'
import { type Progress, type Staged, type StageRequest, stageRows } from './stage.ts'

const batchRows = 1000

export async function tableRows(
  request: StageRequest,
  format: 'sqlite' | 'duckdb',
  progress: Progress,
): Promise<Staged> {
  return format === 'sqlite' ? await fromSqlite(request, progress) : await fromDuckDb(request)
}

function chosen(tables: string[], wanted: string | undefined, path: string): string {
  if (tables.length === 0) throw dataErrors.DATA_EMPTY({ what: path })
  const table = wanted ?? tables[0]!
  if (!tables.includes(table)) throw dataErrors.DATA_NO_SHEET({ sheet: table, sheets: tables.slice(0, 30).join(', ') })
  return table
}

async function fromSqlite(request: StageRequest, progress: Progress): Promise<Staged> {
  const { path } = request
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true, allowExtension: false })
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON')
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
      .map((row) => String(row.name))
    const table = chosen(tables, request.table, path)
    const [{ total }] = db.prepare(`SELECT count(*) AS total FROM ${named(table)}`).all() as [{ total: number }]
    const rows = sqliteRows(db, table, Number(total))
    return { format: 'sqlite', tables, table, ...(await stageRows(rows, { ...request, header: true }, progress)) }
  } catch (error) {
    const { errcode } = (error ?? {}) as { errcode?: number }
    if (errcode === undefined) throw error
    throw dataErrors.DATA_ENGINE({ path, reason: `SQLite ${errcode & 0xff}` })
  } finally {
    db?.close()
  }
}

function sqliteRows(db: DatabaseSync, table: string, total: number): RowSource {
  let line = 0
  async function* rows(): AsyncGenerator<RawRow[]> {
    const statement = db.prepare(`SELECT * FROM ${named(table)}`)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    yield [{ line: 0, cells: statement.columns().map((c) => c.name) }]
    let batch: RawRow[] = []
    for (const row of statement.iterate() as unknown as Iterable<unknown[]>) {
      batch.push(cellsOf(row, ++line))
      if (batch.length < batchRows) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
  return { rows: rows(), done: () => line, total }
}

/** A row of a driver as text. */
export function cellsOf(values: readonly unknown[], line: number): RawRow {
  const row: RawRow = { line, cells: [] }
  for (const value of values) {
    const cell = textOf(value)
    if (cell === undefined || cell?.includes('\0')) row.flaw = 'bytes'
    row.cells.push(cell ?? null)
  }
  return row
}

/** @returns undefined for what has no text */
function textOf(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? null : value.toISOString().slice(0, 19).replace('T', ' ')
  return undefined
}

async function fromDuckDb(request: StageRequest): Promise<Staged> {
  const path = resolve(request.path)
  const copy = join(request.folder, 'raw.parquet')
  const found = await withDuckDb([path, copy, `${path}.wal`], async (connection) => {
    try {
      await connection.run(`ATTACH ${quoted(path)} AS given (READ_ONLY)`)
      const listed = await connection.run(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = 'given' AND table_type = 'BASE TABLE' ORDER BY 1, 2",
      )
      const names = ((await listed.getRows()) as [string, string][]).map(([schema, table]) => ({
        table: schema === 'main' ? table : `${schema}.${table}`,
        sql: `given.${named(schema)}.${named(table)}`,
      }))
      const tables = names.map((n) => n.table)
      const table = chosen(tables, request.table, request.path)
      const { sql } = names.find((n) => n.table === table)!
      await connection.run(`COPY (SELECT * FROM ${sql}) TO ${quoted(copy)} (FORMAT parquet, USE_TMP_FILE false)`)
      return { tables, table }
    } catch (error) {
      if (error instanceof Error && 'code' in error) throw error
      const reason = engineErrorKind(error instanceof Error ? error.message : '') ?? 'unknown'
      throw dataErrors.DATA_ENGINE({ path: request.path, reason })
    }
  })
  return { format: 'duckdb', ...found, ...(await storedParquet({ kind: 'parquet', path: copy })) }
}
