/**
 * Keys of several columns: how each is written alike at both sides, and how a row becomes one item. Version 1; the rules are
 * part of the agreement, and both sides compare their text in the first message.
 *
 * A value that is missing, or that its rule cannot read (a date that is none, an identity number with a wrong check digit),
 * leaves its row without an item: such a row matches nothing, and nothing shows that there is one. Items are the values
 * with their lengths before them, so that ("ab", "c") is another item than ("a", "bc").
 */
import { concat } from '@secureflow/base'
import { psiErrors } from './errors.ts'
import type { EncodedItems } from './items.ts'
import { chinaId, type DateOrder, date, digits, email, halfWidth, phone } from './key-values.ts'

const keysVersion = 1

export const keyRules = ['text', 'digits', 'phone', 'date', 'china-id', 'email'] as const

/** How one column is written alike. What a rule does not use is ignored, and not part of its text. */
export interface KeyRule {
  rule: (typeof keyRules)[number]
  /** For `text`: drop white space at both ends. */
  trim: boolean
  /** For `text`: white space inside kept, each run one space, or none. */
  spaces: 'keep' | 'one' | 'none'
  /** For `text`. */
  case: 'keep' | 'upper' | 'lower'
  /** For `text`: full-width letters and digits to half-width; or compatibility forms of all kinds (NFKC). */
  width: 'keep' | 'half' | 'nfkc'
  /** For `phone`: the calling code of numbers without one, digits. */
  country: string
  /** For `date`: how dates are read that do not begin with the year. */
  order: DateOrder
}

/** The rules of all columns as one line: what the two sides compare, and people read. */
export function sayRules(rules: readonly KeyRule[]): string {
  return `keys ${keysVersion}: ${rules.map(sayRule).join(' + ')}`
}

export function sayRule({ rule, trim, spaces, case: letters, width, country, order }: KeyRule): string {
  if (rule === 'phone') return `phone(+${country})`
  if (rule === 'date') return `date(${order})`
  if (rule !== 'text') return rule
  const kept = [
    ...(trim ? ['trim'] : []),
    ...(spaces === 'keep' ? [] : [spaces === 'one' ? 'one space' : 'no spaces']),
    ...(letters === 'keep' ? [] : [letters]),
    ...(width === 'keep' ? [] : [width]),
  ]
  return kept.length === 0 ? 'text as it is' : `text(${kept.join(', ')})`
}

/** @returns undefined where the value is missing or cannot be read */
export function normalised(value: string, rule: KeyRule): string | undefined {
  switch (rule.rule) {
    case 'text':
      return text(value, rule)
    case 'digits':
      return digits(value)
    case 'phone':
      return phone(value, rule.country)
    case 'date':
      return date(value, rule.order)
    case 'china-id':
      return chinaId(value)
    case 'email':
      return email(value)
  }
}

function text(value: string, { trim, spaces, case: letters, width }: KeyRule): string | undefined {
  let found = width === 'nfkc' ? value.normalize('NFKC') : width === 'half' ? halfWidth(value) : value
  if (trim) found = found.trim()
  if (spaces !== 'keep') found = found.replace(/\s+/gu, spaces === 'one' ? ' ' : '')
  if (letters === 'upper') found = found.toUpperCase()
  if (letters === 'lower') found = found.toLowerCase()
  // Case can undo what NFKC made: once more, so that what is written alike comes out alike.
  if (width === 'nfkc' && letters !== 'keep') found = found.normalize('NFKC')
  return found.trim() === '' ? undefined : found
}

export interface KeyItems {
  items: EncodedItems
  /** 1 for a row without an item. */
  absent: Uint8Array
  /** Rows that have one. */
  present: number
}

const encoder = new TextEncoder()

/**
 * @param columns  values of every row, undefined where missing; all of one length
 * @param pause  lets the event loop run between blocks
 * @throws {InputError} PSI_INVALID_ID with the row of what is not Unicode text, PSI_TOO_MANY_ROWS beyond 4 GB
 */
export async function keyItems(
  columns: readonly { rule: KeyRule; values: readonly (string | undefined)[] }[],
  pause: () => Promise<void>,
): Promise<KeyItems> {
  const rows = columns[0]?.values.length ?? 0
  const offsets = new Uint32Array(rows + 1)
  const absent = new Uint8Array(rows)
  const blocks: Uint8Array[] = []
  let [length, present] = [0, 0]
  for (let from = 0; from < rows; from += block) {
    const parts: Uint8Array[] = []
    const to = Math.min(rows, from + block)
    for (let row = from; row < to; row++) {
      const item = itemOf(columns, row)
      if (item === undefined) absent[row] = 1
      else {
        parts.push(item)
        length += item.length
        present++
      }
      if (length > 2 ** 32 - 1) throw psiErrors.PSI_TOO_MANY_ROWS({ rows, allowed: row })
      offsets[row + 1] = length
    }
    blocks.push(concat(...parts))
    await pause()
  }
  return { items: { bytes: concat(...blocks), offsets }, absent, present }
}

/** Number of columns, then each value with its length before it, 4 bytes little-endian. It never begins with 0xFF. */
function itemOf(
  columns: readonly { rule: KeyRule; values: readonly (string | undefined)[] }[],
  row: number,
): Uint8Array | undefined {
  const parts: Uint8Array[] = [Uint8Array.of(columns.length)]
  for (const { rule, values } of columns) {
    const value = values[row]
    if (value?.isWellFormed() === false) throw psiErrors.PSI_INVALID_ID({ row: row + 1 })
    const written = value === undefined ? undefined : normalised(value, rule)
    if (written === undefined) return undefined
    const bytes = encoder.encode(written)
    const before = new Uint8Array(4)
    new DataView(before.buffer).setUint32(0, bytes.length, true)
    parts.push(before, bytes)
  }
  return concat(...parts)
}

/** Below 0, 0 or above 0, as the items of two rows lie: an order that both sides share on the rows in common. */
export function compareItems({ bytes, offsets }: EncodedItems, a: number, b: number): number {
  const [x, y] = [bytes.subarray(offsets[a]!, offsets[a + 1]!), bytes.subarray(offsets[b]!, offsets[b + 1]!)]
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!
  return x.length - y.length
}

/** Rows between two turns of the event loop. */
const block = 4096
