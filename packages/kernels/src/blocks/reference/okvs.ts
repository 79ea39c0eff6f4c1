/**
 * OKVS of weight 3 in bins ([RR22] section 3, Baxos), with binary dense columns ([PRTY20]). For the row hash h = (w0..w3), words:
 * bin ⌊w3·bins/2^32⌋; distinct sparse columns from w0, w1, w2; dense column j is in the row where bit j of
 * (low halves of w0, w1, w2) is set. Within a bin: sparse columns, then dense ones.
 */
import type { Blocks, OkvsRows } from '../blocks.ts'
import { below } from '../exconv.ts'
import { gapChanges, type Peeled } from '../okvs-gap.ts'
import type { OkvsShape } from '../okvs-parameters.ts'
import { add, addDense, sparseColumns } from '../okvs-rows.ts'
import { words } from './field128.ts'

/** @param hashes row hashes in the order of the keys, ordered by bin here into `out` */
export function orderByBin(shape: OkvsShape, hashes: Blocks, out: Blocks): OkvsRows {
  const count = hashes.length / 16
  const h = words(hashes)
  const starts = new Uint32Array(shape.bins + 1)
  const binOf = (i: number): number => below(h[4 * i + 3]!, shape.bins)
  for (let i = 0; i < count; i++) starts[binOf(i) + 1]!++
  for (let b = 0; b < shape.bins; b++) starts[b + 1]! += starts[b]!
  const next = starts.slice()
  const keys = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const row = next[binOf(i)]!++
    keys[row] = i
    out.set(hashes.subarray(16 * i, 16 * i + 16), 16 * row)
  }
  return { shape, count, hashes: out, keys, starts }
}

export function decode(out: Blocks, rows: OkvsRows, encoding: Blocks): void {
  const { shape, starts, keys } = rows
  const h = words(rows.hashes)
  const o = words(out)
  for (let bin = 0; bin < shape.bins; bin++) {
    const p = words(encoding.subarray(16 * shape.binColumns * bin, 16 * shape.binColumns * (bin + 1)))
    for (let row = starts[bin]!; row < starts[bin + 1]!; row++) {
      const sum = new Uint32Array(4)
      for (const column of sparseColumns(h, row, shape.sparse)) add(sum, 0, p, column)
      addDense(sum, p, shape, h, row)
      o.set(sum, 4 * keys[row]!)
    }
  }
}

export function encode(out: Blocks, rows: OkvsRows, values: Blocks): boolean {
  const { shape, starts } = rows
  for (let bin = 0; bin < shape.bins; bin++) {
    const part = out.subarray(16 * shape.binColumns * bin, 16 * shape.binColumns * (bin + 1))
    const [from, to] = [starts[bin]!, starts[bin + 1]!]
    if (
      !encodeBin(
        words(part),
        shape,
        words(rows.hashes).subarray(4 * from, 4 * to),
        rows.keys.subarray(from, to),
        words(values),
      )
    )
      return false
  }
  return true
}

function encodeBin(p: Uint32Array, shape: OkvsShape, h: Uint32Array, keys: Uint32Array, values: Uint32Array): boolean {
  const { order, gap } = peel(h, keys.length, shape.sparse)
  if (gap.length > shape.gap) return false
  const value = (row: number): Uint32Array => values.slice(4 * keys[row]!, 4 * keys[row]! + 4)
  /** Every column that a row was peeled by, latest first, so that the row's others are there already. */
  const substitute = (): void => {
    for (const { row, column } of order.toReversed()) {
      const sum = value(row)
      addDense(sum, p, shape, h, row)
      for (const other of sparseColumns(h, row, shape.sparse)) if (other !== column) add(sum, 0, p, other)
      p.set(sum, 4 * column)
    }
  }
  substitute()
  if (gap.length === 0) return true
  if (!gapChanges(p, shape, h, value, order, gap)) return false
  substitute()
  return true
}

/** Rows in an order in which each has a column that no later one has; the rows for which there is none are the gap. */
function peel(h: Uint32Array, count: number, sparse: number): { order: Peeled[]; gap: number[] } {
  const rowsOf = Array.from({ length: sparse }, () => new Set<number>())
  for (let row = 0; row < count; row++) for (const column of sparseColumns(h, row, sparse)) rowsOf[column]!.add(row)
  const order: Peeled[] = []
  const gap: number[] = []
  const ready: number[] = []
  for (let column = 0; column < sparse; column++) if (rowsOf[column]!.size === 1) ready.push(column)
  const take = (row: number): void => {
    for (const column of sparseColumns(h, row, sparse)) {
      rowsOf[column]!.delete(row)
      if (rowsOf[column]!.size === 1) ready.push(column)
    }
  }
  let left = count
  while (left > 0) {
    const column = ready.pop()
    if (column === undefined) {
      // A core: the rows of its lightest column but one go to the gap.
      const lightest = rowsOf.filter((rows) => rows.size > 0).reduce((a, b) => (b.size < a.size ? b : a))
      for (const row of [...lightest].slice(1)) {
        gap.push(row)
        take(row)
        left--
      }
      continue
    }
    const [row] = rowsOf[column]!
    if (row === undefined) continue // peeled by another column meanwhile
    order.push({ row, column })
    take(row)
    left--
  }
  return { order, gap }
}
