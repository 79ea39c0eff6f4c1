/** Comma-separated values as spreadsheets read them. */
export type Cell = string | number | undefined

/** A text that a spreadsheet would take for a formula is made a text: names come from partners. */
const quoted = (cell: Cell): string => {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvOf = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `${[columns, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`
