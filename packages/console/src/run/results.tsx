/** What this member got out of a run: gain, reports, its part of models, cost. */
import type { RunDetail } from '@secureflow/api'
import { CostView } from '../charts/cost-view.tsx'
import { GainView } from '../charts/gain-view.tsx'
import { ModelView } from '../charts/model-view.tsx'
import { ReportView } from '../charts/report-view.tsx'
import { gainsOf } from '../results/gain.ts'
import { useText } from '../text/index.ts'

export function Results({ run, self }: { run: RunDetail; self: string }) {
  const { text } = useText()
  return (
    <div className="stack">
      {run.reports.length === 0 && <p className="quiet">{text.runs.noResults}</p>}
      {gainsOf(run).map((gain) => (
        <GainView key={`${gain.joint.step} ${gain.alone.step}`} gain={gain} />
      ))}
      {run.reports.map((report) => (
        <ReportView key={report.step} report={report} />
      ))}
      {run.models.map((model) => (
        <ModelView key={model.step} model={model} />
      ))}
      <CostView run={run} self={self} />
    </div>
  )
}
