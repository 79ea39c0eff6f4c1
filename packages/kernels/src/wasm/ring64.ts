/** Ring64 over WASM memory: the calls. */
import { checked } from '../checked.ts'
import type { Ring64 } from '../ring64.ts'
import { arena } from './arena.ts'
import { instantiate, type Kernels, kernelModule, scratchAt, stagingAt, stagingBytes, vectorsAt } from './module.ts'
import { matmulRows, matmulTransposedRows, runRows } from './products.ts'

export interface WasmRing64 extends Ring64 {
  readonly name: 'wasm'
  readonly memory: WebAssembly.Memory
  readonly module: WebAssembly.Module
  /** Where a vector lies. @throws RangeError for one that `zeros` of this instance did not make */
  offsetOf(view: ArrayBufferView): number
}

export interface WasmRingOptions {
  /** The most that all vectors together may take, default 384 MB. */
  maxBytes?: number
  /** Shared memory, which worker threads can reach; default where the engine has it. */
  shared?: boolean
}

export async function wasmRing64(options: WasmRingOptions = {}): Promise<WasmRing64> {
  const {
    memory,
    shared,
    view,
    mark,
    release,
    offsetOf: at,
  } = arena(vectorsAt, { maxBytes: 384 * 2 ** 20, ...options })
  const module = await kernelModule('ring64', shared)
  const kernels = instantiate<Kernels>(module, memory)

  /** Passes `values`, which may lie outside, through the staging area in pieces. */
  function staged<T extends Float64Array | Uint32Array>(
    values: T,
    piece: (offset: number, from: number, count: number, stage: T) => void,
  ): void {
    const step = stagingBytes / values.BYTES_PER_ELEMENT
    const make = values.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => T
    const stage = new make(memory.buffer, stagingAt, Math.min(step, values.length))
    for (let from = 0; from < values.length; from += step)
      piece(stagingAt, from, Math.min(step, values.length - from), stage)
    stage.fill(0)
  }

  const ring = checked({
    name: 'wasm',
    zeros: (length) => view(BigUint64Array, length),
    mark,
    release,
    add: (out, a, b) => kernels.add(at(out), at(a), at(b), out.length),
    sub: (out, a, b) => kernels.sub(at(out), at(a), at(b), out.length),
    mul: (out, a, b) => kernels.mul(at(out), at(a), at(b), out.length),
    addScalar: (out, a, s) => kernels.addScalar(at(out), at(a), s, out.length),
    scale: (out, a, s) => kernels.scale(at(out), at(a), s, out.length),
    matmul: (out, a, b, m, k, n) => runRows(kernels, matmulRows(at(out), at(a), at(b), m, k, n, 0, m), 0),
    matmulTransposed: (out, a, b, m, k, n) =>
      runRows(kernels, matmulTransposedRows(at(out), at(a), at(b), m, k, n, 0, k), 0),
    gatherRows(out, a, rows, columns) {
      const into = at(out)
      const source = at(a)
      staged(rows, (offset, from, count, stage) => {
        stage.set(rows.subarray(from, from + count))
        kernels.gatherRows(into + 8 * columns * from, source, offset, columns, count)
      })
    },
    encodeFixed(out, values, fracBits, limit) {
      const into = at(out)
      let refused = 0
      staged(values, (offset, from, count, stage) => {
        stage.set(values.subarray(from, from + count))
        refused += kernels.encodeFixed(into + 8 * from, offset, 2 ** fracBits, limit, count)
      })
      return refused
    },
    decodeFixed(out, a, fracBits) {
      const source = at(a)
      staged(out, (offset, from, count, stage) => {
        kernels.decodeFixed(offset, source + 8 * from, 2 ** -fracBits, count)
        out.set(count === stage.length ? stage : stage.subarray(0, count), from)
      })
    },
    shiftRight: (out, a, bits) => kernels.shiftRight(at(out), at(a), bits, out.length),
    truncateOpened: (out, c, rc, rb, bits, leader) =>
      kernels.truncateOpened(at(out), at(c), at(rc), at(rb), bits, leader ? 1n : 0n, out.length),
    xor: (out, a, b) => kernels.xor(at(out), at(a), at(b), out.length),
    and: (out, a, b) => kernels.and(at(out), at(a), at(b), out.length),
    andOpened: (out, e, f, a, b, c, leader) =>
      kernels.andOpened(at(out), at(e), at(f), at(a), at(b), at(c), leader ? -1n : 0n, out.length),
    bitSlice: (out, a, n, lowBit, planes) => kernels.bitSlice(at(out), at(a), n, lowBit, planes, scratchAt(0)),
    unslice: (out, plane, n) => kernels.unslice(at(out), at(plane), n),
  })
  return { ...ring, name: 'wasm', memory, module, offsetOf: at }
}
