/** Rows on their way into a dataset, whatever they come from: text cells, and where each stands in its source. */

export interface RawRow {
  /** As a person counts in the source: line of a file, row of a sheet; from 1. */
  line: number
  /** null: missing. */
  cells: (string | null)[]
  /** Why the row cannot be used as it stands. */
  flaw?: Flaw
}

/** Why a row was left out. */
export type Flaw =
  | 'cells' // another number of cells than the header has
  | 'long' // a cell is longer than a cell may be
  | 'bytes' // bytes that are no text in this encoding, or a null byte
  | 'formula' // a formula that was saved without its value
  | 'error' // Excel's #DIV/0! and its kin
  | 'number' // no number in a column of numbers
  | 'truth'
  | 'date'
  | 'id-missing'
  | 'id-repeated'
  | 'label-missing'

export interface BadRow {
  line: number
  flaw: Flaw
  /** Where one column is at fault. */
  column?: string
  /** As they came, shortened. */
  cells: (string | null)[]
}

/** Where rows come from. The first is the header. */
export interface RowSource {
  rows: AsyncIterable<RawRow[]>
  /** How far the reader is: bytes of the source. */
  done: () => number
  total: number
  /** Empty cells at the end of a row may be left out, or be more than the header has: a sheet has no fixed width. */
  ragged?: true
}

export const limits = {
  columns: 10_000,
  /** Characters of one cell. */
  cell: 1 << 20,
  /** Bad rows that are kept for reading; all are counted. */
  bad: 10_000,
  /** Characters of a cell that are shown. */
  shown: 200,
  /** Of the header: names of columns. */
  name: 200,
} as const

/** Cells that count as missing, besides the empty one. */
export const missingMarks: ReadonlySet<string> = new Set(['', 'NA', 'N/A', '#N/A', 'NULL', 'null', '\\N'])

export const shortened = (cell: string | null, characters: number = limits.shown): string | null =>
  cell !== null && cell.length > characters ? `${cell.slice(0, characters)}…` : cell
