import type { RunSummary } from '@secureflow/api'
import { Link } from '@tanstack/react-router'
import { useText } from '../text/index.ts'
import { moment, seconds } from '../words.ts'
import { RunStatus } from './status.tsx'

/** The latest runs, one line each. A table would be the heaviest part of the first page. */
export function RunList({ runs, empty }: { runs: RunSummary[]; empty: string }) {
  const { locale } = useText()
  if (runs.length === 0) return <span className="quiet">{empty}</span>
  return (
    <ul className="plain">
      {runs.map(({ run, flow, status, initiator, startedAt, endedAt }) => (
        <li key={run} className="row">
          <Link to="/runs/$run" params={{ run }}>
            {flow}
          </Link>
          <RunStatus status={status} />
          <span className="quiet">
            {initiator} · {moment(startedAt, locale)}
            {endedAt === undefined ? '' : ` · ${seconds((endedAt - startedAt) / 1000, locale)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
