/**
 * The simulation: three whole nodes as child processes of this one, each with a home of its own below `demo` in this node's
 * home, on loopback ports, on a network of their own. Nothing is shared with this member but the machine: no key, no
 * ledger, no database (docs/decisions/0022). Two of them approve by themselves what the third asks.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorToBody, routes, type SimulationView } from '@secureflow/api'
import { asSecureflowError, type Clock, type Locale, type Logger, type SecureflowError } from '@secureflow/base'
import { parseTerms } from '@secureflow/flow'
import { codeCache } from '../code-cache.ts'
import { initHome } from '../identity/index.ts'
import { type Answered, Caller } from './caller.ts'
import { demoErrors } from './errors.ts'
import { makeSampleTables, type Simulated, sampleDraft, sampleId, sampleSpaces, simulated } from './sample.ts'

export interface DemoDependencies {
  /** Of the real node. */
  home: string
  locale: Locale
  tell(topic: string): void
  clock: Clock
  logger: Logger
}

interface Running {
  name: Simulated
  process: ChildProcess
  caller: Caller
}

const childFile = fileURLToPath(new URL('./child.ts', import.meta.url))
/** A node of the demo keeps 180 MB instead of 225 by it, and is not measurably slower. */
const heapFlags = ['--max-old-space-size=512', '--max-semi-space-size=2']
/** What the partners look for, and how often. */
const approveMs = 700
const linkTries = 600
const startMs = 60_000

export class Demo {
  readonly #deps: DemoDependencies
  readonly #folder: string
  #nodes: Running[] = []
  #state: 'idle' | 'starting' | 'running' | 'failed' = 'idle'
  #problem: SecureflowError | undefined
  #startedAt: number | undefined
  #tookMs: number | undefined
  #approving: NodeJS.Timeout | undefined
  /** One change after the other. */
  #last: Promise<void> = Promise.resolve()
  #closed = false

  constructor(deps: DemoDependencies) {
    this.#deps = deps
    this.#folder = join(deps.home, 'demo')
  }

  show(): SimulationView {
    const kept = existsSync(this.#ready)
    const state = this.#state === 'idle' ? (kept ? 'stopped' : 'none') : this.#state
    const memoryBytes = this.#memory()
    return {
      state,
      ...(this.#startedAt === undefined || state !== 'running' ? {} : { startedAt: this.#startedAt }),
      ...(this.#tookMs === undefined || state !== 'running' ? {} : { tookMs: this.#tookMs }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(this.#problem === undefined || state !== 'failed' ? {} : { problem: errorToBody(this.#problem) }),
    }
  }

  /** Answers at once; pages are told when it runs, or does not. */
  start(): SimulationView {
    if (this.#state !== 'starting' && this.#state !== 'running' && !this.#closed) {
      this.#set('starting')
      void this.#next(() => this.#start())
    }
    return this.show()
  }

  async stop(): Promise<SimulationView> {
    await this.#next(() => this.#end())
    return this.show()
  }

  async remove(): Promise<SimulationView> {
    await this.#next(async () => {
      await this.#end()
      rmSync(this.#folder, { recursive: true, force: true })
    })
    this.#deps.tell('simulation')
    return this.show()
  }

  async close(): Promise<void> {
    this.#closed = true
    // What is still starting is not waited for: its processes end with their pipes.
    for (const { process: child } of this.#nodes) child.stdin?.end()
    await this.#next(() => this.#end())
  }

  /** In the name of whoever looks at the simulation. @throws SIMULATION_NONE */
  forward(method: string, path: string, body: unknown, signal: AbortSignal): Promise<Answered> {
    return this.#you().send(method, path, body, signal)
  }

  /** The simulated node's stream of events. @throws SIMULATION_NONE */
  events(lastId: string | undefined, signal: AbortSignal, answered: (answer: IncomingMessage) => void): void {
    const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId }
    this.#you()
      .open('GET', '/events', signal, answered, headers)
      .on('error', () => {}) // the browser dials again
      .end()
  }

  #you(): Caller {
    const you = this.#state === 'running' ? this.#nodes.find((n) => n.name === 'you') : undefined
    if (you === undefined) throw demoErrors.SIMULATION_NONE({})
    return you.caller
  }

  get #ready(): string {
    return join(this.#folder, 'ready.json')
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  #set(state: 'idle' | 'starting' | 'running' | 'failed'): void {
    this.#state = state
    this.#deps.tell('simulation')
  }

  async #start(): Promise<void> {
    const { clock, logger } = this.#deps
    const began = clock.now()
    try {
      // What was begun and never finished is begun again.
      if (!existsSync(this.#ready)) rmSync(this.#folder, { recursive: true, force: true })
      const made = existsSync(this.#ready)
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      const started = await Promise.allSettled(simulated.map((name) => this.#startNode(name)))
      for (const each of started) if (each.status === 'rejected') throw each.reason
      if (!made) await this.#found()
      await this.#linked()
      if (!made) {
        await this.#fill()
        writeFileSync(this.#ready, JSON.stringify({ at: clock.now() }))
      }
      if (this.#closed) return
      this.#startedAt = clock.now()
      this.#tookMs = this.#startedAt - began
      this.#approveSoon()
      this.#set('running')
      logger.info({ tookMs: this.#tookMs }, 'simulation running')
    } catch (thrown) {
      const error = asSecureflowError(thrown)
      logger.warn({ code: error.code, err: error }, 'simulation not started')
      await this.#end()
      this.#problem = error
      if (!this.#closed) this.#set('failed')
    }
  }

  async #startNode(name: Simulated): Promise<void> {
    const home = join(this.#folder, name)
    const loopback = { host: '127.0.0.1', port: 0 }
    if (!existsSync(home))
      await initHome({
        home,
        name,
        locale: this.#deps.locale,
        people: loopback,
        peers: loopback,
        passphrase: undefined,
      })
    if (this.#closed) throw demoErrors.SIMULATION_NONE({})
    const child = spawn(process.execPath, [...heapFlags, childFile, home], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: codeCache },
    })
    child.stdin.on('error', () => {})
    const url = await firstUrl(child, name).catch((error: unknown) => {
      child.stdin.end()
      child.kill('SIGKILL')
      throw error
    })
    child.once('exit', () => this.#lost(name))
    this.#nodes.push({ name, process: child, caller: new Caller(home, url) })
    if (this.#closed) child.stdin.end()
  }

  /** One that ends by itself takes the others with it. */
  #lost(member: Simulated): void {
    if (this.#state !== 'running') return
    this.#problem = demoErrors.SIMULATION_FAILED({ member })
    void this.#next(() => this.#end()).then(() => this.#set('failed'))
  }

  async #end(): Promise<void> {
    clearTimeout(this.#approving)
    this.#set('idle')
    const nodes = this.#nodes
    this.#nodes = []
    await Promise.all(nodes.map(({ process: child }) => ended(child)))
  }

  #node(name: Simulated): Caller {
    const found = this.#nodes.find((n) => n.name === name)
    if (found === undefined) throw demoErrors.SIMULATION_FAILED({ member: name })
    return found.caller
  }

  async #found(): Promise<void> {
    const centre = this.#node('sim-centre')
    await centre.call(routes.network.create, {})
    for (const name of ['you', 'sim-bank'] as const) {
      const { invitation } = await centre.call(routes.network.invite, { validForSeconds: 600 })
      await this.#node(name).call(routes.network.join, { invitation })
    }
  }

  async #linked(): Promise<void> {
    for (let left = linkTries; left > 0 && !this.#closed; left--) {
      const views = await Promise.all(this.#nodes.map((n) => n.caller.call(routes.network.show, {})))
      if (views.every((v) => v.members.length === simulated.length && v.members.every((m) => m.self || m.connected)))
        return
      await pause(100)
    }
    throw demoErrors.SIMULATION_NOT_LINKED({})
  }

  /** Datasets at both houses, and a space for each ready flow, which the partners sign. */
  async #fill(): Promise<void> {
    const tables = await makeSampleTables(join(this.#folder, 'tables'))
    const [you, bank] = [this.#node('you'), this.#node('sim-bank')]
    const { add } = routes.data
    const everything = {
      purposes: 'any',
      components: 'any',
      minimumRows: 10,
      expires: '2999-01-01',
      refusals: 'change',
    }
    const kinds = [
      'row-count',
      'matched-rows',
      'value-range',
      'model-weights',
      'score',
      'training-epochs',
      'metric',
      'shape',
    ]
    const disclosures = Object.fromEntries(kinds.map((k) => [k, 'any']))
    const terms = (members: string[], more = {}) =>
      parseTerms(JSON.stringify({ ...everything, members, disclosures, ...more }))
    const own = { id: sampleId, terms: terms(['sim-bank', 'sim-centre']) }
    // A person of the partner is asked, as with a real one; here it is nobody, who says yes.
    const theirs = { id: sampleId, terms: terms(['you', 'sim-centre'], { approval: 'always' }) }
    const known = new Map(
      (
        await Promise.all([
          you.call(add, { ...own, path: tables.loans, name: 'loans', label: 'default' }),
          you.call(add, { ...own, path: tables.campaign, name: 'campaign', label: 'responded' }),
          bank.call(add, { ...theirs, path: tables.payments, name: 'payments' }),
          bank.call(add, { ...theirs, path: tables.purchases, name: 'purchases' }),
        ])
      ).map((d) => [d.name, d]),
    )
    for (const space of sampleSpaces) {
      const draft = sampleDraft(space, known.get(space.mine)!, known.get(space.theirs)!, this.#deps.clock.now())
      await you.call(routes.spaces.propose, { draft })
    }
    for (let left = linkTries; left > 0 && !this.#closed; left--) {
      await this.#approve()
      const spaces = await you.call(routes.spaces.list, {})
      if (spaces.every((s) => s.status === 'active')) return
      await pause(100)
    }
    throw demoErrors.SIMULATION_NOT_LINKED({})
  }

  #approveSoon(): void {
    this.#approving = setTimeout(() => {
      void this.#approve()
        .catch((cause: unknown) => this.#deps.logger.info({ code: asSecureflowError(cause).code }, 'not approved'))
        .then(() => {
          if (this.#state === 'running') this.#approveSoon()
        })
    }, approveMs)
  }

  /** What simulated partners do: sign every space, grant every request that their terms leave to a person. */
  async #approve(): Promise<void> {
    const { spaces, requests } = routes
    for (const { name, caller } of this.#nodes) {
      if (name === 'you') continue
      for (const { id, awaitsOwn } of await caller.call(spaces.list, {}))
        if (awaitsOwn) await caller.call(spaces.accept, { id })
      for (const { id, direction, status } of await caller.call(requests.list, {}))
        if (direction === 'received' && status === 'waiting') await caller.call(requests.approve, { id })
    }
  }

  /** Resident memory of the three processes, where the system tells (Linux). */
  #memory(): number | undefined {
    try {
      if (this.#nodes.length === 0) return undefined
      return this.#nodes.reduce((sum, { process: { pid } }) => {
        const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
        return sum + Number(kb) * 1024
      }, 0)
    } catch {
      return undefined
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function firstUrl(child: ChildProcess, member: Simulated): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(demoErrors.SIMULATION_FAILED({ member }))
    const late = setTimeout(fail, startMs)
    let text = ''
    child.stdout?.on('error', fail).on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end < 0) return
      clearTimeout(late)
      resolve((JSON.parse(text.slice(0, end)) as { url: string }).url)
    })
    child.once('error', fail)
    child.once('exit', () => {
      clearTimeout(late)
      fail()
    })
  })
}

/** In good order where it can; killed where it does not end within some seconds. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.stdin?.end()
  const force = setTimeout(() => child.kill('SIGKILL'), 8000)
  await gone
  clearTimeout(force)
}
