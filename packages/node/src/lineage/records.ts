/** Runs as the signed log tells them, for whoever is not the runs themselves. */
import { decodeEntry } from '@secureflow/audit'
import type { ComponentRegistry, Plan } from '@secureflow/flow'
import { decodeProposal, planOf } from '../runs/proposal.ts'
import { foldRun, type RunRecord, type RunState } from '../runs/state.ts'
import { type Database, storageErrors } from '../storage/index.ts'

export interface LogRow {
  seq: number
  subject: string
  bytes: Uint8Array
}

export function recordOf({ bytes }: Pick<LogRow, 'bytes'>): RunRecord & { loggedAt: number } {
  const signed = decodeEntry(bytes)
  if (signed === undefined) throw storageErrors.STORAGE_DAMAGED({})
  const { kind, at, body } = signed.entry
  return { ...(body as object), kind, loggedAt: at } as RunRecord & { loggedAt: number }
}

/** From this entry on, in order. */
export const logRows = (db: Database, from: number, limit: number): Promise<LogRow[]> =>
  db.selectFrom('log_entries').selectAll().where('seq', '>=', from).orderBy('seq').limit(limit).execute()

/** By the beginning of its id. @returns undefined where this node signed none, or several begin so */
export async function runOf(
  db: Database,
  run: string,
  components: ComponentRegistry,
): Promise<{ run: string; state: RunState; plan: Plan } | undefined> {
  const digits = run.replace(/^0x/, '')
  if (!/^[0-9a-f]{4,64}$/.test(digits)) return undefined
  const subjects = await db
    .selectFrom('log_entries')
    .select('subject')
    .where('subject', 'like', `${digits}%`)
    .groupBy('subject')
    .limit(2)
    .execute()
  const [found, other] = subjects
  if (found === undefined || other !== undefined) return undefined
  const rows = await db
    .selectFrom('log_entries')
    .select('bytes')
    .where('subject', '=', found.subject)
    .orderBy('seq')
    .execute()
  const state = foldRun(rows.map(recordOf))
  if (state === undefined) return undefined
  return { run: found.subject, state, plan: planOf(decodeProposal(state.proposal), components) }
}
