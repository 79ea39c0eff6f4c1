/** Sums of costs, and how long a plan takes. */
import type { Cost } from './component.ts'

interface Costed {
  parties: { id: string }[]
  inputs: Record<string, { task: number }>
  cost: Cost
}

/**
 * What all tasks come to. `seconds` is the longest way through the plan when each task waits for its inputs and no member
 * works on two tasks at once (tasks run in the agreed order); bytes and rounds add up; memory and scratch disk are the hungriest task's.
 */
export function totalCost(tasks: readonly Costed[]): Cost {
  const endOfTask: number[] = []
  const memberIsFree = new Map<string, number>()
  for (const { parties, inputs, cost } of tasks) {
    const waits = [
      ...Object.values(inputs).map(({ task }) => endOfTask[task] ?? 0),
      ...parties.map(({ id }) => memberIsFree.get(id) ?? 0),
    ]
    const end = Math.max(0, ...waits) + cost.seconds
    endOfTask.push(end)
    for (const { id } of parties) memberIsFree.set(id, end)
  }
  return {
    seconds: Math.max(0, ...endOfTask),
    bytes: sumBytes(tasks.map((t) => t.cost.bytes)),
    rounds: tasks.reduce((sum, t) => sum + t.cost.rounds, 0),
    memoryBytes: Math.max(0, ...tasks.map((t) => t.cost.memoryBytes)),
    ...scratch(tasks.map((t) => t.cost.scratchBytes ?? 0)),
  }
}

/** The files of a task go with it. */
function scratch(all: readonly number[]): Pick<Cost, 'scratchBytes'> {
  const most = Math.max(0, ...all)
  return most === 0 ? {} : { scratchBytes: most }
}

function sumBytes(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const bytes of all)
    for (const [direction, count] of Object.entries(bytes)) sums[direction] = (sums[direction] ?? 0) + count
  return sums
}
