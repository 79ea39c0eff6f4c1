/** Figures of use, out of signed receipts; what no receipt at this node says is left out and counted as unseen. */
import type { PartyUsage, RunUsage, UsageReport } from '@secureflow/api'
import { decodeReceipt, type Receipt } from '@secureflow/audit'
import type { PlannedTask } from '@secureflow/flow'
import type { DemandFigures } from './demand.ts'
import { type LoggedRun, neverBegan, statusOf } from './logged-runs.ts'
import { datasetsReadBy } from './reads.ts'
import type { AssetUse } from './uses.ts'

/** What a run's figures are made from. */
type KnownRun = Pick<LoggedRun, 'run' | 'plan' | 'proposal' | 'state'>

export function runUsage(logged: KnownRun, self: string): RunUsage {
  const { run, plan, proposal, state } = logged
  return {
    run,
    flow: plan.flow.flow,
    purpose: plan.purpose,
    initiator: proposal.initiator,
    startedAt: state.signedAt,
    status: statusOf(logged),
    parties: plan.members.map((party) => partyUsage(logged, party, self)),
  }
}

function partyUsage(logged: KnownRun, party: string, self: string): PartyUsage {
  const { plan } = logged
  const tasks = plan.tasks.filter((t) => t.parties.some((p) => p.id === party))
  const receipts = tasks.flatMap((t) => receiptOf(logged, t, party, self) ?? [])
  const read = new Set(receipts.flatMap((r) => r.usage?.datasets.map((d) => d.asset) ?? []))
  const agreed = tasks.flatMap((t) => datasetsReadBy(plan, t, party))
  const measured = receipts.flatMap((r) => r.usage ?? [])
  return {
    party,
    part: [...new Set(tasks.map((t) => t.parties.find((p) => p.id === party)!.part))],
    by: party === self ? 'here' : 'receipts',
    tasks: receipts.length,
    unseen: tasks.length - receipts.length,
    failedAttempts: party === self ? tasks.reduce((sum, t) => sum + failedAttempts(logged, t), 0) : 0,
    seconds: sum(receipts, (r) => (r.endedAt - r.startedAt) / 1000),
    ...(measured.length === 0
      ? {}
      : {
          cpuSeconds: sum(measured, (u) => u.cpuMs / 1000),
          peakMemoryBytes: Math.max(...measured.map((u) => u.peakMemoryBytes)),
        }),
    bytesSent: sum(receipts, (r) => sum(r.channels, (c) => c.sentBytes)),
    bytesReceived: sum(receipts, (r) => sum(r.channels, (c) => c.receivedBytes)),
    datasets: [...new Set(agreed.map((d) => d.asset))].map((asset) => ({
      asset,
      name: plan.assets.find((a) => a.id === asset)!.name,
      rows: agreed.find((d) => d.asset === asset)!.rows,
      read: read.has(asset),
    })),
  }
}

/** The own one once the result is durable; a partner's once the task is finished, and it matched. */
function receiptOf({ state }: KnownRun, { index }: PlannedTask, party: string, self: string): Receipt | undefined {
  const task = state.tasks.get(index)
  const signed = party === self ? task?.done?.signed : task?.finished?.partners.get(party)
  return signed === undefined ? undefined : decodeReceipt(signed.receipt)
}

/** Attempts that were opened here and left no receipt; the one that computes now is none. */
function failedAttempts({ state }: KnownRun, { index }: PlannedTask): number {
  const task = state.tasks.get(index)
  if (task === undefined) return 0
  const goesOn = task.done !== undefined || state.outcome === undefined
  return Math.max(0, task.attempt - (goesOn ? 1 : 0))
}

type AssetFigures = NonNullable<UsageReport['assets']>[number]

/** Of own datasets, each version by itself, in the order of their names. @param spent by asset, from the durable record */
export function assetUsage(
  runs: readonly LoggedRun[],
  self: string,
  spent: ReadonlyMap<string, readonly AssetUse[]>,
  demand: ReadonlyMap<string, DemandFigures>,
  names: ReadonlyMap<string, string>,
): AssetFigures[] {
  const found = new Map<string, AssetFigures>()
  for (const [id, asked] of demand) {
    const name = names.get(id)
    if (name !== undefined) found.set(id, { ...emptyFigures(id, name), demand: asked })
  }
  for (const logged of runs) {
    if (neverBegan(logged)) continue
    const { plan, state, proposal, run, entries } = logged
    for (const { id, name } of plan.assets.filter((a) => a.owner === self)) {
      const before = found.get(id) ?? emptyFigures(id, name)
      const flowed = new Set(plan.tasks.filter((t) => t.assets.includes(id)).map((t) => t.index))
      const receipts = plan.tasks.flatMap((t) => receiptOf(logged, t, self, self) ?? [])
      const epsilon = spent.get(id)?.find((use) => use.run === run)?.epsilon ?? 0
      const asker = before.askers.find((a) => a.member === proposal.initiator)
      if (asker === undefined) before.askers.push({ member: proposal.initiator, uses: 1 })
      else asker.uses++
      found.set(id, {
        ...before,
        uses: before.uses + 1,
        succeeded: before.succeeded + (state.outcome?.status === 'succeeded' ? 1 : 0),
        failed: before.failed + (state.outcome?.status === 'failed' ? 1 : 0),
        rows: before.rows + sum(receipts, (r) => sum(r.usage?.datasets ?? [], (d) => (d.asset === id ? d.rows : 0))),
        releases:
          before.releases +
          entries.filter(({ record }) => record.kind === 'task.release' && flowed.has(record.task)).length,
        epsilon: before.epsilon + (Number.isNaN(epsilon) ? 0 : epsilon),
        epsilonUnknown: before.epsilonUnknown + (Number.isNaN(epsilon) ? 1 : 0),
        lastUsedAt: state.signedAt,
      })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const emptyFigures = (asset: string, name: string): AssetFigures => ({
  asset,
  name,
  uses: 0,
  succeeded: 0,
  failed: 0,
  rows: 0,
  releases: 0,
  epsilon: 0,
  epsilonUnknown: 0,
  askers: [],
  demand: { allowed: 0, waits: 0, refused: 0, prices: [] },
})

export function partnerUsage(runs: readonly LoggedRun[], self: string): NonNullable<UsageReport['partners']> {
  const partners = new Set(runs.flatMap((r) => r.plan.members).filter((m) => m !== self))
  return [...partners].sort().map((partner) => {
    const together = runs.filter((r) => r.plan.members.includes(partner) && !neverBegan(r))
    const own = together.flatMap((r) => r.plan.tasks.flatMap((t) => receiptOf(r, t, self, self) ?? []))
    const channels = own.flatMap((r) => r.channels.filter((c) => c.peer === partner))
    const theirs = together.flatMap((r) => r.plan.tasks.flatMap((t) => receiptOf(r, t, partner, self) ?? []))
    return {
      partner,
      runs: together.length,
      bytesSent: sum(channels, (c) => c.sentBytes),
      bytesReceived: sum(channels, (c) => c.receivedBytes),
      seconds: sum(theirs, (r) => (r.endedAt - r.startedAt) / 1000),
      cpuSeconds: sum(theirs, (r) => (r.usage?.cpuMs ?? 0) / 1000),
    }
  })
}

const sum = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((total, each) => total + of(each), 0)
