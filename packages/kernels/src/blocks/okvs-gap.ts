/** The few rows of a bin that peeling leaves over, solved by the dense columns: Gauss–Jordan elimination over GF(2). */

export interface DenseChange {
  column: number
  /** What to add to that dense column: one block. */
  by: Uint32Array
}

/**
 * Changes of dense columns that add `errors[i]` to each gap row i. The others stay as they are.
 * @param masks bit j of masks[i]: whether dense column j counts in gap row i
 * @returns undefined where the rows are dependent
 */
export function denseCombination(masks: readonly bigint[], errors: readonly Uint32Array[]): DenseChange[] | undefined {
  const rows = masks.map((mask, i) => ({ mask, error: errors[i]!.slice(), pivot: -1 }))
  for (const row of rows) {
    if (row.mask === 0n) return undefined
    row.pivot = row.mask.toString(2).length - 1
    for (const other of rows) {
      if (other === row || ((other.mask >> BigInt(row.pivot)) & 1n) === 0n) continue
      other.mask ^= row.mask
      for (let l = 0; l < 4; l++) other.error[l]! ^= row.error[l]!
    }
  }
  return rows.map(({ pivot, error }) => ({ column: pivot, by: error }))
}
