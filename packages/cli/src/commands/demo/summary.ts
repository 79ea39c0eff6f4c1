/** What the demo prints at the end: the gain, the costs, who learned what. */
import type { RunDetail, RunReport } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { bytes, count, duration, table } from '../../format.ts'
import type { DemoText } from '../../text/demo.ts'

type Speech = Pick<CliContext, 'locale'>

const figure = (report: RunReport | undefined, name: string): string => report?.figures[name]?.toFixed(4) ?? '-'

export function rowsLine(run: RunDetail, rows: { a: number; b: number }, text: DemoText, { locale }: Speech): string {
  const common = run.outputs.find((o) => o.step === 'aligned')?.rows ?? 0
  return text.aligned(count(rows.a, locale), count(rows.b, locale), count(common, locale))
}

export function modelTable(run: RunDetail, text: DemoText): string {
  const joint = run.reports.find((r) => r.step === 'quality')
  const own = run.reports.find((r) => r.step === 'own-quality')
  const names = ['auc', 'ks', 'logLoss', 'accuracy', 'precision', 'recall', 'f1']
  const known = names.filter((n) => joint?.figures[n] !== undefined)
  return table(
    ['', ...known.map((n) => n.toUpperCase())],
    [
      [text.joint, ...known.map((n) => figure(joint, n))],
      [text.alone, ...known.map((n) => figure(own, n))],
    ],
  )
}

export function gain(run: RunDetail): number {
  const auc = (step: string) => run.reports.find((r) => r.step === step)?.figures.auc ?? 0
  return auc('quality') - auc('own-quality')
}

/** One row a task and party, from what each of them recorded. */
export function taskTable(runs: ReadonlyMap<string, RunDetail>, text: DemoText, { locale }: Speech): string {
  const [first] = runs.values()
  const rows = (first?.tasks ?? []).flatMap(({ index, step, parties, seconds }) =>
    parties.flatMap(({ id }) => {
      const task = runs.get(id)?.tasks[index]
      if (task?.tookSeconds === undefined) return []
      const traffic = (task.bytesSent ?? 0) + (task.bytesReceived ?? 0)
      return [
        [
          step,
          id,
          duration(task.tookSeconds),
          duration(seconds),
          traffic === 0 ? '' : `↑ ${bytes(task.bytesSent ?? 0)}  ↓ ${bytes(task.bytesReceived ?? 0)}`,
          task.rounds === undefined || task.rounds === 0 ? '' : count(task.rounds, locale),
        ],
      ]
    }),
  )
  return table([text.step, text.who, text.took, text.planned, text.traffic, text.rounds], rows)
}

/** Bytes from each member to each other, over the whole run. */
export function linkTable(runs: ReadonlyMap<string, RunDetail>): string {
  const rows = [...runs].flatMap(([from, run]) =>
    [...sentBy(run)].map(([to, sent]): string[] => [`${from} → ${to}`, bytes(sent)]),
  )
  return rows.map(([link, amount]) => `  ${link!.padEnd(22)}${amount}`).join('\n')
}

function sentBy(run: RunDetail): Map<string, number> {
  const sent = new Map<string, number>()
  for (const task of run.tasks)
    for (const { peer, sentBytes } of task.channels ?? []) sent.set(peer, (sent.get(peer) ?? 0) + sentBytes)
  return sent
}
