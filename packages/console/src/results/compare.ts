/** Runs side by side: what they differ in. */
import type { RunDetail } from '@secureflow/api'

export const mostRuns = 4

export interface Difference {
  /** `step` or `step.parameter`. */
  where: string
  /** In the order of the runs; undefined where it is absent. */
  values: (string | undefined)[]
}

const said = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Components, parties, parameters and datasets that are not the same in all runs. */
export function differences(runs: readonly RunDetail[]): Difference[] {
  const found: Difference[] = []
  const note = (where: string, values: (string | undefined)[]) => {
    if (new Set(values).size > 1) found.push({ where, values })
  }
  note(
    'flow',
    runs.map((r) => r.flow),
  )
  note(
    'purpose',
    runs.map((r) => r.purpose),
  )
  note(
    'parties',
    runs.map((r) => r.parties.join(', ')),
  )
  note(
    'datasets',
    runs.map((r) =>
      [
        ...new Map(
          r.usage.flatMap((u) => u.datasets).map((d) => [d.asset, `${d.name} ${d.asset.slice(0, 8)}`]),
        ).values(),
      ]
        .sort()
        .join(', '),
    ),
  )
  const steps = [...new Set(runs.flatMap((r) => r.tasks.map((t) => t.step)))]
  for (const step of steps) {
    const tasks = runs.map((r) => r.tasks.find((t) => t.step === step))
    note(
      step,
      tasks.map((t) => t && `${t.component} (${t.parties.map((p) => `${p.part}: ${p.id}`).join(', ')})`),
    )
    const names = [...new Set(tasks.flatMap((t) => Object.keys(t?.params ?? {})))].sort()
    for (const name of names) {
      // A step that a run has not is one difference, not one for each parameter.
      if (tasks.some((t) => t === undefined)) break
      note(
        `${step}.${name}`,
        tasks.map((t) => (t!.params[name] === undefined ? undefined : said(t!.params[name]))),
      )
    }
  }
  return found
}

/** The ids that an address names: each once, no more than are shown. */
export const chosenRuns = (search: unknown): string[] =>
  typeof search === 'string'
    ? [...new Set(search.split(',').filter((id) => /^[0-9a-f]{4,66}$/i.test(id)))].slice(0, mostRuns)
    : []
