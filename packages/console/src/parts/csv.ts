/**
 * Tables for a spreadsheet. A cell that a spreadsheet would take for a formula gets an apostrophe in front: rows of people's
 * files are not to be trusted. Numbers stay numbers.
 */
const quotedIfNeeded = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

export function csvCell(cell: string | number | null | undefined): string {
  if (cell === null || cell === undefined) return ''
  const text = String(cell)
  const harmless = number.test(text) || !/^[\s\0]*[=+\-@]|^[\t\r\n]/.test(text)
  return quotedIfNeeded(harmless ? text : `'${text}`)
}

/** With a byte order mark: without it Excel takes UTF-8 for something else. */
export const csvTable = (rows: readonly (readonly (string | number | null | undefined)[])[]): string =>
  `\ufeff${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`
