/** Worker threads over one WASM memory: started when first wanted, ended together, each doing its calls in order. */
import { baseErrors, type SecureflowError, type WorkerHandle, type Workers } from '@secureflow/base'
import { kernelErrors } from './errors.ts'
import { type Call, type Job, type Start, started } from './wasm/worker.ts'

export interface Team {
  /** Workers there can be: 0 where everything runs on the calling thread. */
  readonly size: number
  /** @throws ABORTED, KERNEL_WORKER_LOST once it has ended */
  expectLive(): void
  /** Starts the workers when it is the first time. @returns whether all are up @throws as `expectLive` */
  ready(): boolean
  /** Kernel calls for one worker, after those that it was sent before. Pre: ready. */
  send(worker: number, calls: readonly Call[]): Promise<void>
  /** Resolves when the workers are up; at once where there will be none. */
  warm(): Promise<void>
  /** Ends the workers; what is under way and what comes later is ABORTED. */
  close(): Promise<void>
}

export interface TeamOptions {
  /** From the Platform; without them everything runs inline. */
  workers?: Workers | undefined
  signal?: AbortSignal | undefined
}

/** @param start undefined where the memory cannot be shared */
export function workerTeam(start: Start | undefined, most: number, options: TeamOptions): Team {
  const { workers, signal } = options
  const parallelism = Math.min(workers?.parallelism ?? 1, most)
  const size = parallelism > 1 && start !== undefined ? parallelism : 0

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

  function startAll(): void {
    for (let i = 0; i < size; i++) {
      const worker = workers!.spawn(new URL('./wasm/worker.ts', import.meta.url))
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
      worker.post(start)
    }
  }

  function expectLive(): void {
    if (ended !== undefined) throw ended
  }

  function ready(): boolean {
    expectLive()
    if (size > 0 && team.length === 0) startAll()
    return size > 0 && up === size
  }

  return {
    size,
    expectLive,
    ready,
    send(to, calls) {
      if (ended !== undefined) return Promise.reject(ended)
      const worker = team[to]!
      return new Promise((done, failed) => {
        const id = ++lastId
        waiting.set(id, { done, failed })
        worker.hold(true)
        worker.post({ id, calls } satisfies Job)
      })
    },
    async warm() {
      if (ready() || size === 0) return
      for (const each of team) each.hold(true)
      await warmed.promise
      if (waiting.size === 0) for (const each of team) each.hold(false)
    },
    close: () => end(baseErrors.ABORTED({})),
  }
}
