/**
 * The first half of taking a file in: whatever it is becomes rows of text in one form, structural flaws are set aside, and a
 * sample of it is guessed at. Nothing of it is a dataset yet.
 */
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { dataErrors } from '../errors.ts'
import { writeError } from '../write.ts'
import { BadRows } from './bad-rows.ts'
import { tableRows } from './embedded.ts'
import { type ColumnGuess, guessColumns } from './guess.ts'
import { type StoredSource, storedParquet } from './parquet-source.ts'
import { limits, missingMarks, type RawRow, type RowSource, shortened } from './rows.ts'
import { type Encoding, type SourceFormat, sniffEncoding, sniffFormat } from './sniff.ts'
import { sniffDelimiter, textRows } from './text-rows.ts'
import { sheetRows } from './xlsx-rows.ts'

/** What a person may know better than the sniffer. */
export interface StageOptions {
  encoding?: Encoding | undefined
  delimiter?: string | undefined
  /** Of a workbook. */
  sheet?: string | undefined
  /** Of a database file. */
  table?: string | undefined
  /** Default: the first row names the columns. */
  header?: boolean | undefined
}

export interface StageRequest extends StageOptions {
  path: string
  /** An own folder of this import. */
  folder: string
  /** Bytes that may come out of a compressed file. */
  maxBytes: number
}

export interface Staged {
  format: SourceFormat | 'database'
  encoding?: Encoding
  delimiter?: string
  sheet?: string
  sheets?: string[]
  table?: string
  tables?: string[]
  /** What the second half reads. */
  source: StoredSource
  /** Rows that can be read at all. */
  rows: number
  /** Rows that cannot. */
  bad: number
  columns: ColumnGuess[]
  /** Positions of columns whose names were empty, repeated or too long, from 1. */
  renamed: number[]
  /** The first rows, cells shortened. */
  preview: (string | null)[][]
}

export type Progress = (done: number, total: number) => void

const rawFile = 'raw.csv'
const sampleRows = 20_000
/** Characters of the sample: a table of long texts is sampled by fewer rows. */
const sampleCharacters = 48 << 20
const previewRows = 100

/** @throws the DATA_ errors: what the file is, and what is wrong with it */
export async function stage(request: StageRequest, progress: Progress = () => {}): Promise<Staged> {
  const { path, maxBytes } = request
  const format = await sniffFormat(path)
  const { size } = await stat(path)
  if (format === 'parquet') return { format, ...(await storedParquet({ kind: 'parquet', path: resolve(path) })) }
  if (format === 'duckdb' || format === 'sqlite') return await tableRows(request, format, progress)
  if (format === 'xlsx') {
    const { sheets, sheet, close, ...source } = await sheetRows(path, maxBytes, request.sheet)
    try {
      return { format, sheets, sheet, ...(await stageRows(source, request, progress)) }
    } finally {
      close()
    }
  }
  const encoding = request.encoding ?? (await sniffEncoding(path))
  const delimiter = request.delimiter ?? (await sniffDelimiter(path, encoding))
  const source = textRows(path, size, { encoding, delimiter })
  return { format, encoding, delimiter, ...(await stageRows(source, request, progress)) }
}

type StagedRows = Pick<Staged, 'source' | 'rows' | 'bad' | 'columns' | 'renamed' | 'preview'>

/** Rows of any source into the form that the second half reads. */
export async function stageRows(
  { rows, done, total, ragged }: RowSource,
  { path, folder, header = true, maxBytes }: Pick<StageRequest, 'path' | 'folder' | 'header' | 'maxBytes'>,
  progress: Progress,
): Promise<StagedRows> {
  const raw = join(folder, rawFile)
  const out = createWriteStream(raw, { mode: 0o600 })
  const failed = new Promise<never>((_, reject) => out.once('error', reject))
  failed.catch(() => {}) // told by whoever waits
  const bad = await BadRows.create(folder, 'unread')
  const sample: (string | null)[][] = []
  let names: { names: string[]; renamed: number[] } | undefined
  let [count, characters, written] = [0, 0, 0]
  const take = (row: RawRow): string => {
    if (names === undefined) {
      const cells = header ? row.cells : row.cells.map(() => null)
      names = columnNames(ragged ? trimmed(cells) : cells, path)
      if (row.flaw !== undefined && header) throw dataErrors.DATA_BAD_HEADER({ path, line: row.line })
      if (header) return ''
    }
    if (ragged) row.cells = fitted(row.cells, names.names.length)
    const flaw = row.flaw ?? (row.cells.length === names.names.length ? undefined : 'cells')
    if (flaw !== undefined) {
      bad.add({ line: row.line, flaw, cells: row.cells })
      return ''
    }
    count++
    for (let c = 0; c < row.cells.length; c++)
      if (row.cells[c] !== null && missingMarks.has(row.cells[c]!)) row.cells[c] = null
    if (sample.length < sampleRows && characters < sampleCharacters) {
      sample.push(row.cells)
      for (const cell of row.cells) characters += cell?.length ?? 0
    }
    return rawLine(row)
  }
  try {
    for await (const batch of rows) {
      const text = batch.map(take).join('')
      written += text.length
      if (written > maxBytes) throw dataErrors.DATA_TOO_LARGE({ path, what: 'cells' })
      if (!out.write(text))
        await Promise.race([new Promise<void>((resolve) => out.once('drain', () => resolve())), failed])
      progress(done(), total)
    }
    await Promise.race([new Promise<void>((resolve) => out.end(() => resolve())), failed])
  } catch (error) {
    throw writeError(error, raw)
  } finally {
    out.destroy()
    await bad.close()
  }
  if (names === undefined || (count === 0 && bad.total === 0)) throw dataErrors.DATA_EMPTY({ what: path })
  return {
    source: { kind: 'raw', path: raw, columns: names.names.length },
    rows: count,
    bad: bad.total,
    columns: guessColumns(names.names, sample),
    renamed: names.renamed,
    preview: sample.slice(0, previewRows).map((row) => row.map((cell) => shortened(cell))),
  }
}

const trimmed = (cells: (string | null)[]): (string | null)[] =>
  cells.slice(0, 1 + cells.findLastIndex((c) => c !== null && c.trim() !== ''))

function fitted(cells: (string | null)[], columns: number): (string | null)[] {
  if (cells.length > columns) return cells.slice(columns).every((c) => c === null) ? cells.slice(0, columns) : cells
  return cells.length === columns ? cells : [...cells, ...new Array<null>(columns - cells.length).fill(null)]
}

const rawLine = ({ line, cells }: RawRow): string =>
  `${line},${cells.map((c) => (c === null ? '' : `"${c.replaceAll('"', '""')}"`)).join(',')}\n`

/** Names as they stand, where they can stand: not empty, not twice (the engine takes `A` and `a` for one), not too long. */
function columnNames(cells: readonly (string | null)[], path: string): { names: string[]; renamed: number[] } {
  if (cells.length > limits.columns) throw dataErrors.DATA_TOO_LARGE({ path, what: 'columns' })
  const taken = new Set<string>()
  const renamed: number[] = []
  const names = cells.map((cell, i) => {
    const wanted = (cell ?? '').replaceAll(/[\p{Cc}\ufeff]/gu, ' ').trim()
    const base = (wanted === '' ? `column_${i + 1}` : wanted).slice(0, limits.name)
    let name = base
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base.slice(0, limits.name - 7)}_${n}`
    taken.add(name.toLowerCase())
    if (name !== cell) renamed.push(i + 1)
    return name
  })
  return { names, renamed: cells.every((c) => c === null) ? [] : renamed }
}
