/**
 * Rows of delimited text (RFC 4180, and what people make of it): quoted cells hold delimiters and line ends, a doubled quote
 * is a quote, lines end with LF, CR LF or CR. Read in one pass, in memory that does not grow with the file.
 */
import { createReadStream } from 'node:fs'
import { dataErrors } from '../errors.ts'
import { readError } from '../read.ts'
import { limits, type RawRow, type RowSource } from './rows.ts'
import type { Encoding } from './sniff.ts'

const delimiters = [',', '\t', ';', '|'] as const
const batchRows = 2000
const [quote, lf, cr] = [0x22, 0x0a, 0x0d]

/** Splits text into records. One for each file: what a piece leaves open goes on in the next. */
class RecordSplitter {
  readonly #delimiter: number
  readonly #path: string
  #cells: string[] = []
  #cell = ''
  #state: 'start' | 'plain' | 'quoted' | 'closing' = 'start'
  #line = 1
  #recordLine = 1
  #afterCr = false
  #length = 0
  #flaw: RawRow['flaw']

  constructor(delimiter: string, path: string) {
    this.#delimiter = delimiter.charCodeAt(0)
    this.#path = path
  }

  /** @throws DATA_OPEN_QUOTE where a quoted cell goes on for longer than a cell may be */
  push(text: string, out: RawRow[]): void {
    const delimiter = this.#delimiter
    let from = 0
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (this.#afterCr) {
        this.#afterCr = false
        if (c === lf) {
          from = i + 1
          continue
        }
      }
      if (this.#state === 'quoted') {
        if (c === quote) {
          this.#take(text, from, i)
          this.#state = 'closing'
          from = i + 1
        } else if (c === lf) this.#line++
        continue
      }
      if (c === quote) {
        if (this.#state === 'closing') {
          // Two quotes: one that belongs to the cell.
          this.#state = 'quoted'
          from = i
          continue
        }
        if (this.#state === 'start' && text.slice(from, i).trim() === '') {
          this.#state = 'quoted'
          from = i + 1
          continue
        }
      } else if (c === delimiter || c === lf || c === cr) {
        this.#take(text, from, i)
        this.#endCell()
        from = i + 1
        if (c !== delimiter) {
          this.#afterCr = c === cr
          this.#endRecord(out)
        }
        continue
      }
      if (this.#state === 'start' && c !== 0x20) this.#state = 'plain'
    }
    this.#take(text, from, text.length)
    if (this.#state === 'quoted' && this.#length > limits.cell)
      throw dataErrors.DATA_OPEN_QUOTE({ path: this.#path, line: this.#recordLine })
  }

  /** The last record, where no line end closes it. */
  end(out: RawRow[]): void {
    if (this.#state === 'quoted') throw dataErrors.DATA_OPEN_QUOTE({ path: this.#path, line: this.#recordLine })
    if (this.#state === 'start' && this.#cells.length === 0 && this.#cell.trim() === '') return
    this.#endCell()
    this.#endRecord(out)
  }

  #take(text: string, from: number, to: number): void {
    if (to <= from) return
    this.#length += to - from
    // What is too long is not kept: the row is told, not its megabytes.
    if (this.#length <= limits.cell) this.#cell += text.slice(from, to)
    else if (this.#state !== 'quoted') this.#flaw ??= 'long'
  }

  #endCell(): void {
    if (this.#length > limits.cell) this.#flaw ??= 'long'
    const cell = this.#state === 'closing' ? this.#cell : this.#cell.trim()
    if (cell.includes('\0') || cell.includes('\ufffd')) this.#flaw ??= 'bytes'
    this.#cells.push(cell)
    this.#cell = ''
    this.#length = 0
    this.#state = 'start'
  }

  #endRecord(out: RawRow[]): void {
    const cells = this.#cells
    if (cells.length > 1 || cells[0] !== '' || this.#flaw !== undefined) {
      const row: RawRow = { line: this.#recordLine, cells }
      if (this.#flaw !== undefined) row.flaw = this.#flaw
      out.push(row)
    }
    this.#cells = []
    this.#flaw = undefined
    this.#line++
    this.#recordLine = this.#line
  }
}

export interface TextOptions {
  encoding: Encoding
  delimiter: string
}

export function textRows(path: string, total: number, { encoding, delimiter }: TextOptions): RowSource {
  let done = 0
  async function* rows(): AsyncGenerator<RawRow[]> {
    const splitter = new RecordSplitter(delimiter, path)
    const decoder = new TextDecoder(encoding)
    let batch: RawRow[] = []
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
        done += (chunk as Buffer).length
        splitter.push(decoder.decode(chunk as Buffer, { stream: true }), batch)
        if (batch.length < batchRows) continue
        yield batch
        batch = []
      }
    } catch (error) {
      throw readError(error, path)
    }
    splitter.push(decoder.decode(), batch)
    splitter.end(batch)
    if (batch.length > 0) yield batch
  }
  return { rows: rows(), done: () => done, total }
}

/** The delimiter that divides the first records into the same number of cells, the more the better; a comma for one column. */
export async function sniffDelimiter(path: string, encoding: Encoding): Promise<string> {
  const decoder = new TextDecoder(encoding)
  let text = ''
  try {
    for await (const chunk of createReadStream(path, { end: (256 << 10) - 1 }))
      text += decoder.decode(chunk as Buffer, { stream: true })
  } catch (error) {
    throw readError(error, path)
  }
  let best: { delimiter: string; cells: number } = { delimiter: ',', cells: 1 }
  for (const delimiter of delimiters) {
    const records: RawRow[] = []
    try {
      const splitter = new RecordSplitter(delimiter, path)
      splitter.push(text, records)
      if (records.length === 0) splitter.end(records)
    } catch {
      continue // another delimiter, or reading it, will tell
    }
    const cells = records[0]?.cells.length ?? 1
    const alike = records.slice(0, 200).filter((r) => r.cells.length === cells).length
    if (cells > best.cells && alike * 2 > Math.min(200, records.length)) best = { delimiter, cells }
  }
  return best.delimiter
}
