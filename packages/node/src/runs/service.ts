/** Flows and runs at this node: judging and signing proposals, starting runs, taking up again what a stop interrupted. */
import {
  errorFromBody,
  type FlowReport,
  mayAsk,
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
import { Desk } from '../grants/desk.ts'
import { Giving } from '../grants/giving.ts'
import { Inbox } from '../grants/inbox.ts'
import { Leave } from '../grants/leave.ts'
import { Outbox } from '../grants/outbox.ts'
import { refusalOf } from '../grants/refusals.ts'
import { RequestStore } from '../grants/requests.ts'
import { waitingFor } from '../grants/views.ts'
import { spaceError } from '../spaces/refusals.ts'
import { defaultTimes, type RunsDependencies } from './dependencies.ts'
import { Drive } from './drive.ts'
import { runErrors } from './errors.ts'
import type { RunService, StartResult } from './interface.ts'
import { Judge } from './judge.ts'
import { News } from './news.ts'
import { agreementOf, decodeProposal, encodeProposal, grantedAssets, type Proposal, planOf } from './proposal.ts'
import { propose, renewed } from './propose.ts'
import { foldRun } from './state.ts'
import { detailOf, lines, planned, summaryOf } from './views.ts'
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
  readonly #giving: Giving
  readonly #leave: Leave
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly desk: Desk

  constructor(deps: RunsDependencies) {
    this.#deps = deps
    this.#times = { ...defaultTimes, ...deps.times }
    this.#news = new News(deps.clock)
    this.#news.onTold = (news, run) => deps.onNews?.(news, run)
    const { ledger, self, db, assets, clock, logger, peers, components } = deps
    this.#giving = new Giving({ self, db, ledger: ledger.grants, clock, logger })
    this.#leave = new Leave({ ...deps, ledger: ledger.grants, giving: this.#giving })
    const keep = (run: string, proposal: Proposal, signature: Uint8Array) => this.#keep(run, proposal, signature)
    this.#judge = new Judge({ ...deps, giving: this.#giving }, this.#drives, keep)
    const store = new RequestStore(db, clock)
    const shared = { ...deps, ledger: ledger.grants, store, giving: this.#giving, judge: this.#judge }
    this.#inbox = new Inbox({ ...shared, networkId: ledger.networkId, patienceMs: 10_000 })
    this.#outbox = new Outbox({
      ...{ self, db, store, peers, ledger: ledger.grants, clock, logger, lookAgainMs: this.#times.lookAgainMs },
      isMember: (member) => deps.accountOf(member) !== undefined,
      renew: (proposal) => renewed(proposal, deps, this.#times),
      begin: (proposal) => this.#begin(proposal),
    })
    this.desk = new Desk({
      ...{ self, assets, components, store, giving: this.#giving, inbox: this.#inbox, outbox: this.#outbox, db, clock },
      ...{ judge: this.#judge, ledger: ledger.grants, drives: this.#drives, stopped: () => this.#lookAll() },
      drafted: (flow, initiator) => this.#drafted(flow, initiator),
    })
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
    await this.#giving.open()
    peers.handle('request.ask', (from, body) => this.#inbox.answer(from, body))
    peers.handle('request.changed', (from, body) => this.#outbox.hear(from, body))
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
    const lookAll = () => void this.#lookAll()
    this.#deps.standing?.onChange(lookAll)
    peers.on('up', (member) => {
      wakeAll()
      this.#outbox.lookAgain(member)
      this.#settle()
    })
    ledger.onBlock(() => {
      wakeAll()
      void this.#lookIfChanged()
    })
    for (const drive of this.#drives.values()) void drive.go()
    lookAll() // decided while this node was away
    await this.#outbox.open()
    this.#settle()
  }

  /** Most blocks take nothing back: one question for all runs, and each is looked at only where something was. */
  async #lookIfChanged(): Promise<void> {
    try {
      if (await this.#deps.ledger.grants.changed()) await this.#lookAll()
    } catch (cause) {
      this.#deps.logger.warn({ code: asSecureflowError(cause).code }, 'not known whether grants stand')
    }
  }

  /** Whether each run under way may go on. @returns the runs that may not */
  async #lookAll(): Promise<string[]> {
    const open = [...this.#drives.values()].filter((d) => d.state.outcome === undefined)
    await Promise.all(open.map((d) => d.look()))
    return open.filter((d) => d.state.outcome !== undefined).map((d) => d.run)
  }

  /** What was granted or taken back here while the ledger was away. */
  #settle(): void {
    this.#inbox.settle().catch((cause: unknown) => {
      this.#deps.logger.warn({ code: asSecureflowError(cause).code }, 'grants not settled')
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#outbox.close(), ...[...this.#drives.values()].map((d) => d.pause())])
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
    // First everybody's word, without a signature: nobody is bound to a run that another refuses.
    const answers = await this.#askAll(proposal, plan, false)
    const report = this.#report(plan, answers)
    if (!mayAsk(report, this.#deps.self)) {
      // Whoever refuses hears that it was meant: its people see what was asked of them.
      const refusing = report.terms.filter((t) => !t.allow && t.ask === undefined).map((t) => t.owner)
      const others = refusing.filter((owner) => owner !== this.#deps.self)
      if (others.length > 0) await this.#outbox.settle(await this.#outbox.make(proposal, plan, others))
      return { started: false, report }
    }
    if (grantedAssets(plan).length === 0) return this.#startOwn(proposal, report, plan)

    const { request, error } = await this.#outbox.settle(await this.#outbox.make(proposal, plan))
    const { status, state, id } = request
    if (status === 'started') return { started: true, run: state.run! }
    for (const { member, kind, terms } of state.asked)
      if (kind === 'use' && terms.length > 0) answers.set(member, { terms })
    const asked = this.#report(plan, answers)
    if (status === 'waiting') return { started: false, report: asked, request: { id, waiting: waitingFor(request) } }
    if (status === 'refused') return { started: false, report: asked }
    throw error ?? runErrors.RUN_PROPOSAL_DIFFERS({ what: 'request' })
  }

  /** A flow as a member would propose it now, for looking at. */
  async #drafted(flow: string, initiator: string | undefined): Promise<Proposal> {
    const made = await propose(flow, this.#deps, this.#times)
    if ('report' in made) throw errorFromBody(made.report.problems[0]!.error)
    const others = made.plan.members.filter((m) => m !== this.#deps.self)
    return { ...made.proposal, initiator: initiator ?? others[0] ?? this.#deps.self }
  }

  /** A flow on the initiator's own data alone needs nobody's grant. */
  async #startOwn(proposal: Proposal, report: FlowReport, plan: Plan): Promise<StartResult> {
    if (!mayRun(report)) return { started: false, report }
    const own = await this.#judge.judge(proposal, true)
    if (own.signature === undefined && own.terms.length > 0)
      return { started: false, report: this.#report(plan, new Map([[this.#deps.self, own]])) }
    return { started: true, run: this.#runOf(proposal, plan, own) }
  }

  /** The own signature first: from here on this node follows the run, and takes it up again after a stop. */
  async #begin(proposal: Proposal): Promise<string> {
    const plan = planOf(proposal, this.#deps.components)
    const run = toHex(agreementDigest(this.#deps.ledger.networkId, agreementOf(proposal, plan)))
    if (this.#drives.has(run)) return run
    return this.#runOf(proposal, plan, await this.#judge.judge(proposal, true))
  }

  #runOf(proposal: Proposal, plan: Plan, { signature, differs, refused, space, terms }: Judgement): string {
    const { self, ledger } = this.#deps
    if (space !== undefined) throw spaceError(space, self)
    if (differs !== undefined) throw runErrors.RUN_PROPOSAL_DIFFERS({ what: differs })
    if (refused !== undefined) throw refusalOf(refused, self)!
    if (signature === undefined) throw runErrors.RUN_REFUSED({ who: self, reasons: reasonsOf(terms) }, { party: self })
    return toHex(agreementDigest(ledger.networkId, agreementOf(proposal, plan)))
  }

  /** Everybody's signature over the agreement, in the order of its parties; whoever signed before signs the same again. */
  async #signatures(run: string, proposal: Proposal, plan: Plan, signal: AbortSignal): Promise<Uint8Array[]> {
    const answers = await this.#askAll(proposal, plan, true, signal)
    const signatures: Uint8Array[] = []
    for (const { id, account } of proposal.parties) {
      const { signature, terms } = answers.get(id)!
      const reasons = reasonsOf(terms)
      if (reasons !== '') throw runErrors.RUN_REFUSED({ who: id, reasons }, { party: id })
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
    for (const [id, { differs, refused, space }] of answers)
      if (space !== undefined) throw spaceError(space, id)
      else if (refused !== undefined) throw refusalOf(refused, id)!
      else if (differs !== undefined) throw runErrors.RUN_PROPOSAL_DIFFERS({ what: differs }, { party: id })
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
      this.#leave,
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
      tasks: plan.tasks.map(planned),
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

const reasonsOf = (terms: Judgement['terms']): string =>
  terms.flatMap((t) => (t.allow ? [] : t.reasons.map((r) => r.what.en))).join('; ')

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
