/**
 * Identifiers as two organisations compare them. Each keeps its own spelling; the flow declares which differences do not
 * count, and both apply exactly these rules before anything is hashed.
 */
import { type Column, type EncodedTexts, encodedOf, rowsOf, TextsBuilder, textAt } from '@secureflow/tables'
import { dataErrors } from './errors.ts'
import { someRows } from './rows.ts'

export interface IdNormalisation {
  /** Drop white space at both ends (including the ideographic and the no-break space). */
  trim: boolean
  case: 'keep' | 'upper' | 'lower'
  /**
   * Full-width forms to half-width: U+FF01…FF5E (！ to ～, so all full-width digits and Latin letters) to U+0021…007E, and the
   * ideographic space to a space. This part of NFKC and no more, so that the result depends on no Unicode version.
   */
  width: boolean
}

export const defaultNormalisation: IdNormalisation = { trim: true, case: 'upper', width: true }

const fullWidth = /[\uFF01-\uFF5E\u3000]/g
const halfWidth = (c: string): string => (c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0))

/** Width first, then the ends, then case: a full-width space at an end goes, a full-width letter changes case. */
export const normaliseIds = (values: readonly string[], rules: IdNormalisation): string[] =>
  values.map((value) => normalised(value, rules))

function normalised(value: string, rules: IdNormalisation): string {
  let id = value
  if (rules.width) id = id.replace(fullWidth, halfWidth)
  if (rules.trim) id = id.trim()
  if (rules.case === 'upper') return id.toUpperCase()
  return rules.case === 'lower' ? id.toLowerCase() : id
}

/**
 * The ids of a table, normalised, present and distinct; row by row, so that no more than bytes are held of many.
 * @param firstRow the number that a person gives to the first row of data: 2 under a header line, 1 without
 * @throws DATA_MISSING_IDS, DATA_DUPLICATE_IDS with the first row numbers
 */
export function distinctIds(column: Column, rules: IdNormalisation, firstRow = 2): EncodedTexts {
  const rows = rowsOf(column)
  const rawOf = cellsOf(column)
  const ids = new TextsBuilder(rows)
  const missing: number[] = []
  for (let row = 0; row < rows; row++) {
    const id = column.missing?.[row] === 1 ? '' : normalised(rawOf(row), rules)
    if (id === '') missing.push(row + firstRow)
    ids.add(id)
  }
  if (missing.length > 0)
    throw dataErrors.DATA_MISSING_IDS({ column: column.name, count: missing.length, rows: someRows(missing) })
  const texts = ids.texts()
  const repeated = repeatedRows(texts).map((row) => row + firstRow)
  if (repeated.length > 0)
    throw dataErrors.DATA_DUPLICATE_IDS({ column: column.name, count: repeated.length, rows: someRows(repeated) })
  return texts
}

/** The cell of a row as text; '' for no number. */
function cellsOf(column: Column): (row: number) => string {
  const texts = encodedOf(column)
  if (texts !== undefined) return (row) => textAt(texts, row)
  if (column.type === 'text') return (row) => column.values[row]!
  return (row) => (Number.isNaN(column.values[row]) ? '' : String(column.values[row]))
}

/** Rows whose text an earlier row has, ascending. Open addressing; nobody who chose the texts knows the seed of their places. */
function repeatedRows({ bytes, offsets }: EncodedTexts): number[] {
  const rows = offsets.length - 1
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * rows + 2))) // row + 1, 0 for empty
  const mask = slots.length - 1
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!
  const same = (a: number, b: number): boolean => {
    const [from, other] = [offsets[a]!, offsets[b]!]
    const length = offsets[a + 1]! - from
    if (length !== offsets[b + 1]! - other) return false
    for (let i = 0; i < length; i++) if (bytes[from + i] !== bytes[other + i]) return false
    return true
  }
  const repeated: number[] = []
  for (let row = 0; row < rows; row++) {
    let hash = seed
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      hash = Math.imul(hash ^ bytes[at]!, 0x85ebca6b)
      hash ^= hash >>> 15
    }
    hash = Math.imul(hash, 0xc2b2ae35)
    let slot = (hash ^ (hash >>> 16)) & mask
    while (slots[slot] !== 0 && !same(slots[slot]! - 1, row)) slot = (slot + 1) & mask
    if (slots[slot] === 0) slots[slot] = row + 1
    else repeated.push(row)
  }
  return repeated
}
