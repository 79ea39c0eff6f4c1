/** RFC 8785: one text for one JSON value, so that its hash names it. Keys by UTF-16 code units, numbers as ECMAScript writes them. */
import { baseErrors } from '@secureflow/base'

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** Members that are undefined are left out. @throws MALFORMED for what JSON cannot say */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw malformed('a lone surrogate')
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw malformed('not a finite number')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v)).join(',')}]`
  if (typeof value !== 'object') throw malformed(typeof value)
  const members = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, v]) => `${canonicalJson(key)}:${canonicalJson(v)}`).join(',')}}`
}

const malformed = (reason: string) => baseErrors.MALFORMED({ label: 'JSON', reason })
