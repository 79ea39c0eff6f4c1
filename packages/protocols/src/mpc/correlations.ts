/**
 * Correlated randomness of a dealer, compressed: every party expands its shares of everything from its own seed, and the
 * dealer, who knows all seeds, sends the leader alone what the dependent part lacks (SPU's "beaver TTP").
 *
 * A correlation is public data. It says how many words of masks a party draws, and which dependent words follow from the
 * masks of all parties. Dealer and parties walk the same sequence of them.
 */
import type { Ring64, U64 } from '@secureflow/kernels'
import { chainInputs, chainProducts, halves, multiplyMasks, oneHotTables, wordsFor } from './planes.ts'

/** The private left factor of many products: party j knows its own columns X_j, everybody knows X_j − M_j. */
export interface Factor {
  kind: 'factor'
  rows: number
  /** Of each party. */
  columns: readonly number[]
}

export type Correlation =
  | Factor
  /** Of X_S·w: masks A of w; Σ_j M_jS·A_j, A_j without the owner's share. */
  | { kind: 'forward'; factor: Factor; rows: Uint32Array }
  /** Of X_Sᵀ·e: masks E of e; M_jSᵀ·E for each j, E without the owner's share. */
  | { kind: 'backward'; factor: Factor; rows: Uint32Array }
  /** Beaver triples of matrices, A (m×k)·B (k×n), and of elements. */
  | { kind: 'matmul'; m: number; k: number; n: number }
  | { kind: 'multiply'; count: number }
  /** r; with `bits` its bits `bits`..62 and 63 as numbers, with `digits` its top digits as one-hot words. */
  | { kind: 'mask'; count: number; bits: number; digits: number }
  /** Masks of the inputs of a chain, and their products; bit planes of `words` words. */
  | { kind: 'chain'; length: number; words: number }
  /** Bits d as XOR shares; a; d and d·a as numbers. `planes` bits of `count` elements. */
  | { kind: 'inject'; count: number; planes: number }

export interface Section {
  words: number
  /** How shares of it add up. */
  by: 'add' | 'xor'
}

export const totalColumns = (factor: Factor): number => factor.columns.reduce((a, b) => a + b, 0)

export const offsetOf = (factor: Factor, party: number): number =>
  factor.columns.slice(0, party).reduce((a, b) => a + b, 0)

/** Words of masks that party `index` draws. */
export function maskWords(c: Correlation, index: number): number {
  switch (c.kind) {
    case 'factor':
      return c.rows * c.columns[index]!
    case 'forward':
      return totalColumns(c.factor)
    case 'backward':
      return c.rows.length
    case 'matmul':
      return c.m * c.k + c.k * c.n
    case 'multiply':
      return 2 * c.count
    case 'mask':
      return c.count
    case 'chain':
      return chainInputs(c.length) * c.words
    case 'inject':
      return c.planes * wordsFor(c.count) + c.count
  }
}

/** The dependent words, of which the leader receives a correction each. */
export function dependentSections(c: Correlation): Section[] {
  switch (c.kind) {
    case 'factor':
      return []
    case 'forward':
      return [{ words: c.rows.length, by: 'add' }]
    case 'backward':
      return [{ words: totalColumns(c.factor), by: 'add' }]
    case 'matmul':
      return [{ words: c.m * c.n, by: 'add' }]
    case 'multiply':
      return [{ words: c.count, by: 'add' }]
    case 'mask':
      return [
        ...(c.bits === 0 ? [] : [{ words: 2 * c.count, by: 'add' } as const]),
        ...(c.digits === 0 ? [] : [{ words: c.digits * c.count, by: 'xor' } as const]),
      ]
    case 'chain':
      return [{ words: chainProducts(c.length) * c.words, by: 'xor' }]
    case 'inject':
      return [{ words: 2 * c.planes * c.count, by: 'add' }]
  }
}

const kinds = ['factor', 'forward', 'backward', 'matmul', 'multiply', 'mask', 'chain', 'inject'] as const

function shapeOf(c: Correlation): number[] {
  switch (c.kind) {
    case 'factor':
      return [c.rows, ...c.columns]
    case 'forward':
    case 'backward':
      return [c.rows.length, c.factor.rows, ...c.factor.columns]
    case 'matmul':
      return [c.m, c.k, c.n]
    case 'multiply':
      return [c.count]
    case 'mask':
      return [c.count, c.bits, c.digits]
    case 'chain':
      return [c.length, c.words]
    case 'inject':
      return [c.count, c.planes]
  }
}

/** One word before every correction: kind (8 bits), counter (24), shape (32, FNV-1a). It notices diverging plans, not forgers. */
export function labelOf(c: Correlation, counter: number): bigint {
  let hash = 0x811c9dc5
  for (const dimension of shapeOf(c)) hash = Math.imul(hash ^ dimension, 0x01000193) >>> 0
  const head = (((kinds.indexOf(c.kind) + 1) << 24) | (counter & 0xffffff)) >>> 0
  return (BigInt(head) << 32n) | BigInt(hash)
}

/** What the dealer keeps: M of each factor, all parties' columns side by side. */
export type Factors = Map<Factor, U64>

/** Computes the dependent words from the masks of all parties. */
export function derive(ring: Ring64, out: U64, c: Correlation, masks: readonly U64[], factors: Factors): void {
  switch (c.kind) {
    case 'factor':
      return
    case 'forward': {
      const columns = totalColumns(c.factor)
      const a = sumOf(ring, masks)
      let at = 0
      for (const [j, width] of c.factor.columns.entries()) {
        const block = a.subarray(at, at + width)
        ring.sub(block, block, masks[j]!.subarray(at, at + width))
        at += width
      }
      ring.matmul(out, batchOf(ring, factors, c.factor, c.rows), a, c.rows.length, columns, 1)
      return
    }
    case 'backward': {
      const columns = totalColumns(c.factor)
      const m = batchOf(ring, factors, c.factor, c.rows)
      const e = sumOf(ring, masks)
      const part = ring.zeros(columns)
      ring.matmulTransposed(out, m, e, c.rows.length, columns, 1)
      let at = 0
      for (const [j, width] of c.factor.columns.entries()) {
        ring.matmulTransposed(part, m, masks[j]!, c.rows.length, columns, 1)
        const block = out.subarray(at, at + width)
        ring.sub(block, block, part.subarray(at, at + width))
        at += width
      }
      return
    }
    case 'matmul': {
      const sum = sumOf(ring, masks)
      ring.matmul(out, sum.subarray(0, c.m * c.k), sum.subarray(c.m * c.k), c.m, c.k, c.n)
      return
    }
    case 'multiply': {
      const sum = sumOf(ring, masks)
      ring.mul(out, sum.subarray(0, c.count), sum.subarray(c.count))
      return
    }
    case 'mask': {
      const r = sumOf(ring, masks)
      let at = 0
      if (c.bits > 0) {
        const rc = out.subarray(0, c.count)
        ring.add(rc, r, r) // r without bit 63, one place up
        ring.shiftRight(rc, rc, c.bits + 1)
        ring.shiftRight(out.subarray(c.count, 2 * c.count), r, 63)
        at = 2 * c.count
      }
      if (c.digits > 0) oneHotTables(out.subarray(at), r, c.digits)
      return
    }
    case 'chain': {
      const all = xorOf(ring, masks)
      multiplyMasks(halves(out), halves(all), c.length, 2 * c.words)
      return
    }
    case 'inject': {
      const words = wordsFor(c.count)
      const bitWords = c.planes * words
      const bits = xorOf(
        ring,
        masks.map((m) => m.subarray(0, bitWords)),
      )
      const a = sumOf(
        ring,
        masks.map((m) => m.subarray(bitWords)),
      )
      for (let k = 0; k < c.planes; k++) {
        const d = out.subarray(k * c.count, (k + 1) * c.count)
        const da = out.subarray((c.planes + k) * c.count, (c.planes + k + 1) * c.count)
        ring.unslice(d, bits.subarray(k * words, (k + 1) * words), c.count)
        ring.mul(da, d, a)
      }
      return
    }
  }
}

/** M of all parties side by side, kept beyond this correlation. */
export function placeFactor(out: U64, c: Factor, masks: readonly U64[]): void {
  const total = totalColumns(c)
  for (const [j, m] of masks.entries()) placeColumns(out, total, m, c.columns[j]!, offsetOf(c, j), 0)
}

/** Copies a row-major block of `width` columns into columns `at`.. of a wider matrix, from row `firstRow` on. */
export function placeColumns(out: U64, total: number, block: U64, width: number, at: number, firstRow: number): void {
  const rows = block.length / width
  for (let i = 0; i < rows; i++) out.set(block.subarray(i * width, (i + 1) * width), (firstRow + i) * total + at)
}

function batchOf(ring: Ring64, factors: Factors, factor: Factor, rows: Uint32Array): U64 {
  const m = factors.get(factor)
  if (m === undefined) throw new RangeError('a product before its factor')
  const columns = totalColumns(factor)
  const out = ring.zeros(rows.length * columns)
  ring.gatherRows(out, m, rows, columns)
  return out
}

function sumOf(ring: Ring64, parts: readonly U64[]): U64 {
  const sum = ring.zeros(parts[0]!.length)
  for (const part of parts) ring.add(sum, sum, part)
  return sum
}

function xorOf(ring: Ring64, parts: readonly U64[]): U64 {
  const sum = ring.zeros(parts[0]!.length)
  for (const part of parts) ring.xor(sum, sum, part)
  return sum
}
