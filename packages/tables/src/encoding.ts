/**
 * A table as bytes, one form for one content, so that it can be stored, handed to a task process, and committed to.
 *
 * Layout (little-endian): "SFT1", columns u32, rows u32, then for each column
 *   type u8 (0 number, 1 text), has-missing u8, name length u16, name (UTF-8)
 *   missing: rows bytes of 0 or 1, where has-missing
 *   number: rows × float64 · text: rows × u32 byte lengths, then the UTF-8 bytes end to end
 * Canonical: NaN is the quiet NaN 7ff8…0, a missing cell is NaN or '', and `missing` is present only where a row is missing.
 */
import { asBytes, concat, utf8 } from '@secureflow/base'
import { tableErrors } from './errors.ts'
import { type Column, Table } from './table.ts'
import { type EncodedTexts, encodedColumn, encodedOf, type TextColumn } from './texts.ts'

const magic = utf8('SFT1')
const maxColumns = 10_000

export interface TableLimits {
  /** Default 2 GB. */
  maxBytes?: number
  /** Default 100 million. */
  maxRows?: number
}

export function serialise(table: Table): Uint8Array {
  return concat(...canonicalParts(table))
}

/** The canonical bytes in pieces, so that a large table is hashed without a second copy of it. */
export function* canonicalParts(table: Table): Generator<Uint8Array> {
  yield magic
  yield asBytes(Uint32Array.of(table.columns.length, table.rows))
  for (const column of table.columns) {
    const missing = column.missing?.some((m) => m !== 0) ? column.missing.map((m) => (m === 0 ? 0 : 1)) : undefined
    const name = utf8(column.name)
    if (name.length > 0xffff) throw new RangeError('column name too long')
    yield Uint8Array.of(column.type === 'number' ? 0 : 1, missing === undefined ? 0 : 1)
    yield asBytes(Uint16Array.of(name.length))
    yield name
    if (missing !== undefined) yield missing
    if (column.type === 'number') {
      // Writing NaN into a Float64Array may keep any of its bit patterns; a constant does not.
      yield asBytes(
        Float64Array.from(column.values, (v, i) => (missing?.[i] === 1 || Number.isNaN(v) ? Number.NaN : v)),
      )
    } else {
      const { lengths, bytes } = cellsOf(column, missing)
      yield asBytes(lengths)
      yield bytes
    }
  }
}

/** Of a column that is bytes already they are taken as they lie, where missing cells are empty in it. */
function cellsOf(column: TextColumn, missing: Uint8Array | undefined) {
  const texts = encodedOf(column)
  if (texts === undefined) return encodeCells(column.values, missing)
  const { bytes, offsets } = texts
  const lengths = new Uint32Array(offsets.length - 1)
  for (let i = 0; i < lengths.length; i++) {
    lengths[i] = offsets[i + 1]! - offsets[i]!
    if (missing?.[i] === 1 && lengths[i] !== 0) return encodeCells(column.values, missing)
  }
  return { lengths, bytes }
}

const encoder = new TextEncoder()
/** U+FEFF at the start of a cell is part of it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One buffer for all cells: a spread over a million of them would overflow the stack. */
function encodeCells(values: readonly string[], missing: Uint8Array | undefined) {
  const lengths = new Uint32Array(values.length)
  const bytes = new Uint8Array(values.reduce((sum, v) => sum + 3 * v.length, 0)) // a UTF-16 unit takes at most 3 bytes
  let at = 0
  values.forEach((v, i) => {
    if (missing?.[i] === 1) return
    lengths[i] = encoder.encodeInto(v, bytes.subarray(at)).written
    at += lengths[i]!
  })
  return { lengths, bytes: bytes.subarray(0, at) }
}

/**
 * The inverse of `serialise`. Every length is checked against the bytes that are there before anything is allocated.
 * @throws TABLE_MALFORMED for anything else than the bytes of one table
 */
export function deserialise(encoded: Uint8Array, limits: TableLimits = {}): Table {
  const bytes = asBytes(encoded) // a subclass may slice without copying
  const { maxBytes = 2 ** 31, maxRows = 100_000_000 } = limits
  const refuse = (reason: string) => tableErrors.TABLE_MALFORMED({ reason })
  if (bytes.length > maxBytes) throw refuse('too many bytes')
  let at = 0
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw refuse('it ends early')
    at += length
    return bytes.subarray(at - length, at)
  }
  const unsigned = (length: number) => take(length).reduce((sum, byte, i) => sum + byte * 256 ** i, 0)
  const text = (part: Uint8Array): string => {
    try {
      return decoder.decode(part)
    } catch {
      throw refuse('text that is not UTF-8')
    }
  }

  const textsOf = (lengths: Uint32Array): EncodedTexts => {
    const offsets = new Uint32Array(lengths.length + 1)
    let length = 0
    for (let i = 0; i < lengths.length; i++) {
      length += lengths[i]!
      offsets[i + 1] = length
    }
    const cells = take(length).slice() // beyond 4 GB it ends early, as a table has at most 2
    for (let i = 0; i < cells.length; i++)
      if (cells[i]! > 127) {
        for (let row = 0; row < lengths.length; row++) text(cells.subarray(offsets[row]!, offsets[row + 1]!))
        break
      }
    return { bytes: cells, offsets }
  }

  if (take(4).some((b, i) => b !== magic[i])) throw refuse('it is not a table')
  const count = unsigned(4)
  const rows = unsigned(4)
  if (count > maxColumns || rows > maxRows) throw refuse('too many rows or columns')
  if (count === 0 && rows !== 0) throw refuse('rows without columns')
  const columns: Column[] = []
  for (let c = 0; c < count; c++) {
    const type = unsigned(1)
    const hasMissing = unsigned(1)
    if (type > 1 || hasMissing > 1) throw refuse('an unknown kind of column')
    const name = text(take(unsigned(2)))
    if (columns.some((other) => other.name === name)) throw refuse('two columns of one name')
    const missing = hasMissing === 1 ? take(rows).slice() : undefined
    if (missing !== undefined && (missing.some((m) => m > 1) || !missing.includes(1)))
      throw refuse('a bad missing mark')
    const marks = missing === undefined ? {} : { missing }
    if (type === 0) {
      const values = new Float64Array(take(8 * rows).slice().buffer)
      for (let i = 0; i < rows; i++)
        if (missing?.[i] === 1 && !Number.isNaN(values[i]!)) throw refuse('a value in a missing cell')
      columns.push({ name, type: 'number', values, ...marks })
    } else {
      const lengths = new Uint32Array(take(4 * rows).slice().buffer)
      const texts = textsOf(lengths)
      if (missing?.some((m, i) => m === 1 && lengths[i] !== 0)) throw refuse('a value in a missing cell')
      columns.push(encodedColumn(name, texts, missing))
    }
  }
  if (at !== bytes.length) throw refuse('bytes after its end')
  return new Table(columns)
}
