/** Tables from people's files: CSV and Parquet, explicit types, columns out as typed arrays. */
import { access, constants, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api'
import { SecureflowError } from '@secureflow/base'
import { type Column, type ColumnType, encodedColumn, type Schema, Table, TextsBuilder } from '@secureflow/tables'
import { readHeader } from './csv.ts'
import { doublesOf, engineErrorKind, literal, named, quoted, withDuckDb } from './duckdb.ts'
import { dataErrors } from './errors.ts'

export type Format = 'csv' | 'parquet'

export interface ReadOptions {
  /** Default: by the file's extension. */
  format?: Format
  /** Which columns, in which order. Default: all. */
  columns?: readonly string[]
  /** Types that are known. The rest is decided on the first rows (CSV) or by the file's own types (Parquet). */
  types?: Readonly<Record<string, ColumnType>>
  /** The id column: always read as text, so that no digit of it is lost. */
  id?: string
  /** CSV only. Default: the one that divides the header into most columns. */
  delimiter?: string
}

/** Cells that count as missing in a CSV file, besides the empty one. */
const missingMarks = ['', 'NA', 'N/A', 'NULL', 'null', '\\N']
const sampleRows = 20_000

/**
 * @returns the rows in the order of the file. Missing cells are marked; they hold NaN or ''. Truth values are 1 and 0.
 * @throws {SecureflowError} one of the DATA_ codes, for the owner of the file
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  return await withSource(path, options, async (source) => {
    const wanted = options.columns ?? source.schema.columns.map((c) => c.name)
    for (const name of options.id === undefined ? wanted : [...wanted, options.id]) source.require(name)
    const columns = wanted.map((name) => ({ name, type: source.schema.columns.find((c) => c.name === name)!.type }))
    const list = columns.map(({ name, type }) => `${source.value(name, type)} AS ${named(name)}`).join(', ')
    const result = await source.run(`SELECT ${list} FROM ${source.relation}`)
    const table = await toTable(result, columns)
    if (table.rows === 0) throw dataErrors.DATA_EMPTY({ what: path })
    return table
  })
}

/** Column names and types, without reading the rows. */
export async function readSchema(path: string, options: ReadOptions = {}): Promise<Schema> {
  return await withSource(path, options, async (source) => source.schema)
}

export interface Source {
  readonly schema: Schema
  /** SQL of the table function over the file. */
  readonly relation: string
  /** SQL of one column's value as a double or text. */
  value(name: string, type: ColumnType): string
  /** @throws DATA_NO_COLUMN */
  require(name: string): void
  /** Runs SQL over `relation`, turning the engine's errors into ours: its own texts quote rows. */
  run(sql: string): Promise<DuckDBMaterializedResult>
}

export async function withSource<T>(
  path: string,
  options: ReadOptions,
  work: (source: Source, connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const format = options.format ?? formatOf(path)
  await requireReadable(path)
  return await withDuckDb([resolve(path)], async (connection) => {
    const source = format === 'csv' ? await csv(connection, path, options) : await parquet(connection, path, options)
    return await work(source, connection)
  })
}

export function formatOf(path: string): Format {
  const extension = /\.(csv|tsv|txt|parquet)$/i.exec(path)?.[1]?.toLowerCase()
  if (extension === undefined) throw dataErrors.DATA_UNKNOWN_FORMAT({ path })
  return extension === 'parquet' ? 'parquet' : 'csv'
}

async function requireReadable(path: string): Promise<void> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw dataErrors.DATA_FILE_UNREADABLE({ path, reason: 'not a file' })
    await access(path, constants.R_OK)
    if (found.size === 0) throw dataErrors.DATA_EMPTY({ what: path })
  } catch (error) {
    throw readError(error, path)
  }
}

/** An error of the file system, in our words. */
export function readError(error: unknown, path: string): unknown {
  if (error instanceof SecureflowError || !(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return dataErrors.DATA_FILE_MISSING({ path })
  return dataErrors.DATA_FILE_UNREADABLE({ path, reason: String(error.code) })
}

async function csv(connection: DuckDBConnection, path: string, options: ReadOptions): Promise<Source> {
  const { delimiter, names } = await readHeader(path, options.delimiter)
  const read = (typeOf: (name: string) => string) =>
    `read_csv(${quoted(literal(resolve(path)))}, auto_detect = false, header = true, delim = ${quoted(delimiter)}, quote = '"', ` +
    `escape = '"', nullstr = [${missingMarks.map(quoted).join(', ')}], hive_partitioning = false, ` +
    `columns = {${names.map((n) => `${quoted(n)}: '${typeOf(n)}'`).join(', ')}})`
  const asText = read(() => 'VARCHAR')
  const run = async (sql: string) => {
    try {
      return await connection.run(sql)
    } catch (error) {
      throw csvError(error, path, names.length)
    }
  }
  const types = await sampleTypes(run, asText, names, options)
  const schema: Schema = {
    columns: names.map((name) => ({ name, type: types.get(name) === 'VARCHAR' ? 'text' : 'number' })),
  }
  return {
    schema,
    relation: read((name) => types.get(name)!),
    value: (name, type) => (type === 'text' || types.get(name) === 'DOUBLE' ? named(name) : `${named(name)}::DOUBLE`),
    require: requireOf(names),
    async run(sql) {
      try {
        return await run(sql)
      } catch (error) {
        throw (await firstBadNumber(connection, asText, types)) ?? error
      }
    },
  }
}

/** VARCHAR, DOUBLE or BOOLEAN for each column, from the first rows. */
async function sampleTypes(
  run: (sql: string) => Promise<DuckDBMaterializedResult>,
  relation: string,
  names: readonly string[],
  options: ReadOptions,
): Promise<Map<string, string>> {
  // A number with a leading zero or more than 15 digits is an identifier: as a double it would lose digits.
  const tests = names.map((name) => {
    const c = named(name)
    return `count(${c}), count(TRY_CAST(${c} AS DOUBLE)), count(*) FILTER (lower(${c}) IN ('true', 'false')), count(*) FILTER (regexp_matches(trim(${c}), '^[+-]?(0[0-9]|[0-9]{16})'))`
  })
  const result = await run(`SELECT ${tests.join(', ')} FROM (SELECT * FROM ${relation} LIMIT ${sampleRows})`)
  const counts = ((await result.getRows())[0] ?? []).map(Number)
  return new Map(
    names.map((name, i) => {
      const [present, numbers, truths, identifiers] = counts.slice(4 * i, 4 * i + 4)
      const guessed =
        present === 0 || (numbers === present && identifiers === 0)
          ? 'DOUBLE'
          : truths === present
            ? 'BOOLEAN'
            : 'VARCHAR'
      const known = name === options.id ? 'text' : options.types?.[name]
      if (known === 'text') return [name, 'VARCHAR']
      return [name, known === 'number' && guessed === 'VARCHAR' ? 'DOUBLE' : guessed]
    }),
  )
}

/** The first cell that is no number in a column that should hold numbers: found only once reading has failed. */
async function firstBadNumber(
  connection: DuckDBConnection,
  relation: string,
  types: ReadonlyMap<string, string>,
): Promise<SecureflowError | undefined> {
  for (const [column, type] of types) {
    if (type === 'VARCHAR') continue
    const c = named(column)
    const bad = `(SELECT row_number() OVER () AS row, ${c} IS NOT NULL AND TRY_CAST(${c} AS ${type}) IS NULL AS bad FROM ${relation})`
    try {
      const rows = await (await connection.run(`SELECT min(row), count(*) FROM ${bad} WHERE bad`)).getRows()
      const [first, count] = rows[0]!
      if (Number(count) > 0)
        return dataErrors.DATA_NOT_A_NUMBER({ column, row: Number(first) + 1, count: Number(count) })
    } catch {
      return undefined // the file itself is at fault: the first error says how
    }
  }
  return undefined
}

/** The engine's messages quote whole rows: only the line number is taken out of them, and the original is dropped. */
function csvError(error: unknown, path: string, expected: number): unknown {
  const text = error instanceof Error ? error.message : ''
  if (/unicode|utf-?8|encod/i.test(text)) return dataErrors.DATA_NOT_UTF8({ path })
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1]
  if (line !== undefined) return dataErrors.DATA_BAD_CSV({ path, line: Number(line), expected })
  return dataErrors.DATA_ENGINE({ path, reason: engineErrorKind(text) ?? 'unknown' })
}

const numeric = /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/

async function parquet(connection: DuckDBConnection, path: string, options: ReadOptions): Promise<Source> {
  const relation = `read_parquet(${quoted(literal(resolve(path)))}, hive_partitioning = false)`
  const run = async (sql: string) => {
    try {
      return await connection.run(sql)
    } catch (error) {
      const text = error instanceof Error ? error.message : ''
      throw /parquet|magic|footer|snappy|zstd|corrupt/i.test(text)
        ? dataErrors.DATA_NOT_PARQUET({ path })
        : dataErrors.DATA_ENGINE({ path, reason: engineErrorKind(text) ?? 'unknown' })
    }
  }
  const described = await (await run(`DESCRIBE SELECT * FROM ${relation}`)).getRows()
  const stored = new Map(described.map((row) => [String(row[0]), String(row[1])]))
  const typeOf = (name: string): ColumnType => {
    const known = name === options.id ? 'text' : options.types?.[name]
    return known ?? (numeric.test(stored.get(name)!) ? 'number' : 'text')
  }
  return {
    schema: { columns: [...stored.keys()].map((name) => ({ name, type: typeOf(name) })) },
    relation,
    value(name, type) {
      const c = named(name)
      if (type === 'number') return stored.get(name) === 'DOUBLE' ? c : `CAST(${c} AS DOUBLE)`
      // Whole-number ids that were stored as floating point (a common export) keep their plain form: 17, not 17.0.
      if (stored.get(name) === 'DOUBLE')
        return `coalesce(CAST(TRY_CAST(${c} AS BIGINT) AS VARCHAR), CAST(${c} AS VARCHAR))`
      return stored.get(name) === 'VARCHAR' ? c : `CAST(${c} AS VARCHAR)`
    },
    require: requireOf([...stored.keys()]),
    run,
  }
}

function requireOf(names: readonly string[]): (name: string) => void {
  return (column) => {
    if (names.includes(column)) return
    const columns = names.length > 30 ? `${names.slice(0, 30).join(', ')}, …` : names.join(', ')
    throw dataErrors.DATA_NO_COLUMN({ column, columns })
  }
}

async function toTable(result: DuckDBMaterializedResult, schema: Schema['columns']): Promise<Table> {
  const rows = result.rowCount
  const columns = schema.map(({ name, type }) =>
    type === 'number'
      ? { name, type, values: new Float64Array(rows), missing: new Uint8Array(rows) }
      : { name, type, texts: new TextsBuilder(rows), missing: new Uint8Array(rows) },
  )
  for (let at = 0; ; ) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    columns.forEach((column, c) => {
      const vector = chunk.getColumnVector(c)
      if (column.type === 'number') {
        const { items, validity } = doublesOf(vector)
        column.values.set(items, at)
        for (let i = 0; i < items.length; i++)
          if (!validity.itemValid(i)) {
            column.values[at + i] = Number.NaN
            column.missing[at + i] = 1
          }
      } else
        for (let i = 0; i < chunk.rowCount; i++) {
          const item = vector.getItem(i) as string | null
          column.texts.add(item ?? '')
          if (item === null) column.missing[at + i] = 1
        }
    })
    at += chunk.rowCount
  }
  return new Table(
    columns.map((c): Column => {
      const missing = c.missing.includes(1) ? c.missing : undefined
      if (c.type === 'text') return encodedColumn(c.name, c.texts.texts(), missing)
      return { name: c.name, type: c.type, values: c.values, ...(missing === undefined ? {} : { missing }) }
    }),
  )
}
