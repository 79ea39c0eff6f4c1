/** Flows and runs at this node: judging and signing proposals, starting runs, taking up again what a stop interrupted. */
import {
  type FlowReport,
  mayRun,
  type RunDetail,
  type RunEvent,
  type RunEvents,
  type RunSummary,
  runEvent,
  type TermsResult,
} from '@secureflow/api'
import { asSecureflowError, fromHex, type MemberId, type Plain, toHex } from '@secureflow/base'
import { signerOf } from '@secureflow/crypto'
import { type Plan, render } from '@secureflow/flow'
import { agreementDigest } from '@secureflow/ledger'
import { defaultTimes, type RunsDependencies } from './dependencies.ts'
import { Drive } from './drive.ts'
import { runErrors } from './errors.ts'
import type { RunService, StartResult } from './interface.ts'
import { Judge } from './judge.ts'
import { News } from './news.ts'
import { agreementOf, decodeProposal, encodeProposal, type Proposal, planOf } from './proposal.ts'
import { propose } from './propose.ts'
import { foldRun } from './state.ts'
import { detailOf, lines, summaryOf } from './views.ts'
import {
  failedMessage,
  type Judgement,
  judgement,
  newsMessage,
  proposeMessage,
  statusToPlain,
  taskMessage,
} from './wire.ts'

export class Runs implements RunService {
  readonly #deps: RunsDependencies
  readonly #times: typeof defaultTimes
  readonly #news: News
  readonly #drives = new Map<string, Drive>()
  readonly #judge: Judge

  constructor(deps: RunsDependencies) {
    this.#deps = deps
    this.#times = { ...defaultTimes, ...deps.times }
    this.#news = new News(deps.clock)
    this.#news.onTold = (news, run) => deps.onNews?.(news, run)
    this.#judge = new Judge(deps, this.#drives, (run, proposal, signature) => this.#keep(run, proposal, signature))
  }

  /** Answers partners, and takes up every run that has no outcome yet. */
  async open(): Promise<void> {
    const { peers, journal, ledger, logger } = this.#deps
    // All is known before anybody is answered: else a run that was signed already would be signed and followed anew.
    for (const run of await journal.runs())
      await this.#takeUp(run).catch((cause: unknown) => {
        // Another version may no longer compile what an earlier one agreed to. The record stays; the node must start.
        logger.error({ run, code: asSecureflowError(cause).code }, 'run cannot be taken up')
      })
    peers.handle('run.propose', (from, body) => this.#answerProposal(from, body))
    peers.handle('run.task', (from, body) => this.#answerTask(from, body))
    peers.handle('run.failed', async (from, body) => {
      await this.#hearFailure(from, body)
      return null
    })
    peers.handle('run.news', async (from, body) => {
      this.#hearNews(from, body)
      return null
    })
    const wakeAll = () => {
      for (const drive of this.#drives.values()) drive.wake()
    }
    const checkAll = () => {
      for (const drive of this.#drives.values())
        if (drive.state.outcome === undefined)
          drive.checkStanding().catch((cause: unknown) => {
            logger.error({ run: drive.run, code: asSecureflowError(cause).code }, 'the end of a run was not written')
          })
    }
    this.#deps.standing?.onChange(checkAll)
    checkAll() // decided while this node was away
    peers.on('up', wakeAll)
    ledger.onBlock(wakeAll)
    for (const drive of this.#drives.values()) void drive.go()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#drives.values()].map((d) => d.pause()))
    await this.#deps.executor.close()
  }

  async check(flowText: string): Promise<FlowReport> {
    const made = await propose(flowText, this.#deps, this.#times)
    if ('report' in made) return made.report
    return this.#report(made.plan, await this.#askAll(made.proposal, made.plan, false))
  }

  async start(flowText: string): Promise<StartResult> {
    const made = await propose(flowText, this.#deps, this.#times)
    if ('report' in made) return { started: false, report: made.report }
    const { proposal, plan } = made
    const { self, ledger } = this.#deps
    // First everybody's word, without a signature: nobody is bound to a run that another refuses.
    const report = this.#report(plan, await this.#askAll(proposal, plan, false))
    if (!mayRun(report)) return { started: false, report }

    // The own signature first: from here on this node follows the run, and takes it up again after a stop.
    const own = await this.#judge.judge(proposal, true)
    if (own.differs !== undefined) throw runErrors.RUN_PROPOSAL_DIFFERS({ what: own.differs })
    if (own.signature === undefined) return { started: false, report: this.#report(plan, new Map([[self, own]])) }
    return { started: true, run: toHex(agreementDigest(ledger.networkId, agreementOf(proposal, plan))) }
  }

  /** Everybody's signature over the agreement, in the order of its parties; whoever signed before signs the same again. */
  async #signatures(run: string, proposal: Proposal, plan: Plan, signal: AbortSignal): Promise<Uint8Array[]> {
    const answers = await this.#askAll(proposal, plan, true, signal)
    const signatures: Uint8Array[] = []
    for (const { id, account } of proposal.parties) {
      const { signature, terms } = answers.get(id)!
      const reasons = terms.flatMap((t) => (t.allow ? [] : t.reasons.map((r) => r.what.en)))
      if (reasons.length > 0) throw runErrors.RUN_REFUSED({ who: id, reasons: reasons.join('; ') }, { party: id })
      const by = signature === undefined ? undefined : await signerOf(fromHex(run), signature)
      if (signature === undefined || by?.toLowerCase() !== account.toLowerCase())
        throw runErrors.RUN_PROPOSAL_DIFFERS({ what: 'signature' }, { party: id })
      signatures.push(signature)
      this.#news.tell(run, { kind: 'signed', party: id })
    }
    this.#news.tell(run, { kind: 'agreed' })
    return signatures
  }

  async list(): Promise<RunSummary[]> {
    return [...this.#drives.values()].map((d) => summaryOf(d)).sort((a, b) => b.startedAt - a.startedAt)
  }

  async show(run: string): Promise<RunDetail> {
    return detailOf(this.#drive(run), this.#deps.self)
  }

  async cancel(run: string): Promise<void> {
    await this.#drive(run).cancel()
  }

  async events(run: string, since: number, waitMs: number, signal: AbortSignal): Promise<RunEvents> {
    return this.#news.after(this.#drive(run).run, since, waitMs, signal)
  }

  async #askAll(proposal: Proposal, plan: Plan, sign: boolean, signal?: AbortSignal): Promise<Map<string, Judgement>> {
    const body = { proposal: encodeProposal(proposal), sign }
    const answers = await Promise.all(
      plan.members.map(async (id): Promise<[string, Judgement]> => {
        if (id === this.#deps.self) return [id, await this.#judge.judge(proposal, sign)]
        const answer = await this.#deps.peers
          .request(id as MemberId, 'run.propose', body, {
            timeoutMs: 30_000,
            ...(signal === undefined ? {} : { signal }),
          })
          .catch((cause: unknown) => {
            throw runErrors.RUN_PARTNER_UNREACHABLE({ who: id }, { party: id, cause })
          })
        const parsed = judgement.safeParse(answer)
        if (!parsed.success) throw runErrors.RUN_PROPOSAL_DIFFERS({ what: 'form of the answer' }, { party: id })
        return [id, parsed.data]
      }),
    )
    for (const [id, { differs }] of answers)
      if (differs !== undefined) throw runErrors.RUN_PROPOSAL_DIFFERS({ what: differs }, { party: id })
    return new Map(answers)
  }

  async #answerProposal(from: MemberId, body: Plain): Promise<Plain> {
    const { proposal: bytes, sign } = proposeMessage.parse(body)
    const proposal = decodeProposal(bytes)
    if (proposal.initiator !== from) return { terms: [], differs: 'initiator' }
    return (await this.#judge.judge(proposal, sign)) as unknown as Plain
  }

  /** What was signed is written before the signature leaves, and followed from then on. */
  async #keep(run: string, proposal: Proposal, signature: Uint8Array): Promise<void> {
    if (this.#drives.has(run)) return
    const parties = proposal.parties.map(({ id, account }) => ({ id, account }))
    const at = this.#deps.clock.now()
    const { journal, usage, components, self } = this.#deps
    await journal.append(
      run,
      { kind: 'run.signed', proposal: encodeProposal(proposal), initiator: proposal.initiator, parties, signature, at },
      (db) => usage.uses.record(db, run, planOf(proposal, components), self, at),
    )
    const drive = await this.#take(run)
    void drive?.go()
  }

  async #takeUp(run: string): Promise<void> {
    const drive = await this.#take(run)
    const { usage, self } = this.#deps
    if (drive !== undefined) await usage.uses.takeUp(run, drive.plan, self, drive.state.signedAt)
  }

  async #take(run: string): Promise<Drive | undefined> {
    const state = foldRun(await this.#deps.journal.read(run))
    if (state === undefined) return undefined
    const proposal = decodeProposal(state.proposal)
    const plan = planOf(proposal, this.#deps.components)
    const drive = new Drive(
      run,
      proposal,
      plan,
      state,
      this.#deps,
      (news) => this.#news.tell(run, news),
      (signal) => this.#signatures(run, proposal, plan, signal),
    )
    this.#drives.set(run, drive)
    const { flow } = plan.flow
    this.#news.tell(run, { kind: 'proposed', flow, initiator: proposal.initiator, parties: plan.members })
    const outcome = drive.newsOfOutcome()
    if (outcome !== undefined) this.#news.tell(run, outcome)
    return drive
  }

  async #answerTask(from: MemberId, body: Plain): Promise<Plain> {
    const { run, task, status } = taskMessage.parse(body)
    const drive = this.#drives.get(run)
    if (drive === undefined || !drive.proposal.parties.some((p) => p.id === from))
      throw runErrors.RUN_UNKNOWN({ run: run.slice(0, 12) })
    const outcome = drive.state.outcome
    if (outcome?.status === 'failed')
      return { failed: { code: outcome.code, party: outcome.party, step: outcome.step } }
    return { status: statusToPlain(drive.walk.heard(task, from, status)) }
  }

  async #hearFailure(from: MemberId, body: Plain): Promise<void> {
    const { run, ...failure } = failedMessage.parse(body)
    const drive = this.#drives.get(run)
    if (drive === undefined || !drive.proposal.parties.some((p) => p.id === from)) return
    await drive.hearFailure(failure)
  }

  #hearNews(from: MemberId, body: Plain): void {
    const { run, news } = newsMessage.parse(body)
    const drive = this.#drives.get(run)
    if (drive === undefined || drive.state.outcome !== undefined) return
    const parsed = runEvent.safeParse({ ...(news as object), seq: 0, run, at: 0, party: from })
    if (!parsed.success || !isOwnTaskNews(parsed.data, drive)) return
    const { seq: _, run: __, at: ___, ...rest } = parsed.data
    this.#news.tell(run, rest)
  }

  #report(plan: Plan, answers: Map<string, Judgement>): FlowReport {
    return {
      flow: plan.flow.flow,
      problems: [],
      statement: { en: lines(render(plan.statement, 'en')), zh: lines(render(plan.statement, 'zh')) },
      tasks: plan.tasks.map(({ index, step, component, parties, cost }) => ({
        index,
        step,
        component,
        parties,
        seconds: cost.seconds,
      })),
      estimate: plan.estimate,
      terms: [...answers].flatMap(([owner, { terms }]) => terms.map((t) => ({ ...t, owner }) as TermsResult)),
    }
  }

  #drive(run: string): Drive {
    const found =
      this.#drives.get(run) ?? [...this.#drives.values()].find((d) => run.length >= 4 && d.run.startsWith(run))
    if (found === undefined) throw runErrors.RUN_UNKNOWN({ run: run.slice(0, 12) })
    return found
  }
}

/** What partners tell of tasks is what they share themselves: no texts, and only of tasks in which they take part. */
function isOwnTaskNews(
  event: RunEvent,
  { plan, proposal }: Drive,
): event is Extract<RunEvent, { kind: 'task-started' | 'task-progress' | 'task-finished' }> {
  if (event.kind !== 'task-started' && event.kind !== 'task-progress' && event.kind !== 'task-finished') return false
  const task = plan.tasks[event.task]
  const texts = [
    event.kind === 'task-progress' ? (event.unit ?? '') : '',
    event.kind === 'task-started' ? event.part : '',
  ]
  return (
    task?.step === event.step &&
    task.parties.some((p) => p.id === event.party) &&
    (event.kind !== 'task-started' || event.component === task.component) &&
    event.attempt <= proposal.attemptLimit &&
    texts.every((text) => text.length <= 64)
  )
}
