const shownRows = 5

/** The first row numbers, for a sentence. */
export function someRows(rows: readonly number[]): string {
  return rows.slice(0, shownRows).join(', ') + (rows.length > shownRows ? ', …' : '')
}
