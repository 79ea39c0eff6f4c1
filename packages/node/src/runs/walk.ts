/**
 * One run at one node: its own tasks in the agreed order, each with the partners that take part. There is no scheduler;
 * the order is the same everywhere, so that nobody waits in a circle. Whatever ends the walk, all parties end alike.
 */
import {
  asSecureflowError,
  encodeCbor,
  errorToJson,
  type Logger,
  type SecureflowError,
  toHex,
  utf8,
} from '@secureflow/base'
import type { Plan, PlannedDisclosure, PlannedTask } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { refusalOf } from '../grants/refusals.ts'
import type { CommitmentOf, TaskSpec } from '../tasks/control.ts'
import { taskErrors } from '../tasks/errors.ts'
import { Gate, type GateRelease } from '../tasks/gate.ts'
import type { Executor, RunningTask, TaskProgress } from '../tasks/job.ts'
import { datasetsReadBy } from '../usage/reads.ts'
import { runErrors } from './errors.ts'
import { Meeting, type NextStep, type SignedReceipt, type TaskStatus } from './meeting.ts'
import { type ReceiptDesk, sameCommitments } from './receipts.ts'
import { type ReleaseRecord, type RunRecord, type RunState, taskState } from './state.ts'

export interface RunFailure {
  code: string
  party: string
  step: string
}

export interface WalkTimes {
  /** How often a waiting party asks again. */
  askAgainMs: number
  /** How long a partner may stay away before the run fails for everybody. */
  absenceMs: number
  messageTimeoutMs: number
}

/** Where a task of this run finds its files and secrets at this node. */
export type TaskPlace = Pick<TaskSpec, 'agreedSeed' | 'salt' | 'inputs' | 'outputFolder' | 'scratchFolder' | 'assets'>

/** Everything a walk needs from its node. */
export interface WalkHost {
  self: string
  executor: Executor
  desk: ReceiptDesk
  logger: Logger
  times: WalkTimes
  write(record: RunRecord): Promise<void>
  /** Says the own status of a task, and hears the partner's. */
  exchange(to: string, task: number, status: TaskStatus): Promise<TaskStatus>
  specOf(task: PlannedTask, attempt: number): Promise<TaskPlace>
  /** The task is over: what only a later attempt could use goes. */
  forget(task: PlannedTask): Promise<void>
  /** The owner's terms, as they stand now, on the node's own numbers. */
  allowRelease(task: PlannedTask, planned: PlannedDisclosure, release: GateRelease): Promise<void>
  /** Durable when it resolves, together with the rows that it is about. */
  writeRelease(record: ReleaseRecord, planned: PlannedDisclosure): Promise<void>
  onProgress(task: PlannedTask, attempt: number, report: TaskProgress): void
  onTask(task: PlannedTask, attempt: number, what: 'started' | 'finished' | 'failed', error?: SecureflowError): void
}

const retryable = (error: SecureflowError): boolean =>
  error.class === 'transport' || error.class === 'timeout' || error.code === 'TASK_DIED'

export class Walk {
  readonly run: string
  readonly plan: Plan
  readonly attemptLimit: number
  readonly state: RunState
  readonly #host: WalkHost
  readonly #meetings = new Map<number, Meeting>()
  readonly #abort = new AbortController()
  #wake: () => void = () => {}
  #step = ''

  constructor(run: string, plan: Plan, attemptLimit: number, state: RunState, host: WalkHost) {
    this.run = run
    this.plan = plan
    this.attemptLimit = attemptLimit
    this.state = state
    this.#host = host
  }

  get currentStep(): string {
    return this.#step
  }

  /** Ends the walk from outside: cancelled, failed at a partner, past its deadline. */
  stop(error: SecureflowError): void {
    this.#abort.abort(error)
    this.#wake()
  }

  /** A partner came up, or something else changed: look again at once. */
  wake(): void {
    this.#wake()
  }

  /** A partner says its status of a task; the answer is the own status, for those who take part in it. */
  heard(task: number, from: string, status: TaskStatus): TaskStatus {
    if (!this.plan.tasks[task]?.parties.some((p) => p.id === from)) return { phase: 'away', attempt: 0 }
    const meeting = this.#meetings.get(task)
    if (meeting !== undefined) {
      this.#hear(meeting, from, status)
      return meeting.own
    }
    const done = this.state.tasks.get(task)?.done
    return done === undefined ? { phase: 'away', attempt: 0 } : { phase: 'done', attempt: done.attempt, ...done.signed }
  }

  /** Nobody opens more attempts than were agreed; who names a higher one has said nothing. */
  #hear(meeting: Meeting, from: string, status: TaskStatus): void {
    if (status.attempt <= this.attemptLimit && meeting.heard(from, status)) this.#wake()
  }

  /** Walks to the end of the own tasks. @throws the error that ends the run */
  async walk(): Promise<void> {
    for (const task of this.plan.tasks) {
      if (!task.parties.some((p) => p.id === this.#host.self)) continue
      if (taskState(this.state, task.index).finished === undefined) {
        this.#step = task.step
        await this.#perform(task)
      }
      await this.#host.forget(task)
    }
  }

  async #perform(task: PlannedTask): Promise<void> {
    const { self, write } = this.#host
    const others = task.parties.map((p) => p.id).filter((id) => id !== self)
    const mine = taskState(this.state, task.index)
    const meeting = new Meeting(others)
    if (mine.done !== undefined) meeting.done(mine.done.attempt, mine.done.signed)
    else meeting.abandonUpTo(mine.attempt)
    this.#meetings.set(task.index, meeting)
    let stopComputing: (() => Promise<void>) | undefined
    let nonce = new Uint8Array(32)
    const lastHeard = new Map<string, number>()
    let waitingSince = Date.now()
    try {
      for (;;) {
        this.#abort.signal.throwIfAborted()
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        const step: NextStep = meeting.next()
        switch (step.do) {
          case 'open': {
            await stopComputing?.()
            stopComputing = undefined
            if (step.attempt > this.attemptLimit)
              throw runErrors.RUN_ATTEMPTS_SPENT({
                step: task.step,
                attempts: this.attemptLimit,
                code: mine.failures.at(-1)?.code ?? 'an end at the partner',
              })
            await write({ kind: 'task.attempt', task: task.index, attempt: step.attempt })
            nonce = new Uint8Array(32)
            nodePlatform.randomFill(nonce)
            meeting.opened(step.attempt, nonce)
            break
          }
          case 'start': {
            meeting.started()
            stopComputing = this.#compute(
              task,
              step.attempt,
              this.#sessionOf(task, step.attempt, nonce, step.nonces),
              meeting,
            )
            break
          }
          case 'finish': {
            await this.#host.desk.check(task, mine.done!.signed, step.receipts, mine.inputs)
            const partners = [...step.receipts].map(([party, signed]) => ({ party, ...plain(signed) }))
            await write({ kind: 'task.finished', task: task.index, attempt: step.attempt, partners })
            this.#host.onTask(task, step.attempt, 'finished')
            return
          }
          case 'wait': {
            if (meeting.computing) {
              await woken
              waitingSince = Date.now()
            } else {
              this.#refuseAbsence(task, step.for, lastHeard, waitingSince)
              void this.#ask(task, meeting, step.for, lastHeard)
              await Promise.race([woken, pause(this.#host.times.askAgainMs)])
            }
          }
        }
      }
    } finally {
      await stopComputing?.()
    }
  }

  async #ask(task: PlannedTask, meeting: Meeting, whom: string[], lastHeard: Map<string, number>): Promise<void> {
    await Promise.all(
      whom.map(async (id) => {
        try {
          const answer = await this.#host.exchange(id, task.index, meeting.own)
          lastHeard.set(id, Date.now())
          this.#hear(meeting, id, answer)
        } catch (error) {
          this.#host.logger.debug({ run: this.run, to: id, code: asSecureflowError(error).code }, 'partner not reached')
        }
      }),
    )
  }

  #refuseAbsence(task: PlannedTask, whom: string[], lastHeard: Map<string, number>, waitingSince: number): void {
    const { absenceMs } = this.#host.times
    for (const id of whom)
      if (Date.now() - Math.max(lastHeard.get(id) ?? 0, waitingSince) > absenceMs)
        throw runErrors.RUN_PARTNER_AWAY({ who: id, step: task.step }, { party: id })
  }

  #sessionOf(task: PlannedTask, attempt: number, own: Uint8Array, others: Map<string, Uint8Array>): Uint8Array {
    const nonces = task.parties.map(({ id }) => (id === this.#host.self ? own : others.get(id)!))
    return nodePlatform.sha256(
      utf8('secureflow/session/1'),
      encodeCbor({ run: this.run, task: task.index, attempt }),
      ...nonces,
    )
  }

  /**
   * Starts the attempt; when it ends, its result is written down or the next attempt is asked for.
   * @returns what ends it: resolves when nothing of it computes or is being written, so that no attempt overlaps the next
   */
  #compute(task: PlannedTask, attempt: number, session: Uint8Array, meeting: Meeting): () => Promise<void> {
    const { self, executor, write, times } = this.#host
    const startedAt = Date.now()
    const gate = new Gate({
      self,
      disclosures: task.disclosures,
      allowed: (planned, release) => this.#host.allowRelease(task, planned, release),
      write: (planned, release) =>
        this.#host.writeRelease({ kind: 'task.release', task: task.index, attempt, ...release }, planned),
    })
    this.#host.onTask(task, attempt, 'started')
    const running: RunningTask = executor.start({
      spec: async () => ({
        ...(await this.#host.specOf(task, attempt)),
        member: self,
        part: task.parties.find((p) => p.id === self)!.part,
        parties: task.parties,
        component: task.component,
        version: task.version,
        step: task.step,
        params: task.params,
        session,
        messageTimeoutMs: times.messageTimeoutMs,
      }),
      channels: new Map(task.parties.filter((p) => p.id !== self).map((p) => [p.id, channelOf(session, self, p.id)])),
      agreeInputs: async (own, partners) => {
        for (const { party, inputs } of [{ party: self, inputs: own }, ...partners])
          await this.#agreeInputs(task, attempt, party, inputs)
      },
      release: (release) => gate.release(release),
      progress: (report) => this.#host.onProgress(task, attempt, report),
    })
    const written = running.result
      .then(
        async (result) => {
          if (running.aborted) return
          const signed = await this.#host.desk.sign(task, attempt, session, result, gate.released(), {
            startedAt,
            endedAt: Date.now(),
            inputs: taskState(this.state, task.index).inputs.get(self) ?? [],
            datasets: datasetsReadBy(this.plan, task, self),
          })
          const outputs = result.outputs.map(({ port, type, file, rows }) => ({
            port,
            type,
            file,
            ...(rows === undefined ? {} : { rows }),
          }))
          await write({
            kind: 'task.done',
            task: task.index,
            attempt,
            ...plain(signed),
            outputs,
            rounds: result.rounds,
            ...(result.traffic === undefined ? {} : { traffic: result.traffic }),
          })
          meeting.done(attempt, signed)
          this.#wake()
        },
        async (cause: unknown) => {
          if (running.aborted) return
          const error = asSecureflowError(cause)
          this.#host.onTask(task, attempt, 'failed', error)
          this.#host.logger.warn({ run: this.run, step: task.step, attempt, code: error.code }, 'attempt failed')
          if (!retryable(error)) return this.stop(error)
          await write({
            kind: 'task.failed',
            task: task.index,
            attempt,
            error: errorToJson(error),
          })
          meeting.abandonUpTo(attempt)
          this.#wake()
        },
      )
      .catch((error: unknown) => this.stop(asSecureflowError(error)))
    return async () => {
      await running.abort()
      await written
    }
  }

  async #agreeInputs(task: PlannedTask, attempt: number, party: string, inputs: CommitmentOf[]): Promise<void> {
    const known = taskState(this.state, task.index).inputs.get(party)
    if (known === undefined)
      return this.#host.write({ kind: 'task.inputs', task: task.index, party, inputs: inputs.map((i) => ({ ...i })) })
    if (!sameCommitments(known, inputs)) throw taskErrors.TASK_INPUTS_CHANGED({ who: party, attempt }, { party })
  }
}

/** Both ends derive the same id, and nobody else's session has it. */
function channelOf(session: Uint8Array, a: string, b: string): string {
  const [low, high] = a < b ? [a, b] : [b, a]
  return toHex(nodePlatform.sha256(session, utf8(`${low}~${high}`)).subarray(0, 16))
}

/** A failure that happened elsewhere, as the error to show here. */
export function failureOf(failure: RunFailure, self: string): SecureflowError {
  const { code, party, step } = failure
  if (code === 'RUN_CANCELLED') return runErrors.RUN_CANCELLED({}, { party })
  if (code === 'RUN_MEMBER_INACTIVE') return runErrors.RUN_MEMBER_INACTIVE({ who: party, state: 'inactive' }, { party })
  if (code === 'RUN_DEADLINE') return runErrors.RUN_DEADLINE({}, { party })
  if (code === 'RUN_PARTNER_AWAY') return runErrors.RUN_PARTNER_AWAY({ who: party, step }, { party })
  const refusal = refusalOf(code, party)
  if (refusal !== undefined) return refusal
  return party === self
    ? runErrors.RUN_ATTEMPTS_SPENT({ step, attempts: 1, code }, { party })
    : runErrors.RUN_FAILED_AT_PARTNER({ who: party, step, code }, { party })
}

const plain = ({ receipt, signature }: SignedReceipt): SignedReceipt => ({ receipt, signature })
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())
