/**
 * Text columns as UTF-8 bytes end to end: ten million strings as objects would take half a gigabyte and the collector's
 * time. A column made of bytes has its strings only once somebody reads `values`.
 */
import type { Column } from './table.ts'

export type TextColumn = Extract<Column, { type: 'text' }>

/** Text i is `bytes[offsets[i] .. offsets[i + 1])`, valid UTF-8. */
export interface EncodedTexts {
  readonly bytes: Uint8Array
  /** One longer than there are texts. */
  readonly offsets: Uint32Array
}

const encodedColumns = new WeakMap<Column, EncodedTexts>()
const encoder = new TextEncoder()
/** U+FEFF at the start of a text is part of it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A column that stays bytes until its `values` are asked for. @param texts  of the column alone from then on */
export function encodedColumn(name: string, texts: EncodedTexts, missing?: Uint8Array): TextColumn {
  let strings: readonly string[] | undefined
  const column: TextColumn = {
    name,
    type: 'text',
    get values() {
      strings ??= Array.from({ length: texts.offsets.length - 1 }, (_, i) => textAt(texts, i))
      return strings
    },
    ...(missing === undefined ? {} : { missing }),
  }
  encodedColumns.set(column, texts)
  return column
}

/** The bytes that a column was made of; undefined where it was made of strings. */
export const encodedOf = (column: Column): EncodedTexts | undefined => encodedColumns.get(column)

/** Without making strings of bytes. */
export const rowsOf = (column: Column): number => (encodedOf(column)?.offsets.length ?? column.values.length + 1) - 1

/** @throws TypeError where the bytes are not UTF-8 */
export const textAt = ({ bytes, offsets }: EncodedTexts, row: number): string =>
  decoder.decode(bytes.subarray(offsets[row]!, offsets[row + 1]!))

/** @throws RangeError beyond 4 GB */
export function encodeTexts(values: readonly string[]): EncodedTexts {
  const builder = new TextsBuilder(values.length)
  for (const value of values) builder.add(value)
  return builder.texts()
}

/** Puts texts end to end, row by row. */
export class TextsBuilder {
  #bytes: Uint8Array
  readonly #offsets: Uint32Array
  #row = 0
  #length = 0

  constructor(rows: number) {
    this.#bytes = new Uint8Array(16 * rows + 64)
    this.#offsets = new Uint32Array(rows + 1)
  }

  add(text: string): void {
    this.#need(3 * text.length) // a UTF-16 unit takes at most 3 bytes
    this.#end(this.#length + encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written)
  }

  addBytes(bytes: Uint8Array): void {
    this.#need(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#end(this.#length + bytes.length)
  }

  texts(): EncodedTexts {
    return { bytes: this.#bytes.subarray(0, this.#length), offsets: this.#offsets }
  }

  #end(length: number): void {
    this.#length = length
    this.#offsets[++this.#row] = length
  }

  #need(more: number): void {
    const wanted = this.#length + more
    if (wanted >= 2 ** 32) throw new RangeError('a text column of 4 GB or more')
    if (wanted <= this.#bytes.length) return
    const larger = new Uint8Array(Math.min(2 ** 32, Math.max(wanted, Math.ceil(1.25 * this.#bytes.length))))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

export function takeTexts({ bytes, offsets }: EncodedTexts, rows: Uint32Array): EncodedTexts {
  const taken = new Uint32Array(rows.length + 1)
  let length = 0
  for (let i = 0; i < rows.length; i++) {
    length += offsets[rows[i]! + 1]! - offsets[rows[i]!]!
    taken[i + 1] = length
  }
  const out = new Uint8Array(length)
  for (let i = 0; i < rows.length; i++) {
    const end = offsets[rows[i]! + 1]!
    for (let from = offsets[rows[i]!]!, to = taken[i]!; from < end; ) out[to++] = bytes[from++]!
  }
  return { bytes: out, offsets: taken }
}
