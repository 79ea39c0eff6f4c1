/** The few rows of a bin that peeling leaves over, solved by the dense columns: Gauss–Jordan elimination over GF(2). */
import type { OkvsShape } from './okvs-parameters.ts'
import { add, addDense, denseBit, sparseColumns } from './okvs-rows.ts'

/** A row of a bin that stands for a column. */
export interface Peeled {
  row: number
  column: number
}

interface DenseChange {
  column: number
  /** What to add to that dense column: one block. */
  by: Uint32Array
}

/**
 * Changes of dense columns that add `errors[i]` to each gap row i. The others stay as they are.
 * @param masks bit j of masks[i]: whether dense column j counts in gap row i
 * @returns undefined where the rows are dependent
 */
function denseCombination(masks: readonly bigint[], errors: readonly Uint32Array[]): DenseChange[] | undefined {
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

/** For each gap row: which dense columns it has, with those of all rows that stand behind its sparse columns. */
function combinedDense(h: Uint32Array, shape: OkvsShape, order: readonly Peeled[], gap: readonly number[]): bigint[] {
  const dense = (row: number): bigint => {
    let mask = 0n
    for (let j = 0; j < shape.dense; j++) if (denseBit(h, row, j) === 1) mask |= 1n << BigInt(j)
    return mask
  }
  const behind = new Map<number, bigint>()
  const through = (row: number, except: number): bigint =>
    sparseColumns(h, row, shape.sparse).reduce(
      (mask, column) => (column === except ? mask : mask ^ (behind.get(column) ?? 0n)),
      dense(row),
    )
  for (const { row, column } of order.toReversed()) behind.set(column, through(row, column))
  return gap.map((row) => through(row, -1))
}

/**
 * Changes the dense columns of a bin, whose peeled rows are solved already, such that its other rows come out right as
 * soon as the peeled ones are solved again.
 * @param p columns of the bin @param h row hashes @param order as peeled @param gap the rows left over
 * @returns false where the rows are dependent
 */
export function gapChanges(
  p: Uint32Array,
  shape: OkvsShape,
  h: Uint32Array,
  value: (row: number) => Uint32Array,
  order: readonly Peeled[],
  gap: readonly number[],
): boolean {
  // The rows left over are wrong by some error; a dense column changes those whose combination below has it.
  const errors = gap.map((row) => {
    const sum = value(row)
    addDense(sum, p, shape, h, row)
    for (const column of sparseColumns(h, row, shape.sparse)) add(sum, 0, p, column)
    return sum
  })
  const changes = denseCombination(combinedDense(h, shape, order, gap), errors)
  for (const { column, by } of changes ?? []) add(p, shape.sparse + column, by, 0)
  return changes !== undefined
}
