/** How benches time things: the median of several runs after a warm-up, because single runs on a shared machine lie. */

/** The middle value; of an even number of runs the mean of the two in the middle. */
export function median(runs: readonly number[]): number {
  if (runs.length === 0) throw new RangeError('no runs')
  const sorted = [...runs].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Median seconds of `work` over `runs` runs, after `warmUp` runs that are not counted. */
export async function seconds(work: () => unknown, runs = 7, warmUp = 2): Promise<number> {
  const taken: number[] = []
  for (let i = -warmUp; i < runs; i++) {
    const start = performance.now()
    await work()
    if (i >= 0) taken.push((performance.now() - start) / 1000)
  }
  return median(taken)
}
