/**
 * Rows of one sheet of an XLSX workbook. A formula counts by the value that was saved with it; nothing is computed here.
 * Cells are read as a stream: a sheet may be far larger than memory, and far larger than it looks from outside.
 */
import { dataErrors } from '../errors.ts'
import { limits, type RawRow, type RowSource } from './rows.ts'
import { readWorkbook, type Workbook, type XmlEvents, xmlPieces } from './workbook.ts'
import { Archive } from './zip.ts'

const batchRows = 2000
/** Excel's own bound. */
const maxRows = 1 << 20

export interface Sheet extends RowSource {
  sheets: string[]
  sheet: string
  close(): void
}

/** @param wanted name of a sheet; default: the first @throws DATA_NOT_XLSX, DATA_NO_SHEET, DATA_TOO_LARGE */
export async function sheetRows(path: string, maxBytes: number, wanted?: string): Promise<Sheet> {
  const archive = await Archive.open(path, maxBytes)
  try {
    const workbook = await readWorkbook(archive, path)
    const sheets = workbook.sheets.map((s) => s.name)
    const found = workbook.sheets.find((s) => wanted === undefined || s.name === wanted)
    if (found === undefined) throw dataErrors.DATA_NO_SHEET({ sheet: wanted!, sheets: sheets.slice(0, 30).join(', ') })
    let done = 0
    async function* rows(): AsyncGenerator<RawRow[]> {
      const reader = new SheetReader(workbook, path)
      try {
        for await (const bytes of xmlPieces(archive, found!.entry, path, reader)) {
          done += bytes
          if (reader.rows.length < batchRows) continue
          yield reader.rows
          reader.rows = []
        }
      } finally {
        archive.close()
      }
      if (reader.rows.length > 0) yield reader.rows
    }
    // What is packed is about a tenth of what comes out.
    const total = 10 * archive.sizeOf(found.entry)
    return {
      rows: rows(),
      done: () => done,
      total,
      ragged: true,
      sheets,
      sheet: found.name,
      close: () => archive.close(),
    }
  } catch (error) {
    archive.close()
    throw error
  }
}

interface Cell {
  at: number
  kind: string
  style: number
  value: string
  hasValue: boolean
  formula: boolean
}

class SheetReader implements XmlEvents {
  rows: RawRow[] = []
  readonly #workbook: Workbook
  readonly #path: string
  #row: RawRow | undefined
  #cell: Cell | undefined
  #line = 0
  #column = 0
  #reading = false

  constructor(workbook: Workbook, path: string) {
    this.#workbook = workbook
    this.#path = path
  }

  open: NonNullable<XmlEvents['open']> = (tag) => {
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    if (name === 'row') {
      const stated = Number(tag.attributes.r)
      // Rows that go backwards would have no place; those that are left out are empty.
      this.#line = Number.isInteger(stated) && stated > this.#line ? stated : this.#line + 1
      if (this.#line > maxRows) throw dataErrors.DATA_TOO_LARGE({ path: this.#path, what: 'rows' })
      this.#row = { line: this.#line, cells: [] }
      this.#column = 0
    } else if (name === 'c' && this.#row !== undefined) {
      const at = columnOf(tag.attributes.r) ?? this.#column
      if (at >= limits.columns) throw dataErrors.DATA_TOO_LARGE({ path: this.#path, what: 'columns' })
      const { t: kind = 'n', s: style = '-1' } = tag.attributes
      this.#cell = { at, kind, style: Number(style), value: '', hasValue: false, formula: false }
      this.#column = at + 1
    } else if (this.#cell !== undefined) {
      if (name === 'f') this.#cell.formula = true
      if (name === 'v' || (name === 't' && this.#cell.kind === 'inlineStr')) this.#reading = this.#cell.hasValue = true
    }
  }

  text: NonNullable<XmlEvents['text']> = (piece) => {
    if (!this.#reading || this.#cell === undefined) return
    if (this.#cell.value.length <= limits.cell) this.#cell.value += piece
  }

  close: NonNullable<XmlEvents['close']> = (qualified) => {
    const name = qualified.slice(qualified.indexOf(':') + 1)
    if (name === 'v' || name === 't') this.#reading = false
    else if (name === 'c' && this.#cell !== undefined && this.#row !== undefined) {
      this.#place(this.#row, this.#cell)
      this.#cell = undefined
    } else if (name === 'row' && this.#row !== undefined) {
      if (this.#row.cells.some((c) => c !== null) || this.#row.flaw !== undefined) this.rows.push(this.#row)
      this.#row = undefined
    }
  }

  #place(row: RawRow, cell: Cell): void {
    while (row.cells.length < cell.at) row.cells.push(null)
    const value = this.#valueOf(row, cell)
    if (value !== null && value.length > limits.cell) row.flaw ??= 'long'
    row.cells[cell.at] = value === '' ? null : value
  }

  #valueOf(row: RawRow, { kind, value, style, hasValue, formula }: Cell): string | null {
    if (!hasValue) {
      if (formula) row.flaw ??= 'formula'
      return null
    }
    if (kind === 's') return this.#workbook.sharedTexts[Number(value)] ?? null
    if (kind === 'b') return value === '1' ? 'true' : 'false'
    if (kind === 'e') {
      if (value === '#N/A') return null
      row.flaw ??= 'error'
      return value
    }
    const written = kind === 'n' ? this.#workbook.isDate[style] : undefined
    return written === undefined ? value : dateText(Number(value), this.#workbook.from1904, written)
  }
}

/** `BC12` → 54. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference ?? '')?.[0]
  if (letters === undefined) return undefined
  return [...letters].reduce((n, c) => 26 * n + c.charCodeAt(0) - 64, 0) - 1
}

const dayMs = 86_400_000

/** Excel counts days from 1899-12-30 (it takes 1900 for a leap year), or from 1904-01-01. */
function dateText(days: number, from1904: boolean, written: 'date' | 'time'): string | null {
  if (!Number.isFinite(days) || days < 0 || days > 2_958_466) return null
  if (written === 'time' && days < 1) return new Date(Math.round(days * dayMs)).toISOString().slice(11, 19)
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const text = new Date(epoch + Math.round((days * dayMs) / 1000) * 1000).toISOString()
  return written === 'date' || days % 1 === 0 ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}
