/**
 * One run from registration to its outcome at this node: wait for the co-signed head, walk the tasks, anchor the record,
 * wait until everybody has. Every end is written down and told to the partners; whoever missed it asks and is told.
 */
import type { RunNews } from '@secureflow/api'
import { errorToBody } from '@secureflow/api'
import { asSecureflowError, errorFromJson, errorToJson, type MemberId, SecureflowError } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Plan } from '@secureflow/flow'
import type { Leave } from '../grants/leave.ts'
import { asRefusal } from '../grants/refusals.ts'
import { defaultTimes, type RunsDependencies } from './dependencies.ts'
import { runErrors } from './errors.ts'
import type { Within } from './journal.ts'
import type { TaskStatus } from './meeting.ts'
import { ProgressReports } from './progress.ts'
import { agreementOf, type Proposal } from './proposal.ts'
import { ReceiptDesk } from './receipts.ts'
import { applyRecord, type RunRecord, type RunState } from './state.ts'
import { failureOf, type RunFailure, Walk } from './walk.ts'
import { answerSchema, statusToPlain } from './wire.ts'
import { Workplace } from './workplace.ts'

export class Drive {
  readonly run: string
  readonly proposal: Proposal
  readonly plan: Plan
  readonly state: RunState
  readonly walk: Walk
  readonly #deps: RunsDependencies
  readonly #workplace: Workplace
  readonly #tell: (news: RunNews) => void
  readonly #gather: (signal: AbortSignal) => Promise<Uint8Array[]>
  /** What speaks against going on. */
  readonly #problem: () => Promise<SecureflowError | undefined>
  /** What this node itself took back: looked at before anything is asked. */
  readonly #takenBack: () => SecureflowError | undefined
  readonly #times: typeof defaultTimes
  readonly #abort = new AbortController()
  #driving: Promise<void> | undefined
  #blockWake: () => void = () => {}

  constructor(
    run: string,
    proposal: Proposal,
    plan: Plan,
    state: RunState,
    deps: RunsDependencies,
    tell: (news: RunNews) => void,
    gather: (signal: AbortSignal) => Promise<Uint8Array[]>,
    leave: Leave,
  ) {
    this.run = run
    this.proposal = proposal
    this.plan = plan
    this.state = state
    this.#deps = deps
    this.#tell = tell
    this.#gather = gather
    this.#problem = () => leave.problem(proposal, plan)
    this.#takenBack = () => leave.ownRevocation(proposal)
    this.#times = { ...defaultTimes, ...deps.times }
    const accounts = new Map(proposal.parties.map((p) => [p.id, p.account as Address]))
    const workplace = new Workplace(run, plan, state, deps)
    this.#workplace = workplace
    const reports = new ProgressReports(run, state, deps, tell)
    this.walk = new Walk(run, plan, proposal.attemptLimit, state, {
      self: deps.self,
      executor: deps.executor,
      desk: new ReceiptDesk(deps.ledger.networkId, run, deps.self, deps.signer, accounts),
      logger: deps.logger,
      times: this.#times,
      write: (record) => this.write(record),
      exchange: (to, task, status) => this.#exchange(to, task, status),
      specOf: (task, attempt) => workplace.placeOf(task, attempt),
      forget: (task) => workplace.forget(task),
      allowRelease: async (task, planned, release) => {
        const problem = await this.#problem()
        if (problem !== undefined) throw problem
        await workplace.allowRelease(task, planned, release)
      },
      writeRelease: (record, planned) =>
        workplace.writeRelease(record, planned, (within) => this.write(record, within)),
      onProgress: (task, attempt, report) => {
        // What was still in the pipe of a process that is stopped is no progress any more.
        if (this.#ending === undefined) reports.progress(task, attempt, report)
      },
      onTask: (task, attempt, what, error) => reports.task(task, attempt, what, error),
    })
  }

  async write(record: RunRecord, within?: Within): Promise<void> {
    await this.#deps.journal.append(this.run, record, within)
    applyRecord(this.state, record)
  }

  /** Goes on from wherever the record says the run stands. Never rejects. */
  go(): Promise<void> {
    this.#driving ??= this.#drive()
      .then(() => (this.state.outcome === undefined ? undefined : this.#workplace.forget()))
      .catch((cause: unknown) => {
        // Not even the end could be written; after a restart the run goes on from what was.
        this.#deps.logger.error({ run: this.run, code: asSecureflowError(cause).code }, 'run stopped')
      })
    return this.#driving
  }

  /** Something changed on the ledger or among the partners. */
  wake(): void {
    this.#blockWake()
    this.walk.wake()
  }

  /** A person of this node ends the run. */
  cancel(): Promise<void> {
    return this.#stop(runErrors.RUN_CANCELLED({}, { party: this.#deps.self }))
  }

  /** Looks whether the run may go on, and ends it where not: at every block, and where something was taken back here. */
  async look(): Promise<void> {
    const taken = this.#mayStop ? this.#takenBack() : undefined
    if (taken !== undefined) return this.#stop(taken)
    if (this.#looking !== undefined) {
      this.#lookAgain = true
      return this.#looking
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }
  #looking: Promise<void> | undefined
  #lookAgain = false

  /** What this party anchored it has released: then the others and the ledger decide. */
  get #mayStop(): boolean {
    return !this.#closing && this.state.outcome === undefined && this.state.anchored === undefined
  }

  async #look(): Promise<void> {
    do {
      this.#lookAgain = false
      if (!this.#mayStop) return
      try {
        const problem = await this.#problem()
        if (problem !== undefined && !this.#closing) await this.#stop(problem)
      } catch (cause) {
        // The ledger is closing, or away: each release is asked for again, and is refused then.
        this.#deps.logger.warn({ run: this.run, code: asSecureflowError(cause).code }, 'not known whether grants stand')
      }
    } while (this.#lookAgain)
  }

  /** Ends the run for everybody by something that this node knows first. */
  async #stop(error: SecureflowError): Promise<void> {
    const failure = { code: error.code, party: error.party ?? this.#deps.self, step: this.walk.currentStep }
    await this.#end(error, failure)
    if (this.state.anchored === undefined) void this.#tellLedger(failure)
  }

  /** A partner says that the run has failed. It may name another party, but nobody outside the run. */
  async hearFailure(failure: RunFailure): Promise<void> {
    if (!this.proposal.parties.some((p) => p.id === failure.party)) return
    await this.#end(failureOf(failure, this.#deps.self), failure)
  }

  async #end(error: SecureflowError, failure: RunFailure): Promise<void> {
    const { outcome, anchored } = this.state
    if (outcome?.status === 'succeeded') return
    this.#ending ??= { error, failure }
    // Once this party anchored, the others may have completed the run: then the ledger decides.
    if (anchored === undefined || outcome !== undefined) {
      this.walk.stop(error)
      this.#abort.abort(error)
      await this.#fail(error, failure)
    }
    this.#blockWake()
  }

  /** How the run shall end, as somebody said first. */
  #ending: { error: SecureflowError; failure: RunFailure } | undefined

  /** The node closes; the run stays as it is written and goes on after the next start. */
  async pause(): Promise<void> {
    const error = asSecureflowError(new DOMException('closing', 'AbortError'))
    this.#closing = true
    this.walk.stop(error)
    this.#abort.abort(error)
    this.#blockWake()
    await this.#driving
  }
  #closing = false

  async #drive(): Promise<void> {
    const { outcome } = this.state
    if (outcome?.status === 'failed' && this.#msToDeadline > 0) await this.#tellLedger(outcome) // perhaps it was away then
    if (outcome !== undefined) return
    const deadline = setTimeout(
      () => {
        this.walk.stop(runErrors.RUN_DEADLINE({}))
        this.#abort.abort(runErrors.RUN_DEADLINE({}))
      },
      Math.max(0, this.#msToDeadline),
    )
    const looking = setInterval(() => void this.look(), this.#times.lookAgainMs)
    try {
      await this.#registered()
      await this.walk.walk()
      await this.#anchor()
      await this.#succeed()
    } catch (cause) {
      if (this.#closing || this.state.outcome !== undefined) return
      if (this.state.anchored !== undefined && (await this.#isComplete().catch(() => false))) await this.#succeed()
      else if (this.#ending !== undefined) await this.#fail(this.#ending.error, this.#ending.failure)
      else await this.#failHere(asSecureflowError(cause))
    } finally {
      clearTimeout(deadline)
      clearInterval(looking)
    }
  }

  get #msToDeadline(): number {
    return this.proposal.deadline * 1000 - this.#deps.clock.now()
  }

  /** Starts only under a ledger head that all parties of the run have signed. */
  async #registered(): Promise<void> {
    const { ledger } = this.#deps
    if (this.state.registered === undefined) {
      let refused: SecureflowError | undefined
      const found = await this.#until(async () => {
        const registered = await ledger.registered(this.run)
        if (registered !== undefined) return registered
        // Refused and, at a second look, still not there: it was not a repetition of what the ledger has already.
        if (refused !== undefined) throw refused
        const late = this.#deps.clock.now() - this.proposal.expiry * 1000
        // The ledger's clock may lag by 30 s: what it took in time is found even when this node looks late.
        if (late > 60_000) throw runErrors.RUN_EXPIRED({})
        if (late < 0 && this.proposal.initiator === this.#deps.self) refused = await this.#register()
        return undefined
      })
      await ledger.coSigned(
        found.height,
        this.proposal.parties.map((p) => p.account as Address),
        this.#abort.signal,
      )
      await this.write({ kind: 'run.registered', ...found })
    }
    this.#tell({ kind: 'registered', height: this.state.registered!.height })
  }

  #signatures: Uint8Array[] | undefined

  /** By the initiator, again after every restart, until the agreement stands. @returns what speaks against it for good */
  async #register(): Promise<SecureflowError | undefined> {
    try {
      this.#signatures ??= await this.#gather(this.#abort.signal)
      await this.#deps.ledger.register(agreementOf(this.proposal, this.plan), this.#signatures)
      this.#blockWake() // look at once
      return undefined
    } catch (cause) {
      const error = asSecureflowError(cause)
      this.#deps.logger.info({ run: this.run, code: error.code }, 'not registered yet')
      return isPassing(error) ? undefined : asRefusal(error, this.proposal)
    }
  }

  async #anchor(): Promise<void> {
    const { ledger, journal } = this.#deps
    if (this.state.anchored === undefined) {
      const head = await journal.head()
      await this.write({ kind: 'run.anchored', ...head })
    }
    const { root, size } = this.state.anchored!
    const receipts = [...this.state.tasks.values()].filter((t) => t.done !== undefined).length
    let stands = false
    await this.#until(async () => {
      if (await this.#isComplete()) return true
      if (this.#ending !== undefined) return this.#contest(this.#ending)
      if (stands) return undefined
      try {
        await ledger.anchor(this.run, root, size, receipts)
        stands = true
        this.#tell({ kind: 'anchored' })
        return (await this.#isComplete()) || undefined
      } catch (error) {
        if (isPassing(asSecureflowError(error))) return undefined // try again with the next sign of life
        await this.#hearEnd() // the ledger refuses because the run failed elsewhere meanwhile: end as it ended there
        if (this.#ending === undefined) throw error
        return undefined
      }
    })
  }

  /** Fails the run on the ledger, which takes one word only: `complete` or the first failure. */
  async #contest({ error, failure }: { error: SecureflowError; failure: RunFailure }): Promise<undefined> {
    try {
      await this.#deps.ledger.fail(this.run, failure.code)
    } catch {
      return undefined // away, or complete already: look again
    }
    throw error
  }

  #isComplete(): Promise<boolean> {
    return this.#deps.ledger.complete(this.run)
  }

  async #succeed(): Promise<void> {
    await this.write({ kind: 'run.succeeded', at: this.#deps.clock.now() })
    this.#tell(this.newsOfOutcome()!)
  }

  /** What to tell people of a run that has ended. */
  newsOfOutcome(): RunNews | undefined {
    const { outcome, endedAt, signedAt } = this.state
    if (outcome === undefined) return undefined
    if (outcome.status === 'succeeded') return { kind: 'run-succeeded', seconds: (endedAt! - signedAt) / 1000 }
    const { status: _, error, ...failure } = outcome
    const shown = error === undefined ? failureOf(failure, this.#deps.self) : errorFromJson(error)
    return { kind: 'run-failed', ...failure, error: errorToBody(shown) }
  }

  /** Whoever missed the news that the run failed asks for it. */
  async #hearEnd(): Promise<void> {
    const others = this.proposal.parties.filter((p) => p.id !== this.#deps.self)
    await Promise.all(others.map(({ id }) => this.#exchange(id, 0, { phase: 'away', attempt: 0 }).catch(() => {})))
  }

  /** Asks again at every block, and every second. */
  async #until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      this.#abort.signal.throwIfAborted()
      const woken = new Promise<void>((resolve) => {
        this.#blockWake = resolve
      })
      const found = await ask()
      if (found !== undefined) return found
      void this.#hearEnd()
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        woken,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, this.#times.askAgainMs)
        }),
      ])
      clearTimeout(timer)
    }
  }

  /** Ends that are told at the same time are judged one after the other. */
  #fail(error: SecureflowError, failure: RunFailure): Promise<void> {
    const failed = this.#failing.then(() => this.#failNext(error, failure))
    this.#failing = failed.catch(() => {})
    return failed
  }
  #failing: Promise<void> = Promise.resolve()

  async #failNext(error: SecureflowError, failure: RunFailure): Promise<void> {
    const before = this.state.outcome
    if (before?.status === 'failed') {
      // Each party may have seen another end, and no more: a partner cannot make this node write without end.
      if (!this.#precedes(failure, before) || ++this.#changes > this.proposal.parties.length) return
    }
    await this.write({ kind: 'run.failed', at: this.#deps.clock.now(), ...failure, error: errorToJson(error) })
    this.#deps.logger.warn({ run: this.run, ...failure }, 'run failed')
    this.#tell(this.newsOfOutcome()!)
    for (const { id } of this.proposal.parties)
      if (id !== this.#deps.self) this.#deps.peers.notify(id as MemberId, 'run.failed', { run: this.run, ...failure })
  }
  #changes = 0

  /** The run ends by something that was noticed at this node: the ledger hears of it from here. */
  async #failHere(cause: SecureflowError): Promise<void> {
    const { code, template, fields, party = this.#deps.self } = cause
    const error = new SecureflowError(code, template, fields, { party, cause })
    const failure = { code, party, step: this.walk.currentStep }
    await this.#fail(error, failure)
    await this.#tellLedger(failure)
  }

  async #tellLedger({ code }: RunFailure): Promise<void> {
    if (this.state.registered === undefined) return
    await this.#deps.ledger.fail(this.run, code).catch((cause: unknown) => {
      this.#deps.logger.warn({ run: this.run, code: asSecureflowError(cause).code }, 'failure not yet on the ledger')
    })
  }

  /** Two ends at once: that of the party that the agreement names first counts, at every party; then code and step. */
  #precedes(a: RunFailure, b: RunFailure): boolean {
    const place = (f: RunFailure) => this.proposal.parties.findIndex((p) => p.id === f.party)
    if (place(a) !== place(b)) return place(a) < place(b)
    return a.code === b.code ? a.step < b.step : a.code < b.code
  }

  async #exchange(to: string, task: number, status: TaskStatus): Promise<TaskStatus> {
    const answer = await this.#deps.peers.request(
      to as MemberId,
      'run.task',
      { run: this.run, task, status: statusToPlain(status) },
      { timeoutMs: 10_000, signal: this.#abort.signal },
    )
    const parsed = answerSchema.parse(answer)
    if ('status' in parsed) return parsed.status
    await this.hearFailure(parsed.failed) // it ended while this node was away
    return { phase: 'away', attempt: 0 }
  }
}

/** A partner or the proposer of blocks is away for now. */
const isPassing = (error: SecureflowError): boolean => error.class === 'transport' || error.class === 'timeout'
