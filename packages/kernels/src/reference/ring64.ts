/** The specification of every ring kernel, in plain TypeScript. Slow on purpose: BigInt is exact. */
import { checked } from '../checked.ts'
import type { Ring64, U64 } from '../ring64.ts'

const mask = (1n << 64n) - 1n

export function referenceRing64(): Ring64 {
  const live: U64[] = []
  const each = (out: U64, f: (i: number) => bigint): void => {
    for (let i = 0; i < out.length; i++) out[i] = f(i) & mask
  }
  return checked({
    name: 'reference',
    zeros(length) {
      const v = new BigUint64Array(length)
      live.push(v)
      return v
    },
    mark: () => live.length,
    release(mark) {
      if (!(mark >= 0 && mark <= live.length)) throw new RangeError('not a mark of this memory, or released already')
      for (const v of live.splice(mark)) v.fill(0n)
    },
    add: (out, a, b) => each(out, (i) => a[i]! + b[i]!),
    sub: (out, a, b) => each(out, (i) => a[i]! - b[i]!),
    mul: (out, a, b) => each(out, (i) => a[i]! * b[i]!),
    addScalar: (out, a, s) => each(out, (i) => a[i]! + s),
    scale: (out, a, s) => each(out, (i) => a[i]! * s),
    matmul(out, a, b, m, k, n) {
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0n
          for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[l * n + j]!
          out[i * n + j] = sum & mask
        }
    },
    matmulTransposed(out, a, b, m, k, n) {
      for (let l = 0; l < k; l++)
        for (let j = 0; j < n; j++) {
          let sum = 0n
          for (let i = 0; i < m; i++) sum += a[i * k + l]! * b[i * n + j]!
          out[l * n + j] = sum & mask
        }
    },
    gatherRows(out, a, rows, columns) {
      for (let i = 0; i < rows.length; i++)
        out.set(a.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns)
    },
    encodeFixed(out, values, fracBits, limit) {
      let refused = 0
      for (let i = 0; i < values.length; i++) {
        const v = values[i]!
        const rounded = Math.round(v * 2 ** fracBits)
        if (Math.abs(v) <= limit && Math.abs(rounded) < 2 ** 63) out[i] = BigInt.asUintN(64, BigInt(rounded))
        else {
          refused++
          out[i] = 0n
        }
      }
      return refused
    },
    decodeFixed(out, a, fracBits) {
      for (let i = 0; i < out.length; i++) out[i] = Number(BigInt.asIntN(64, a[i]!)) / 2 ** fracBits
    },
    shiftRight: (out, a, bits) => each(out, (i) => a[i]! >> BigInt(bits)),
    truncateOpened(out, c, rc, rb, bits, leader) {
      const m = BigInt(bits)
      const low63 = (1n << 63n) - 1n
      each(out, (i) => {
        const top = c[i]! >> 63n
        const b = top === 1n ? (leader ? 1n : 0n) - rb[i]! : rb[i]!
        const open = leader ? ((c[i]! & low63) >> m) - (1n << (62n - m)) : 0n
        return open - rc[i]! + (b << (63n - m))
      })
    },
    xor: (out, a, b) => each(out, (i) => a[i]! ^ b[i]!),
    and: (out, a, b) => each(out, (i) => a[i]! & b[i]!),
    andOpened: (out, e, f, a, b, c, leader) =>
      each(out, (i) => c[i]! ^ (e[i]! & b[i]!) ^ (f[i]! & a[i]!) ^ (leader ? e[i]! & f[i]! : 0n)),
    bitSlice(out, a, n, lowBit, planes) {
      const words = Math.ceil(n / 64)
      out.fill(0n, 0, planes * words)
      for (let j = 0; j < planes; j++)
        for (let i = 0; i < n; i++) out[j * words + (i >> 6)]! |= ((a[i]! >> BigInt(lowBit + j)) & 1n) << BigInt(i & 63)
    },
    unslice: (out, plane, n) => {
      for (let i = 0; i < n; i++) out[i] = (plane[i >> 6]! >> BigInt(i & 63)) & 1n
    },
  })
}
