/**
 * Tasks as child processes of this node, each with its memory watched. A child inherits one socket and nothing else: no
 * environment but the search path, no open file.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { asSecureflowError, baseErrors, errorFromJson, errorToJson, type Logger, type MemberId } from '@secureflow/base'
import type { LinkChannel } from '../peers/index.ts'
import type { FromTask, ToTask } from './control.ts'
import { taskErrors } from './errors.ts'
import type { Executor, RunningTask, TaskJob, TaskResult } from './job.ts'
import { NodeEnd, pipeDescriptor } from './pipe.ts'

export interface ProcessExecutorOptions {
  channel(member: MemberId, id: string): LinkChannel
  logger: Logger
  /** Resident memory of one task process, default 2 048 MB. */
  memoryMb?: number
  /** Where compiled code is kept between task processes: half of the time that one takes to start. */
  codeCache?: string
}

interface Limits extends ProcessExecutorOptions {
  memoryMb: number
}

const childFile = fileURLToPath(new URL('./child.ts', import.meta.url))
const watchMs = 250

export class ProcessExecutor implements Executor {
  readonly #options: Limits
  readonly #running = new Set<RunningTask>()

  constructor(options: ProcessExecutorOptions) {
    this.#options = { memoryMb: 2048, ...options }
  }

  start(job: TaskJob): RunningTask {
    const running = new TaskProcess(this.#spawn(), job, this.#options)
    this.#running.add(running)
    const over = () => void this.#running.delete(running)
    running.result.then(over, over)
    return running
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((r) => r.abort()))
  }

  #spawn(): ChildProcess {
    const { memoryMb, logger, codeCache } = this.#options
    const child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, childFile], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...(codeCache === undefined ? {} : { NODE_COMPILE_CACHE: codeCache }) },
    })
    child.on('error', (error) =>
      logger.error({ code: (error as NodeJS.ErrnoException).code }, 'task process not started'),
    )
    // A process that dies breaks its pipes; its `close` says so, and more than they could.
    for (const pipe of [child.stderr, child.stdio[pipeDescriptor]]) pipe?.on('error', () => {})
    child.stderr?.on('data', (text: Buffer) =>
      logger.warn({ pid: child.pid, text: text.toString().slice(0, 2000) }, 'task stderr'),
    )
    return child
  }
}

class TaskProcess implements RunningTask {
  readonly result: Promise<TaskResult>
  #aborted = false
  readonly #child: ChildProcess
  readonly #begun: Promise<void>
  readonly #exited: Promise<void>
  #settle: { resolve: (r: TaskResult) => void; reject: (e: unknown) => void }
  readonly #job: TaskJob
  readonly #options: Limits
  #end: NodeEnd | undefined

  constructor(child: ChildProcess, job: TaskJob, options: Limits) {
    this.#child = child
    this.#job = job
    this.#options = options
    const { promise, resolve, reject } = Promise.withResolvers<TaskResult>()
    this.#settle = { resolve, reject }
    this.result = promise
    promise.catch(() => {}) // whoever started it hears of it through `result`
    this.#exited = new Promise((done) => {
      const exited = (status: number | null, signal: string | null) => {
        clearInterval(watch)
        this.#end?.close()
        reject(taskErrors.TASK_DIED({ how: signal ?? `exit ${status}` }))
        done()
      }
      child.once('close', exited) // not `exit`: what it said last may still be in the pipe
      child.once('error', () => exited(null, 'not started'))
    })
    const watch = setInterval(() => this.#watchMemory(), watchMs)
    this.#begun = this.#begin().catch((error: unknown) => {
      reject(asSecureflowError(error))
      child.kill('SIGKILL')
    })
  }

  get aborted(): boolean {
    return this.#aborted
  }

  async abort(): Promise<void> {
    this.#aborted = true
    this.#settle.reject(baseErrors.ABORTED({}))
    this.#child.kill('SIGKILL')
    await Promise.all([this.#begun, this.#exited])
  }

  async #begin(): Promise<void> {
    const spec = await this.#job.spec()
    const { exitCode, signalCode, killed } = this.#child
    if (killed || exitCode !== null || signalCode !== null) return
    const end = new NodeEnd(this.#child.stdio[pipeDescriptor] as Socket, {
      control: (message) =>
        void this.#hear(message as unknown as FromTask).catch((error: unknown) => {
          this.#settle.reject(asSecureflowError(error))
          this.#child.kill('SIGKILL')
        }),
      closed: () => {},
    })
    this.#end = end
    const channels = [...this.#job.channels].map(([peer, id], i) => {
      end.splice(i + 1, this.#options.channel(peer as MemberId, id))
      return { peer, number: i + 1 }
    })
    this.#tell({ type: 'start', spec, channels })
  }

  #tell(message: ToTask): void {
    this.#end?.send(message)
  }

  async #hear(message: FromTask): Promise<void> {
    switch (message.type) {
      case 'progress': {
        const { type: _, sent, received, ...report } = message
        return this.#job.progress({ ...report, sentBytes: sent, receivedBytes: received })
      }
      case 'log':
        return this.#options.logger[message.level]({ ...message.fields, pid: this.#child.pid }, message.message)
      case 'ask': {
        try {
          if (message.what === 'inputs') await this.#job.agreeInputs(message.own, message.partners)
          else await this.#job.release({ disclosure: message.disclosure, to: message.to, count: message.count })
          return this.#tell({ type: 'answer', id: message.id })
        } catch (error) {
          return this.#tell({ type: 'answer', id: message.id, error: errorToJson(error) })
        }
      }
      case 'result':
        {
          const { type: _, ...result } = message
          this.#settle.resolve(result)
        }
        return this.#end?.close() // heard: the process may leave
      case 'failed':
        this.#settle.reject(errorFromJson(message.error))
        return this.#end?.close()
    }
  }

  /** `prlimit --as` would break WebAssembly, which reserves much more than it uses: watch what is resident. */
  #watchMemory(): void {
    const { memoryMb } = this.#options
    const used = residentMb(this.#child.pid)
    if (used === undefined || used <= memoryMb) return
    this.#settle.reject(taskErrors.TASK_OUT_OF_MEMORY({ used, allowed: memoryMb }))
    this.#child.kill('SIGKILL')
  }
}

/** @returns undefined where the system does not tell (not Linux, or the process is gone) */
function residentMb(pid: number | undefined): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return Number.isFinite(pages) ? Math.round((pages * 4096) / 2 ** 20) : undefined
  } catch {
    return undefined // it ended between two looks
  }
}
