/**
 * Tables in memory: named, typed columns of equal length. Columns go to protocols as typed arrays, never as row objects.
 * A missing value is marked in `missing` (1 = missing); the cell itself then holds 0, NaN or ''.
 */
import { type EncodedTexts, encodedColumn, encodedOf, encodeTexts, rowsOf, takeTexts } from './texts.ts'

export type Column =
  | { readonly name: string; readonly type: 'number'; readonly values: Float64Array; readonly missing?: Uint8Array }
  | { readonly name: string; readonly type: 'text'; readonly values: readonly string[]; readonly missing?: Uint8Array }

export type ColumnType = Column['type']

/** What is known of a column without looking at a row. Shared with the network; holds no values. */
export interface ColumnSchema {
  name: string
  type: ColumnType
}

export interface Schema {
  columns: ColumnSchema[]
}

export class Table {
  readonly rows: number
  readonly columns: readonly Column[]
  /**
   * Which row of the dataset each row was read from, where it is one dataset's: it stays with its owner, whose node counts
   * by it what was released about which rows. Kept while columns come and go and rows are taken.
   */
  readonly origin: Uint32Array | undefined

  constructor(columns: readonly Column[], origin?: Uint32Array) {
    this.columns = columns
    this.rows = columns[0] === undefined ? 0 : rowsOf(columns[0])
    this.origin = origin
    if (origin !== undefined && origin.length !== this.rows)
      throw new RangeError(`origins of ${origin.length} of ${this.rows} rows`)
    for (const c of columns)
      if (rowsOf(c) !== this.rows || (c.missing !== undefined && c.missing.length !== this.rows))
        throw new RangeError(`column ${c.name} has ${rowsOf(c)} of ${this.rows} rows`)
    if (new Set(columns.map((c) => c.name)).size !== columns.length) throw new RangeError('two columns of one name')
  }

  get schema(): Schema {
    return { columns: this.columns.map(({ name, type }) => ({ name, type })) }
  }

  has(name: string): boolean {
    return this.columns.some((c) => c.name === name)
  }

  column(name: string): Column {
    const found = this.columns.find((c) => c.name === name)
    if (found === undefined) throw new RangeError(`no column ${name}`)
    return found
  }

  numbers(name: string): Float64Array {
    const c = this.column(name)
    if (c.type !== 'number') throw new RangeError(`column ${name} is ${c.type}`)
    return c.values
  }

  texts(name: string): readonly string[] {
    const c = this.column(name)
    if (c.type !== 'text') throw new RangeError(`column ${name} is ${c.type}`)
    return c.values
  }

  /** As UTF-8, without making strings where the column is bytes already. */
  encodedTexts(name: string): EncodedTexts {
    const c = this.column(name)
    if (c.type !== 'text') throw new RangeError(`column ${name} is ${c.type}`)
    return encodedOf(c) ?? encodeTexts(c.values)
  }

  select(names: readonly string[]): Table {
    return this.#of(names.map((n) => this.column(n)))
  }

  without(names: readonly string[]): Table {
    return this.#of(this.columns.filter((c) => !names.includes(c.name)))
  }

  /** In place of the column of that name, or as the last one. */
  with(column: Column): Table {
    if (!this.has(column.name)) return this.#of([...this.columns, column])
    return this.#of(this.columns.map((c) => (c.name === column.name ? column : c)))
  }

  /** The rows at these positions, in this order. */
  take(positions: Uint32Array): Table {
    const { origin } = this
    return new Table(
      this.columns.map((c) => takeColumn(c, positions)),
      origin === undefined ? undefined : Uint32Array.from(positions, (i) => origin[i]!),
    )
  }

  /** Other columns of the same rows. */
  #of(columns: readonly Column[]): Table {
    return new Table(columns, columns.length === 0 ? undefined : this.origin)
  }

  /** As read from a dataset, from its first row to its last. */
  asRead(): Table {
    return new Table(
      this.columns,
      Uint32Array.from({ length: this.rows }, (_, row) => row),
    )
  }
}

function takeColumn(c: Column, positions: Uint32Array): Column {
  const missing: { missing?: Uint8Array } =
    c.missing === undefined ? {} : { missing: Uint8Array.from(positions, (i) => c.missing![i]!) }
  const texts = encodedOf(c)
  if (texts !== undefined) return encodedColumn(c.name, takeTexts(texts, positions), missing.missing)
  return c.type === 'number'
    ? { name: c.name, type: 'number', values: Float64Array.from(positions, (i) => c.values[i]!), ...missing }
    : { name: c.name, type: 'text', values: Array.from(positions, (i) => c.values[i]!), ...missing }
}
