/** What this member takes part in: what to do next, what waits, what runs, what is left, what came out. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Card, Statistic } from 'antd'
import { simulated } from '../client.ts'
import { Budget } from '../overview/budget.tsx'
import { DemoCard } from '../overview/demo-card.tsx'
import { type NextStep, nextStep } from '../overview/next-step.ts'
import { LatestReports, Running } from '../overview/running.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { RunList } from '../parts/run-list.tsx'
import { datasetsQuery, requestsQuery, runsQuery, spacesQuery, statusQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

export function Overview() {
  const { text } = useText()
  const status = useQuery(statusQuery)
  const runs = useQuery(runsQuery)
  const data = useQuery(datasetsQuery)
  const spaces = useQuery(spacesQuery)
  const requests = useQuery(requestsQuery)
  const asked = requests.data?.filter((r) => r.direction === 'received' && r.status === 'waiting').length ?? 0
  const invited = spaces.data?.filter((s) => s.awaitsOwn).length ?? 0
  return (
    <Page title={text.overview.title} about={text.overview.about}>
      <Loaded query={status}>
        {({ network }) => {
          const partners = network?.members.filter((m) => !m.self) ?? []
          const all = runs.data ?? []
          const next = nextStep({
            hasNetwork: network !== undefined,
            datasets: data.data?.length ?? 0,
            partners: partners.length,
            spaces: spaces.data ?? [],
            succeeded: all.some((r) => r.status === 'succeeded'),
          })
          const count = (which: string) => all.filter((r) => r.status === which).length
          const known = runs.isSuccess && spaces.isSuccess && data.isSuccess
          return (
            <div className="stack">
              {known && next !== undefined && <Next next={next} />}
              {!simulated && <DemoCard offered={next !== undefined} />}
              <div className="figures">
                <Card size="small">
                  <Link to="/inbox">
                    <Statistic title={text.home.inbox} value={asked + invited} />
                  </Link>
                </Card>
                <Card size="small">
                  <Statistic title={text.overview.running} value={count('running') + count('proposed')} />
                </Card>
                <Card size="small">
                  <Statistic title={text.overview.succeeded} value={count('succeeded')} />
                </Card>
                <Card size="small">
                  <Statistic title={text.overview.failed} value={count('failed')} />
                </Card>
                <Card size="small">
                  <Statistic title={text.overview.datasets} value={data.data?.length ?? 0} />
                </Card>
                <Card size="small">
                  <Statistic title={text.overview.ledger} value={network?.height ?? 0} />
                </Card>
              </div>
              <div className="tiles">
                <Running runs={all} />
                <LatestReports runs={all} />
                <Budget datasets={data.data ?? []} spaces={spaces.data ?? []} />
                <Card size="small" title={text.overview.links}>
                  {partners.length === 0 && <span className="quiet">{text.common.none}</span>}
                  {partners.map(({ id, connected }) => (
                    <div key={id}>
                      <span className={`lamp ${connected ? 'on' : 'off'}`} />
                      {id} <span className="quiet">{connected ? text.network.up : text.network.down}</span>
                    </div>
                  ))}
                </Card>
              </div>
              <Card size="small" title={text.overview.latest}>
                <RunList runs={all.slice(0, 5)} empty={text.runs.empty} />
              </Card>
            </div>
          )
        }}
      </Loaded>
    </Page>
  )
}

function Next({ next }: { next: NextStep }) {
  const { text } = useText()
  const words = { ...text.overview, ...text.home }
  const button = <Button type="primary">{text.overview.go}</Button>
  return (
    <Alert
      type="info"
      showIcon
      title={text.overview.next}
      description={words[next.say]}
      action={
        'id' in next ? (
          <Link to={next.to} params={{ id: next.id }}>
            {button}
          </Link>
        ) : (
          <Link to={next.to}>{button}</Link>
        )
      }
    />
  )
}
