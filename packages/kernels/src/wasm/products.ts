/** Matrix products by ranges of output rows, so that one thread or several compute the same thing. */
import { type Kernels, scratchAt } from './module.ts'
import type { Call } from './worker.ts'

type WithoutScratch<A> = A extends [...infer Head, number] ? Head : never

/** A kernel and its arguments but for the scratch. */
export type Rows =
  | { kernel: 'product'; args: WithoutScratch<Parameters<Kernels['product']>> }
  | { kernel: 'productVector'; args: Parameters<Kernels['productVector']> }
  | { kernel: 'transposedVector'; args: Parameters<Kernels['transposedVector']> }

/** Rows from..to−1 of out (m×n) = a (m×k) · b (k×n), given offsets. */
export function matmulRows(
  out: number,
  a: number,
  b: number,
  _m: number,
  k: number,
  n: number,
  from: number,
  to: number,
): Rows {
  const o = out + 8 * from * n
  const left = a + 8 * from * k
  if (n === 1) return { kernel: 'productVector', args: [o, left, b, to - from, k] }
  return { kernel: 'product', args: [o, left, b, to - from, k, n, k, 1] }
}

/** Rows from..to−1 of out (k×n) = aᵀ · b for a (m×k), b (m×n), given offsets. */
export function matmulTransposedRows(
  out: number,
  a: number,
  b: number,
  m: number,
  k: number,
  n: number,
  from: number,
  to: number,
): Rows {
  const o = out + 8 * from * n
  const left = a + 8 * from
  if (n === 1) return { kernel: 'transposedVector', args: [o, left, b, to - from, m, k] }
  return { kernel: 'product', args: [o, left, b, to - from, m, n, 1, k] }
}

/** @param thread whose scratch it uses: 0 is the thread that owns the ring */
export function callOf(rows: Rows, thread: number): Call {
  return rows.kernel === 'product' ? { ...rows, args: [...rows.args, scratchAt(thread)] } : rows
}

export function runRows(kernels: Kernels, rows: Rows, thread: number): void {
  if (rows.kernel === 'product') kernels.product(...rows.args, scratchAt(thread))
  else if (rows.kernel === 'productVector') kernels.productVector(...rows.args)
  else kernels.transposedVector(...rows.args)
}
