/**
 * Keys of several columns: how each is written alike at both sides, and how a row becomes one item. The rules
 * (key-rules.ts) are part of the agreement, and both sides compare their text in the first message.
 *
 * A value that is missing, or that its rule cannot read (a date that is none, an identity number with a wrong check digit),
 * leaves its row without an item: such a row matches nothing, and nothing shows that there is one. Items are the values
 * with their lengths before them, so that ("ab", "c") is another item than ("a", "bc").
 */
import { concat } from '@secureflow/base'
import { psiErrors } from './errors.ts'
import type { EncodedItems } from './items.ts'
import type { KeyRule } from './key-rules.ts'
import { chinaId, date, digits, email, halfWidth, phone } from './key-values.ts'

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
