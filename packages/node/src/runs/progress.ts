/** What this node tells of its tasks as they go on: to its own people, and to the partners' progress views. */
import { errorToBody, type RunNews } from '@secureflow/api'
import { decodeReceipt } from '@secureflow/audit'
import type { MemberId, Plain, SecureflowError } from '@secureflow/base'
import type { PlannedTask } from '@secureflow/flow'
import type { TaskProgress } from '../tasks/job.ts'
import type { RunsDependencies } from './dependencies.ts'
import { type RunState, taskState } from './state.ts'

export class ProgressReports {
  readonly #run: string
  readonly #state: RunState
  readonly #deps: RunsDependencies
  readonly #tell: (news: RunNews) => void
  readonly #began = new Map<number, number>()

  /** @param tell the own people */
  constructor(run: string, state: RunState, deps: RunsDependencies, tell: (news: RunNews) => void) {
    this.#run = run
    this.#state = state
    this.#deps = deps
    this.#tell = tell
  }

  progress(task: PlannedTask, attempt: number, report: TaskProgress): void {
    const { sentBytes, receivedBytes, sendMs, waitMs, ...rest } = report
    this.#share({
      kind: 'task-progress',
      ...this.#named(task, attempt),
      ...rest,
      fraction: Math.min(1, Math.max(0, rest.fraction)),
      bytesSent: sentBytes,
      bytesReceived: receivedBytes,
      seconds: this.#secondsOf(task),
      ...timesOf({ sendMs, waitMs }),
    })
  }

  task(task: PlannedTask, attempt: number, what: 'started' | 'finished' | 'failed', error?: SecureflowError): void {
    const named = this.#named(task, attempt)
    if (what === 'started') {
      this.#began.set(task.index, this.#deps.clock.now())
      const part = task.parties.find((p) => p.id === this.#deps.self)!.part
      this.#share({ kind: 'task-started', ...named, part, component: task.component })
    } else if (what === 'finished') {
      const { done } = taskState(this.#state, task.index)
      const { channels } = decodeReceipt(done!.signed.receipt)!
      this.#share({
        kind: 'task-finished',
        ...named,
        bytesSent: channels.reduce((sum, c) => sum + c.sentBytes, 0),
        bytesReceived: channels.reduce((sum, c) => sum + c.receivedBytes, 0),
        rounds: done!.rounds,
        seconds: this.#secondsOf(task),
        ...timesOf(done!.traffic ?? {}),
      })
    } else this.#tell({ kind: 'task-failed', ...named, error: errorToBody(error), final: false })
  }

  /** Own news, for the own people and for the partners' progress views: times and sizes, nothing of the data. */
  #share(news: RunNews): void {
    this.#tell(news)
    for (const { id } of this.#state.parties)
      if (id !== this.#deps.self)
        this.#deps.peers.notify(id as MemberId, 'run.news', { run: this.#run, news: news as unknown as Plain })
  }

  #named(task: PlannedTask, attempt: number): { task: number; step: string; attempt: number; party: string } {
    return { task: task.index, step: task.step, attempt, party: this.#deps.self }
  }

  #secondsOf(task: PlannedTask): number {
    return (this.#deps.clock.now() - (this.#began.get(task.index) ?? this.#deps.clock.now())) / 1000
  }
}

const timesOf = ({ sendMs, waitMs }: { sendMs?: number | undefined; waitMs?: number | undefined }) => ({
  ...(sendMs === undefined ? {} : { sendSeconds: sendMs / 1000 }),
  ...(waitMs === undefined ? {} : { waitSeconds: waitMs / 1000 }),
})
