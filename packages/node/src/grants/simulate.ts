/** What draft terms would answer to the requests that came in so far, or to one flow. Reads only: nothing is sent or kept. */
import type { Simulated } from '@secureflow/api'
import { type ComponentRegistry, sayChange, simulateTerms, type Terms, type Verdict } from '@secureflow/flow'
import type { RunAssets } from '../runs/dependencies.ts'
import type { Judge } from '../runs/judge.ts'
import { decodeProposal, type Proposal, planOf } from '../runs/proposal.ts'
import type { RequestStore } from './requests.ts'

interface Past {
  /** Empty where nobody asked for it yet. */
  request: string
  proposal: Proposal
}

export interface SimulationParts {
  self: string
  /** Id of the one asset that the draft is for; without it, every own asset that a request is about. */
  asset?: string
  /** Instead of the requests that came in. */
  proposals?: Past[]
  judge: Pick<Judge, 'requestOf'>
  assets: RunAssets
  components: ComponentRegistry
  store: RequestStore
  roles(terms: Terms): Promise<Record<string, string[]>>
}

export async function simulate(draft: Terms, parts: SimulationParts): Promise<Simulated[]> {
  const { self, asset, judge, assets, components, store, roles } = parts
  const out: Simulated[] = []
  for (const { request, proposal } of parts.proposals ?? (await received(store))) {
    const plan = compiled(proposal, components)
    for (const { id, name, owner } of plan?.assets ?? []) {
      const own = owner === self && (asset === undefined || asset === id) ? await assets.own(id) : undefined
      if (own === undefined || plan === undefined) continue
      const asked = {
        ...(await judge.requestOf(plan, id)),
        roles: { ...(await roles(draft)), ...(await roles(own.terms)) },
      }
      const [found] = simulateTerms(draft, [asked], own.terms)
      const { verdict, told, change, now } = found!
      out.push({
        ...{ request, initiator: plan.initiator, flow: plan.flow.flow, asset: id, name },
        draft: worded(verdict),
        inForce: worded(now!),
        reasons: verdict.allow ? [] : verdict.reasons,
        told: told.allow ? [] : told.reasons.map((r) => r.code),
        ...(change === undefined
          ? {}
          : { change: { en: sayChange(change.edits, 'en'), zh: sayChange(change.edits, 'zh') } }),
      })
    }
  }
  return out
}

const worded = (verdict: Verdict): Simulated['draft'] =>
  verdict.allow ? 'allow' : verdict.ask === undefined ? 'refuse' : 'ask'

async function received(store: RequestStore): Promise<Past[]> {
  return (await store.list()).flatMap((r) =>
    r.direction === 'received' && r.state.kind === 'use'
      ? [{ request: r.id, proposal: decodeProposal(r.proposal) }]
      : [],
  )
}

/** What an earlier release agreed to may not compile any more: then the draft is not held against it. */
function compiled(proposal: Proposal, components: ComponentRegistry) {
  try {
    return planOf(proposal, components)
  } catch {
    return undefined
  }
}
