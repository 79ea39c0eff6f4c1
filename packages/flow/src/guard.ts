/**
 * Differencing guard: refuses a release that, together with earlier ones, isolates fewer than k rows of a dataset.
 *
 * Sums    An asker who knows Σ x over the sets S₁…S_q knows every vector in the span of their indicators, and nothing else
 *         that is linear. A vector with fewer than k entries that are not zero isolates those rows. Exact over the rationals:
 *         rows that lie in the same sets are one cell; a cell of k rows or more must be zero, which leaves a subspace, and
 *         in that a search for a vector of weight below k. Each measure (column, or count) by itself.
 * Others  Of medians, models, extremes nothing linear is assumed: every cell, of all sets so far, must hold none or at
 *         least k rows. Conservative. The rows outside every set are a cell only where something is known of all rows.
 * Counts  How many rows a set holds tells whoever knows the set nothing of their values: `count` is held against counts.
 * Unknown A set that the owner cannot tell (only its commitment and its size) may be repeated and joined with nothing else.
 *         Conservative.
 *
 * A sum over all rows counts as known. History is by dataset, whoever asked: askers may share what they see. Beyond
 * `bounds` the answer is a refusal. Whether a query is refused depends on rows chosen by columns that the asker may know
 * (`rowsWhere`), so a refusal tells nothing about the private ones.
 */
import type { Verdict } from './evaluate.ts'
import { hasRow, type RowSet } from './row-set.ts'
import { deny } from './terms-errors.ts'

export interface RowRelease {
  /** What is summed over the rows: `sum income`, `count`, `count late = 1`; averages are two releases. */
  measure: string
  /** `sum` for whatever is a sum over the rows. */
  statistic: 'sum' | 'other'
  rows: RowSet | { commitment: string; size: number; of: number }
}

export interface GuardNames {
  asset: string
  owner: string
}

/** Independent sets of one measure that are held in mind; steps of the search. */
const bounds = { sets: 64, steps: 50_000 }

export function guardRelease(
  history: readonly RowRelease[],
  query: RowRelease,
  k: number,
  names: GuardNames = { asset: '-', owner: '-' },
): Verdict {
  const at = { rule: 'k', expected: k, actual: '-', ...names }
  const refuse = (code: 'GUARD_SMALL' | 'GUARD_DIFFERENCE' | 'GUARD_UNKNOWN' | 'GUARD_BOUND', actual?: number) => ({
    allow: false as const,
    reasons: [deny(code, { ...at, actual: actual ?? '-' })],
  })
  const { of } = query.rows
  if (!(k >= 1) || history.some((h) => h.rows.of !== of)) return refuse('GUARD_BOUND')
  const size = sizeOf(query)
  const few = [size, ...(query.statistic === 'sum' ? [of - size] : [])].find((n) => n !== 0 && !(n >= k))
  if (few !== undefined) return refuse('GUARD_SMALL', few)
  if (history.some((h) => sameRelease(h, query))) return { allow: true }
  const told = [...history.filter((h) => (h.measure === 'count') === (query.measure === 'count')), query]

  const unknown = told.filter((r) => 'commitment' in r.rows)
  if (unknown.length > 0) {
    const alike = told.every((r) => sameRows(r, query) || trivial(r))
    return alike ? { allow: true } : refuse('GUARD_UNKNOWN')
  }

  if (told.some((r) => r.statistic === 'other')) {
    const small = smallestCell(
      of,
      told.map(setOf),
      told.some((r) => r.statistic === 'sum'),
    )
    return small >= k ? { allow: true } : refuse('GUARD_DIFFERENCE', small)
  }
  const sums = told.filter((h) => h !== query && h.measure === query.measure).map(setOf)
  const found = isolates(of, [...sums, setOf(query)], k)
  if (found === 'beyond') return refuse('GUARD_BOUND')
  return found ? refuse('GUARD_DIFFERENCE') : { allow: true }
}

const setOf = ({ rows }: RowRelease): RowSet => rows as RowSet

function sizeOf({ rows }: RowRelease): number {
  if ('commitment' in rows) return rows.size
  let size = 0
  for (let row = 0; row < rows.of; row++) if (hasRow(rows, row)) size++
  return size
}

function sameRows({ rows: a }: RowRelease, { rows: b }: RowRelease): boolean {
  if ('commitment' in a || 'commitment' in b)
    return 'commitment' in a && 'commitment' in b && a.commitment === b.commitment && a.size === b.size
  return sameBits(a, b)
}

const sameBits = (a: RowSet, b: RowSet): boolean =>
  a.of === b.of && a.bits.length === b.bits.length && a.bits.every((byte, i) => byte === b.bits[i])

const sameRelease = (a: RowRelease, b: RowRelease): boolean =>
  a.measure === b.measure && a.statistic === b.statistic && sameRows(a, b)

/** None of the rows or all of them: nothing that is not known already. */
const trivial = (r: RowRelease): boolean => !('commitment' in r.rows) && [0, r.rows.of].includes(sizeOf(r))

interface Cell {
  rows: number
  /** In which sets it lies, 0 or 1 each. */
  in: bigint[]
}

/**
 * How many rows lie in the smallest cell.
 * @param outside  whether the rows in no set are one @returns Infinity where there is none
 */
function smallestCell(of: number, sets: readonly RowSet[], outside: boolean): number {
  const cell = new Uint32Array(of)
  let cells = 1
  for (const set of sets) {
    const next = new Int32Array(2 * cells).fill(-1)
    // Cell 0 stays that of the rows in no set.
    next[0] = 0
    let found = 1
    for (let row = 0; row < of; row++) {
      const key = cell[row]! * 2 + (hasRow(set, row) ? 1 : 0)
      if (next[key]! < 0) next[key] = found++
      cell[row] = next[key]!
    }
    cells = found
  }
  const rows = new Uint32Array(cells)
  for (const id of cell) rows[id]!++
  return rows.reduce((least, n, id) => (n === 0 || (id === 0 && !outside) ? least : Math.min(least, n)), Infinity)
}

/** Rows that no set tells apart. */
function cellsOf(of: number, sets: readonly RowSet[]): Cell[] {
  let cell = new Uint32Array(of)
  let cells: bigint[][] = of === 0 ? [] : [[]]
  for (const set of sets) {
    const next = new Int32Array(2 * cells.length).fill(-1)
    const split: bigint[][] = []
    const refined = new Uint32Array(of)
    for (let row = 0; row < of; row++) {
      const key = cell[row]! * 2 + (hasRow(set, row) ? 1 : 0)
      let id = next[key]!
      if (id < 0) {
        id = split.length
        next[key] = id
        split.push([...cells[key >> 1]!, BigInt(key & 1)])
      }
      refined[row] = id
    }
    cell = refined
    cells = split
  }
  const rows = new Array<number>(cells.length).fill(0)
  for (const id of cell) rows[id]!++
  return cells.map((inSets, id) => ({ rows: rows[id]!, in: inSets }))
}

/** Whether the span of the sets and of all rows has a vector, not zero, on fewer than k rows. */
function isolates(of: number, sets: readonly RowSet[], k: number): boolean | 'beyond' {
  // A long history of repeats is no long history.
  const distinct = sets.filter((s, i) => !sets.some((t, j) => j < i && sameBits(s, t)))
  if (distinct.length > 4 * bounds.sets) return 'beyond'
  const cells = cellsOf(of, distinct).map((c) => ({ ...c, in: [...c.in, 1n] }))
  const rank = distinct.length + 1
  // Combinations of the sets, one a row, each with its values on the cells.
  let space = Array.from({ length: rank }, (_, set) => cells.map((c) => c.in[set]!))
  space = independent(space)
  if (space.length > bounds.sets + 1) return 'beyond'
  const isBig = cells.map((c) => c.rows >= k)
  for (let j = 0; j < cells.length && space.length > 0; j++) if (isBig[j]) space = zeroAt(space, j)
  if (space.length === 0) return false

  const small = cells.flatMap((c, j) => (isBig[j] ? [] : [{ j, rows: c.rows }])).sort((a, b) => b.rows - a.rows)
  const steps = { left: bounds.steps }
  return lightVector(space, small, 0, k - 1, steps)
}

/** A vector of the space on at most `weight` rows beyond those paid for: at each cell it is zero, or the cell is paid. */
function lightVector(
  space: bigint[][],
  cells: readonly { j: number; rows: number }[],
  from: number,
  weight: number,
  steps: { left: number },
): boolean | 'beyond' {
  if (space.length === 0) return false
  if (steps.left-- <= 0) return 'beyond'
  let at = from
  while (at < cells.length && space.every((v) => v[cells[at]!.j] === 0n)) at++
  const cell = cells[at]
  if (cell === undefined) return true
  if (cell.rows <= weight) {
    const paid = lightVector(space, cells, at + 1, weight - cell.rows, steps)
    if (paid !== false) return paid
  }
  return lightVector(zeroAt(space, cell.j), cells, at + 1, weight, steps)
}

/** The vectors of the space that are zero at one place. */
function zeroAt(space: bigint[][], j: number): bigint[][] {
  const place = space.findIndex((v) => v[j] !== 0n)
  if (place < 0) return space
  const pivot = space[place]!
  return space.flatMap((v, i) => (i === place ? [] : [v[j] === 0n ? v : eliminate(v, pivot, j)]))
}

function independent(vectors: bigint[][]): bigint[][] {
  const basis: { v: bigint[]; at: number }[] = []
  for (let v of vectors) {
    for (const { v: pivot, at } of basis) if (v[at] !== 0n) v = eliminate(v, pivot, at)
    const at = v.findIndex((x) => x !== 0n)
    if (at >= 0) basis.push({ v, at })
  }
  return basis.map((b) => b.v)
}

/** v·p − pivot·q, zero at j, by its common divisor. */
function eliminate(v: bigint[], pivot: bigint[], j: number): bigint[] {
  const [p, q] = [pivot[j]!, v[j]!]
  const out = v.map((x, i) => x * p - pivot[i]! * q)
  let divisor = 0n
  for (const x of out) {
    if (divisor === 1n) break
    divisor = gcd(divisor, x < 0n ? -x : x)
  }
  return divisor > 1n ? out.map((x) => x / divisor) : out
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
