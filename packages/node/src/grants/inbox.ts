/**
 * Requests that other members make of this one. What the terms allow is granted without a person; what waits for one is
 * kept until somebody decides or the initiator gives up. The initiator asks again and again, and is told where it stands.
 */
import { fromHex, type Logger, type MemberId, type Plain, type SecureflowError, toHex, utf8 } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import { nodePlatform } from '@secureflow/platform'
import { answerWith } from '../peers/index.ts'
import type { OwnAsset, RunPeers } from '../runs/dependencies.ts'
import { type Examined, type Judge, peopleOf, useOf } from '../runs/judge.ts'
import { decodeProposal, type Proposal } from '../runs/proposal.ts'
import { endorse, isEndorsedBy } from './endorsement.ts'
import { grantErrors } from './errors.ts'
import type { GivenGrant, Giving } from './giving.ts'
import type { GrantLedger } from './ledger.ts'
import { Refused } from './refused.ts'
import type { JudgedTerms, Received, RequestStore } from './requests.ts'
import { type AskAnswer, askMessage } from './wire.ts'

export interface InboxDependencies {
  self: MemberId
  networkId: Uint8Array
  signer: Signer
  accountOf(member: MemberId): Address | undefined
  peers: Pick<RunPeers, 'notify'>
  ledger: GrantLedger
  store: RequestStore
  giving: Giving
  judge: Judge
  logger: Logger
  /** How long an answer waits for the ledger before it says that the grant is under way. */
  patienceMs: number
}

/** Of one initiator; more are refused until some are decided. */
const maxWaiting = 32
const maxWaitingBytes = 16 << 20
const dayS = 86_400
/** How long a use is kept for a request whose run is not signed yet. */
const promiseMs = 10 * 60_000
const monthMs = 30 * dayS * 1000

/** The hash of the proposal that asks first. */
export const requestIdOf = (proposal: Uint8Array): string => toHex(nodePlatform.sha256(proposal))
/** To vouch for a request is one of its own, to be decided apart. */
const vouchIdOf = (id: string): string => toHex(nodePlatform.sha256(utf8('secureflow/vouch/1'), fromHex(id)))

export class Inbox {
  readonly #deps: InboxDependencies
  readonly #refused: Refused

  constructor(deps: InboxDependencies) {
    this.#deps = deps
    this.#refused = new Refused(deps)
  }

  /** Answers `request.ask`. */
  async answer(from: MemberId, body: Plain): Promise<Plain> {
    const asked = askMessage.parse(body)
    const proposal = decodeProposal(asked.proposal)
    if (proposal.initiator !== from || proposal.grants.length > 0) throw answerWith('INVALID')
    const base = requestIdOf(asked.proposal)
    const id = asked.vouch ? vouchIdOf(base) : base
    const { judge } = this.#deps
    const found = await judge.alone(() => this.#consider(id, proposal, asked))
    if ('differs' in found) return plain({ ...silent, status: 'differs', differs: found.differs })
    return plain(await this.#where(found))
  }

  /** One more look at a request: what has been added to it may be all that it waited for. */
  async #consider(
    id: string,
    proposal: Proposal,
    asked: Pick<ReturnType<typeof askMessage.parse>, 'vouch' | 'withdrawn' | 'endorsements' | 'said' | 'proposal'>,
  ): Promise<Received | { differs: string }> {
    const { judge, store } = this.#deps
    const known = await store.get(id)
    if (known?.direction === 'sent') throw answerWith('INVALID')
    const examined = await judge.examine(proposal)
    if ('differs' in examined) return examined
    const request = known ?? (await this.#opened(id, proposal, examined, asked))
    const { state } = request
    state.heard = asked.said
    if (asked.withdrawn && request.status === 'waiting') this.#decide(request, 'withdrawn')
    for (const { member, signature } of asked.endorsements)
      if (!state.endorsedBy.includes(member) && (await this.#vouches(request, member, toHex(signature))))
        state.endorsedBy.push(member)
    if (request.status === 'waiting' && state.kind === 'use') await this.#judge(request, proposal, examined)
    await store.put(request)
    return request
  }

  async #opened(
    id: string,
    proposal: Proposal,
    { plan, own }: Examined,
    { vouch, withdrawn, proposal: bytes }: { vouch: boolean; withdrawn: boolean; proposal: Uint8Array },
  ): Promise<Received> {
    const { store } = this.#deps
    if (withdrawn || (!vouch && own.length === 0)) throw answerWith('NOT_FOUND')
    const waiting = await store.waitingOf(proposal.initiator)
    if (waiting.requests >= maxWaiting || waiting.bytes >= maxWaitingBytes) throw answerWith('BUSY')
    await store.prune('received', proposal.initiator)
    const [first] = plan.assets
    return {
      id,
      direction: 'received',
      initiator: proposal.initiator,
      proposal: bytes,
      flow: plan.flow.flow,
      purpose: plan.purpose,
      space: plan.flow.space ?? null,
      flow_hash: plan.flowHash,
      parameters: useOf(plan, first?.id ?? '').parameters,
      status: 'waiting',
      state: { kind: vouch ? 'vouch' : 'use', terms: [], endorsedBy: [], heard: [], said: [] },
      asked_at: store.now(),
      decided_at: null,
    }
  }

  #vouches({ id, flow_hash, parameters, initiator }: Received, member: string, signature: string): Promise<boolean> {
    const { networkId, accountOf } = this.#deps
    const account = accountOf(initiator as MemberId)
    if (account === undefined || member === initiator) return Promise.resolve(false)
    const endorsed = { request: id, flowHash: flow_hash, parameters, initiator: account }
    return isEndorsedBy(networkId, endorsed, signature, accountOf(member as MemberId))
  }

  /** Asks the terms, with what people have added; grants where nothing is missing any more. */
  async #judge(request: Received, proposal: Proposal, { plan, own }: Examined, byPerson = false): Promise<void> {
    const { judge, giving, store } = this.#deps
    const { state } = request
    if (store.now() > request.asked_at + monthMs) return this.#decide(request, 'withdrawn')
    const grants: { asset: OwnAsset; standing: GivenGrant | undefined }[] = []
    state.terms = []
    for (const asset of own) {
      const use = useOf(plan, asset.facts.id)
      // What a person approves is counted from then on, whatever else stands.
      const standing =
        state.approved === undefined ? await giving.standing(use, (id) => judge.usesOf(id), request.id) : undefined
      const added = { approved: state.approved !== undefined, endorsedBy: state.endorsedBy }
      state.terms.push(await judge.evaluate(asset, plan, '', standing === undefined ? added : peopleOf(standing)))
      grants.push({ asset, standing })
    }
    if (state.terms.some((t) => !t.allow && t.ask === undefined)) {
      if (byPerson) throw forbidden(reasonsOf(state.terms))
      this.#decide(request, 'refused')
      const assets = grants.map(({ asset }) => asset.facts.id)
      void this.#refused.tell(request, assets) // nobody waits for the ledger with a refusal
      return
    }
    if (state.terms.some((t) => !t.allow)) return
    for (const { asset, standing } of grants) {
      if (standing === undefined) await giving.write(this.#grantOf(request, proposal, asset))
      giving.promise(request.id, asset.facts.id, standing, store.now() + promiseMs)
    }
    this.#decide(request, 'granted')
  }

  #grantOf(request: Received, { deadline, expiry, parties }: Proposal, { facts, terms }: OwnAsset) {
    const { approved, endorsedBy } = request.state
    const now = Math.floor(this.#deps.store.now() / 1000)
    // By the terms alone: for one run, with a day to begin it.
    const until = approved?.until ?? now + dayS + (deadline - expiry)
    return {
      request: request.id,
      asset: facts.id,
      asset_name: facts.name,
      grantee: request.initiator,
      account: parties.find((p) => p.id === request.initiator)!.account,
      flow: request.flow,
      flow_hash: request.flow_hash,
      parameters: request.parameters,
      quota: approved?.uses ?? 1,
      expiry: Math.min(until, Math.floor(Date.parse(terms.expires) / 1000)),
      given_by: givenBy(request),
      endorsed_by: JSON.stringify(endorsedBy),
    }
  }

  #decide(request: Received, status: Received['status']): void {
    request.status = status
    request.decided_at = this.#deps.store.now()
  }

  /** Where the request stands, as the initiator is told. */
  async #where(request: Received): Promise<AskAnswer> {
    const { giving, judge } = this.#deps
    const { state, status, id } = request
    const signature = state.signature === undefined ? {} : { signature: fromHex(state.signature) }
    const reason = state.refused?.reason === undefined ? {} : { reason: state.refused.reason }
    const told = { ...silent, terms: state.terms, said: state.said, ...signature, ...reason }
    if (status !== 'granted') return { ...told, status }
    if (!(await within(giving.settle(id), this.#deps.patienceMs))) return { ...told, status: 'waiting' }
    const examined = await judge.examine(decodeProposal(request.proposal))
    if ('differs' in examined) return { ...told, status: 'differs', differs: examined.differs }
    return judge.alone(async () => {
      const grants: AskAnswer['grants'] = []
      for (const { facts } of examined.own) {
        const use = useOf(examined.plan, facts.id)
        const found = await giving.standing(use, (grant) => judge.usesOf(grant), id)
        if (found?.id == null) return { ...told, status: 'spent' as const }
        giving.promise(id, facts.id, found, this.#deps.store.now() + promiseMs)
        grants.push({ asset: facts.id, id: found.id, quota: found.quota, expiry: found.expiry })
      }
      return { ...told, status: 'granted' as const, grants }
    })
  }

  /**
   * A person agrees: to the use of the own data, so many runs until then, and to vouch where that was asked.
   * @param until Unix seconds
   * @throws REQUEST_DECIDED, REQUEST_FORBIDDEN where the terms deny it all the same
   */
  async approve(id: string, uses: number, until: number): Promise<void> {
    const { judge, store, accountOf, networkId, signer } = this.#deps
    const request = await judge.alone(async () => {
      const found = await this.#open(id)
      const { state, initiator, flow_hash: flowHash, parameters } = found
      if (state.kind === 'vouch') {
        const account = accountOf(initiator as MemberId)
        if (account === undefined) throw grantErrors.REQUEST_UNKNOWN({ id: id.slice(0, 12) })
        const endorsed = { request: requestIdOf(found.proposal), flowHash, parameters, initiator: account }
        state.signature = await endorse(networkId, endorsed, signer)
        this.#decide(found, 'endorsed')
      } else {
        state.approved = { uses, until, at: store.now() }
        const proposal = decodeProposal(found.proposal)
        const examined = await judge.examine(proposal)
        if ('differs' in examined) throw forbidden(examined.differs)
        // Nothing is kept of an approval that the terms forbid.
        await this.#judge(found, proposal, examined, true)
      }
      await store.put(found)
      return found
    })
    await within(this.#deps.giving.settle(request.id), this.#deps.patienceMs)
    this.#tell(request)
  }

  /** A person declines, and says why. @throws REQUEST_DECIDED */
  async refuse(id: string, reason: string | undefined): Promise<void> {
    const { judge, store } = this.#deps
    const request = await judge.alone(async () => {
      const found = await this.#open(id)
      found.state.refused = { at: store.now(), ...(reason === undefined ? {} : { reason }) }
      this.#decide(found, 'refused')
      await store.put(found)
      return found
    })
    const assets = request.state.terms.map((t) => t.asset)
    if (request.state.kind === 'use') await this.#refused.tell(request, assets)
    this.#tell(request)
  }

  /** A question to the initiator. */
  async say(id: string, text: string): Promise<void> {
    const { judge, store } = this.#deps
    const request = await judge.alone(async () => {
      const found = await this.#open(id)
      found.state.said.push({ at: store.now(), text })
      await store.put(found)
      return found
    })
    this.#tell(request)
  }

  /** The grants of all requests that are decided come onto the ledger, and their initiators hear of it. */
  async settle(): Promise<void> {
    const { giving, store } = this.#deps
    const open = new Set((await giving.list()).filter((g) => g.id === null).map((g) => g.request))
    await giving.settle()
    for (const id of open) {
      const request = await store.get(id)
      if (request?.direction === 'received') this.#tell(request)
    }
  }

  async #open(id: string): Promise<Received> {
    const found = await this.#deps.store.find(id)
    const short = found.id.slice(0, 12)
    if (found.direction === 'sent') throw grantErrors.REQUEST_DIRECTION({ id: short, direction: 'sent' })
    if (found.status !== 'waiting') throw grantErrors.REQUEST_DECIDED({ id: short, status: found.status })
    return found
  }

  #tell({ proposal, initiator }: Received): void {
    this.#deps.peers.notify(initiator as MemberId, 'request.changed', { request: requestIdOf(proposal) })
  }
}

const silent: Pick<AskAnswer, 'grants' | 'terms' | 'said'> = { grants: [], terms: [], said: [] }
const plain = (answer: AskAnswer): Plain => answer as unknown as Plain
const givenBy = ({ state }: Received): GivenGrant['given_by'] => (state.approved === undefined ? 'terms' : 'person')
const reasonsOf = (terms: JudgedTerms[]): string => terms.flatMap((t) => t.reasons.map((r) => r.what.en)).join('; ')
const forbidden = (reasons: string): SecureflowError => grantErrors.REQUEST_FORBIDDEN({ reasons })

/** @returns false where it takes longer, or says so itself; it goes on */
async function within(work: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
