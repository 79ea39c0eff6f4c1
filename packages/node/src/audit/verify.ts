/** Holds this node's own record against the ledger, and says what does not agree. */
import type { OutputOf, Routes } from '@secureflow/api'
import { type AgreedTask, decodeEntry, type LedgerFacts, verifyRecord } from '@secureflow/audit'
import type { MemberId, SecureflowError } from '@secureflow/base'
import { components } from '@secureflow/components/declarations'
import { nodePlatform } from '@secureflow/platform'
import { decodeProposal, planOf } from '../runs/proposal.ts'
import type { RunRecord } from '../runs/state.ts'
import type { Database } from '../storage/index.ts'
import { datasetsReadBy } from '../usage/reads.ts'

export type AuditReport = OutputOf<Routes['audit']['verify']>

export interface RecordParts {
  db: Database
  self: MemberId
  ledger: { facts(): Promise<LedgerFacts> }
}

export async function verifyOwnRecord({ db, self, ledger }: RecordParts): Promise<AuditReport> {
  const rows = await db.selectFrom('log_entries').select('bytes').orderBy('seq').execute()
  const entries = rows.map((row) => row.bytes)
  const { findings, ...counts } = await verifyRecord({
    member: self,
    entries,
    ledger: await ledger.facts(),
    tasks: tasksOf(entries),
    sha256: nodePlatform.sha256,
  })
  return { ...counts, findings: findings.map(told) }
}

/** Who takes part in each task of each run, from the proposals that this node signed. */
function tasksOf(entries: readonly Uint8Array[]) {
  const tasks = new Map<string, AgreedTask[]>()
  for (const bytes of entries) {
    const entry = decodeEntry(bytes)?.entry
    if (entry?.kind !== 'run.signed') continue
    try {
      const { proposal } = entry.body as unknown as RunRecord & { kind: 'run.signed' }
      const plan = planOf(decodeProposal(proposal), components)
      tasks.set(
        entry.subject,
        plan.tasks.map((task) => ({
          index: task.index,
          parties: task.parties.map((p) => p.id),
          reads: Object.fromEntries(task.parties.map(({ id }) => [id, datasetsReadBy(plan, task, id)])),
        })),
      )
    } catch {
      // A damaged entry is found by the verification itself; the run's tasks then stay unknown.
    }
  }
  return tasks
}

function told(finding: SecureflowError): AuditReport['findings'][number] {
  const [en, zh] = [finding.say('en'), finding.say('zh')]
  const { code, party } = finding
  return {
    code,
    ...(party === undefined ? {} : { party }),
    what: { en: en.what, zh: zh.what },
    fix: { en: en.fix, zh: zh.fix },
  }
}
