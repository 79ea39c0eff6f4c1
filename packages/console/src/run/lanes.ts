/** Who did what when in a run: one lane a party, one span a task. From receipts, and from the news while there are none. */
import type { RunEvent, RunTask } from '@secureflow/api'

export interface Span {
  task: number
  step: string
  /** Milliseconds since the epoch. */
  from: number
  to: number
  state: 'running' | 'finished' | 'failed'
  attempt: number
  /** Seconds. Where a party does not tell what it waited for, `waiting` is all that it did not compute. */
  computing: number
  sending: number
  waiting: number
  bytesSent: number
}

export interface Lane {
  party: string
  spans: Span[]
}

type TaskEvent = Extract<RunEvent, { task: number }>

/** @param self whose node this is: only its own task processes are measured here */
export function lanesOf(tasks: readonly RunTask[], events: readonly RunEvent[], self: string, now: number): Lane[] {
  const parties = [...new Set(tasks.flatMap((t) => t.parties.map((p) => p.id)))]
  return parties.map((party) => ({
    party,
    spans: tasks.flatMap((task) =>
      task.parties.some((p) => p.id === party) ? (spanOf(task, party, party === self, events, now) ?? []) : [],
    ),
  }))
}

function spanOf(
  task: RunTask,
  party: string,
  own: boolean,
  events: readonly RunEvent[],
  now: number,
): Span | undefined {
  const told = events.filter((e): e is TaskEvent => 'task' in e && e.task === task.index && e.party === party)
  const figures = told.findLast((e) => e.kind === 'task-progress' || e.kind === 'task-finished')
  const receipt = task.receipts.find((r) => r.party === party)
  const last = told.at(-1)
  const begun = told.findLast((e) => e.kind === 'task-started')
  if (receipt === undefined && begun === undefined) return undefined
  const from = receipt?.startedAt ?? begun!.at
  const failed = last?.kind === 'task-failed'
  const over = receipt !== undefined || failed || task.status === 'failed'
  const to = Math.max(from, receipt?.endedAt ?? (over ? last!.at : now))
  const seconds = (to - from) / 1000
  const { sending, waiting } = idle(task, own, seconds, figures, receipt?.cpuSeconds)
  const share = Math.min(1, seconds / Math.max(sending + waiting, Number.MIN_VALUE))
  return {
    task: task.index,
    step: task.step,
    from,
    to,
    state: failed || (receipt === undefined && task.status === 'failed') ? 'failed' : over ? 'finished' : 'running',
    attempt: last?.attempt ?? task.attempt,
    sending: sending * share,
    waiting: waiting * share,
    computing: Math.max(0, seconds - (sending + waiting) * share),
    bytesSent: receipt?.bytesSent ?? (figures !== undefined && 'bytesSent' in figures ? figures.bytesSent : 0),
  }
}

function idle(
  { traffic }: RunTask,
  own: boolean,
  seconds: number,
  told: { sendSeconds?: number | undefined; waitSeconds?: number | undefined } | undefined,
  cpuSeconds: number | undefined,
): { sending: number; waiting: number } {
  if (own && traffic !== undefined) return { sending: traffic.sendSeconds, waiting: traffic.waitSeconds }
  if (told?.waitSeconds !== undefined) return { sending: told.sendSeconds ?? 0, waiting: told.waitSeconds }
  return { sending: 0, waiting: cpuSeconds === undefined ? 0 : Math.max(0, seconds - cpuSeconds) }
}
