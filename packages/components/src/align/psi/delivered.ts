/**
 * Columns as rows of a fixed length, and back. A number: a byte that is 1 where it is missing, and 8 bytes little-endian. A
 * text: 2 bytes of its length (65,535 where it is missing), its UTF-8, and zeros up to the longest of the column, rounded up
 * to 16: the other side learns this length of each column, and of no value.
 *
 * Whatever bytes come are some values: a partner that garbles a row must not learn from a refusal whether it is in common.
 */

import type { RowValues } from '@secureflow/protocols/psi'
import { psiErrors } from '@secureflow/protocols/psi/errors'
import type { Column, ColumnSchema, Table } from '@secureflow/tables'
import { type Delivered, deliveredName } from './options.ts'

const numberBytes = 9
const missingText = 0xffff
const roundedTo = 16

/** @returns undefined where no column is delivered */
export function rowsOf(table: Table, names: readonly string[]): RowValues | undefined {
  if (names.length === 0) return undefined
  const written = names.map((name) => write(table.column(name)))
  const widths = written.map(({ width }) => width)
  const size = widths.reduce((sum, width) => sum + width, 0)
  const bytes = new Uint8Array(size * table.rows)
  for (let row = 0; row < table.rows; row++) {
    let at = size * row
    for (const { width, put } of written) {
      put(row, bytes.subarray(at, at + width))
      at += width
    }
  }
  return { widths, bytes }
}

interface Written {
  width: number
  put: (row: number, into: Uint8Array) => void
}

function write(column: Column): Written {
  const isMissing = (row: number) => column.missing?.[row] === 1
  if (column.type === 'number')
    return {
      width: numberBytes,
      put(row, into) {
        if (isMissing(row) || !Number.isFinite(column.values[row]!)) into[0] = 1
        else new DataView(into.buffer, into.byteOffset + 1, 8).setFloat64(0, column.values[row]!, true)
      },
    }
  const encoder = new TextEncoder()
  const encoded = column.values.map((value) => encoder.encode(value))
  const longest = encoded.reduce((most, { length }) => Math.max(most, length), 0)
  return {
    width: 2 + Math.max(roundedTo, Math.ceil(longest / roundedTo) * roundedTo),
    put(row, into) {
      new DataView(into.buffer, into.byteOffset, 2).setUint16(
        0,
        isMissing(row) ? missingText : encoded[row]!.length,
        true,
      )
      if (!isMissing(row)) into.set(encoded[row]!, 2)
    },
  }
}

/** The partner's columns in these rows, named after it. @throws {PeerError} PSI_PARAMETERS_DIFFER where widths are not those of the columns */
export function columnsFrom(
  { widths, bytes }: RowValues,
  member: string,
  delivered: readonly Delivered[],
  positions: Uint32Array,
): Column[] {
  const fits = ({ type }: Delivered, width: number) => (type === 'number' ? width === numberBytes : width > 2)
  if (delivered.length !== widths.length || !delivered.every((c, i) => fits(c, widths[i]!)))
    throw psiErrors.PSI_PARAMETERS_DIFFER({ parameter: 'columns' }, { party: member })
  const size = widths.reduce((sum, width) => sum + width, 0)
  let start = 0
  return delivered.map(({ column: name, type = 'text' }, i) => {
    const at = start
    start += widths[i]!
    const cells = Array.from(positions, (p) => bytes.subarray(size * p + at, size * p + at + widths[i]!))
    const missing = new Uint8Array(cells.length)
    const named = { name: deliveredName(member, name), ...read(type, cells, missing) }
    return missing.includes(1) ? { ...named, missing } : named
  })
}

function read(
  type: ColumnSchema['type'],
  cells: readonly Uint8Array[],
  missing: Uint8Array,
): { type: 'number'; values: Float64Array } | { type: 'text'; values: string[] } {
  if (type === 'number') {
    const values = Float64Array.from(cells, (cell) =>
      new DataView(cell.buffer, cell.byteOffset + 1, 8).getFloat64(0, true),
    )
    for (const [i, cell] of cells.entries())
      if ((cell[0]! & 1) === 1 || !Number.isFinite(values[i]!)) {
        missing[i] = 1
        values[i] = Number.NaN
      }
    return { type, values }
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const values = cells.map((cell, i) => {
    const length = new DataView(cell.buffer, cell.byteOffset, 2).getUint16(0, true)
    if (length === missingText) missing[i] = 1
    return length === missingText ? '' : decoder.decode(cell.subarray(2, 2 + length))
  })
  return { type, values }
}
