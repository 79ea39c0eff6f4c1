/** Many elements under the scalar of one session: on the calling thread, or on worker threads where it is worth them. */
import { baseErrors, type Platform, type WorkerHandle } from '@secureflow/base'
import { kernelErrors } from '@secureflow/kernels/errors'
import { type EcdhSuiteName, ecdhSuites } from './cost.ts'
import type { EcdhSuite } from './suite.ts'
import type { Job, Start } from './worker.ts'

/** Told how many elements more are done; may throw to end the work, and lets the event loop run. */
export type Tick = (elements: number) => Promise<void>

export interface Engine {
  /** Items, given by their digests, hashed to the group and multiplied. */
  mask(digests: Uint8Array, tick: Tick): Promise<Uint8Array>
  /** As the suite: zero in place of what is no element. */
  multiply(elements: Uint8Array, tick: Tick): Promise<Uint8Array>
  /** Ends the workers; what is under way and what comes later is ABORTED. */
  close(): Promise<void>
}

/** Between two turns of the event loop. */
const turnSeconds = 8e-3
/** What a worker is given at a time: far more than a message costs, far less than a chunk. */
const pieceSeconds = 30e-3
/** From which a worker is worth its start, and how many there are at most: each has some 40 MB. */
const secondsAWorker = 1
const mostWorkers = 16

export interface EngineOptions {
  name: EcdhSuiteName
  suite: EcdhSuite
  scalar: Uint8Array
  platform: Platform
  signal: AbortSignal
  /** Own rows and those of the partner. */
  own: number
  theirs: number
}

export function startEngine(options: EngineOptions): Engine {
  const { name, platform, own, theirs } = options
  const facts = ecdhSuites[name]
  const seconds = facts.own * own + facts.theirs * theirs
  const count = Math.min(platform.workers?.parallelism ?? 1, mostWorkers, Math.floor(seconds / secondsAWorker))
  return count > 1 ? threaded(options, count) : inline(options)
}

function inline({ name, suite, scalar }: EngineOptions): Engine {
  const step = 32 * Math.max(1, Math.floor(turnSeconds / ecdhSuites[name].own))
  async function run(bytes: Uint8Array, tick: Tick, work: (part: Uint8Array) => Uint8Array): Promise<Uint8Array> {
    const out = new Uint8Array(bytes.length)
    for (let at = 0; at < bytes.length; at += step) {
      const part = bytes.subarray(at, at + step)
      out.set(work(part), at)
      await tick(part.length / 32)
    }
    return out
  }
  return {
    mask: (digests, tick) => run(digests, tick, (part) => suite.multiply(scalar, suite.hashToGroup(part))),
    multiply: (elements, tick) => run(elements, tick, (part) => suite.multiply(scalar, part)),
    async close() {},
  }
}

function threaded({ name, scalar, platform, signal }: EngineOptions, count: number): Engine {
  const step = 32 * Math.max(1, Math.floor(pieceSeconds / ecdhSuites[name].own))
  const waiting = new Map<number, { worker: number; done: (bytes: Uint8Array) => void; failed: (e: Error) => void }>()
  /** Pieces that each worker has before it. */
  const queued = new Array<number>(count).fill(0)
  let lastId = 0
  let ended: Error | undefined

  function end(error: Error): void {
    ended ??= error
    for (const { failed } of waiting.values()) failed(ended)
    waiting.clear()
  }
  const abort = (): void => end(baseErrors.ABORTED({}))
  signal.addEventListener('abort', abort, { once: true })

  const workers = Array.from({ length: count }, (): WorkerHandle => {
    const worker = platform.workers!.spawn(new URL('./worker.ts', import.meta.url))
    worker.hold(true)
    worker.onDeath((cause) => end(kernelErrors.KERNEL_WORKER_LOST({}, { cause })))
    worker.onMessage((message) => {
      const { id, bytes } = message as { id: number; bytes: Uint8Array }
      const job = waiting.get(id)
      if (job === undefined) return
      waiting.delete(id)
      queued[job.worker]!--
      job.done(bytes)
    })
    worker.post({ name, scalar } satisfies Start)
    return worker
  })

  function piece(kind: Job['kind'], bytes: Uint8Array): Promise<Uint8Array> {
    if (ended !== undefined) return Promise.reject(ended)
    const worker = queued.indexOf(Math.min(...queued))
    queued[worker]!++
    return new Promise((done, failed) => {
      const id = ++lastId
      waiting.set(id, { worker, done, failed })
      workers[worker]!.post({ id, kind, bytes: bytes.slice() } satisfies Job)
    })
  }

  async function run(kind: Job['kind'], bytes: Uint8Array, tick: Tick): Promise<Uint8Array> {
    const out = new Uint8Array(bytes.length)
    const pieces: Promise<void>[] = []
    for (let at = 0; at < bytes.length; at += step) {
      const part = bytes.subarray(at, at + step)
      const take = async () => {
        out.set(await piece(kind, part), at)
        await tick(part.length / 32)
      }
      pieces.push(take())
    }
    await Promise.all(pieces)
    return out
  }

  return {
    mask: (digests, tick) => run('mask', digests, tick),
    multiply: (elements, tick) => run('multiply', elements, tick),
    async close() {
      signal.removeEventListener('abort', abort)
      await Promise.allSettled(workers.map((worker) => worker.terminate()))
      end(baseErrors.ABORTED({}))
    },
  }
}
