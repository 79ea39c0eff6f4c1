import type { RunDetail, RunEvent } from '@secureflow/api'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Tabs } from 'antd'
import { lazy, Suspense } from 'react'
import { Loaded, Page } from '../parts/page.tsx'
import { RunStatus } from '../parts/status.tsx'
import { runEventsQuery, runQuery, sessionQuery } from '../queries.ts'
import { RunActions } from '../run/actions.tsx'
import { Egress } from '../run/egress.tsx'
import { RunFacts } from '../run/facts.tsx'
import { FailureCard } from '../run/failure-card.tsx'
import { Log } from '../run/log.tsx'
import { Timeline } from '../run/timeline.tsx'
import { useText } from '../text/index.ts'

const RunGraph = lazy(() => import('../canvas/run-graph.tsx').then((m) => ({ default: m.RunGraph })))
const Results = lazy(() => import('../run/results.tsx').then((m) => ({ default: m.Results })))

export function RunPage() {
  const { run } = useParams({ strict: false }) as { run: string }
  const detail = useQuery(runQuery(run))
  const events = useQuery(runEventsQuery(run))
  return <Loaded query={detail}>{(found) => <Run run={found} events={events.data?.events ?? []} />}</Loaded>
}

function Run({ run, events }: { run: RunDetail; events: RunEvent[] }) {
  const { locale, text } = useText()
  const self = useQuery(sessionQuery).data?.node.name ?? ''
  return (
    <Page
      title={
        <>
          {run.flow} <RunStatus status={run.status} />
        </>
      }
      about={run.run}
      actions={<RunActions run={run} />}
    >
      <div className="stack">
        <FailureCard run={run} events={events} self={self} />
        <RunFacts run={run} />
        <Tabs
          destroyOnHidden
          defaultActiveKey={run.reports.length > 0 ? 'results' : 'graph'}
          items={[
            {
              key: 'graph',
              label: text.runs.graph,
              children: (
                <Suspense>
                  <RunGraph run={run} />
                  <Timeline run={run} events={events} self={self} />
                </Suspense>
              ),
            },
            {
              key: 'results',
              label: text.runs.results,
              children: (
                <Suspense>
                  <Results run={run} self={self} />
                </Suspense>
              ),
            },
            {
              key: 'statement',
              label: text.runs.statement,
              children: <pre className="statement">{run.statement[locale].join('\n')}</pre>,
            },
            { key: 'egress', label: text.runs.egress, children: <Egress run={run} self={self} /> },
            { key: 'log', label: text.runs.log, children: <Log events={events} /> },
          ]}
        />
      </div>
    </Page>
  )
}
