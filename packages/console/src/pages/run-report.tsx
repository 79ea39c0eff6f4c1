/** Everything about a run on one page, to print or to keep as PDF, in one language or in both. */
import type { RunDetail, RunEvent } from '@secureflow/api'
import type { Locale } from '@secureflow/base'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { Suspense, useState } from 'react'
import { Loaded, Page } from '../parts/page.tsx'
import { RunStatus } from '../parts/status.tsx'
import { runEventsQuery, runQuery, sessionQuery } from '../queries.ts'
import { Egress } from '../run/egress.tsx'
import { RunFacts } from '../run/facts.tsx'
import { FailureCard } from '../run/failure-card.tsx'
import { Results } from '../run/results.tsx'
import { Timeline } from '../run/timeline.tsx'
import { InLanguage, useText } from '../text/index.ts'
import { moment } from '../words.ts'

export function RunReportPage() {
  const { run } = useParams({ strict: false }) as { run: string }
  const { locale, text } = useText()
  const detail = useQuery(runQuery(run))
  const events = useQuery(runEventsQuery(run))
  const self = useQuery(sessionQuery).data?.node.name ?? ''
  const [chosen, setChosen] = useState<Locale | 'both'>(locale)
  const languages: Locale[] = chosen === 'both' ? ['en', 'zh'] : [chosen]
  return (
    <Loaded query={detail}>
      {(found) => (
        <Page
          title={text.results.report.title(found.flow)}
          about={text.results.report.notInReport}
          actions={
            <span className="row no-print">
              <Segmented
                value={chosen}
                onChange={setChosen}
                options={[
                  { value: 'en', label: 'English' },
                  { value: 'zh', label: '中文' },
                  { value: 'both', label: 'English + 中文' },
                ]}
              />
              <Button type="primary" onClick={() => window.print()}>
                {text.results.report.print}
              </Button>
              <Link to="/runs/$run" params={{ run }} className="button">
                {text.common.close}
              </Link>
            </span>
          }
        >
          {languages.map((language) => (
            <Suspense key={language}>
              <InLanguage value={language}>
                <article lang={language} className="stack report">
                  <Whole run={found} events={events.data?.events ?? []} self={self} />
                </article>
              </InLanguage>
            </Suspense>
          ))}
        </Page>
      )}
    </Loaded>
  )
}

function Whole({ run, events, self }: { run: RunDetail; events: RunEvent[]; self: string }) {
  const { locale, text } = useText()
  const words = text.results.report
  return (
    <>
      <p>
        <RunStatus status={run.status} /> {words.member}: {self} · {words.madeAt}: {moment(Date.now(), locale)}
        <br />
        {words.run}: <span className="mono">{run.run}</span>
      </p>
      <FailureCard run={run} events={events} self={self} />
      <RunFacts run={run} />
      <h2>{text.runs.results}</h2>
      <Results run={run} self={self} />
      <h2>{text.runs.timeline}</h2>
      <Timeline run={run} events={events} self={self} />
      <h2>{text.runs.egress}</h2>
      <Egress run={run} self={self} />
      <h2>{text.flows.yaml}</h2>
      <pre className="statement">{run.flowText}</pre>
    </>
  )
}
