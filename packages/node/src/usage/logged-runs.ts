/** The runs of this node as its signed log tells them: what usage and the page of a dataset are made from. */
import { decodeEntry } from '@secureflow/audit'
import type { ComponentRegistry, Plan } from '@secureflow/flow'
import { decodeProposal, type Proposal, planOf } from '../runs/proposal.ts'
import { foldRun, type RunRecord, type RunState } from '../runs/state.ts'
import type { Database } from '../storage/index.ts'

export interface LoggedEntry {
  seq: number
  /** Milliseconds since the epoch, by this node's clock. */
  at: number
  record: RunRecord
}

export interface LoggedRun {
  run: string
  proposal: Proposal
  plan: Plan
  state: RunState
  entries: LoggedEntry[]
}

export class LoggedRuns {
  readonly #db: Database
  readonly #components: ComponentRegistry
  /** A run that has no new entries is not read again. */
  readonly #known = new Map<string, { last: number; run: LoggedRun | undefined }>()

  constructor(db: Database, components: ComponentRegistry) {
    this.#db = db
    this.#components = components
  }

  /** Oldest first. `unreadable`: runs that this version cannot read or compile any more. */
  async all(): Promise<{ runs: LoggedRun[]; unreadable: number }> {
    const subjects = await this.#db
      .selectFrom('log_entries')
      .select(['subject', (eb) => eb.fn.max('seq').as('last')])
      .where('subject', '!=', '')
      .groupBy('subject')
      .orderBy((eb) => eb.fn.min('seq'))
      .execute()
    const runs: LoggedRun[] = []
    let unreadable = 0
    for (const { subject, last } of subjects) {
      let known = this.#known.get(subject)
      if (known?.last !== last) {
        known = { last, run: await this.#read(subject) }
        this.#known.set(subject, known)
      }
      if (known.run === undefined) unreadable++
      else runs.push(known.run)
    }
    return { runs, unreadable }
  }

  async #read(run: string): Promise<LoggedRun | undefined> {
    const rows = await this.#db
      .selectFrom('log_entries')
      .select(['seq', 'bytes'])
      .where('subject', '=', run)
      .orderBy('seq')
      .execute()
    const entries = rows.flatMap(({ seq, bytes }) => {
      const entry = decodeEntry(bytes)?.entry
      if (entry === undefined) return []
      return [{ seq, at: entry.at, record: { kind: entry.kind, ...(entry.body as object) } as RunRecord }]
    })
    const state = foldRun(entries.map((e) => e.record))
    if (state === undefined || entries.length < rows.length) return undefined
    try {
      const proposal = decodeProposal(state.proposal)
      return { run, proposal, plan: planOf(proposal, this.#components), state, entries }
    } catch {
      return undefined // counted as unreadable, and said so
    }
  }
}

export const statusOf = ({ state }: Pick<LoggedRun, 'state'>): 'proposed' | 'running' | 'succeeded' | 'failed' =>
  state.outcome?.status ?? (state.registered === undefined ? 'proposed' : 'running')

/** It was given up before it was registered: nothing was computed in it. */
export const neverBegan = ({ state }: LoggedRun): boolean =>
  state.registered === undefined && state.outcome?.status === 'failed'
