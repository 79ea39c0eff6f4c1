/**
 * Identifiers as two organisations compare them. Each keeps its own spelling; the flow declares which differences do not
 * count, and both apply exactly these rules before anything is hashed.
 */
import type { Column } from '@secureflow/tables'
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
export function normaliseIds(values: readonly string[], rules: IdNormalisation): string[] {
  return values.map((value) => {
    let id = value
    if (rules.width) id = id.replace(fullWidth, halfWidth)
    if (rules.trim) id = id.trim()
    if (rules.case === 'upper') return id.toUpperCase()
    return rules.case === 'lower' ? id.toLowerCase() : id
  })
}

/**
 * The ids of a table, normalised, present and distinct.
 * @param firstRow the number that a person gives to the first row of data: 2 under a header line, 1 without
 * @throws DATA_MISSING_IDS, DATA_DUPLICATE_IDS with the first row numbers
 */
export function distinctIds(column: Column, rules: IdNormalisation, firstRow = 2): string[] {
  const raw =
    column.type === 'text' ? column.values : Array.from(column.values, (v) => (Number.isNaN(v) ? '' : String(v)))
  const ids = normaliseIds(raw, rules)
  const missing: number[] = []
  const repeated: number[] = []
  const seen = new Set<string>()
  ids.forEach((id, i) => {
    if (id === '' || column.missing?.[i] === 1) missing.push(i + firstRow)
    else if (seen.has(id)) repeated.push(i + firstRow)
    else seen.add(id)
  })
  if (missing.length > 0)
    throw dataErrors.DATA_MISSING_IDS({ column: column.name, count: missing.length, rows: someRows(missing) })
  if (repeated.length > 0)
    throw dataErrors.DATA_DUPLICATE_IDS({ column: column.name, count: repeated.length, rows: someRows(repeated) })
  return ids
}
