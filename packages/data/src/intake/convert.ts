/**
 * The second half of taking a file in: every row is read with the types that a person settled, rows that do not fit are set
 * aside with their reasons, and the rest becomes the Parquet file that is the dataset's version.
 */
import { chmod, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { SecureflowError } from '@secureflow/base'
import { datasetDigest } from '../digest.ts'
import { engineErrorKind, named, quoted, withDuckDb } from '../duckdb.ts'
import { dataErrors } from '../errors.ts'
import { defaultNormalisation, normaliseIds } from '../ids.ts'
import { writeError } from '../write.ts'
import { BadRows, readBadRows } from './bad-rows.ts'
import type { CellType } from './guess.ts'
import { parquetError, parquetRelation, type Relation, rawRelation, type StoredSource } from './parquet-source.ts'
import { type Flaw, limits } from './rows.ts'
import type { Progress } from './stage.ts'

export interface Decision {
  /** As the dataset will name it. */
  name: string
  type: CellType
  /** Numbers are written with their digits in groups: 1,234.5. */
  groups?: boolean | undefined
  /** Not taken over: the dataset will not have it. */
  leaveOut?: boolean | undefined
}

export interface ConvertRequest {
  source: StoredSource
  /** One for each column of the source, in its order. */
  columns: readonly Decision[]
  id: string
  label?: string | undefined
  folder: string
}

export interface Converted {
  path: string
  rows: number
  /** Those of the first half included. */
  bad: number
  sizeBytes: number
  /** SHA-256 of the file. */
  digest: string
}

const convertedFile = 'table.parquet'

/** SQL of a cell in its type, null where it does not fit. */
function typed(
  text: string,
  { type, groups }: Pick<Decision, 'type' | 'groups'>,
  stored: CellType | undefined,
): string {
  if (type === 'text') return text
  if (type === 'number') {
    if (stored === 'truth') return `CASE ${text} WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END`
    const grouped = `CASE WHEN regexp_full_match(${text}, '\\s*[+-]?\\d{1,3}(,\\d{3})+(\\.\\d+)?\\s*') THEN replace(${text}, ',', '') ELSE ${text} END`
    const number = `TRY_CAST(${groups ? grouped : text} AS DOUBLE)`
    // `nan` and `inf` are numbers to the engine, to nobody else.
    return `CASE WHEN isfinite(${number}) THEN ${number} END`
  }
  if (type === 'truth') {
    const word = `lower(trim(${text}))`
    return `CASE WHEN ${word} IN ('true', 'yes', 'y', 't', '1', '1.0', '是', '真') THEN 1.0 WHEN ${word} IN ('false', 'no', 'n', 'f', '0', '0.0', '否', '假') THEN 0.0 END`
  }
  // One form for the many ways to write a day; the engine's own list of forms takes a hundred times as long.
  const dashed = `regexp_replace(trim(${text}), '^(\\d{4})[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?', '\\1-\\2-\\3')`
  const plain = `regexp_replace(${dashed}, '^(\\d{4})(\\d{2})(\\d{2})$', '\\1-\\2-\\3')`
  const moment = `TRY_CAST(${plain} AS TIMESTAMP)`
  return `CASE WHEN NOT isfinite(${moment}) THEN NULL WHEN ${moment} = date_trunc('day', ${moment}) THEN strftime(${moment}, '%Y-%m-%d') ELSE strftime(${moment}, '%Y-%m-%d %H:%M:%S') END`
}

const flawOf: Record<CellType, Flaw> = { number: 'number', truth: 'truth', date: 'date', text: 'bytes' }

/** @throws DATA_NO_COLUMN, DATA_NO_GOOD_ROWS, DATA_DISK_FULL */
export async function convert(request: ConvertRequest, progress: Progress = () => {}): Promise<Converted> {
  const { source, folder } = request
  const path = join(folder, convertedFile)
  const part = `${path}.part`
  try {
    const work = async (connection: DuckDBConnection) => {
      const relation = source.kind === 'raw' ? rawRelation(source) : await parquetRelation(connection, source.path)
      return await sortRows(connection, relation, request, part, progress)
    }
    const wide = request.columns.length > 200
    const { rows, bad } = await withDuckDb([source.path, part], work, { wide })
    const file = await open(part, 'r+')
    await file.sync().finally(() => file.close())
    await chmod(part, 0o600)
    await rename(part, path)
    if (rows === 0) throw dataErrors.DATA_NO_GOOD_ROWS({ bad })
    return { path, rows, bad, sizeBytes: (await stat(path)).size, digest: await datasetDigest(path) }
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}) // the first error is the one to tell
    throw asDataError(error, source)
  }
}

function asDataError(thrown: unknown, { kind, path }: StoredSource): unknown {
  if (thrown instanceof SecureflowError) return thrown
  const error = writeError(thrown, path)
  if (error instanceof SecureflowError && error.code === 'DATA_DISK_FULL') return error
  if (kind === 'parquet') return parquetError(thrown, path)
  const reason = engineErrorKind(thrown instanceof Error ? thrown.message : '') ?? 'unknown'
  return dataErrors.DATA_ENGINE({ path, reason })
}

interface Column extends Decision {
  /** Position in the source. */
  at: number
}

async function sortRows(
  connection: DuckDBConnection,
  relation: Relation,
  request: ConvertRequest,
  target: string,
  progress: Progress,
): Promise<{ rows: number; bad: number }> {
  const { columns, id, label, folder } = request
  const kept = columns.map((c, at): Column => ({ ...c, at })).filter((c) => c.leaveOut !== true)
  const required = (name: string): Column => {
    const found = kept.find((c) => c.name === name)
    if (found !== undefined) return found
    const names = kept.slice(0, 30).map((c) => c.name)
    throw dataErrors.DATA_NO_COLUMN({ column: name, columns: names.join(', ') })
  }
  const idColumn = required(id)
  const labelColumn = label === undefined ? undefined : required(label)
  const value = ({ at, name, type, groups }: Column): string =>
    typed(relation.text(at), { type: name === id ? 'text' : type, groups }, relation.stored(at))

  await connection.run('CREATE TEMP TABLE bad (line BIGINT, flaw VARCHAR, position INTEGER)')
  // A list of tests rather than a case of many branches, which the engine plans in the square of their number.
  const faults = kept.filter((c) => c.name !== id && c.type !== 'text')
  const tests = faults.map((c) => {
    const missing = c === labelColumn ? '' : `${relation.text(c.at)} IS NOT NULL AND `
    return `${missing}${value(c)} IS NULL`
  })
  if (tests.length > 0) {
    const empty = labelColumn === undefined ? 'false' : `${relation.text(labelColumn.at)} IS NULL`
    await connection.run(
      `INSERT INTO bad SELECT line, CASE WHEN test = ${1 + faults.indexOf(labelColumn!)} AND empty THEN 'label-missing' END, list_value(${faults.map((c) => c.at).join(', ')})[test] ` +
        `FROM (SELECT line, list_position([${tests.join(', ')}], true) AS test, ${empty} AS empty FROM ${relation.sql}) WHERE test > 0`,
    )
  }
  progress(1, 4)
  await badIds(
    connection,
    `SELECT line, ${value(idColumn)} FROM ${relation.sql} WHERE line NOT IN (SELECT line FROM bad)`,
    idColumn.at,
  )
  progress(2, 4)
  const bad = await BadRows.create(folder, 'bad')
  if (request.source.kind === 'raw') for (const row of (await readBadRows(folder, 'unread')).rows) bad.add(row)
  const unread = request.source.kind === 'raw' ? (await readBadRows(folder, 'unread')).total : 0
  const [[counted]] = (await (await connection.run('SELECT count(*) FROM bad')).getRows()) as [[bigint]]
  const total = unread + Number(counted)
  await listBad(connection, relation, columns, bad)
  await bad.close(total)
  progress(3, 4)
  const cells = kept.map((c) => `${value(c)} AS ${named(c.name)}`)
  const good = counted === 0n ? '' : ' WHERE line NOT IN (SELECT line FROM bad)'
  const copied = await connection.run(
    `COPY (SELECT ${cells.join(', ')} FROM ${relation.sql}${good}) TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
  )
  const rows = Number(((await copied.getRows())[0] as [bigint])[0])
  progress(4, 4)
  return { rows, bad: total }
}

/** Ids that are missing, or repeat an earlier one as two organisations would compare them. */
async function badIds(connection: DuckDBConnection, sql: string, at: number): Promise<void> {
  const seen = new Set<string>()
  const found: { line: bigint; flaw: Flaw }[] = []
  const result = await connection.stream(sql)
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const lines = chunk.getColumnValues(0) as bigint[]
    const given = chunk.getColumnValues(1) as (string | null)[]
    const ids = normaliseIds(
      given.map((id) => id ?? ''),
      defaultNormalisation,
    )
    ids.forEach((id, i) => {
      if (id === '') found.push({ line: lines[i]!, flaw: 'id-missing' })
      else if (seen.has(id)) found.push({ line: lines[i]!, flaw: 'id-repeated' })
      else seen.add(id)
    })
  }
  for (let from = 0; from < found.length; from += 5000) {
    const values = found.slice(from, from + 5000).map(({ line, flaw }) => `(${line}, '${flaw}', ${at})`)
    await connection.run(`INSERT INTO bad VALUES ${values.join(', ')}`)
  }
}

/** The first bad rows as they came. */
async function listBad(
  connection: DuckDBConnection,
  relation: Relation,
  columns: readonly Decision[],
  bad: BadRows,
): Promise<void> {
  const limit = Math.max(10, Math.min(limits.bad, Math.floor(2_000_000 / columns.length)))
  const cells = columns.map((_, at) => `, left(${relation.text(at)}, 4001)`)
  const result = await connection.run(
    `SELECT source.line, flaw, position${cells.join('')} FROM ${relation.sql} AS source JOIN (SELECT * FROM bad ORDER BY line LIMIT ${limit}) AS bad ON source.line = bad.line ORDER BY source.line`,
  )
  for (const [line, flaw, at, ...rest] of await result.getRows())
    bad.add({
      line: Number(line),
      flaw: (flaw as Flaw | null) ?? flawOf[columns[at as number]!.type],
      column: columns[at as number]!.name,
      cells: rest as (string | null)[],
    })
}
