/** What the differencing guard can say before a run is agreed on: of groups of rows that the plan alone tells. */
import { foreseenRows, guardRelease, type Plan, smallestGroup, type Terms, type Verdict } from '@secureflow/flow'
import { everyRow } from './covered-rows.ts'
import type { Asked, Releases } from './releases.ts'

/** @param assetId an own asset of the plan */
export async function foresee(releases: Releases, plan: Plan, assetId: string, terms: Terms): Promise<Verdict> {
  const { name, owner, rows: of, schema } = plan.assets.find((a) => a.id === assetId)!
  const asked: Asked[] = []
  for (const { task, measure, statistic, rows } of foreseenRows(plan, assetId)) {
    const used = task.uses.filter((u) => u.member === owner && schema.columns.some((c) => c.name === u.column))
    const atLeast = smallestGroup(
      terms,
      used.map((u) => u.column),
    )
    if (rows === 'all') asked.push({ asset: assetId, name, owner, atLeast, measure, statistic, rows: everyRow(of) })
    else if (rows.atMost < atLeast) {
      // Too few already, whichever they turn out to be.
      const few = { measure, statistic, rows: { commitment: '', size: rows.atMost, of } }
      const verdict = guardRelease([], few, atLeast, { asset: name, owner })
      if (!verdict.allow) return stepped(verdict, task.step)
    }
  }
  return releases.foresee(asked)
}

const stepped = (verdict: Extract<Verdict, { allow: false }>, step: string): Verdict => ({
  ...verdict,
  reasons: verdict.reasons.map((r) => ({ ...r, step })),
})
