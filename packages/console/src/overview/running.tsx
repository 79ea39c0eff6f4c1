/** Runs under way with how far they are, and the figures of those that ended last. */
import type { RunSummary } from '@secureflow/api'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card } from 'antd'
import { figureName } from '../parts/figures.ts'
import { RunStatus } from '../parts/status.tsx'
import { runQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { decimal, moment } from '../words.ts'

export function Running({ runs }: { runs: readonly RunSummary[] }) {
  const { text } = useText()
  const active = runs.filter((r) => r.status === 'running' || r.status === 'proposed').slice(0, 5)
  const details = useQueries({ queries: active.map((r) => runQuery(r.run)) })
  return (
    <Card size="small" title={text.home.progress}>
      {active.length === 0 && <span className="quiet">{text.home.idle}</span>}
      <ul className="plain">
        {active.map(({ run, flow, status }, i) => {
          const tasks = details[i]?.data?.tasks ?? []
          const done = tasks.filter((t) => t.status === 'finished').length
          return (
            <li key={run}>
              <div className="row">
                <Link to="/runs/$run" params={{ run }}>
                  {flow}
                </Link>
                <RunStatus status={status} />
                <span className="quiet">
                  {done} / {tasks.length}
                </span>
              </div>
              <progress aria-label={flow} value={done} max={Math.max(1, tasks.length)} />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

const named = ['auc', 'ks', 'accuracy', 'rows'] as const

export function LatestReports({ runs }: { runs: readonly RunSummary[] }) {
  const { locale, text } = useText()
  const last = runs.filter((r) => r.status === 'succeeded').slice(0, 3)
  const details = useQueries({ queries: last.map((r) => runQuery(r.run)) })
  return (
    <Card size="small" title={text.home.reports}>
      {last.length === 0 && <span className="quiet">{text.home.noReports}</span>}
      <ul className="plain">
        {last.map(({ run, flow, endedAt, startedAt }, i) => {
          const reports = details[i]?.data?.reports ?? []
          const common = details[i]?.data?.outputs.findLast((o) => o.rows !== undefined)?.rows
          return (
            <li key={run}>
              <div className="row">
                <Link to="/runs/$run" params={{ run }}>
                  {flow}
                </Link>
                <span className="quiet">{moment(endedAt ?? startedAt, locale)}</span>
              </div>
              {reports.length === 0 && common !== undefined && (
                <div>
                  {figureName('rows', text)}: {decimal(common, locale)}
                </div>
              )}
              {reports.map(({ step, figures }) => (
                <div key={step}>
                  {step}:{' '}
                  {named
                    .flatMap((n) =>
                      figures[n] === undefined ? [] : [`${figureName(n, text)} ${decimal(figures[n], locale)}`],
                    )
                    .join(' · ')}
                </div>
              ))}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
