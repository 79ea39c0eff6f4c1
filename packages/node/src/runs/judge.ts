/** Proposals as this node sees them: compiled again, held against the own assets and terms, and signed or not. */
import { asSecureflowError, type MemberId, toHex } from '@secureflow/base'
import {
  type Answer,
  type AssetFacts,
  answerTerms,
  evaluateTerms,
  type Plan,
  requestFor,
  sayChange,
  tellVerdict,
} from '@secureflow/flow'
import { agreementDigest } from '@secureflow/ledger'
import { answerWith } from '../peers/index.ts'
import { foresee } from '../usage/foresee.ts'
import type { OwnAsset, RunsDependencies } from './dependencies.ts'
import type { Drive } from './drive.ts'
import { agreementOf, type Proposal, planOf } from './proposal.ts'
import type { Judgement } from './wire.ts'

/** How far off a deadline may lie: 24 days are the longest that a timer takes. */
const longestMs = 24 * 86_400_000

/** Runs of one initiator that have not ended: each keeps this node asking, and may compute. */
const maxActive = 16

export class Judge {
  readonly #deps: RunsDependencies
  readonly #runs: ReadonlyMap<string, Drive>
  readonly #keep: (run: string, proposal: Proposal, signature: Uint8Array) => Promise<void>

  /** @param runs all that this node ever signed @param keep resolves when the signature may leave */
  constructor(
    deps: RunsDependencies,
    runs: ReadonlyMap<string, Drive>,
    keep: (run: string, proposal: Proposal, signature: Uint8Array) => Promise<void>,
  ) {
    this.#deps = deps
    this.#runs = runs
    this.#keep = keep
  }

  /** Compiles the proposal, holds it against the own assets and terms, and signs the own result where it is asked to. */
  judge(proposal: Proposal, sign: boolean): Promise<Judgement> {
    const judged = this.#judged.then(() => this.#judgeNext(proposal, sign))
    this.#judged = judged.catch(() => {})
    return judged
  }

  /** One after the other: what one signature used up of the terms counts for the next. */
  #judged: Promise<unknown> = Promise.resolve()

  async #judgeNext(proposal: Proposal, sign: boolean): Promise<Judgement> {
    const { self, signer, ledger, clock, components, accountOf, assets } = this.#deps
    const differs = (what: string): Judgement => ({ terms: [], differs: what })
    if (toHex(proposal.network) !== toHex(ledger.networkId)) return differs('network')
    if (proposal.expiry * 1000 < clock.now() || proposal.expiry > proposal.deadline) return differs('expiry')
    if (proposal.deadline * 1000 > clock.now() + longestMs) return differs('deadline')
    for (const { id } of proposal.parties) {
      const state = this.#deps.standing?.of(id as MemberId) ?? 'active'
      if (state !== 'active') return differs(`${id} is ${state}`)
    }
    for (const { id, account } of proposal.parties)
      if (accountOf(id as MemberId)?.toLowerCase() !== account.toLowerCase()) return differs(`account of ${id}`)
    let plan: Plan
    try {
      plan = planOf(proposal, components)
    } catch (error) {
      return differs(asSecureflowError(error).code)
    }
    if (plan.members.join() !== proposal.parties.map((p) => p.id).join() || !plan.members.includes(self))
      return differs('parties')

    const digest = agreementDigest(ledger.networkId, agreementOf(proposal, plan))
    const run = toHex(digest)
    if (proposal.initiator !== self && !this.#runs.has(run) && this.#activeOf(proposal.initiator) >= maxActive)
      throw answerWith('BUSY')
    const terms: Judgement['terms'] = []
    for (const stated of plan.assets) {
      if (stated.owner !== self) continue
      const own = await assets.own(stated.id)
      if (own === undefined || !sameFacts(own.facts, stated)) return differs(`asset ${stated.name}`)
      terms.push(await this.#judgeAsset(own, plan, run, proposal.initiator === self))
    }
    if (!sign || terms.some((t) => !t.allow)) return { terms }

    const signature = await signer.sign(digest)
    await this.#keep(run, proposal, signature)
    return { terms, signature }
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
   * Every run that was signed counts as a use, unless it ended before it was registered. To its own people a node says
   * everything, to others what the terms let it say.
   */
  async #judgeAsset(
    { facts, terms }: OwnAsset,
    plan: Plan,
    run: string,
    toItself: boolean,
  ): Promise<Judgement['terms'][number]> {
    const now = this.#deps.clock.now()
    const { releases, uses } = this.#deps.usage
    const before = (await uses.of(facts.id)).filter((use) => use.run !== run && !this.#endedUnregistered(use.run))
    const request = requestFor(plan, facts.id, { now, usesBefore: before.length, spent: before })
    let answer: Answer = toItself ? evaluateTerms(terms, request) : answerTerms(terms, request)
    const { id: asset, name } = facts
    if (answer.allow) {
      const guarded = await foresee(releases, plan, facts.id, terms)
      answer = toItself ? guarded : tellVerdict(terms, guarded, { asset: name, owner: facts.owner })
    }
    if (answer.allow) return { asset, name, allow: true, reasons: [] }
    const { reasons, change } = answer
    return {
      asset,
      name,
      allow: false,
      reasons,
      ...(change === undefined ? {} : { change: { en: sayChange(change, 'en'), zh: sayChange(change, 'zh') } }),
    }
  }
}

function sameFacts(a: AssetFacts, b: AssetFacts): boolean {
  const key = (f: AssetFacts) =>
    JSON.stringify([
      f.id,
      f.name,
      f.owner,
      f.rows,
      f.digest,
      f.termsHash,
      f.schema.columns.map((c) => [c.name, c.type]),
    ])
  return key(a) === key(b)
}
