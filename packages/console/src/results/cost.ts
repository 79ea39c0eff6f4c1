/** Planned and actual cost of a run, side by side. */
import type { RunDetail } from '@secureflow/api'

export interface CostLine {
  key: string
  /** `seconds`, `bytes` or plain counts. */
  unit: 'seconds' | 'bytes' | 'count'
  planned: number | undefined
  actual: number | undefined
}

export interface StepCost {
  step: string
  planned: number
  actual: number | undefined
}

/** The longest that any of its parties says. */
export const stepCosts = ({ tasks }: Pick<RunDetail, 'tasks'>): StepCost[] =>
  tasks.map(({ step, seconds, receipts }) => ({
    step,
    planned: seconds,
    actual: receipts.length === 0 ? undefined : Math.max(...receipts.map((r) => (r.endedAt - r.startedAt) / 1000)),
  }))

/** Ways are as `bank-a>bank-b`; only those that start or end here are measured here. */
export function costLines(run: RunDetail, self: string): CostLine[] {
  const { estimate, startedAt, endedAt, tasks, usage } = run
  const actual: Record<string, number> = {}
  for (const task of tasks)
    for (const { peer, sentBytes, receivedBytes } of task.channels ?? []) {
      actual[`${self}>${peer}`] = (actual[`${self}>${peer}`] ?? 0) + sentBytes
      actual[`${peer}>${self}`] = (actual[`${peer}>${self}`] ?? 0) + receivedBytes
    }
  const ways = [...new Set([...Object.keys(estimate.bytes), ...Object.keys(actual)])]
  const memory = usage.flatMap((u) => u.peakMemoryBytes ?? [])
  const cpu = usage.flatMap((u) => u.cpuSeconds ?? [])
  const rounds = tasks.flatMap((t) => t.rounds ?? [])
  const sum = (all: number[]) => all.reduce((total, n) => total + n, 0)
  return [
    {
      key: 'wholeRun',
      unit: 'seconds',
      planned: estimate.seconds,
      actual: endedAt === undefined ? undefined : (endedAt - startedAt) / 1000,
    },
    { key: 'computing', unit: 'seconds', planned: undefined, actual: cpu.length === 0 ? undefined : sum(cpu) },
    {
      key: 'memory',
      unit: 'bytes',
      planned: estimate.memoryBytes,
      actual: memory.length === 0 ? undefined : Math.max(...memory),
    },
    {
      key: 'rounds',
      unit: 'count',
      planned: estimate.rounds,
      actual: rounds.length === 0 ? undefined : sum(rounds),
    },
    ...ways.map((way): CostLine => ({ key: way, unit: 'bytes', planned: estimate.bytes[way], actual: actual[way] })),
  ]
}
