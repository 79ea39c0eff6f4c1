/** A new proposal: the facts of every dataset that the flow names, the links as they are now, the times. */
import { errorToBody, type FlowProblem, type FlowReport } from '@secureflow/api'
import { type MemberId, randomBytes } from '@secureflow/base'
import { type AssetFacts, FlowRefused, type LinkFacts, type Plan, pair, parseFlow } from '@secureflow/flow'
import type { RunsDependencies, RunTimes } from './dependencies.ts'
import { runErrors } from './errors.ts'
import { type Proposal, planOf } from './proposal.ts'

/** @throws RUN_MEMBER_INACTIVE for whom the ledger has suspended or removed, this node itself included */
function checkActive(member: MemberId, { standing }: RunsDependencies): void {
  const state = standing?.of(member) ?? 'active'
  if (state !== 'active') throw runErrors.RUN_MEMBER_INACTIVE({ who: member, state }, { party: member })
}

/** Gathers the facts and compiles; a flow with problems comes back as its report. */
export async function propose(
  flowText: string,
  deps: RunsDependencies,
  times: RunTimes,
): Promise<{ proposal: Proposal; plan: Plan } | { report: FlowReport }> {
  const { self, peers, ledger, accountOf, components, clock, rng } = deps
  try {
    const flow = parseFlow(flowText)
    const members = [...new Set(Object.values(flow.parties))] as MemberId[]
    for (const member of members) checkActive(member, deps)
    for (const member of members)
      if (accountOf(member) === undefined) throw runErrors.RUN_PARTNER_UNREACHABLE({ who: member }, { party: member })
    const assets: AssetFacts[] = []
    for (const step of flow.steps) {
      const owner = flow.parties[step.at ?? ''] as MemberId | undefined
      const wanted = step.settings.asset
      if (owner === undefined || typeof wanted !== 'string') continue
      const facts = owner === self ? (await deps.assets.own(wanted))?.facts : await deps.assets.facts(owner, wanted)
      if (facts !== undefined && !assets.some((a) => a.id === facts.id)) assets.push(facts)
    }
    const links: Record<string, LinkFacts> = {}
    await Promise.all(
      members
        .filter((m) => m !== self)
        .map(async (m) => {
          links[pair(self, m)] = await peers.measure(m)
        }),
    )
    const now = clock.now()
    const draft: Proposal = {
      v: 1,
      network: ledger.networkId,
      nonce: randomBytes(rng, 32),
      initiator: self,
      expiry: Math.floor((now + times.proposalMs) / 1000),
      deadline: Math.floor((now + times.proposalMs + times.runMs) / 1000),
      attemptLimit: 3,
      flow: flowText,
      assets,
      links,
      parties: members.map((id) => ({ id, account: accountOf(id)! })),
      grants: [],
    }
    const first = planOf(draft, components)
    const proposal = {
      ...draft,
      deadline: draft.deadline + Math.ceil(10 * first.estimate.seconds),
      parties: first.members.map((id) => ({ id, account: accountOf(id as MemberId)! })),
    }
    return { proposal, plan: planOf(proposal, components) }
  } catch (error) {
    if (!(error instanceof FlowRefused)) throw error
    const problems: FlowProblem[] = error.problems.map(({ error: e, ...where }) => ({
      ...where,
      error: errorToBody(e),
    }))
    return { report: { flow: '', problems, tasks: [], terms: [] } }
  }
}

/**
 * The same proposal made now: later times, another nonce, and the assets as they stand. Links stay as they were, because
 * parameters may have been chosen by them. @throws RUN_DATA_CHANGED where an asset is no longer what it was
 */
export async function renewed(proposal: Proposal, deps: RunsDependencies, times: RunTimes): Promise<Proposal> {
  const { clock, rng, assets, self, accountOf } = deps
  const now = clock.now()
  const facts = proposal.assets.map(async ({ id, name, owner }) => {
    const found = owner === self ? (await assets.own(id))?.facts : await assets.facts(owner as MemberId, id)
    if (found?.id !== id) throw runErrors.RUN_DATA_CHANGED({ asset: name }, { party: owner })
    return found
  })
  const expiry = Math.floor((now + times.proposalMs) / 1000)
  return {
    ...proposal,
    nonce: randomBytes(rng, 32),
    expiry,
    deadline: expiry + (proposal.deadline - proposal.expiry),
    assets: await Promise.all(facts),
    parties: proposal.parties.map(({ id, account }) => ({ id, account: accountOf(id as MemberId) ?? account })),
  }
}
