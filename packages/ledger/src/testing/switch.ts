/** Replicas in processes of their own and one in this process, joined: each can be killed at any moment and started again. */
import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plain } from '@secureflow/base'
import type { LedgerClient } from '../interface.ts'
import type { LedgerTransport } from '../transport.ts'

/** Without `body`: the other is away, or refuses. */
interface Answer {
  type: 'answer'
  id: number
  body: Plain | undefined
}
export type ToReplica =
  | Answer
  | { type: 'request'; from: string; kind: string; body: Plain; id: number }
  | { type: 'call'; id: number; method: string; args: unknown[] }
export type FromReplica =
  | (Answer & { to: string })
  | { type: 'request'; to: string; kind: string; body: Plain; id: number }
  | { type: 'done'; id: number; value?: unknown; error?: string }
  | { type: 'ready' }

/** The process was killed before it answered: whether the call counted is not known. */
export class Killed extends Error {}

interface Running {
  child: ChildProcess
  calls: Map<number, PromiseWithResolvers<unknown>>
  /** Requests that this process was passed and has not answered: how to say that it is away. */
  waiting: Map<number, (body: Plain | undefined) => void>
}

export class Switch {
  readonly #names: readonly string[]
  readonly #own: string
  readonly #genesisFile: string
  readonly #root: string
  readonly #running = new Map<string, Running>()
  readonly #handlers = new Map<string, (from: string, body: Plain) => Promise<Plain>>()
  #counter = 0

  /** @param own the member whose replica is in this process */
  constructor(options: { names: readonly string[]; own: string; genesisFile: string; root: string }) {
    this.#names = options.names
    this.#own = options.own
    this.#genesisFile = options.genesisFile
    this.#root = options.root
  }

  /** Of the replica in this process. */
  get transport(): LedgerTransport {
    const pass = (to: string, kind: string, body: Plain) => this.#pass(this.#own, to, kind, body)
    return {
      members: () => this.#names.filter((name) => name !== this.#own),
      async request(to, kind, body) {
        const answer = await pass(to, kind, body)
        if (answer === undefined) throw new Error(`${to} is away`)
        return answer
      },
      notify: (to, kind, body) => void pass(to, kind, body),
      handle: (kind, handler) => void this.#handlers.set(kind, handler),
    }
  }

  /** Resolves when the replica is up. */
  async start(name: string): Promise<void> {
    const others = this.#names.filter((n) => n !== name)
    const child = fork(
      join(import.meta.dirname, 'replica.ts'),
      [name, join(this.#root, name), this.#genesisFile, ...others],
      {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'secureflow-test-cache') },
      },
    )
    const running: Running = { child, calls: new Map(), waiting: new Map() }
    this.#running.set(name, running)
    let errors = ''
    child.stderr?.on('data', (data: Buffer) => {
      errors += data
    })
    const ready = Promise.withResolvers<void>()
    child.on('error', () => {}) // a message on its way to a process that is killed
    child.on('message', (message: FromReplica) => void this.#onMessage(name, running, message, ready.resolve))
    child.on('exit', () => {
      ready.reject(new Error(`${name} ended: ${errors}`))
      for (const call of running.calls.values()) call.reject(new Killed())
      for (const answer of running.waiting.values()) answer(undefined)
    })
    await ready.promise
  }

  /** At once, with -9. Resolves when it is dead. */
  async kill(name: string): Promise<void> {
    const running = this.#running.get(name)
    if (running === undefined) return
    this.#running.delete(name)
    const died = new Promise((resolve) => running.child.once('exit', resolve))
    running.child.kill('SIGKILL')
    await died
  }

  /** A call of the client of that process. @throws Killed, or an error with the code of the client's */
  async call<M extends keyof LedgerClient>(name: string, method: M, ...args: unknown[]): Promise<unknown> {
    const running = this.#running.get(name)
    if (running === undefined) throw new Killed()
    const id = ++this.#counter
    const answer = Promise.withResolvers<unknown>()
    running.calls.set(id, answer)
    this.#send(running, { type: 'call', id, method, args })
    return answer.promise
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.kill(name)))
  }

  async #onMessage(name: string, running: Running, message: FromReplica, ready: () => void): Promise<void> {
    if (message.type === 'ready') ready()
    else if (message.type === 'answer') {
      running.waiting.get(message.id)?.(message.body)
      running.waiting.delete(message.id)
    } else if (message.type === 'done') {
      const call = running.calls.get(message.id)
      running.calls.delete(message.id)
      if (message.error === undefined) call?.resolve(message.value)
      else call?.reject(Object.assign(new Error(message.error), { code: message.error }))
    } else {
      const { to, kind, body, id } = message
      const answer = await this.#pass(name, to, kind, body)
      if (id > 0) this.#send(running, { type: 'answer', id, body: answer })
    }
  }

  async #pass(from: string, to: string, kind: string, body: Plain): Promise<Plain | undefined> {
    if (to === this.#own)
      return this.#handlers
        .get(kind)?.(from, body)
        .catch(() => undefined)
    const running = this.#running.get(to)
    if (running === undefined) return undefined
    const id = ++this.#counter
    const { promise, resolve } = Promise.withResolvers<Plain | undefined>()
    running.waiting.set(id, resolve)
    this.#send(running, { type: 'request', from, kind, body, id })
    return promise
  }

  #send({ child }: Running, message: ToReplica): void {
    if (child.connected) child.send(message, () => {}) // it may be killed meanwhile: its end is told by `exit`
  }
}
