/** Lengths and ranges, checked once for every implementation: a kernel itself trusts what it is given. */
import type { Ring64, U64 } from './ring64.ts'

export function checked(ring: Ring64): Ring64 {
  return {
    name: ring.name,
    zeros(length) {
      within('length', length, 0, 2 ** 32)
      return ring.zeros(length)
    },
    mark: () => ring.mark(),
    release: (mark) => ring.release(mark),
    add(out, a, b) {
      equal(out, a, b)
      ring.add(out, a, b)
    },
    sub(out, a, b) {
      equal(out, a, b)
      ring.sub(out, a, b)
    },
    mul(out, a, b) {
      equal(out, a, b)
      ring.mul(out, a, b)
    },
    addScalar(out, a, s) {
      equal(out, a)
      ring.addScalar(out, a, s)
    },
    scale(out, a, s) {
      equal(out, a)
      ring.scale(out, a, s)
    },
    matmul(out, a, b, m, k, n) {
      checkMatmul(out, a, b, m, k, n)
      ring.matmul(out, a, b, m, k, n)
    },
    matmulTransposed(out, a, b, m, k, n) {
      checkMatmulTransposed(out, a, b, m, k, n)
      ring.matmulTransposed(out, a, b, m, k, n)
    },
    gatherRows(out, a, rows, columns) {
      within('columns', columns, 0, 2 ** 31 - 1)
      atLeast(out, rows.length * columns)
      const last = columns === 0 ? 2 ** 32 : Math.floor(a.length / columns)
      for (const row of rows) if (row >= last) throw new RangeError(`row ${row} of ${last}`)
      ring.gatherRows(out, a, rows, columns)
    },
    encodeFixed(out, values, fracBits, limit) {
      within('fracBits', fracBits, 0, 62)
      equal(out, values)
      return ring.encodeFixed(out, values, fracBits, limit)
    },
    decodeFixed(out, a, fracBits) {
      within('fracBits', fracBits, 0, 62)
      equal(out, a)
      ring.decodeFixed(out, a, fracBits)
    },
    shiftRight(out, a, bits) {
      within('bits', bits, 0, 63)
      equal(out, a)
      ring.shiftRight(out, a, bits)
    },
    truncateOpened(out, c, rc, rb, bits, leader) {
      within('bits', bits, 0, 62)
      equal(out, c, rc, rb)
      ring.truncateOpened(out, c, rc, rb, bits, leader)
    },
    xor(out, a, b) {
      equal(out, a, b)
      ring.xor(out, a, b)
    },
    and(out, a, b) {
      equal(out, a, b)
      ring.and(out, a, b)
    },
    andOpened(out, e, f, a, b, c, leader) {
      equal(out, e, f, a, b, c)
      ring.andOpened(out, e, f, a, b, c, leader)
    },
    bitSlice(out, a, n, lowBit, planes) {
      within('n', n, 0, 2 ** 31 - 64)
      within('lowBit', lowBit, 0, 63)
      within('planes', planes, 0, 64 - lowBit)
      atLeast(a, n)
      atLeast(out, planes * Math.ceil(n / 64))
      ring.bitSlice(out, a, n, lowBit, planes)
    },
    unslice(out, plane, n) {
      within('n', n, 0, 2 ** 31 - 64)
      atLeast(out, n)
      atLeast(plane, Math.ceil(n / 64))
      ring.unslice(out, plane, n)
    },
  }
}

export function checkMatmul(out: U64, a: U64, b: U64, m: number, k: number, n: number): void {
  for (const d of [m, k, n]) within('dimension', d, 0, 2 ** 31 - 1)
  atLeast(out, m * n)
  atLeast(a, m * k)
  atLeast(b, k * n)
}

export function checkMatmulTransposed(out: U64, a: U64, b: U64, m: number, k: number, n: number): void {
  for (const d of [m, k, n]) within('dimension', d, 0, 2 ** 31 - 1)
  atLeast(out, k * n)
  atLeast(a, m * k)
  atLeast(b, m * n)
}

type Vector = U64 | Float64Array

function equal(out: Vector, ...inputs: readonly Vector[]): void {
  for (const v of inputs) if (v.length !== out.length) throw new RangeError(`${v.length} elements for ${out.length}`)
}

function atLeast(v: U64, length: number): void {
  if (v.length < length) throw new RangeError(`${v.length} elements where ${length} are needed`)
}

function within(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} ${value}, expected ${least} to ${most}`)
}
