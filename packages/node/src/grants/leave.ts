/**
 * Whether a run still has everybody's leave: asked at every block, before each release, and at once where a grant is taken back here. What this
 * node took back itself counts before the ledger knows.
 */
import type { Clock, MemberId, SecureflowError } from '@secureflow/base'
import { evaluateTerms, type Plan, requestFor, type Terms } from '@secureflow/flow'
import type { RunAssets, RunStanding } from '../runs/dependencies.ts'
import { runErrors } from '../runs/errors.ts'
import { grantedAssets, type Proposal } from '../runs/proposal.ts'
import type { SpaceGate } from '../spaces/interface.ts'
import { spaceError } from '../spaces/refusals.ts'
import { grantErrors } from './errors.ts'
import type { Giving } from './giving.ts'
import type { GrantLedger } from './ledger.ts'

export interface LeaveDependencies {
  self: MemberId
  assets: RunAssets
  ledger: GrantLedger
  giving: Giving
  clock: Clock
  standing?: RunStanding
  spaces?: Pick<SpaceGate, 'ends'>
}

/** Rules for the moment of agreement: a run that was agreed to under them goes on. */
const atAgreementOnly = new Set([
  'TERMS_DAY',
  'TERMS_HOUR',
  'TERMS_USES',
  'TERMS_PRICE',
  'TERMS_EPSILON',
  'TERMS_EARLY',
])

export class Leave {
  readonly #deps: LeaveDependencies

  constructor(deps: LeaveDependencies) {
    this.#deps = deps
  }

  /** @returns what ends the run, with the member on whose side the cause lies */
  async problem(proposal: Proposal, plan: Plan): Promise<SecureflowError | undefined> {
    return (
      this.ownRevocation(proposal) ??
      this.#absent(proposal) ??
      (await this.#space(plan)) ??
      (await this.#ownTerms(plan)) ??
      (await this.#onLedger(proposal, plan))
    )
  }

  /** Known without asking anybody. */
  ownRevocation({ grants }: Proposal): SecureflowError | undefined {
    const { self, giving } = this.#deps
    return grants.some((g) => giving.isRevoked(g.id))
      ? grantErrors.RUN_GRANT_REVOKED({ who: self }, { party: self })
      : undefined
  }

  #absent({ parties }: Proposal): SecureflowError | undefined {
    for (const { id } of parties) {
      const state = this.#deps.standing?.of(id as MemberId) ?? 'active'
      if (state !== 'active') return runErrors.RUN_MEMBER_INACTIVE({ who: id, state }, { party: id })
    }
    return undefined
  }

  async #space(plan: Plan): Promise<SecureflowError | undefined> {
    const { self, spaces } = this.#deps
    const refusal = await spaces?.ends(plan)
    return refusal === undefined ? undefined : spaceError(refusal, self)
  }

  async #ownTerms(plan: Plan): Promise<SecureflowError | undefined> {
    const { self, assets, clock } = this.#deps
    for (const { id, owner, name } of plan.assets) {
      if (owner !== self) continue
      const own = await assets.own(id)
      if (own === undefined) return grantErrors.RUN_ASSET_RETIRED({ who: self }, { party: self })
      const { endorsements } = own.terms
      const verdict = evaluateTerms(own.terms, {
        ...requestFor(plan, id, { now: clock.now(), usesBefore: 0 }),
        ...{ spent: [], approved: true, endorsedBy: endorsements?.of ?? [] },
        roles: await rolesIn(this.#deps.ledger, own.terms),
      })
      const reasons = verdict.allow || verdict.ask !== undefined ? [] : verdict.reasons
      const forbidding = reasons.filter((r) => !atAgreementOnly.has(r.code))
      if (forbidding.length > 0)
        return runErrors.RUN_TERMS_FORBID(
          { asset: name, reason: forbidding.map((r) => r.what.en).join('; ') },
          { party: self },
        )
    }
    return undefined
  }

  async #onLedger({ grants }: Proposal, plan: Plan): Promise<SecureflowError | undefined> {
    const { ledger, clock, self } = this.#deps
    for (const { id, owner } of grantedAssets(plan)) {
      const named = grants.find((g) => g.asset === id)
      if (named === undefined) continue // a run of an earlier release that goes on has none
      const [at, context] = [{ who: owner }, { party: owner }]
      const grant = await ledger.get(named.id)
      if (grant === undefined) return grantErrors.RUN_GRANT_OTHER(at, context)
      if (grant.revoked) return grantErrors.RUN_GRANT_REVOKED(at, context)
      // By the own clock: without blocks the ledger's stands still.
      if (grant.expiry * 1000 < clock.now()) return grantErrors.RUN_GRANT_EXPIRED(at, context)
      if (!grant.usable) return this.#unusable(owner)
    }
    // Others need not know which token it is; they hear of it.
    for (const { id, owner } of plan.assets)
      if (owner === plan.initiator && owner === self && !(await ledger.usable(id))) return this.#unusable(owner)
    return undefined
  }

  /** A member's assets go with it: the ledger may say so a moment before the pins have followed. */
  async #unusable(owner: string): Promise<SecureflowError> {
    const context = { party: owner }
    if ((await this.#deps.ledger.members()).find((m) => m.id === owner)?.active !== false)
      return grantErrors.RUN_ASSET_RETIRED({ who: owner }, context)
    const known = this.#deps.standing?.of(owner as MemberId)
    const state = known === undefined || known === 'active' ? 'inactive' : known
    return runErrors.RUN_MEMBER_INACTIVE({ who: owner, state }, context)
  }
}

/** Roles by member, where the terms ask for any. */
export async function rolesIn(ledger: GrantLedger, { roles }: Terms): Promise<Record<string, string[]>> {
  return roles === undefined ? {} : Object.fromEntries((await ledger.members()).map((m) => [m.id, m.roles]))
}
