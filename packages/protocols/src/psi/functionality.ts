/** What the family realises, computed by a party that everyone trusts. Tests compare each protocol with it. */

export type Side = 'left' | 'right'
export type Learns = Side | 'both'

export interface IdealResult {
  /** Positions of own rows that match, in an order common to both sides and independent of theirs; empty where a side does not learn. */
  left: Uint32Array
  right: Uint32Array
  /** What each side learns besides, whatever `learns` says. */
  leftRows: number
  rightRows: number
}

/** The matches as a set: the common order is random, so that here it is the left side's row order. */
export function idealIntersection(left: readonly string[], right: readonly string[], learns: Learns): IdealResult {
  const rightRow = new Map(right.map((id, row) => [id, row]))
  const rows = left.map((_, row) => row).filter((row) => rightRow.has(left[row]!))
  return {
    left: Uint32Array.from(learns === 'right' ? [] : rows),
    right: Uint32Array.from(learns === 'left' ? [] : rows.map((row) => rightRow.get(left[row]!)!)),
    leftRows: left.length,
    rightRows: right.length,
  }
}
