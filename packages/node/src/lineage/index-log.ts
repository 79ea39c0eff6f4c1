/** Keeps the lineage index up with the node's signed log: each entry is read once, and the place is kept with what it gave. */
import type { Logger } from '@secureflow/base'
import { asSecureflowError } from '@secureflow/base'
import type { ComponentRegistry, Plan, PlannedTask } from '@secureflow/flow'
import type { Transaction } from 'kysely'
import { decodeProposal, planOf } from '../runs/proposal.ts'
import type { RunRecord } from '../runs/state.ts'
import type { Database, Tables } from '../storage/index.ts'
import { logRows, recordOf, runOf } from './records.ts'

const rowsAtOnce = 500
const made: readonly string[] = ['model', 'scores', 'report']

export class LineageIndex {
  readonly #db: Database
  readonly #components: ComponentRegistry
  readonly #logger: Logger
  /** Compiled once for each run that is under way. */
  readonly #plans = new Map<string, Plan | undefined>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(db: Database, components: ComponentRegistry, logger: Logger) {
    this.#db = db
    this.#components = components
    this.#logger = logger
  }

  /** Everything that is in the log now. */
  sync(): Promise<void> {
    const done = this.#last.then(() => this.#catchUp())
    this.#last = done.catch(() => {})
    return done
  }

  async #catchUp(): Promise<void> {
    const cursor = await this.#db.selectFrom('lineage_cursor').select('next').where('id', '=', 1).executeTakeFirst()
    for (let next = cursor?.next ?? 0; ; ) {
      const rows = await logRows(this.#db, next, rowsAtOnce)
      if (rows.length === 0) return
      const records = rows.filter((r) => r.subject !== '').map((r) => ({ run: r.subject, record: recordOf(r) }))
      for (const { run, record } of records) await this.#prepare(run, record)
      next = rows.at(-1)!.seq + 1
      const reached = next
      await this.#db.transaction().execute(async (t) => {
        for (const { run, record } of records) await this.#apply(t, run, record)
        await t
          .insertInto('lineage_cursor')
          .values({ id: 1, next: reached })
          .onConflict((c) => c.column('id').doUpdateSet({ next: reached }))
          .execute()
      })
    }
  }

  /** Outside of the transaction: it may read the log. */
  async #prepare(run: string, record: RunRecord): Promise<void> {
    if (this.#plans.has(run)) return
    try {
      const plan =
        record.kind === 'run.signed'
          ? planOf(decodeProposal(record.proposal), this.#components)
          : (await runOf(this.#db, run, this.#components))?.plan
      this.#plans.set(run, plan)
    } catch (cause) {
      // Another version may no longer compile what an earlier one agreed to: what the proposal itself says stays.
      this.#plans.set(run, undefined)
      this.#logger.warn({ run, code: asSecureflowError(cause).code }, 'lineage of a run is not complete')
    }
  }

  async #apply(t: Transaction<Tables>, run: string, record: RunRecord & { loggedAt: number }): Promise<void> {
    const plan = this.#plans.get(run)
    switch (record.kind) {
      case 'run.signed':
        return this.#begin(t, run, record, plan)
      case 'run.registered':
        await t.updateTable('lineage_runs').set({ status: 'running' }).where('run', '=', run).execute()
        return
      case 'task.finished':
        return insertMade(t, run, plan?.tasks[record.task], record.loggedAt)
      case 'run.succeeded':
      case 'run.failed': {
        const status = record.kind === 'run.succeeded' ? 'succeeded' : 'failed'
        await t.updateTable('lineage_runs').set({ status, ended_at: record.at }).where('run', '=', run).execute()
        // Of tasks without a part here, only the end of the run tells.
        if (status === 'succeeded') for (const task of plan?.tasks ?? []) await insertMade(t, run, task, record.at)
        this.#plans.delete(run)
        return
      }
    }
  }

  async #begin(
    t: Transaction<Tables>,
    run: string,
    record: Extract<RunRecord, { kind: 'run.signed' }>,
    plan: Plan | undefined,
  ): Promise<void> {
    const proposal = decodeProposal(record.proposal)
    const row = {
      run,
      flow: plan?.flow.flow ?? '',
      flow_hash: plan?.flowHash ?? '',
      purpose: plan?.purpose ?? '',
      initiator: record.initiator,
      parties: JSON.stringify(record.parties.map((p) => p.id)),
      status: 'proposed' as const,
      started_at: record.at,
      ended_at: null,
    }
    await t
      .insertInto('lineage_runs')
      .values(row)
      .onConflict((c) => c.doNothing())
      .execute()
    for (const { id, owner, name } of plan?.assets ?? proposal.assets)
      await t
        .insertInto('lineage_uses')
        .values({ run, asset: id, owner, name })
        .onConflict((c) => c.doNothing())
        .execute()
  }
}

async function insertMade(
  t: Transaction<Tables>,
  run: string,
  task: PlannedTask | undefined,
  at: number,
): Promise<void> {
  for (const [port, { type, at: holders }] of Object.entries(task?.outputs ?? {})) {
    if (task === undefined || !made.includes(type)) continue
    const row = {
      run,
      step: task.step,
      port,
      type: type as 'model' | 'scores' | 'report',
      holders: JSON.stringify(Object.keys(holders)),
      assets: JSON.stringify(task.assets),
      made_at: at,
    }
    await t
      .insertInto('lineage_made')
      .values(row)
      .onConflict((c) => c.doNothing())
      .execute()
  }
}
