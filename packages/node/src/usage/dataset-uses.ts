/**
 * What was done with one dataset, for a person who asks: out of the owner's signed log, each release with the entry that was
 * signed before it left and its way to a root that stands on the ledger. No row, no commitment, no text of a flow, and of
 * others only their names, what they asked for and what they were told.
 */
import type { AssetRun, DatasetUses } from '@secureflow/api'
import { entryHash, inclusionPaths } from '@secureflow/audit'
import { toHex } from '@secureflow/base'
import { type PlannedTask, sayDisclosure } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import type { Database } from '../storage/index.ts'
import { type LoggedRun, neverBegan, statusOf } from './logged-runs.ts'

export interface UsesSource {
  db: Database
  self: string
  account: string
  networkId: Uint8Array
  now: number
  logged: { runs: LoggedRun[]; unreadable: number }
}

export async function datasetUses(source: UsesSource, name: string): Promise<DatasetUses> {
  const { self, account, networkId, now, logged } = source
  const runs: AssetRun[] = []
  for (const each of logged.runs) {
    if (neverBegan(each)) continue
    for (const { id, owner, name: called } of each.plan.assets)
      if (owner === self && called === name) runs.push(assetRun(each, id, self))
  }
  const wanted = [...new Set(runs.flatMap((r) => r.released.map((d) => d.entry)))].sort((a, b) => a - b)
  return {
    format: 'secureflow-dataset-uses/1',
    dataset: name,
    owner: self,
    account,
    network: toHex(networkId),
    at: now,
    unreadable: logged.unreadable,
    runs,
    entries: await provenEntries(source, wanted),
  }
}

function assetRun(logged: LoggedRun, id: string, self: string): AssetRun {
  const { run, plan, proposal, state, entries } = logged
  const asset = plan.assets.find((a) => a.id === id)!
  const tasks = plan.tasks.filter((t) => t.assets.includes(id))
  const columns = new Set(asset.schema.columns.map((c) => c.name))
  const { outcome, endedAt } = state
  const grant = proposal.grants.find((g) => g.asset === id)
  return {
    run,
    flow: plan.flow.flow,
    flowHash: plan.flowHash,
    purpose: plan.purpose,
    initiator: proposal.initiator,
    parties: plan.members,
    termsHash: asset.termsHash,
    ...(grant === undefined ? {} : { grant: grant.id }),
    asset: id,
    rows: asset.rows,
    startedAt: state.signedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    status: statusOf(logged),
    ...(outcome?.status === 'failed' ? { code: outcome.code } : {}),
    steps: tasks.map((t) => ({
      step: t.step,
      component: t.component,
      parties: t.parties.map((p) => p.id),
      columns: t.uses
        .filter((u) => u.member === self && columns.has(u.column))
        .map(({ column, use }) => ({ column, use })),
    })),
    agreed: tasks.flatMap((t) => t.disclosures.flatMap((d) => (d.from.includes(self) ? [told(t, d)] : []))),
    released: entries.flatMap(({ seq, at, record }) => {
      const task = record.kind === 'task.release' ? tasks.find((t) => t.index === record.task) : undefined
      if (task === undefined || record.kind !== 'task.release') return []
      const { attempt, disclosure, to, count } = record
      const what = task.disclosures.find((d) => d.id === disclosure && d.to === to)?.what ?? disclosure
      return [{ step: task.step, attempt, disclosure, what, to, count, at, entry: seq }]
    }),
    receipts: tasks.flatMap(({ index, step }) => {
      const task = state.tasks.get(index)
      const signed = [
        ...(task?.done === undefined ? [] : [{ party: self, ...task.done.signed }]),
        ...[...(task?.finished?.partners ?? [])].map(([party, receipt]) => ({ party, ...receipt })),
      ]
      return signed.map(({ party, receipt, signature }) => ({
        step,
        party,
        digest: toHex(nodePlatform.sha256(receipt)),
        signature: toHex(signature),
      }))
    }),
  }
}

function told({ step }: PlannedTask, d: PlannedTask['disclosures'][number]): AssetRun['agreed'][number] {
  const { gated: _, ...stated } = { step, ...d }
  const say = { en: sayDisclosure(stated, 'en'), zh: sayDisclosure(stated, 'zh') }
  return { step, what: d.what, to: d.to, atMost: d.atMost, say }
}

/** The entries of these numbers, under the last root that everybody has anchored. */
async function provenEntries({ db, logged }: UsesSource, wanted: readonly number[]): Promise<DatasetUses['entries']> {
  if (wanted.length === 0) return []
  const anchored = logged.runs
    .filter((r) => r.state.outcome?.status === 'succeeded' && r.state.anchored !== undefined)
    .map((r) => ({ run: r.run, ...r.state.anchored! }))
    .reduce<{ run: string; root: Uint8Array; size: number } | undefined>(
      (last, each) => (last === undefined || each.size > last.size ? each : last),
      undefined,
    )
  const rows = await db.selectFrom('log_entries').select(['seq', 'bytes']).orderBy('seq').execute()
  const covered = wanted.filter((seq) => anchored !== undefined && seq < anchored.size)
  const leaves = rows.slice(0, anchored?.size ?? 0).map(({ bytes }) => entryHash(bytes, nodePlatform.sha256))
  const paths = inclusionPaths(leaves, covered, nodePlatform.sha256)
  return wanted.map((index) => {
    const path = paths.get(index)
    return {
      bytes: toHex(rows[index]!.bytes),
      index,
      ...(path === undefined || anchored === undefined
        ? {}
        : { under: { run: anchored.run, root: toHex(anchored.root), size: anchored.size, path: path.map(toHex) } }),
    }
  })
}
