/** What a plan asks of one asset, for its owner's terms. */
import type { TermsRequest } from './evaluate.ts'
import type { Plan } from './plan.ts'

/** What no plan tells: when, what was before, and what was added to the request by people. */
export type RequestFacts = Pick<TermsRequest, 'now' | 'usesBefore'> &
  Partial<Pick<TermsRequest, 'roles' | 'spent' | 'offer' | 'approved' | 'endorsedBy'>>

/** @throws {RangeError} where the plan does not use the asset */
export function requestFor(plan: Plan, assetId: string, facts: RequestFacts): TermsRequest {
  const asset = plan.assets.find((a) => a.id === assetId)
  if (asset === undefined) throw new RangeError(`asset ${assetId} is not in the plan`)
  const { id, name, owner } = asset
  const columns = new Set(asset.schema.columns.map((c) => c.name))
  const tasks = plan.tasks.filter((t) => t.assets.includes(id))
  // Rows count once they are aligned; a flow that aligns nothing works on the asset's own.
  const aligned = tasks
    .filter((t) => t.stage === 'align')
    .flatMap((t) => Object.values(t.outputs).flatMap((o) => Object.values(o.at).map((f) => f.expectedRows)))
  const offers = tasks.flatMap((t) => (t.reads[owner]?.includes(id) && t.offer !== undefined ? [t.offer] : []))
  return {
    asset: id,
    assetName: name,
    owner,
    initiator: plan.initiator,
    members: [...new Set(tasks.flatMap((t) => t.parties.map((p) => p.id)))],
    purpose: plan.purpose,
    components: tasks.map((task) => ({
      step: task.step,
      component: task.component,
      params: task.params,
      needs: [...new Set(Object.values(task.inputs).map((i) => plan.tasks[i.task]!.step))],
      members: task.parties.map((p) => p.id),
    })),
    disclosures: tasks.flatMap(({ step, disclosures }) =>
      disclosures
        .filter((d) => d.from.includes(owner))
        .map(({ what, to, atMost, detail }) => ({
          step,
          what,
          to,
          elements: atMost,
          // A noise level that is no number is not known to be any.
          ...('epsilon' in detail ? { epsilon: typeof detail.epsilon === 'number' ? detail.epsilon : Number.NaN } : {}),
        })),
    ),
    columns: tasks.flatMap(({ step, uses }) =>
      uses.filter((u) => u.member === owner && columns.has(u.column)).map(({ column, use }) => ({ step, column, use })),
    ),
    ...(offers.length === 0 ? {} : { offer: offers.reduce((sum, credits) => sum + credits) }),
    rows: Math.min(...(aligned.length === 0 ? [asset.rows] : aligned)),
    ...facts,
  }
}

/** A request for each asset of one owner. */
export const requestsFor = (plan: Plan, owner: string, facts: RequestFacts): TermsRequest[] =>
  plan.assets.filter((a) => a.owner === owner).map((a) => requestFor(plan, a.id, facts))
