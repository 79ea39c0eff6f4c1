/** Sets of rows of one dataset, as its owner knows them: one bit a row, row 0 in the lowest bit of the first byte. */
import type { Scalar } from './range.ts'
import { inRange, type Range } from './range.ts'

export interface RowSet {
  /** Rows of the dataset. */
  of: number
  bits: Uint8Array
}

export function rowSet(of: number, rows: Iterable<number>): RowSet {
  const bits = new Uint8Array(Math.ceil(of / 8))
  for (const row of rows) {
    if (!(Number.isInteger(row) && row >= 0 && row < of)) throw new RangeError(`row ${row} of ${of}`)
    bits[row >> 3] = bits[row >> 3]! | (1 << (row & 7))
  }
  return { of, bits }
}

export const hasRow = ({ bits }: RowSet, row: number): boolean => ((bits[row >> 3]! >> (row & 7)) & 1) === 1

/**
 * The rows that a conjunction of conditions chooses. Conditions on columns that the asker may know choose the rows; a
 * condition on a private column is no part of the set but of what is measured, because whoever asks knows whom it asks
 * about and not whom it gets.
 */
export function rowsWhere(
  of: number,
  columns: Readonly<Record<string, readonly Scalar[]>>,
  conditions: readonly { column: string; range: Range }[],
): RowSet {
  const chosen: number[] = []
  for (let row = 0; row < of; row++)
    if (
      conditions.every(({ column, range }) => Object.hasOwn(columns, column) && inRange(range, columns[column]![row]))
    )
      chosen.push(row)
  return rowSet(of, chosen)
}
