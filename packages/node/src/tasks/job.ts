/** One attempt of one task, as the runs of this node ask for it; where it computes is the executor's business. */
import type { ChannelRecord, CommitmentOf, TaskOutput, TaskSpec, TaskTraffic, TaskUsage } from './control.ts'

export interface TaskProgress {
  fraction: number
  done?: number
  total?: number
  unit?: string
  sentBytes: number
  receivedBytes: number
  /** As in `TaskTraffic`. */
  sendMs?: number
  waitMs?: number
}

export interface TaskResult {
  outputs: TaskOutput[]
  channels: ChannelRecord[]
  /** How often this party sent and then waited for an answer. */
  rounds: number
  usage: TaskUsage
  traffic?: TaskTraffic
}

export interface TaskJob {
  spec(): Promise<TaskSpec>
  /** Link channel to each partner, by member. */
  channels: ReadonlyMap<string, string>
  /** The first exchange is over: compare the commitments with those of earlier attempts. */
  agreeInputs(own: CommitmentOf[], partners: { party: string; inputs: CommitmentOf[] }[]): Promise<void>
  /** The gate. */
  release(release: { disclosure: string; to: string; count: number }): Promise<void>
  progress(report: TaskProgress): void
}

export interface RunningTask {
  /** Rejects with the task's error, TASK_DIED or TASK_OUT_OF_MEMORY; after `abort` with ABORTED. */
  readonly result: Promise<TaskResult>
  readonly aborted: boolean
  /** Resolves when nothing of it is left. */
  abort(): Promise<void>
}

/** Where tasks compute: child processes of this node; later, worker machines. */
export interface Executor {
  start(job: TaskJob): RunningTask
  close(): Promise<void>
}
