/**
 * Large matrix products on several threads over one shared memory. Workers start at the first product that is worth it;
 * until they are up, and for everything small, the calling thread computes.
 */
import { baseErrors, type SecureflowError, type WorkerHandle, type Workers } from '@secureflow/base'
import { checkMatmul, checkMatmulTransposed } from './checked.ts'
import { kernelErrors } from './errors.ts'
import type { Ring64, U64 } from './ring64.ts'
import { hasSharedMemory, maxThreads } from './wasm/module.ts'
import { matmulRows, matmulTransposedRows, type Rows } from './wasm/products.ts'
import type { WasmRing64 } from './wasm/ring64.ts'
import { type Job, type Start, started } from './wasm/worker.ts'

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

export interface RingPoolOptions {
  /** From the Platform; without them everything runs inline. */
  workers?: Workers | undefined
  signal?: AbortSignal
  /** Multiplications from which a product is worth two messages to each worker (measured: even near 2^20). */
  threshold?: number
}

export function ringPool(ring: Ring64, options: RingPoolOptions = {}): RingPool {
  const { workers, signal, threshold = 2 ** 21 } = options
  const size = Math.min(workers?.parallelism ?? 1, maxThreads - 1)
  const shared = size > 1 && hasSharedMemory() && isShared(ring) ? ring : undefined

  const waiting = new Map<number, { done: () => void; failed: (error: SecureflowError) => void }>()
  const warmed = Promise.withResolvers<void>()
  warmed.promise.catch(() => {}) // told to whoever asks; nobody need ask
  let team: WorkerHandle[] = []
  let up = 0
  let lastId = started
  let ended: SecureflowError | undefined
  let ending: Promise<void> | undefined

  function end(error: SecureflowError): Promise<void> {
    ended ??= error
    ending ??= stop(error)
    return ending
  }

  /** Workers first: when a caller hears of the end, nobody writes into its vectors any more. */
  async function stop(error: SecureflowError): Promise<void> {
    signal?.removeEventListener('abort', abort)
    await Promise.allSettled(team.map((worker) => worker.terminate()))
    team = []
    for (const { failed } of waiting.values()) failed(error)
    waiting.clear()
    warmed.reject(error)
  }
  const abort = (): void => void end(baseErrors.ABORTED({}))
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })

  function start(on: WasmRing64, from: Workers): void {
    for (let thread = 1; thread <= size; thread++) {
      const worker = from.spawn(new URL('./wasm/worker.ts', import.meta.url))
      team.push(worker)
      worker.onDeath((cause) => void end(kernelErrors.KERNEL_WORKER_LOST({}, { cause })))
      worker.onMessage((id) => {
        if (id === started) {
          if (++up === size) warmed.resolve()
          return
        }
        const job = waiting.get(id as number)
        waiting.delete(id as number)
        if (waiting.size === 0) for (const each of team) each.hold(false)
        job?.done()
      })
      worker.post({ module: on.module, memory: on.memory, thread } satisfies Start)
    }
  }

  function send(worker: WorkerHandle, rows: Rows): Promise<void> {
    return new Promise((done, failed) => {
      const id = ++lastId
      waiting.set(id, { done, failed })
      worker.hold(true)
      worker.post({ id, rows } satisfies Job)
    })
  }

  /** @param rowsOf the work for output rows from..to−1 */
  async function run(
    height: number,
    work: number,
    inline: () => void,
    rowsOf: (on: WasmRing64, from: number, to: number) => Rows,
  ): Promise<void> {
    if (ended !== undefined) throw ended
    if (shared === undefined || workers === undefined || work < threshold) return inline()
    if (team.length === 0) start(shared, workers)
    if (up < size) return inline()
    const step = 3 * Math.ceil(height / size / 3) // the kernel takes three rows at a time
    const parts: Promise<void>[] = []
    for (let from = 0; from < height; from += step)
      parts.push(send(team[parts.length]!, rowsOf(shared, from, Math.min(height, from + step))))
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
    async warm() {
      if (ended !== undefined) throw ended
      if (shared === undefined || workers === undefined) return
      if (team.length === 0) start(shared, workers)
      for (const each of team) each.hold(true)
      await warmed.promise
      if (waiting.size === 0) for (const each of team) each.hold(false)
    },
    close: () => end(baseErrors.ABORTED({})),
  }
}

function isShared(ring: Ring64): ring is WasmRing64 {
  return 'memory' in ring && (ring as WasmRing64).memory.buffer instanceof SharedArrayBuffer
}
