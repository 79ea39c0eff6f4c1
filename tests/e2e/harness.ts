/**
 * Real nodes for end-to-end tests: processes of the command line on loopback, each with a home of its own, killed and
 * started again at will. Homes are folders: a network is made once, and every case runs on a copy of it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunDetail, RunEvent } from '@secureflow/api'
import { connect } from '@secureflow/cli/connect'
import { type DemoTables, generateDemoTables } from '@secureflow/data'
import { configFile, type NodeConfig, readConfig } from '@secureflow/node/identity/config'
import { initHome } from '@secureflow/node/identity/index'
import { type Client, followRun } from '@secureflow/sdk'

export const memberNames = ['bank-a', 'bank-b', 'centre'] as const
export type Name = (typeof memberNames)[number]

const commandLine = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
const endWithParent = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url))

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** One node: a home, and a process on it while it is up. */
export class TestNode {
  readonly home: string
  #process: ChildProcess | undefined
  #client: Client | undefined
  #stderr = ''

  constructor(home: string) {
    this.home = home
  }

  get name(): Name {
    return readConfig(this.home).name as string as Name
  }

  get up(): boolean {
    return this.#process !== undefined
  }

  get pid(): number {
    return this.#process!.pid!
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error(`${this.home} is down`)
    return this.#client
  }

  /** What the process said on stderr: nothing, while all is well. */
  get stderr(): string {
    return this.#stderr
  }

  get log(): string {
    return readFileSync(join(this.home, 'logs/node.log'), 'utf8')
  }

  /** Rejects where the process ends instead, with what it said. */
  async start(): Promise<this> {
    const child = spawn(
      process.execPath,
      ['--import', endWithParent, commandLine, '--home', this.home, 'node', 'start', '--json'],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    )
    this.#process = child
    this.#stderr = ''
    child.stdin.on('error', () => {})
    child.stderr.on('data', (text: Buffer) => {
      this.#stderr += text
    })
    child.once('exit', () => {
      if (this.#process === child) this.#process = this.#client = undefined
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve())
      child.once('close', (code) => reject(new Error(`${this.home} ended with ${code}: ${this.#stderr}`)))
    })
    this.#client = connect(this.home)
    return this
  }

  /** As a power cut: nothing is finished or said any more. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  configure(change: (config: NodeConfig) => void): void {
    const config = readConfig(this.home)
    change(config)
    writeFileSync(configFile(this.home), JSON.stringify(config))
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (child === undefined) return
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    let late = false
    const force = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, 10_000)
    await exited
    clearTimeout(force)
    if (late) throw new Error(`${this.home} did not end in good order`)
  }
}

/** A folder with the homes of a network's members. */
export class Site {
  readonly folder: string
  readonly nodes: Readonly<Record<Name, TestNode>>

  constructor(folder: string) {
    this.folder = folder
    this.nodes = Object.fromEntries(memberNames.map((m) => [m, new TestNode(join(folder, m))])) as Record<
      Name,
      TestNode
    >
  }

  get all(): TestNode[] {
    return Object.values(this.nodes)
  }

  get client(): Client {
    return this.nodes['bank-a'].client
  }

  /** All or none. */
  async start(): Promise<this> {
    try {
      await Promise.all(this.all.map((n) => n.start()))
      await this.linked()
      return this
    } catch (error) {
      await this.remove()
      throw error
    }
  }

  /** Until every node has a link to every other. */
  async linked(): Promise<void> {
    for (let left = 300; left > 0; left--) {
      const views = await Promise.all(this.all.map((n) => n.client.network.show()))
      if (views.every((v) => v.members.length === this.all.length && v.members.every((m) => m.self || m.connected)))
        return
      await pause(50)
    }
    throw new Error(`the nodes of ${this.folder} are not linked`)
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((n) => n.stop()))
  }

  async remove(): Promise<void> {
    await Promise.all(this.all.map((n) => n.kill()))
    rmSync(this.folder, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove()
  }

  /** A copy of the homes, which must be down. It has the same ports: one copy may be up at a time. */
  copy(): Site {
    const folder = mkdtempSync(join(tmpdir(), 'secureflow-e2e-'))
    for (const member of memberNames) cpSync(join(this.folder, member), join(folder, member), { recursive: true })
    return new Site(folder)
  }
}

export interface SiteOptions {
  tables?: { loans: number; payments: number; common: number }
  runs?: NodeConfig['runs']
  /** What a node gives as its peer address: the near end of a shaped link, for example. */
  advertise?: Partial<Record<Name, string>>
  /** Has no peer listener: where it and another are linked, it was this one that dialled. */
  dialsOnly?: Name
  /** Peer ports, where they must be known before the homes are made. */
  ports?: Record<Name, number>
}

const smallTables = { loans: 600, payments: 700, common: 480 }

/** Homes, network and datasets; the nodes are up. */
export async function makeSite(options: SiteOptions = {}): Promise<Site & { tables: DemoTables }> {
  const folder = mkdtempSync(join(tmpdir(), 'secureflow-e2e-'))
  const site = new Site(folder)
  try {
    const tables = await generateDemoTables({
      seed: 1,
      folder: join(folder, 'tables'),
      ...(options.tables ?? smallTables),
    })
    const ports = options.ports ?? (await freePorts())
    for (const { home } of site.all) {
      const member = home.slice(folder.length + 1) as Name
      const port = member === options.dialsOnly ? null : ports[member]
      await makeHome(home, member, port, options.advertise?.[member])
    }
    if (options.runs !== undefined)
      for (const node of site.all)
        node.configure((config) => {
          config.runs = options.runs
        })
    await Promise.all(site.all.map((n) => n.start()))
    const { centre, 'bank-a': a, 'bank-b': b } = site.nodes
    await centre.client.network.create()
    for (const bank of [a, b]) {
      const { invitation } = await centre.client.network.invite({ validForSeconds: 600 })
      await bank.client.network.join({ invitation })
    }
    await site.linked()
    const { loans, payments } = tables
    await a.client.data.add({
      path: loans.path,
      name: 'loans',
      id: loans.id,
      label: loans.label,
      allow: ['bank-b', 'centre'],
    })
    await b.client.data.add({ path: payments.path, name: 'payments', id: payments.id, allow: ['bank-a', 'centre'] })
    return Object.assign(site, { tables })
  } catch (error) {
    await site.remove()
    throw error
  }
}

export async function makeHome(home: string, member: string, port: number | null, advertise?: string): Promise<void> {
  mkdirSync(home, { recursive: true })
  await initHome({
    home,
    name: member,
    locale: 'en',
    people: { host: '127.0.0.1', port: 0 },
    peers: port === null ? null : { host: '127.0.0.1', port },
    ...(advertise === undefined ? {} : { advertise }),
  })
}

export async function freePorts(): Promise<Record<Name, number>> {
  const ports = new Set<number>()
  while (ports.size < memberNames.length) ports.add(await freePort())
  return Object.fromEntries(memberNames.map((m, i) => [m, [...ports][i]!])) as Record<Name, number>
}

/** A peer port that a node keeps over restarts: below those that the system gives to outgoing connections. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
}

export interface FlowOptions {
  id?: string
  label?: string
  loans?: string
  payments?: string
  /** Settings of the steps `parts` and `model`. */
  split?: string
  training?: string
}

/** The demo's flow, without bank A's own model. */
export function creditFlow(options: FlowOptions = {}): string {
  const { id = 'customer_id', label = 'default', loans = 'loans', payments = 'payments' } = options
  const { split = 'test: 0.2, seed: agreed', training = 'epochs: 3, batch: 64' } = options
  return `
flow: joint-credit
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b, dealer: centre }
steps:
  loans: { use: read-table, at: lender, asset: ${loans}, id: { column: ${id}, case: upper } }
  payments: { use: read-table, at: partner, asset: ${payments}, id: { column: ${id}, case: upper } }
  aligned: { use: psi, of: { left: loans, right: payments }, on: ${id}, learns: both }
  parts: { use: split, of: aligned, ${split} }
  scaled: { use: standardize, of: parts.train }
  model: { use: vertical-logistic-regression, train: scaled, label: lender.${label}, ${training} }
  scores: { use: predict, model: model, rows: parts.test, to: lender }
  quality: { use: evaluate, scores: scores, label: lender.${label} }
`
}

export const steps = ['loans', 'payments', 'aligned', 'parts', 'scaled', 'model', 'scores', 'quality'] as const
export type Step = (typeof steps)[number]

/** Starts a run that must be allowed. */
export async function begin(client: Client, flow: string): Promise<string> {
  const result = await client.runs.start({ flow })
  if (!result.started) throw new Error(`not started: ${JSON.stringify(result.report, null, 1)}`)
  return result.run
}

/** Resolves at the first event that this node tells and `wanted` accepts; rejects where the run ends before. */
export async function untilEvent(client: Client, run: string, wanted: (event: RunEvent) => boolean): Promise<RunEvent> {
  while (!(await client.runs.list()).some((known) => known.run === run)) await pause(10) // not yet heard of here
  for await (const event of followRun(client, run)) if (wanted(event)) return event
  throw new Error('the run ended before')
}

/** What is known of a step of a run: that it started, works, or finished, at one party or at any. */
export function untilStep(
  client: Client,
  run: string,
  step: string,
  phase: 'started' | 'progress' | 'finished' | 'failed',
  party?: string,
): Promise<RunEvent> {
  return untilEvent(
    client,
    run,
    (e) => e.kind === `task-${phase}` && 'step' in e && e.step === step && (party === undefined || e.party === party),
  )
}

/** How the run ended at this node: `succeeded`, or the code of its failure. Follows the node through restarts. */
export async function outcomeOf(node: TestNode, run: string, withinMs = 60_000): Promise<string> {
  const deadline = Date.now() + withinMs
  for (;;) {
    if (node.up) {
      const known = await node.client.runs.list().catch(() => []) // it may go down just now
      const { status, code } = known.find((r) => r.run === run) ?? {}
      if (status === 'succeeded') return status
      if (status === 'failed') return code ?? 'failed'
    }
    if (Date.now() > deadline) return 'no end'
    await pause(50)
  }
}

export async function outcomes(site: Site, run: string, withinMs?: number): Promise<Record<Name, string>> {
  const each = memberNames.map(async (m): Promise<[Name, string]> => [m, await outcomeOf(site.nodes[m], run, withinMs)])
  return Object.fromEntries(await Promise.all(each)) as Record<Name, string>
}

export const everywhere = (outcome: string): Record<Name, string> =>
  Object.fromEntries(memberNames.map((m) => [m, outcome])) as Record<Name, string>

export const taskOf = (detail: RunDetail, step: string): RunDetail['tasks'][number] =>
  detail.tasks.find((t) => t.step === step)!

/** The numbers of a model as this node holds them: weights of its own columns and, at one of them, the intercept. */
export async function weightsOf({ client }: TestNode, run: string): Promise<number[]> {
  const { outputs } = await client.runs.show({ run })
  const { model } = JSON.parse(readFileSync(outputs.find((o) => o.type === 'model')!.file, 'utf8'))
  return [...model.weights, model.intercept ?? 0]
}

/** Findings of every node about its own record. */
export async function findings(site: Site): Promise<string[]> {
  const reports = await Promise.all(site.all.map((n) => n.client.audit.verify()))
  return reports.flatMap(({ findings: found }, i) => found.map((f) => `${memberNames[i]}: ${f.code}`))
}

export interface Told {
  exitCode: number
  stdout: string
  stderr: string
}

/** One command of the command line, as a person types it. */
export const command = (home: string, ...args: string[]): Promise<Told> => told(home, args)

export async function told(home: string, args: readonly string[], env: Record<string, string> = {}): Promise<Told> {
  const child = spawn(process.execPath, [commandLine, '--home', home, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: 'en_GB.UTF-8', ...env },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (text: Buffer) => {
    said.stdout += text
  })
  child.stderr.on('data', (text: Buffer) => {
    said.stderr += text
  })
  const exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  return { exitCode, ...said }
}
