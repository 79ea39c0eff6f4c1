/**
 * Requests that this node makes of others. It asks each owner, and whoever may vouch, again and again until all have granted;
 * then the run begins by itself. The request, and what was answered, survive a stop of the node.
 */
import {
  asSecureflowError,
  type Clock,
  fromHex,
  type Logger,
  type MemberId,
  type Plain,
  type SecureflowError,
  toHex,
} from '@secureflow/base'
import { type Plan, parametersDigest } from '@secureflow/flow'
import type { RunPeers } from '../runs/dependencies.ts'
import { runErrors } from '../runs/errors.ts'
import { decodeProposal, encodeProposal, grantedAssets, type Proposal } from '../runs/proposal.ts'
import type { Database } from '../storage/index.ts'
import { grantErrors } from './errors.ts'
import { requestIdOf } from './inbox.ts'
import type { GrantLedger } from './ledger.ts'
import { refusalOf } from './refusals.ts'
import type { Asked, RequestStore, Sent } from './requests.ts'
import { type AskAnswer, askAnswer, changedMessage } from './wire.ts'

export interface OutboxDependencies {
  self: MemberId
  db: Database
  store: RequestStore
  peers: Pick<RunPeers, 'request'>
  ledger: GrantLedger
  isMember(member: MemberId): boolean
  /** The proposal as it is made now: later times, the facts of the assets as they stand. */
  renew(proposal: Proposal): Promise<Proposal>
  /** Signs it as the first, and follows the run from then on; the same proposal is the same run. @returns its id */
  begin(proposal: Proposal): Promise<string>
  clock: Clock
  logger: Logger
  lookAgainMs: number
}

const askMs = 30_000
const longestWaitMs = 60_000
const monthMs = 30 * 86_400_000

export class Outbox {
  readonly #deps: OutboxDependencies
  readonly #abort = new AbortController()
  readonly #working = new Map<string, Promise<unknown>>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: OutboxDependencies) {
    this.#deps = deps
  }

  /** Goes on with what was asked before a stop. What nobody waited for any more is given up. */
  async open(): Promise<void> {
    const { store, lookAgainMs } = this.#deps
    for (const request of await store.list())
      if (request.direction === 'sent' && request.status === 'asking') await this.#end(request, 'withdrawn', 'ABORTED')
    this.#timer = setInterval(() => this.lookAgain(), lookAgainMs * 12)
    this.lookAgain()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#abort.abort(asSecureflowError(new DOMException('closing', 'AbortError')))
    await Promise.allSettled(this.#working.values())
  }

  /** Durable when it resolves. @param whom default: the owner of every asset that needs a grant @returns the request's id */
  async make(proposal: Proposal, plan: Plan, whom?: string[]): Promise<string> {
    const { store, self } = this.#deps
    const bytes = encodeProposal(proposal)
    const owners = [...new Set(whom ?? grantedAssets(plan).map((a) => a.owner))]
    await store.prune('sent', self)
    const request: Sent = {
      id: requestIdOf(bytes),
      direction: 'sent',
      initiator: self,
      proposal: bytes,
      flow: plan.flow.flow,
      purpose: plan.purpose,
      space: plan.flow.space ?? null,
      flow_hash: plan.flowHash,
      parameters: parametersDigest(plan),
      status: 'asking',
      state: { asked: owners.map((member) => unasked(member, 'use')) },
      asked_at: store.now(),
      decided_at: null,
    }
    await store.put(request)
    return request.id
  }

  /** Asks all again that have not decided; where all have granted, the run begins. One at a time for each request. */
  settle(id: string): Promise<{ request: Sent; error?: SecureflowError }> {
    const settled = (this.#working.get(id) ?? Promise.resolve()).then(() => this.#settle(id))
    const quiet = settled.catch(() => {})
    this.#working.set(id, quiet)
    void quiet.then(() => {
      if (this.#working.get(id) === quiet) this.#working.delete(id)
    })
    return settled
  }

  /** Who could not be reached is asked again after a while that grows. */
  #askSoon(): void {
    if (this.#soon !== undefined || this.#abort.signal.aborted) return
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      this.lookAgain()
    }, this.#waitMs)
    this.#waitMs = Math.min(2 * this.#waitMs, longestWaitMs)
  }
  #soon: NodeJS.Timeout | undefined
  #waitMs = 1000

  /** Something may have changed: with one member, or with all. */
  lookAgain(member?: MemberId): void {
    void this.#lookAgain(member).catch((cause: unknown) => {
      if (!this.#abort.signal.aborted)
        this.#deps.logger.warn({ code: asSecureflowError(cause).code }, 'requests not asked again')
    })
  }

  async #lookAgain(member?: MemberId): Promise<void> {
    for (const request of await this.#deps.store.list()) {
      if (request.direction !== 'sent' || !isOpen(request)) continue
      const concerns = member === undefined || request.state.asked.some((a) => a.member === member)
      if (concerns && !this.#working.has(request.id)) this.#inBackground(request.id)
    }
  }

  /** Answers `request.changed`. */
  async hear(from: MemberId, body: Plain): Promise<null> {
    const { request: id } = changedMessage.parse(body)
    const request = await this.#deps.store.get(id)
    if (request?.direction === 'sent' && isOpen(request) && request.state.asked.some((a) => a.member === from))
      this.#inBackground(id)
    return null
  }

  #inBackground(id: string): void {
    if (this.#abort.signal.aborted) return
    this.settle(id).catch((cause: unknown) => {
      this.#deps.logger.warn({ request: id, code: asSecureflowError(cause).code }, 'request not settled')
    })
  }

  /** What this node's people answer to those who asked something. */
  async say(id: string, text: string): Promise<void> {
    const request = await this.#sent(id)
    const asking = request.state.asked.filter((a) => a.heard.length > 0)
    for (const asked of asking.length > 0 ? asking : request.state.asked)
      asked.said.push({ at: this.#deps.store.now(), text })
    await this.#deps.store.put(request)
    this.#inBackground(request.id)
  }

  async withdraw(id: string): Promise<void> {
    const request = await this.#sent(id)
    await this.#end(request, 'withdrawn')
    this.#inBackground(request.id)
  }

  async #sent(id: string): Promise<Sent> {
    const found = await this.#deps.store.find(id)
    await this.#working.get(found.id)
    const request = await this.#deps.store.find(found.id)
    const short = found.id.slice(0, 12)
    if (request.direction === 'received') throw grantErrors.REQUEST_DIRECTION({ id: short, direction: 'received' })
    if (request.status !== 'waiting') throw grantErrors.REQUEST_DECIDED({ id: short, status: request.status })
    return request
  }

  async #settle(id: string): Promise<{ request: Sent; error?: SecureflowError }> {
    const { store } = this.#deps
    const request = await store.get(id)
    if (request?.direction !== 'sent') throw grantErrors.REQUEST_UNKNOWN({ id: id.slice(0, 12) })
    if (request.status === 'starting') return this.#start(request)
    if (!isOpen(request)) return { request }
    if (request.status !== 'withdrawn' && store.now() > request.asked_at + monthMs) {
      await this.#end(request, 'withdrawn', 'RUN_EXPIRED')
      return { request }
    }
    const { asked } = request.state
    await this.#askThose(request, (a) => a.kind === 'use' && a.status !== 'granted')
    if (request.status !== 'withdrawn') {
      this.#findVouchers(request)
      const before = signatures(asked)
      await this.#askThose(request, (a) => a.kind === 'vouch')
      if (signatures(asked) > before) await this.#askThose(request, (a) => a.kind === 'use' && a.status === 'waiting')
    }
    await store.put(request)
    if (request.status === 'withdrawn') return { request }

    const owners = asked.filter((a) => a.kind === 'use')
    const against = owners.find((a) => ['refused', 'spent', 'differs', 'withdrawn'].includes(a.status))
    if (against !== undefined) {
      const error = errorOf(against)
      await this.#end(request, against.status === 'refused' ? 'refused' : 'failed', error.code)
      return { request, error }
    }
    if (owners.every((a) => a.status === 'granted')) return this.#start(request)
    request.status = 'waiting'
    await store.put(request)
    return { request }
  }

  /** Members that may vouch are asked as soon as an owner says that it waits for them. */
  #findVouchers({ state }: Sent): void {
    const { self, isMember } = this.#deps
    for (const { status, terms } of state.asked)
      if (status === 'waiting')
        for (const member of new Set(terms.flatMap((t) => t.ask?.endorsements?.of ?? [])))
          if (member !== self && isMember(member as MemberId) && !state.asked.some((a) => isVoucher(a, member)))
            state.asked.push(unasked(member, 'vouch'))
  }

  async #askThose(request: Sent, which: (asked: Asked) => boolean): Promise<void> {
    const open = (a: Asked) => which(a) && !(a.kind === 'vouch' && ['endorsed', 'refused'].includes(a.status))
    await Promise.all(request.state.asked.filter(open).map((asked) => this.#ask(request, asked)))
  }

  async #ask(request: Sent, asked: Asked): Promise<void> {
    const { peers, logger } = this.#deps
    const body = {
      proposal: request.proposal,
      vouch: asked.kind === 'vouch',
      withdrawn: request.status === 'withdrawn',
      endorsements: request.state.asked.flatMap(({ member, signature }) =>
        signature === undefined ? [] : [{ member, signature: fromHex(signature) }],
      ),
      said: asked.said.map((m) => ({ ...m })),
    }
    try {
      const answer = await peers.request(asked.member as MemberId, 'request.ask', body, {
        timeoutMs: askMs,
        signal: this.#abort.signal,
      })
      const parsed = askAnswer.safeParse(answer)
      this.#waitMs = 1000
      if (!parsed.success) asked.status = 'differs'
      else await this.#heard(request, asked, parsed.data)
    } catch (cause) {
      this.#abort.signal.throwIfAborted()
      const error = asSecureflowError(cause)
      logger.info({ request: request.id, to: asked.member, code: error.code }, 'not asked')
      // Whatever else is answered may be other the next time: a node that starts knows no requests yet.
      if (['INVALID', 'REFUSED', 'NOT_FOUND'].includes(String(error.fields.answer)))
        asked.status = request.status === 'withdrawn' ? 'withdrawn' : 'differs'
      else this.#askSoon()
    }
  }

  async #heard(request: Sent, asked: Asked, answer: AskAnswer): Promise<void> {
    const { status, terms, grants, reason, signature, said } = answer
    const assets = decodeProposal(request.proposal).assets.filter((a) => a.owner === asked.member)
    asked.heard = said
    asked.terms = terms
    if (reason !== undefined) asked.reason = reason
    if (!asked.counted && asked.kind === 'use')
      this.#count(
        request,
        assets.map((a) => a.id),
      )
    asked.counted = true
    if (asked.kind === 'vouch') {
      if (signature !== undefined) asked.signature = toHex(signature)
      asked.status = signature !== undefined ? 'endorsed' : status === 'endorsed' ? 'differs' : status
      return
    }
    // Told of, but not for everything: not granted.
    const complete = assets.every((a) => grants.some((g) => g.asset === a.id))
    asked.status = status === 'granted' && !complete ? 'differs' : status
    if (asked.status !== 'granted') return
    asked.grants = grants.filter((g) => assets.some((a) => a.id === g.asset))
    for (const { id, asset, quota, expiry } of asked.grants)
      await this.#deps.db
        .insertInto('received_grants')
        .values({
          ...{ id, asset, quota, expiry, request: request.id, owner: asked.member, flow: request.flow },
          ...{ flow_hash: request.flow_hash, parameters: request.parameters, received_at: this.#deps.clock.now() },
          asset_name: assets.find((a) => a.id === asset)!.name,
        })
        .onConflict((c) => c.column('id').doNothing())
        .execute()
  }

  /** The demand of an asset shows on the ledger; nothing waits for that. */
  #count({ flow_hash: flowHash, parameters }: Sent, assets: string[]): void {
    for (const asset of assets)
      void this.#deps.ledger.ask({ asset, flowHash, parameters, quota: 1 }).catch((cause: unknown) => {
        this.#deps.logger.info({ code: asSecureflowError(cause).code }, 'demand not on the ledger')
      })
  }

  /** All have granted: the run's proposal is written down before it is signed, so that a crash begins no second one. */
  async #start(request: Sent): Promise<{ request: Sent; error?: SecureflowError }> {
    const { store, begin, renew, clock } = this.#deps
    const { state } = request
    try {
      if (state.final === undefined) {
        const asked = decodeProposal(request.proposal)
        const fresh = asked.expiry * 1000 - clock.now() > (askMs * 3) / 2
        const proposal = fresh ? asked : await renew(asked)
        const all = state.asked.flatMap((a) => a.grants)
        const named = proposal.assets.flatMap(({ id }) => all.find((g) => g.asset === id) ?? [])
        const grants = named.map(({ asset, id }) => ({ asset, id }))
        state.final = toHex(encodeProposal({ ...proposal, grants }))
        request.status = 'starting'
        await store.put(request)
      }
      state.run = await begin(decodeProposal(fromHex(state.final)))
      request.status = 'started'
      request.decided_at = store.now()
      await store.put(request)
      return { request }
    } catch (cause) {
      this.#abort.signal.throwIfAborted()
      const error = asSecureflowError(cause)
      if (error.class === 'transport' || error.class === 'timeout' || error.fields.what === 'expiry') {
        // A partner is away, or this node was: what was not signed in time is proposed anew.
        request.status = 'waiting'
        delete state.final
        await store.put(request)
      } else await this.#end(request, 'failed', error.code)
      return { request, error }
    }
  }

  async #end(request: Sent, status: 'refused' | 'failed' | 'withdrawn', code?: string): Promise<void> {
    request.status = status
    request.decided_at = this.#deps.store.now()
    if (code !== undefined) request.state.code = code
    await this.#deps.store.put(request)
  }
}

const unasked = (member: string, kind: Asked['kind']): Asked => ({
  ...{ member, kind, status: 'undelivered', counted: false },
  ...{ terms: [], grants: [], heard: [], said: [] },
})
const isVoucher = (a: Asked, member: string): boolean => a.kind === 'vouch' && a.member === member
const signatures = (asked: Asked[]): number => asked.filter((a) => a.signature !== undefined).length

/** Somebody has something to hear or to say. */
function isOpen({ status, state }: Sent): boolean {
  if (status === 'asking' || status === 'waiting' || status === 'starting') return true
  return status === 'withdrawn' && state.asked.some((a) => a.status === 'waiting' || a.status === 'undelivered')
}

function errorOf({ member, status, terms, reason }: Asked): SecureflowError {
  if (status === 'spent') return refusalOf('RUN_GRANT_SPENT', member)!
  if (status === 'differs') return runErrors.RUN_PROPOSAL_DIFFERS({ what: 'request' }, { party: member })
  const reasons = terms.flatMap((t) => t.reasons.map((r) => r.what.en)).join('; ')
  return runErrors.RUN_REFUSED({ who: member, reasons: reason === undefined ? reasons : '-' }, { party: member })
}
