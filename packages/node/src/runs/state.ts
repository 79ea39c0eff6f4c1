/**
 * The state of a run is a fold of the signed entries that this node wrote about it. Nothing else is kept: a node that was
 * killed reads its entries again and knows where it stands.
 */
import type { ErrorJson } from '@secureflow/base'
import type { TaskTraffic } from '../tasks/control.ts'
import type { SignedReceipt } from './meeting.ts'

export interface RunParty {
  id: string
  account: string
}

export interface OutputRecord {
  port: string
  type: 'table' | 'model' | 'scores' | 'report'
  /** File name inside the task's folder. */
  file: string
  rows?: number
}

export interface CommitmentRecord {
  port: string
  commitment: Uint8Array
}

/** What is written about a run, in the order in which it happens. */
export type RunRecord =
  | {
      kind: 'run.signed'
      proposal: Uint8Array
      initiator: string
      parties: RunParty[]
      signature: Uint8Array
      at: number
    }
  | { kind: 'run.registered'; height: number; signatures: Uint8Array[] }
  | { kind: 'task.attempt'; task: number; attempt: number }
  | { kind: 'task.inputs'; task: number; party: string; inputs: CommitmentRecord[] }
  | { kind: 'task.release'; task: number; attempt: number; disclosure: string; to: string; count: number }
  | { kind: 'task.failed'; task: number; attempt: number; error: ErrorJson }
  | {
      kind: 'task.done'
      task: number
      attempt: number
      receipt: Uint8Array
      signature: Uint8Array
      outputs: OutputRecord[]
      rounds: number
      /** Absent in records of versions that did not measure. */
      traffic?: TaskTraffic
    }
  | {
      kind: 'task.finished'
      task: number
      attempt: number
      partners: { party: string; receipt: Uint8Array; signature: Uint8Array }[]
    }
  | { kind: 'run.anchored'; root: Uint8Array; size: number }
  | { kind: 'run.succeeded'; at: number }
  | { kind: 'run.failed'; at: number; code: string; party: string; step: string; error?: ErrorJson }

export type ReleaseRecord = Extract<RunRecord, { kind: 'task.release' }>

export interface TaskState {
  /** The highest attempt that was ever opened here. */
  attempt: number
  done?: { attempt: number; signed: SignedReceipt; outputs: OutputRecord[]; rounds: number; traffic?: TaskTraffic }
  finished?: { attempt: number; partners: Map<string, SignedReceipt> }
  /** What each party committed to in its first attempt. */
  inputs: Map<string, CommitmentRecord[]>
  failures: ErrorJson[]
  releases: ReleaseRecord[]
}

export type RunOutcome =
  | { status: 'succeeded' }
  | { status: 'failed'; code: string; party: string; step: string; error?: ErrorJson }

export interface RunState {
  proposal: Uint8Array
  initiator: string
  parties: RunParty[]
  signature: Uint8Array
  signedAt: number
  registered?: { height: number; signatures: Uint8Array[] }
  tasks: Map<number, TaskState>
  anchored?: { root: Uint8Array; size: number }
  outcome?: RunOutcome
  endedAt?: number
}

/** @returns undefined where the records do not begin with a signature: nothing was agreed to here */
export function foldRun(records: Iterable<RunRecord>): RunState | undefined {
  let state: RunState | undefined
  for (const record of records) {
    if (record.kind === 'run.signed') {
      const { proposal, initiator, parties, signature, at } = record
      state ??= { proposal, initiator, parties, signature, signedAt: at, tasks: new Map() }
      continue
    }
    if (state === undefined) return undefined
    applyRecord(state, record)
  }
  return state
}

export function applyRecord(state: RunState, record: RunRecord): void {
  switch (record.kind) {
    case 'run.signed':
      return // the first record; it made the state
    case 'run.registered':
      state.registered = { height: record.height, signatures: record.signatures }
      return
    case 'run.anchored':
      state.anchored = { root: record.root, size: record.size }
      return
    case 'run.succeeded':
      state.outcome = { status: 'succeeded' }
      state.endedAt = record.at
      return
    case 'run.failed': {
      const { code, party, step, error, at } = record
      state.endedAt = at
      state.outcome = { status: 'failed', code, party, step, ...(error === undefined ? {} : { error }) }
      return
    }
  }
  const task = taskState(state, record.task)
  switch (record.kind) {
    case 'task.attempt':
      task.attempt = record.attempt
      delete task.done // an own result of an earlier attempt is void once a later one is open
      return
    case 'task.inputs':
      task.inputs.set(record.party, record.inputs)
      return
    case 'task.release':
      task.releases.push(record)
      return
    case 'task.failed':
      task.failures.push(record.error)
      return
    case 'task.done':
      task.done = {
        attempt: record.attempt,
        signed: { receipt: record.receipt, signature: record.signature },
        outputs: record.outputs,
        rounds: record.rounds,
        ...(record.traffic === undefined ? {} : { traffic: record.traffic }),
      }
      return
    case 'task.finished':
      task.finished = {
        attempt: record.attempt,
        partners: new Map(record.partners.map(({ party, receipt, signature }) => [party, { receipt, signature }])),
      }
      return
  }
}

export function taskState(state: RunState, index: number): TaskState {
  let task = state.tasks.get(index)
  if (task === undefined) {
    task = { attempt: 0, inputs: new Map(), failures: [], releases: [] }
    state.tasks.set(index, task)
  }
  return task
}
