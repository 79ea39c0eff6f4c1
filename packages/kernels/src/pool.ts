/**
 * Large matrix products on several threads over one shared memory. Workers start at the first product that is worth it;
 * until they are up, and for everything small, the calling thread computes.
 */
import { checkMatmul, checkMatmulTransposed } from './checked.ts'
import type { Ring64, U64 } from './ring64.ts'
import { type TeamOptions, workerTeam } from './team.ts'
import { hasSharedMemory, maxThreads } from './wasm/module.ts'
import { callOf, matmulRows, matmulTransposedRows, type Rows } from './wasm/products.ts'
import type { WasmRing64 } from './wasm/ring64.ts'

export interface RingPool {
  readonly ring: Ring64
  /** As in Ring64. The vectors must stay allocated until it settles. @throws ABORTED, KERNEL_WORKER_LOST */
  matmul(out: U64, a: U64, b: U64, m: number, k: number, n: number): Promise<void>
  matmulTransposed(out: U64, a: U64, b: U64, m: number, k: number, n: number): Promise<void>
  /** Resolves when the workers are up; at once where there will be none. */
  warm(): Promise<void>
  /** Ends the workers; what is under way and what comes later is ABORTED. */
  close(): Promise<void>
}

export interface RingPoolOptions extends TeamOptions {
  /** Multiplications from which a product is worth two messages to each worker (measured: even near 2^20). */
  threshold?: number
}

export function ringPool(ring: Ring64, options: RingPoolOptions = {}): RingPool {
  const { threshold = 2 ** 21 } = options
  const shared = hasSharedMemory() && isShared(ring) ? ring : undefined
  const start = shared && { module: shared.module, memory: shared.memory }
  const team = workerTeam(start, maxThreads - 1, options)
  const { size } = team

  /** @param rowsOf the work for output rows from..to−1 */
  async function run(
    height: number,
    work: number,
    inline: () => void,
    rowsOf: (on: WasmRing64, from: number, to: number) => Rows,
  ): Promise<void> {
    team.expectLive()
    const ready = work >= threshold && team.ready()
    if (!ready || shared === undefined) return inline()
    const step = 3 * Math.ceil(height / size / 3) // the kernel takes three rows at a time
    const parts: Promise<void>[] = []
    for (let from = 0; from < height; from += step)
      parts.push(
        team.send(parts.length, [callOf(rowsOf(shared, from, Math.min(height, from + step)), parts.length + 1)]),
      )
    await Promise.all(parts)
  }

  return {
    ring,
    async matmul(out, a, b, m, k, n) {
      checkMatmul(out, a, b, m, k, n)
      await run(
        m,
        m * k * n,
        () => ring.matmul(out, a, b, m, k, n),
        ({ offsetOf }, from, to) => matmulRows(offsetOf(out), offsetOf(a), offsetOf(b), m, k, n, from, to),
      )
    },
    async matmulTransposed(out, a, b, m, k, n) {
      checkMatmulTransposed(out, a, b, m, k, n)
      await run(
        k,
        m * k * n,
        () => ring.matmulTransposed(out, a, b, m, k, n),
        ({ offsetOf }, from, to) => matmulTransposedRows(offsetOf(out), offsetOf(a), offsetOf(b), m, k, n, from, to),
      )
    },
    warm: team.warm,
    close: team.close,
  }
}

function isShared(ring: Ring64): ring is WasmRing64 {
  return 'memory' in ring && (ring as WasmRing64).memory.buffer instanceof SharedArrayBuffer
}
