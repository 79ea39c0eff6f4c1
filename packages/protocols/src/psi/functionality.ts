/** What the family realises, computed by a party that everyone trusts. Tests compare each protocol with it. */

import type { RowValues } from './values.ts'

export type Side = 'left' | 'right'
export type Learns = Side | 'both'

/** Which rows are in common, or only how many. */
export type Reveals = 'rows' | 'count'

/** What one side gets. */
export interface Learned {
  /** Positions of own rows in common, in an order common to both sides; empty where this side learns none. */
  rows: Uint32Array
  /** How many are in common; absent at a side that does not learn. */
  count?: number
  /** Where the other side brings columns: its values of the rows in common, in the order of `rows`. */
  values?: RowValues
}

export interface IdealResult {
  /** Positions of own rows that match, in an order common to both sides and independent of theirs; empty where a side does not learn. */
  left: Uint32Array
  right: Uint32Array
  /** What each side learns besides, whatever `learns` says. */
  leftRows: number
  rightRows: number
  /** How many rows are in common, at each side that learns. */
  leftCount: number | undefined
  rightCount: number | undefined
}

/** The matches as a set: the common order is random, so that here it is the left side's row order. */
export function idealIntersection(
  left: readonly string[],
  right: readonly string[],
  learns: Learns,
  reveals: Reveals = 'rows',
): IdealResult {
  const rightRow = new Map(right.map((id, row) => [id, row]))
  const rows = left.map((_, row) => row).filter((row) => rightRow.has(left[row]!))
  const shown = (side: Side) => reveals === 'rows' && (learns === 'both' || learns === side)
  return {
    left: Uint32Array.from(shown('left') ? rows : []),
    right: Uint32Array.from(shown('right') ? rows.map((row) => rightRow.get(left[row]!)!) : []),
    leftRows: left.length,
    rightRows: right.length,
    leftCount: learns === 'right' ? undefined : rows.length,
    rightCount: learns === 'left' ? undefined : rows.length,
  }
}
