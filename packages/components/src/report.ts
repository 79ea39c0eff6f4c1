/** Tables of reports. */
type Row = Record<string, number | string>

/** @param rows with the same keys, in the same order */
export function tableOf(rows: readonly object[]): { columns: string[]; rows: (number | string)[][] } {
  return { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row as Row)) }
}
