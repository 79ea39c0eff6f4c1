/**
 * Several nodes' runs in one process: real proposals, agreements, journals, gates and components; the links, the ledger
 * and the task processes are in memory, so that every order of events can be tried quickly.
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  asSecureflowError,
  errorCatalog,
  type MemberId,
  type Plain,
  platformRng,
  silentLogger,
  toHex,
} from '@secureflow/base'
import { memoryPair, type Wire } from '@secureflow/channel'
import { components } from '@secureflow/components/declarations'
import { type Address, localSigner, type Signer } from '@secureflow/crypto'
import { type Agreement, agreementDigest } from '@secureflow/ledger'
import { nodePlatform } from '@secureflow/platform'
import type { SpaceGate } from '../../spaces/interface.ts'
import { type Database, openDatabase } from '../../storage/index.ts'
import type { ChannelRecord } from '../../tasks/control.ts'
import type { Executor, RunningTask, TaskJob } from '../../tasks/job.ts'
import { perform } from '../../tasks/perform.ts'
import { openUsage } from '../../usage/index.ts'
import type { OwnAsset, RunLedger, RunPeers, RunsDependencies } from '../dependencies.ts'
import { LogJournal } from '../journal.ts'
import { Runs } from '../service.ts'
import type { RunRecord } from '../state.ts'
import { MemoryGrants } from './memory-grants.ts'

export const testErrors = errorCatalog({
  TEST_CUT: { class: 'transport', en: 'cut', zh: 'cut', fix: { en: '-', zh: '-' } },
  TEST_REVERTED: { class: 'input', en: 'reverted', zh: 'reverted', fix: { en: '-', zh: '-' } },
})

type Handler = (from: MemberId, body: Plain) => Promise<Plain>

interface Member {
  id: MemberId
  home: string
  signer: Signer
  assets: OwnAsset[]
  handlers: Map<string, Handler>
  ups: ((member: MemberId) => void)[]
  executor: MemoryExecutor
  /** Called before a record is written. */
  onWrite: (record: RunRecord) => void | Promise<void>
  /** Does not yet see what the others see on the ledger. */
  ledgerLags: boolean
  /** What it holds runs in a space against. */
  spaces?: SpaceGate
  runs?: Runs
  db?: Database
}

/** Both ends of each channel, by its id. */
class Wires {
  readonly #waiting = new Map<string, Wire>()
  readonly #open = new Map<string, Wire[]>()

  take(id: string): Wire {
    const other = this.#waiting.get(id)
    if (other !== undefined) {
      this.#waiting.delete(id)
      return other
    }
    const [mine, theirs] = memoryPair({ timeoutMs: 20_000 })
    this.#waiting.set(id, theirs)
    this.#open.set(id, [mine, theirs])
    return mine
  }

  cut(id: string): void {
    for (const wire of this.#open.get(id) ?? []) wire.close(testErrors.TEST_CUT({}))
  }
}

class MemoryExecutor implements Executor {
  readonly #wires: Wires
  readonly #running = new Set<RunningTask>()
  /** Called before a task begins; a test may throw from here. */
  onStart: (step: string, attempt: TaskJob) => void | Promise<void> = () => {}
  /** Called when a task has computed and its result is not yet known. */
  onEnd: (step: string) => void | Promise<void> = () => {}

  constructor(wires: Wires) {
    this.#wires = wires
  }

  start(job: TaskJob): RunningTask {
    const abort = new AbortController()
    const channels: ChannelRecord[] = []
    const work = async () => {
      const spec = await job.spec()
      await this.onStart(spec.step, job)
      const wires = new Map<string, Wire>()
      for (const [peer, id] of job.channels) {
        wires.set(peer, this.#wires.take(id))
        const zero = new Uint8Array(32)
        channels.push({ peer, sent: zero, received: zero, sentBytes: 0, receivedBytes: 0, sentMessages: 0 })
      }
      const outputs = await perform(
        spec,
        wires,
        {
          agreeInputs: (own, partners) => job.agreeInputs(own, partners),
          release: (release) => job.release(release),
          progress: (report) => job.progress({ ...report, sentBytes: 0, receivedBytes: 0 }),
          logger: silentLogger,
        },
        abort.signal,
      )
      await this.onEnd(spec.step)
      return { outputs, channels, rounds: 0, usage: { cpuMs: 7, peakMemoryBytes: 5 << 20 } }
    }
    const result = work()
    const state = { aborted: false }
    const running: RunningTask = {
      result,
      get aborted() {
        return state.aborted
      },
      abort: async () => {
        state.aborted = true
        abort.abort()
        for (const id of job.channels.values()) this.#wires.cut(id)
        await result.catch(() => {})
        this.#running.delete(running)
      },
    }
    this.#running.add(running)
    result.catch(() => {
      for (const id of job.channels.values()) this.#wires.cut(id)
    })
    return running
  }

  /** What a crash leaves of the running tasks: nothing. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((r) => r.abort()))
  }
}

export class World {
  readonly networkId = nodePlatform.sha256(new Uint8Array([1]))
  readonly members = new Map<MemberId, Member>()
  readonly #wires = new Wires()
  readonly #registered = new Map<string, { agreement: Agreement; height: number; signatures: Uint8Array[] }>()
  readonly #anchors = new Map<string, Set<string>>()
  readonly failures = new Map<string, string>()
  /** While it is away, nothing can be registered or anchored. */
  ledgerAway = false
  /** While it is set, nothing can be granted or revoked on the ledger. */
  grantsAway = false
  readonly grants = new MemoryGrants()
  /** What every node that starts from now on knows. */
  components: RunsDependencies['components'] = components
  readonly #blocks: (() => void)[] = []
  #height = 0

  constructor(ids: string[]) {
    const root = mkdtempSync(join(tmpdir(), 'secureflow-world-'))
    for (const id of ids as MemberId[]) {
      const key = new Uint8Array(32)
      nodePlatform.randomFill(key)
      const home = join(root, id)
      mkdirSync(home, { recursive: true })
      this.members.set(id, {
        id,
        home,
        signer: localSigner(key),
        assets: [],
        handlers: new Map(),
        ups: [],
        executor: new MemoryExecutor(this.#wires),
        onWrite: () => {},
        ledgerLags: false,
      })
    }
  }

  get(id: string): Member {
    return this.members.get(id as MemberId)!
  }

  /** Starts (or starts again) one member's runs. */
  async up(id: string): Promise<Runs> {
    const member = this.get(id)
    const { onStart, onEnd } = member.executor
    member.executor = Object.assign(new MemoryExecutor(this.#wires), { onStart, onEnd })
    member.db = await openDatabase(member.home)
    const runs = new Runs(await this.#dependencies(member))
    member.runs = runs
    await runs.open()
    for (const other of this.members.values()) if (other !== member) for (const up of other.ups) up(member.id)
    return runs
  }

  /** As a crash: nothing is finished or said any more. */
  async down(id: string): Promise<void> {
    const member = this.get(id)
    member.handlers.clear()
    member.ups = []
    const { runs, db } = member
    delete member.runs
    const closing = runs?.close()
    await member.executor.close()
    await closing
    await db?.destroy()
  }

  async close(): Promise<void> {
    for (const { id, runs } of this.members.values()) if (runs !== undefined) await this.down(id)
  }

  async #dependencies(member: Member): Promise<RunsDependencies> {
    const clock = { now: () => Date.now() }
    const journal = await LogJournal.open(member.db!, this.networkId, member.signer, clock)
    const append = journal.append.bind(journal)
    journal.append = async (run, record, within) => {
      await member.onWrite(record)
      await append(run, record, within)
    }
    return {
      home: member.home,
      db: member.db!,
      self: member.id,
      signer: member.signer,
      commitmentKey: new Uint8Array(32),
      accountOf: (id) => this.members.get(id)?.signer.address,
      components: this.components,
      ...(member.spaces === undefined ? {} : { spaces: member.spaces }),
      peers: this.#peersOf(member),
      ledger: this.#ledgerOf(member),
      assets: {
        own: async (asset) => member.assets.find((a) => a.facts.id === asset || a.facts.name === asset),
        facts: async (owner, asset) =>
          this.members.get(owner)?.assets.find((a) => a.facts.id === asset || a.facts.name === asset)?.facts,
      },
      journal,
      usage: openUsage(member.db!),
      executor: member.executor,
      clock,
      rng: platformRng(nodePlatform),
      logger: silentLogger,
      times: { askAgainMs: 50, lookAgainMs: 500, absenceMs: 5000, messageTimeoutMs: 20_000 },
    }
  }

  #peersOf(member: Member): RunPeers {
    return {
      request: async (to, kind, body) => {
        const handler = this.members.get(to)?.handlers.get(kind)
        if (handler === undefined) throw testErrors.TEST_CUT({})
        return handler(member.id, body)
      },
      notify: (to, kind, body) => {
        void this.members
          .get(to)
          ?.handlers.get(kind)?.(member.id, body)
          .catch((e: unknown) => {
            throw asSecureflowError(e)
          })
      },
      handle: (kind, handler) => void member.handlers.set(kind, handler),
      on: (_, listener) => void member.ups.push(listener),
      measure: async () => ({ roundTripMs: 0.3, bytesPerSecond: 300e6 }),
    }
  }

  #ledgerOf(member: Member): RunLedger {
    const block = () => {
      this.#height++
      for (const listener of this.#blocks) listener()
    }
    const complete = (run: string) =>
      this.#anchors.get(run)?.size === this.#registered.get(run)?.agreement.parties.length
    return {
      networkId: this.networkId,
      register: async (agreement, signatures) => {
        if (this.ledgerAway) throw testErrors.TEST_CUT({})
        const run = toHex(agreementDigest(this.networkId, agreement))
        if (!this.#registered.has(run)) this.grants.useUp(agreement)
        this.#registered.set(run, { agreement, height: this.#height + 1, signatures })
        block()
      },
      registered: async (run) => {
        const found = this.#registered.get(run)
        return found === undefined ? undefined : { height: found.height, signatures: found.signatures }
      },
      coSigned: async () => {},
      anchor: async (run) => {
        if (this.ledgerAway) throw testErrors.TEST_CUT({})
        if (this.failures.has(run)) throw testErrors.TEST_REVERTED({})
        const anchored = this.#anchors.get(run) ?? new Set()
        anchored.add(member.id)
        this.#anchors.set(run, anchored)
        block()
      },
      complete: async (run) => !member.ledgerLags && complete(run),
      fail: async (run, code) => {
        if (this.ledgerAway) throw testErrors.TEST_CUT({})
        if (complete(run)) throw testErrors.TEST_REVERTED({})
        if (!this.failures.has(run)) this.failures.set(run, code)
        block()
      },
      onBlock: (listener) => void this.#blocks.push(listener),
      grants: this.grants.of(member.signer.address, {
        members: [...this.members.values()].map(({ id, signer }) => ({ id, account: signer.address })),
        changed: () => {
          if (this.grantsAway) throw testErrors.TEST_CUT({})
          setTimeout(block)
        },
      }),
    }
  }
}

export type { Address }
