/** Values of one kind in the form in which two organisations compare them. Each gives undefined for what it cannot read. */

/**
 * Full-width forms to half-width: U+FF01…FF5E and the ideographic space. This part of NFKC and no more, so that the result
 * depends on no Unicode version.
 */
export const halfWidth = (value: string): string =>
  value.replace(/[\uFF01-\uFF5E\u3000]/g, (c) => (c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0)))

/** Digits alone, half-width. */
export function digits(value: string): string | undefined {
  const found = halfWidth(value).replace(/[^0-9]/g, '')
  return found === '' ? undefined : found
}

/** Lengths of national numbers that are told from the same digits with their calling code before them. */
const nationalLength: Record<string, RegExp> = { '86': /^1[3-9][0-9]{9}$/, '1': /^[2-9][0-9]{9}$/ }
/** Where the 0 before a national number belongs to it. */
const keepsZero = new Set(['39', '378'])

/**
 * E.164: + and 8 to 15 digits. Numbers that begin with + or 00 have their calling code; of all others the trunk 0 goes and
 * `country` comes. What holds letters (an extension) is not read.
 */
export function phone(value: string, country: string): string | undefined {
  const written = halfWidth(value)
    .trim()
    .replace(/[\s\-‐‑–—().·/]/gu, '')
  const parts = /^(\+|00)?([0-9]+)$/.exec(written)
  if (parts === null) return undefined
  const [, international, number = ''] = parts
  const national = nationalLength[country]
  let full = country + (keepsZero.has(country) ? number : number.replace(/^0/, ''))
  if (international !== undefined) full = number
  else if (number.startsWith(country) && national?.test(number.slice(country.length)) === true) full = number
  return /^[1-9][0-9]{7,14}$/.test(full) ? `+${full}` : undefined
}

export type DateOrder = 'ymd' | 'dmy' | 'mdy'

/** YYYY-MM-DD. A time of day after the date goes; years have four digits. */
export function date(value: string, order: DateOrder): string | undefined {
  const written = halfWidth(value).trim()
  const yearFirst =
    /^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?$/.exec(written) ??
    /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(written) ??
    /^([0-9]{4})年 ?([0-9]{1,2})月 ?([0-9]{1,2})日(?: .*)?$/.exec(written)
  if (yearFirst !== null) return calendarDay(yearFirst[1]!, yearFirst[2]!, yearFirst[3]!)
  const yearLast = /^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?:[T ].*)?$/.exec(written)
  if (yearLast === null || order === 'ymd') return undefined
  const [, first, second, year] = yearLast as unknown as [string, string, string, string]
  return order === 'dmy' ? calendarDay(year, second, first) : calendarDay(year, first, second)
}

function calendarDay(year: string, month: string, day: string): string | undefined {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 0
  if (y < 1 || d < 1 || d > days) return undefined
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/**
 * A number of a resident identity card, GB 11643: 18 characters, the last by ISO 7064 MOD 11-2. The 15 digits of the first
 * generation, whose years are of the 20th century, become 18.
 */
export function chinaId(value: string): string | undefined {
  const written = halfWidth(value).replace(/\s/gu, '').toUpperCase()
  const body = /^[0-9]{15}$/.test(written)
    ? `${written.slice(0, 6)}19${written.slice(6)}`
    : /^[0-9]{17}[0-9X]$/.test(written)
      ? written.slice(0, 17)
      : undefined
  if (body === undefined) return undefined
  if (calendarDay(body.slice(6, 10), body.slice(10, 12), body.slice(12, 14)) === undefined) return undefined
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  const full = body + '10X98765432'[sum % 11]!
  return written.length === 15 || written === full ? full : undefined
}

/** Lower case, with something on both sides of one @. */
export function email(value: string): string | undefined {
  const written = halfWidth(value).trim().toLowerCase()
  return /^[^\s@]+@[^\s@]+$/u.test(written) ? written : undefined
}
