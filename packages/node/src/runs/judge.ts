/** Proposals as this node sees them: compiled again, held against the own assets, terms and grants, and signed or not. */
import { asSecureflowError, type MemberId, toHex } from '@secureflow/base'
import {
  type Answer,
  type AssetFacts,
  answerTerms,
  evaluateTerms,
  type Plan,
  parametersDigest,
  planEpsilon,
  requestFor,
  sayChange,
  type Terms,
  type TermsRequest,
  tellVerdict,
} from '@secureflow/flow'
import { agreementDigest } from '@secureflow/ledger'
import type { GivenGrant, Giving, Use } from '../grants/giving.ts'
import { rolesIn } from '../grants/leave.ts'
import type { JudgedTerms } from '../grants/requests.ts'
import { answerWith } from '../peers/index.ts'
import type { SpaceRefusal } from '../spaces/interface.ts'
import { foresee } from '../usage/foresee.ts'
import type { OwnAsset, RunsDependencies } from './dependencies.ts'
import type { Drive } from './drive.ts'
import { agreementOf, namesItsGrants, type Proposal, planOf } from './proposal.ts'
import type { Judgement } from './wire.ts'

/** How far off a deadline may lie: 24 days are the longest that a timer takes. */
const longestMs = 24 * 86_400_000

/** Runs of one initiator that have not ended: each keeps this node asking, and may compute. */
const maxActive = 16

/** What the proposal comes to here. */
export interface Examined {
  plan: Plan
  own: OwnAsset[]
  /** The terms of an own asset are not those that the proposal states. */
  termsChanged: boolean
}

export class Judge {
  readonly #deps: RunsDependencies & { giving: Giving }
  readonly #runs: ReadonlyMap<string, Drive>
  readonly #keep: (run: string, proposal: Proposal, signature: Uint8Array) => Promise<void>

  /** @param runs all that this node ever signed @param keep resolves when the signature may leave */
  constructor(
    deps: RunsDependencies & { giving: Giving },
    runs: ReadonlyMap<string, Drive>,
    keep: (run: string, proposal: Proposal, signature: Uint8Array) => Promise<void>,
  ) {
    this.#deps = deps
    this.#runs = runs
    this.#keep = keep
  }

  /** Compiles the proposal, holds it against the own assets and terms, and signs the own result where it is asked to. */
  judge(proposal: Proposal, sign: boolean): Promise<Judgement> {
    return this.alone(() => this.#judgeNext(proposal, sign))
  }

  /** One after the other: what one signature used up of terms and grants counts for the next. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const judged = this.#judged.then(work)
    this.#judged = judged.catch(() => {})
    return judged
  }
  #judged: Promise<unknown> = Promise.resolve()

  /** The proposal as this node compiles it, with the own assets that it names; or in what it differs. */
  async examine(proposal: Proposal): Promise<Examined | { differs: string }> {
    const { self, ledger, components, accountOf, assets } = this.#deps
    if (toHex(proposal.network) !== toHex(ledger.networkId)) return { differs: 'network' }
    for (const { id } of proposal.parties) {
      const state = this.#deps.standing?.of(id as MemberId) ?? 'active'
      if (state !== 'active') return { differs: `${id} is ${state}` }
    }
    for (const { id, account } of proposal.parties)
      if (accountOf(id as MemberId)?.toLowerCase() !== account.toLowerCase()) return { differs: `account of ${id}` }
    let plan: Plan
    try {
      plan = planOf(proposal, components)
    } catch (error) {
      return { differs: asSecureflowError(error).code }
    }
    if (plan.members.join() !== proposal.parties.map((p) => p.id).join()) return { differs: 'parties' }
    const own: OwnAsset[] = []
    let termsChanged = false
    for (const stated of plan.assets) {
      if (stated.owner !== self) continue
      const asset = await assets.own(stated.id)
      if (asset === undefined || !sameFacts(asset.facts, stated)) return { differs: `asset ${stated.name}` }
      termsChanged ||= asset.facts.termsHash !== stated.termsHash
      own.push(asset)
    }
    return { plan, own, termsChanged }
  }

  async #judgeNext(proposal: Proposal, sign: boolean): Promise<Judgement> {
    const { self, signer, ledger, clock, giving } = this.#deps
    const differs = (what: string): Judgement => ({ terms: [], differs: what })
    const refused = (code: Judgement['refused']): Judgement => ({ terms: [], refused: code })
    if (proposal.expiry * 1000 < clock.now() || proposal.expiry > proposal.deadline) return differs('expiry')
    if (proposal.deadline * 1000 > clock.now() + longestMs) return differs('deadline')
    const examined = await this.examine(proposal)
    if ('differs' in examined) return differs(examined.differs)
    const { plan, own, termsChanged } = examined
    if (!plan.members.includes(self)) return differs('parties')
    if (termsChanged) return refused('RUN_TERMS_CHANGED')
    if (sign && !namesItsGrants(proposal, plan)) return refused('RUN_GRANT_MISSING')

    const digest = agreementDigest(ledger.networkId, agreementOf(proposal, plan))
    const run = toHex(digest)
    const space = await this.spaceRefusal(plan, run)
    if (space !== undefined) return { terms: [], space }
    if (proposal.initiator !== self && !this.#runs.has(run) && this.#activeOf(proposal.initiator) >= maxActive)
      throw answerWith('BUSY')
    const terms: JudgedTerms[] = []
    const used: GivenGrant[] = []
    for (const asset of own) {
      if (proposal.initiator === self) {
        terms.push(await this.evaluate(asset, plan, run))
        continue
      }
      const use = useOf(plan, asset.facts.id)
      if (!sign) {
        const standing = await giving.standing(use, (id) => this.usesOf(id))
        const told = await this.evaluate(asset, plan, run, standing && peopleOf(standing))
        const answer = told.allow ? 'allowed' : told.ask === undefined ? 'refused' : 'waits'
        const { demand } = this.#deps.usage
        await demand.count(asset.facts.id, proposal.initiator, answer, asset.terms.price ?? 0, clock.now())
        terms.push(told)
        continue
      }
      const { id } = proposal.grants.find((g) => g.asset === asset.facts.id)!
      const problem = await giving.problem(id, use, { uses: this.usesOf(id, run), signedBefore: this.#runs.has(run) })
      if (problem !== undefined) return refused(problem.code as Judgement['refused'])
      const given = (await giving.find(id))!
      used.push(given)
      terms.push(await this.evaluate(asset, plan, run, peopleOf(given)))
    }
    if (!sign || terms.some((t) => !t.allow)) return { terms }

    const signature = await signer.sign(digest)
    await this.#keep(run, proposal, signature)
    for (const given of used) giving.signed(given)
    return { terms, signature }
  }

  /** What the space that the flow names has against it, counted with the runs that this node signed in it. */
  async spaceRefusal(plan: Plan, except = ''): Promise<SpaceRefusal | undefined> {
    const { space } = plan.flow
    if (space === undefined) return undefined
    const before = this.#counting(except).filter((d) => d.plan.flow.space === space)
    const epsilon = before.reduce((sum, d) => sum + planEpsilon(d.plan), 0)
    return this.#deps.spaces === undefined
      ? { rule: 'none', expected: '-', actual: space.slice(0, 12) }
      : this.#deps.spaces.refusal(plan, { runs: before.length, epsilon })
  }

  /** Runs under a grant that count: all that were signed, unless they ended before they were registered. */
  usesOf(grant: string, except = ''): number {
    return this.#counting(except).filter((d) => d.proposal.grants.some((g) => g.id === grant)).length
  }

  #counting(except: string): Drive[] {
    return [...this.#runs.values()].filter(
      (d) => d.run !== except && (d.state.registered !== undefined || d.state.outcome === undefined),
    )
  }

  #activeOf(initiator: string): number {
    const isActive = (d: Drive) => d.proposal.initiator === initiator && d.state.outcome === undefined
    return [...this.#runs.values()].filter(isActive).length
  }

  /** Nothing was or can be computed in it. Of a run that cannot be taken up any more that is not known. */
  #endedUnregistered(run: string): boolean {
    const state = this.#runs.get(run)?.state
    return state !== undefined && state.registered === undefined && state.outcome !== undefined
  }

  /**
   * What the terms say. To its own people a node says everything, to others what the terms let it say.
   * @param people what they added to it, for this request or with the grant under which it would be
   */
  async evaluate({ facts, terms: stated }: OwnAsset, plan: Plan, run: string, people?: People): Promise<JudgedTerms> {
    const { ledger, giving, self, usage } = this.#deps
    // A person of the initiator started it: that is the owner's word for its own data.
    const { approved = plan.initiator === self, endorsedBy = [], granted = false } = people ?? {}
    // Terms alone do not give again what a person took back.
    const takenBack = !granted && (await giving.wasTakenBack(useOf(plan, facts.id)))
    const terms: Terms = takenBack ? { ...stated, approval: 'always' } : stated
    const roles = await rolesIn(ledger.grants, terms)
    const request = { ...(await this.requestOf(plan, facts.id, run)), approved, endorsedBy, roles }
    const toItself = plan.initiator === self
    let answer: Answer = toItself ? evaluateTerms(terms, request) : answerTerms(terms, request)
    const { id: asset, name } = facts
    if (answer.allow) {
      const guarded = await foresee(usage.releases, plan, facts.id, terms)
      answer = toItself ? guarded : tellVerdict(terms, guarded, { asset: name, owner: facts.owner })
    }
    if (answer.allow) return { asset, name, allow: true, reasons: [] }
    const { reasons, ask, change } = answer
    return {
      asset,
      name,
      allow: false,
      reasons,
      ...(ask === undefined ? {} : { ask }),
      ...(change === undefined ? {} : { change: { en: sayChange(change, 'en'), zh: sayChange(change, 'zh') } }),
    }
  }

  /** What the plan asks of an own asset, with what earlier runs used up of its terms. */
  async requestOf(plan: Plan, asset: string, run = ''): Promise<TermsRequest> {
    const uses = await this.#deps.usage.uses.of(asset)
    const before = uses.filter((use) => use.run !== run && !this.#endedUnregistered(use.run))
    return requestFor(plan, asset, { now: this.#deps.clock.now(), usesBefore: before.length, spent: before })
  }
}

/** What people added to a request: their own word, or that of a grant that stands. */
interface People {
  approved: boolean
  endorsedBy: string[]
  granted?: boolean
}

export const peopleOf = ({ given_by, endorsed_by }: GivenGrant): People => ({
  approved: given_by === 'person',
  endorsedBy: JSON.parse(endorsed_by),
  granted: true,
})

export const useOf = (plan: Plan, asset: string): Use => ({
  asset,
  grantee: plan.initiator as MemberId,
  flowHash: plan.flowHash,
  parameters: parametersDigest(plan),
})

function sameFacts(a: AssetFacts, b: AssetFacts): boolean {
  const key = (f: AssetFacts) =>
    JSON.stringify([f.id, f.name, f.owner, f.rows, f.digest, f.schema.columns.map((c) => [c.name, c.type])])
  return key(a) === key(b)
}
