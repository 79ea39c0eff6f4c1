/**
 * Products on shares.
 *
 * Fixed private left factor  party j knows its columns X_j and opens D_j = X_j − M_j once; M_j is a mask that only j and the
 *   dealer know. Then X·w takes one opening of w_j − A_j, to the owner of X_j alone: X_j·w_j = X_j·(own share + what came)
 *   + D_j·A_j + M_j·A_j, where A_j has no share at the owner. Xᵀ·e takes one opening of e − E likewise.
 *   Each party keeps one matrix: its own columns in clear, the others' masked.
 * Beaver     x·y = c + e·b + f·a + e·f with e = x − a, f = y − b opened; for matrices and for elements.
 * Security   semi-honest; every opened value has its own uniform mask. Cost: one round each.
 */
import type { U64 } from '@secureflow/kernels'
import { type Factor, offsetOf, placeColumns, totalColumns } from './correlations.ts'
import type { Party } from './party.ts'

export interface PrivateFactor {
  readonly shape: Factor
  /** rows × all columns: own block in clear, others' masked. */
  readonly matrix: U64
}

/** Opens D. @param x  own columns, row-major, rows × columns[index] */
export async function shareFactor(party: Party, shape: Factor, x: U64): Promise<PrivateFactor> {
  const { ring, index } = party
  const total = totalColumns(shape)
  const matrix = ring.zeros(shape.rows * total)
  const mark = ring.mark()
  const { masks } = await party.take(shape)
  ring.sub(masks, x, masks)
  placeColumns(matrix, total, x, shape.columns[index]!, offsetOf(shape, index), 0)
  const received = new Map(party.peers.map((p) => [p.index, ring.zeros(shape.rows * shape.columns[p.index]!)]))
  await party.exchange(
    () => masks,
    (peer) => shape.rows * shape.columns[peer]!,
    (peer, words, at) => received.get(peer)!.set(words, at),
  )
  for (const [j, block] of received) placeColumns(matrix, total, block, shape.columns[j]!, offsetOf(shape, j), 0)
  ring.release(mark)
  return { shape, matrix }
}

/** The rows of a batch, for one forward and one backward product. */
export interface Batch {
  factor: PrivateFactor
  rows: Uint32Array
  matrix: U64
}

export function selectRows(party: Party, factor: PrivateFactor, rows: Uint32Array): Batch {
  const columns = totalColumns(factor.shape)
  const matrix = party.ring.zeros(rows.length * columns)
  party.ring.gatherRows(matrix, factor.matrix, rows, columns)
  return { factor, rows, matrix }
}

/** out (one a row) = X_S·w from shares of w (one a column). Words: each owner receives its columns' from every other party. */
export async function multiplyForward(party: Party, out: U64, { factor, rows, matrix }: Batch, w: U64): Promise<void> {
  const { ring, index } = party
  const { shape } = factor
  const mark = ring.mark()
  const { masks: a, dependent: c } = await party.take({ kind: 'forward', factor: shape, rows })
  const masked = ring.zeros(w.length)
  ring.sub(masked, w, a)
  const from = offsetOf(shape, index)
  const own = a.subarray(from, from + shape.columns[index]!)
  own.set(w.subarray(from, from + own.length))
  const theirs = ring.zeros(own.length)
  const received = sumInto(party, own, theirs)
  await party.exchange(
    (peer) => masked.subarray(offsetOf(shape, peer), offsetOf(shape, peer) + shape.columns[peer]!),
    () => own.length,
    received,
  )
  ring.matmul(out, matrix, a, rows.length, w.length, 1)
  ring.add(out, out, c)
  ring.release(mark)
}

/** out (one a column) = X_Sᵀ·e from shares of e (one a row). Words: one a row to every other party. */
export async function multiplyBackward(party: Party, out: U64, { factor, rows, matrix }: Batch, e: U64): Promise<void> {
  const { ring, index } = party
  const { shape } = factor
  const mark = ring.mark()
  const { masks, dependent: c } = await party.take({ kind: 'backward', factor: shape, rows })
  const masked = ring.zeros(e.length)
  ring.sub(masked, e, masks)
  const known = ring.zeros(e.length)
  known.set(e)
  const theirs = ring.zeros(e.length)
  await party.exchange(
    () => masked,
    () => e.length,
    sumInto(party, known, theirs),
  )
  const fromOwn = ring.zeros(out.length)
  ring.matmulTransposed(out, matrix, masks, rows.length, out.length, 1)
  ring.matmulTransposed(fromOwn, matrix, known, rows.length, out.length, 1)
  const at = offsetOf(shape, index)
  out.set(fromOwn.subarray(at, at + shape.columns[index]!), at)
  ring.add(out, out, c)
  ring.release(mark)
}

/** Adds what arrives to `sum`. */
function sumInto(party: Party, sum: U64, scratch: U64): (peer: number, words: U64, at: number) => void {
  return (_, words, at) => {
    const piece = scratch.subarray(at, at + words.length)
    const into = sum.subarray(at, at + words.length)
    piece.set(words)
    party.ring.add(into, into, piece)
  }
}

/** out (m×n) = x (m×k) · y (k×n), all shared. One round of mk + kn words to every other party. */
export async function multiplyMatrices(
  party: Party,
  out: U64,
  x: U64,
  y: U64,
  m: number,
  k: number,
  n: number,
): Promise<void> {
  const { ring } = party
  const mark = ring.mark()
  const { masks, dependent: c } = await party.take({ kind: 'matmul', m, k, n })
  const opened = ring.zeros(masks.length)
  const [e, f] = [opened.subarray(0, m * k), opened.subarray(m * k)]
  const [a, b] = [masks.subarray(0, m * k), masks.subarray(m * k)]
  ring.sub(e, x, a)
  ring.sub(f, y, b)
  await party.open(opened)
  if (party.leader) ring.add(b, b, f) // e·f once: e·(b + f)
  ring.matmul(out, e, b, m, k, n)
  ring.add(out, out, c)
  const af = ring.zeros(m * n)
  ring.matmul(af, a, f, m, k, n)
  ring.add(out, out, af)
  ring.release(mark)
}

/** out = x·y element by element. One round of 2 words an element to every other party. */
export async function multiply(party: Party, out: U64, x: U64, y: U64): Promise<void> {
  const { ring } = party
  const count = x.length
  const mark = ring.mark()
  const { masks, dependent: c } = await party.take({ kind: 'multiply', count })
  const opened = ring.zeros(2 * count)
  const [e, f] = [opened.subarray(0, count), opened.subarray(count)]
  const [a, b] = [masks.subarray(0, count), masks.subarray(count)]
  ring.sub(e, x, a)
  ring.sub(f, y, b)
  await party.open(opened)
  if (party.leader) ring.add(b, b, f)
  ring.mul(b, e, b)
  ring.mul(a, a, f)
  ring.add(out, a, b)
  ring.add(out, out, c)
  ring.release(mark)
}
