/** What the second half of an import reads: rows of text that the first half wrote, or a Parquet file as it came. */
import { resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { engineErrorKind, literal, named, quoted, withDuckDb } from '../duckdb.ts'
import { dataErrors } from '../errors.ts'
import { type CellType, guessColumns } from './guess.ts'
import { limits, shortened } from './rows.ts'
import type { Staged } from './stage.ts'

export type StoredSource = { kind: 'raw'; path: string; columns: number } | { kind: 'parquet'; path: string }

/** A source as a relation of SQL: a column `line`, then one for each of the source's, by position. */
export interface Relation {
  sql: string
  /** Text of column `at`. */
  text(at: number): string
  /** Stored as numbers or truth values by the source itself: nothing of it can be misspelt. */
  stored(at: number): CellType | undefined
}

export function rawRelation({ path, columns }: { path: string; columns: number }): Relation {
  const types = ["'line': 'BIGINT'", ...Array.from({ length: columns }, (_, i) => `'c${i}': 'VARCHAR'`)]
  return {
    sql:
      `read_csv(${quoted(literal(resolve(path)))}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', ` +
      `nullstr = '', max_line_size = ${64 << 20}, hive_partitioning = false, new_line = '\\n', columns = {${types.join(', ')}})`,
    text: (at) => `c${at}`,
    stored: () => undefined,
  }
}

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/
const storedType = (type: string): CellType | undefined =>
  numeric.test(type) ? 'number' : type === 'BOOLEAN' ? 'truth' : type === 'DATE' ? 'date' : undefined

export async function parquetRelation(
  connection: DuckDBConnection,
  path: string,
): Promise<Relation & { names: string[] }> {
  const table = `read_parquet(${quoted(literal(resolve(path)))}, hive_partitioning = false, file_row_number = true)`
  let described: unknown[][]
  try {
    described = await (await connection.run(`DESCRIBE SELECT * EXCLUDE (file_row_number) FROM ${table}`)).getRows()
  } catch (error) {
    throw parquetError(error, path)
  }
  const names = described.map((row) => String(row[0]))
  const types = described.map((row) => String(row[1]))
  if (names.length > limits.columns) throw dataErrors.DATA_TOO_LARGE({ path, what: 'columns' })
  return {
    names,
    sql: `(SELECT file_row_number + 1 AS line, * EXCLUDE (file_row_number) FROM ${table})`,
    stored: (at) => storedType(types[at]!),
    text(at) {
      const c = named(names[at]!)
      // Whole-number ids that were stored as floating point (a common export) keep their plain form: 17, not 17.0.
      // Not a number is how other programs store what is missing.
      if (/^(DOUBLE|FLOAT)$/.test(types[at]!))
        return `CASE WHEN isnan(${c}) THEN NULL WHEN ${c} = trunc(${c}) AND abs(${c}) < 1e15 THEN CAST(CAST(${c} AS BIGINT) AS VARCHAR) ELSE CAST(${c} AS VARCHAR) END`
      return types[at] === 'VARCHAR' ? c : `CAST(${c} AS VARCHAR)`
    },
  }
}

export function parquetError(error: unknown, path: string): unknown {
  const text = error instanceof Error ? error.message : ''
  return /parquet|magic|footer|snappy|zstd|corrupt|thrift|TProtocol/i.test(text)
    ? dataErrors.DATA_NOT_PARQUET({ path })
    : dataErrors.DATA_ENGINE({ path, reason: engineErrorKind(text) ?? 'unknown' })
}

type StagedParquet = Pick<Staged, 'source' | 'rows' | 'bad' | 'columns' | 'renamed' | 'preview'>
const sampleRows = 20_000

export async function storedParquet(source: { kind: 'parquet'; path: string }): Promise<StagedParquet> {
  const { path } = source
  return await withDuckDb([path], async (connection) => {
    const relation = await parquetRelation(connection, path)
    const { names } = relation
    try {
      const [[count]] = (await (await connection.run(`SELECT count(*) FROM ${relation.sql}`)).getRows()) as [[bigint]]
      const rows = Number(count)
      if (rows === 0) throw dataErrors.DATA_EMPTY({ what: path })
      const cells = names.map((_, at) => `left(${relation.text(at)}, ${limits.shown + 1})`)
      const limit = Math.max(100, Math.min(sampleRows, Math.floor(2_000_000 / names.length)))
      const result = await connection.run(`SELECT ${cells.join(', ')} FROM ${relation.sql} LIMIT ${limit}`)
      const sample = (await result.getRows()) as (string | null)[][]
      const stored = names.map((_, at) => relation.stored(at))
      return {
        source,
        rows,
        bad: 0,
        columns: guessColumns(names, sample, stored),
        renamed: [],
        preview: sample.slice(0, 100).map((row) => row.map((cell) => shortened(cell))),
      }
    } catch (error) {
      throw error instanceof Error && 'code' in error ? error : parquetError(error, path)
    }
  })
}
