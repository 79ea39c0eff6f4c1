/** What computing jointly adds: reports of joint models beside those of models on one member's columns. */
import type { RunDetail, RunReport } from '@secureflow/api'

export interface Gain {
  joint: RunReport
  alone: RunReport
}

/** Higher is better for these; for log-loss, lower. */
export const quality = ['auc', 'ks', 'accuracy', 'precision', 'recall', 'f1', 'logLoss'] as const
export const lowerIsBetter = (figure: string): boolean => figure === 'logLoss'

/** How many members with data trained what a report is about; undefined where it is about no model. */
function trainersOf({ tasks }: Pick<RunDetail, 'tasks'>, step: string): number | undefined {
  const seen = new Set<number>()
  let waiting = tasks.filter((t) => t.step === step)
  while (waiting.length > 0) {
    const model = waiting.find((t) => Object.keys(t.inputs).includes('train'))
    if (model !== undefined) return model.parties.filter((p) => p.part !== 'dealer').length
    waiting = waiting.flatMap((task) => {
      // Rows to score are no model.
      const ports = 'model' in task.inputs ? [task.inputs.model!] : Object.values(task.inputs)
      return ports.flatMap(({ task: index }) => {
        if (seen.has(index)) return []
        seen.add(index)
        return tasks[index] ?? []
      })
    })
  }
  return undefined
}

/** Each joint report beside the report on the same label by one member alone. */
export function gainsOf(run: Pick<RunDetail, 'tasks' | 'reports'>): Gain[] {
  const with_ = (many: boolean) =>
    run.reports.filter((r) => {
      const trainers = trainersOf(run, r.step)
      return trainers !== undefined && trainers > 1 === many
    })
  const single = with_(false)
  return with_(true).flatMap((joint) => {
    const alone = single.find((r) => r.title === joint.title)
    return alone === undefined ? [] : [{ joint, alone }]
  })
}
