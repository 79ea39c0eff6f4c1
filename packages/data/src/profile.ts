/**
 * What a dataset looks like, column by column, for its owner's eyes. Values of ids and of columns that their owner calls
 * sensitive are counted and never listed.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { named } from './duckdb.ts'
import { type Format, type Source, withSource } from './read.ts'

export interface ProfileRequest {
  path: string
  format: Format
  id: string
  label?: string | undefined
  /** Columns whose values are not listed, beside the id. */
  unlisted: readonly string[]
}

export interface NumberFigures {
  min: number
  max: number
  mean: number
  deviation: number
  /** 5, 25, 50, 75 and 95 of a hundred rows lie below. */
  quantiles: number[]
  /** Counts of equal widths from min to max. */
  histogram: number[]
}

export interface ProfiledColumn {
  name: string
  type: 'number' | 'text'
  count: number
  missing: number
  /** About, in large tables. */
  distinct: number
  numbers?: NumberFigures
  /** The most frequent values first. */
  top?: { value: string; count: number }[]
  /** With the label, -1 to 1. */
  correlation?: number
  /** Information value about a label of 0 and 1: the sum over bins of (share of ones - share of zeros) ln of their ratio. */
  iv?: number
}

export interface TableProfile {
  rows: number
  columns: ProfiledColumn[]
  /** Of number columns with one another, row by row; at most 40. */
  correlations?: { columns: string[]; values: (number | null)[][] }
}

type Progress = (done: number, total: number) => void

const bins = 20
const ivBins = 10
const topValues = 10
const maxCorrelated = 40
const exactRows = 1_000_000
const shownCharacters = 100

/** @throws the DATA_ errors */
export async function profileTable(request: ProfileRequest, progress: Progress = () => {}): Promise<TableProfile> {
  const { path, format, id, label, unlisted } = request
  return await withSource(path, { format, id }, async (source, connection) => {
    const { columns } = source.schema
    const table = await held(source, format)
    const [[rows]] = (await numbersOf(connection, `SELECT count(*) FROM ${table}`)) as [[number]]
    const profiled: ProfiledColumn[] = []
    for (const [c, { name, type }] of columns.entries()) {
      const cell = `c${c}`
      const distinct = rows > exactRows ? `approx_count_distinct(${cell})` : `count(DISTINCT ${cell})`
      const [[count, different]] = (await numbersOf(
        connection,
        `SELECT count(${cell}), ${distinct} FROM ${table}`,
      )) as [[number, number]]
      const column: ProfiledColumn = { name, type, count, missing: rows - count, distinct: different }
      const listed = name !== id && !unlisted.includes(name)
      const numbers = count > 0 && type === 'number' ? await figures(connection, table, cell) : undefined
      if (numbers !== undefined) column.numbers = numbers
      if (count > 0 && type === 'text' && listed) column.top = await mostFrequent(connection, table, cell)
      if (label !== undefined && name !== label && name !== id) {
        const at = columns.findIndex((l) => l.name === label)
        if (columns[at]?.type === 'number' && count > 0)
          Object.assign(column, await aboutLabel(connection, table, { cell, type, label: `c${at}`, count: different }))
      }
      profiled.push(column)
      progress(c + 1, columns.length + 1)
    }
    const numeric = profiled
      .flatMap((p, c) =>
        p.numbers !== undefined && p.distinct > 1 && p.name !== id ? [{ name: p.name, cell: `c${c}` }] : [],
      )
      .slice(0, maxCorrelated)
    const correlations = numeric.length > 1 ? await correlated(connection, table, numeric) : undefined
    return { rows, columns: profiled, ...(correlations === undefined ? {} : { correlations }) }
  })
}

/** A CSV file is read once; of a Parquet file only the columns that are asked for are. */
async function held(source: Source, format: Format): Promise<string> {
  const cells = source.schema.columns.map(({ name, type }, c) => `${source.value(name, type)} AS c${c}`)
  await source.run(
    `CREATE TEMP ${format === 'csv' ? 'TABLE' : 'VIEW'} held AS SELECT ${cells.join(', ')} FROM ${source.relation}`,
  )
  return 'held'
}

async function numbersOf(connection: DuckDBConnection, sql: string): Promise<number[][]> {
  const rows = await (await connection.run(sql)).getRows()
  return rows.map((row) => row.map(Number))
}

async function figures(connection: DuckDBConnection, table: string, cell: string): Promise<NumberFigures | undefined> {
  const finite = `FROM ${table} WHERE isfinite(${cell})`
  const [row] = await numbersOf(
    connection,
    `SELECT count(*), min(${cell}), max(${cell}), avg(${cell}), coalesce(stddev_samp(${cell}), 0), ${[0.05, 0.25, 0.5, 0.75, 0.95].map((q) => `quantile_cont(${cell}, ${q})`).join(', ')} ${finite}`,
  )
  const [count, min, max, mean, deviation, ...quantiles] = row as [number, number, number, number, number, ...number[]]
  if (count === 0) return undefined
  const histogram = new Array<number>(max > min ? bins : 1).fill(0)
  const width = (max - min) / bins
  if (max === min) histogram[0] = count
  else if (Number.isFinite(width))
    for (const [bin, n] of await numbersOf(
      connection,
      `SELECT least(${bins - 1}, greatest(0, CAST(floor((${cell} - ${min}) / ${width}) AS INTEGER))) AS bin, count(*) ${finite} GROUP BY bin`,
    ))
      histogram[bin!] = n!
  return { min, max, mean, deviation, quantiles, histogram }
}

async function mostFrequent(
  connection: DuckDBConnection,
  table: string,
  cell: string,
): Promise<{ value: string; count: number }[]> {
  const result = await connection.run(
    `SELECT left(${cell}, ${shownCharacters}) AS value, count(*) AS n FROM ${table} WHERE ${cell} IS NOT NULL GROUP BY ${cell} ORDER BY n DESC, value LIMIT ${topValues}`,
  )
  return ((await result.getRows()) as [string, bigint][]).map(([value, n]) => ({ value, count: Number(n) }))
}

interface Asked {
  cell: string
  type: 'number' | 'text'
  label: string
  /** Distinct values. */
  count: number
}

async function aboutLabel(
  connection: DuckDBConnection,
  table: string,
  { cell, type, label, count }: Asked,
): Promise<Pick<ProfiledColumn, 'correlation' | 'iv'>> {
  const found: Pick<ProfiledColumn, 'correlation' | 'iv'> = {}
  if (type === 'number') {
    const [[r]] = (await numbersOf(
      connection,
      `SELECT corr(${cell}, ${label}) FROM ${table} WHERE isfinite(${cell})`,
    )) as [[number]]
    if (Number.isFinite(r)) found.correlation = r
  } else if (count > 1000) return found
  // Bins of about as many rows each; where values repeat a lot, equal values stay together.
  const binned =
    type === 'text'
      ? `coalesce(${cell}, chr(0))`
      : `CASE WHEN ${cell} IS NULL THEN -1 ELSE CAST(floor(${ivBins} * (rank() OVER (ORDER BY ${cell}) - 1) / count(${cell}) OVER ()) AS INTEGER) END`
  const counts = await numbersOf(
    connection,
    `SELECT count(*) FILTER (l = 1), count(*) FILTER (l = 0), count(*) FILTER (l NOT IN (0, 1)) FROM (SELECT ${binned} AS bin, ${label} AS l FROM ${table}) GROUP BY bin`,
  )
  if (counts.every((c) => c[2] === 0)) found.iv = informationValue(counts.map(([ones, zeros]) => [ones!, zeros!]))
  return found
}

/** With half a row more in each cell, so that a bin without ones or without zeros counts as much as it can be known to. */
export function informationValue(counts: readonly (readonly [number, number])[]): number {
  const sum = (at: 0 | 1) => counts.reduce((s, c) => s + c[at] + 0.5, 0)
  const [ones, zeros] = [sum(0), sum(1)]
  return counts.reduce((iv, [a, b]) => {
    const [p, q] = [(a + 0.5) / ones, (b + 0.5) / zeros]
    return iv + (p - q) * Math.log(p / q)
  }, 0)
}

async function correlated(
  connection: DuckDBConnection,
  table: string,
  columns: readonly { name: string; cell: string }[],
): Promise<NonNullable<TableProfile['correlations']>> {
  const pairs = columns.flatMap((a, i) => columns.slice(0, i).map((b) => `corr(${a.cell}, ${b.cell})`))
  const result = await connection.run(`SELECT ${pairs.join(', ')} FROM ${table}`)
  const [found] = (await result.getRows()) as [(number | null)[]]
  const values = columns.map(() => columns.map((): number | null => 1))
  let at = 0
  for (let i = 0; i < columns.length; i++)
    for (let j = 0; j < i; j++) {
      const r = found[at++]!
      values[i]![j] = values[j]![i] = r === null || Number.isNaN(r) ? null : r
    }
  return { columns: columns.map((c) => c.name), values }
}

export interface RowsRequest {
  path: string
  format: Format
  id: string
  from: number
  count: number
}

/** So many rows of a file as text, from row `from` on, in its order. */
export async function readRows({ path, format, id, from, count }: RowsRequest): Promise<(string | null)[][]> {
  return await withSource(path, { format, id }, async (source) => {
    const cells = source.schema.columns.map(({ name, type }) => {
      const value = source.value(name, type)
      return type === 'number' ? `CAST(${value} AS VARCHAR) AS ${named(name)}` : `left(${value}, 300) AS ${named(name)}`
    })
    const result = await source.run(`SELECT ${cells.join(', ')} FROM ${source.relation} LIMIT ${count} OFFSET ${from}`)
    const rows = (await result.getRows()) as (string | null)[][]
    // 17 rather than 17.0: as people write it.
    return rows.map((row) => row.map((cell, c) => (source.schema.columns[c]!.type === 'number' ? plain(cell) : cell)))
  })
}

const plain = (cell: string | null): string | null => (cell?.endsWith('.0') ? cell.slice(0, -2) : cell)
