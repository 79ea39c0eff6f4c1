import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Card, Statistic } from 'antd'
import { Loaded, Page } from '../parts/page.tsx'
import { RunList } from '../parts/run-list.tsx'
import { datasetsQuery, requestsQuery, runsQuery, statusQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

type Step = { say: 'nextNetwork' | 'nextData' | 'nextPartner' | 'nextFlow'; to: '/partners' | '/data' | '/flows' }

export function Overview() {
  const { text } = useText()
  const status = useQuery(statusQuery)
  const runs = useQuery(runsQuery)
  const data = useQuery(datasetsQuery)
  const requests = useQuery(requestsQuery)
  const waiting = requests.data?.filter((r) => r.direction === 'received' && r.status === 'waiting').length ?? 0
  return (
    <Page title={text.overview.title} about={text.overview.about}>
      <Loaded query={status}>
        {({ network }) => {
          const partners = network?.members.filter((m) => !m.self) ?? []
          const all = runs.data ?? []
          const next = nextStep(network !== undefined, data.data?.length ?? 0, partners.length)
          const done = all.some((r) => r.status === 'succeeded')
          const count = (which: string) => all.filter((r) => r.status === which).length
          return (
            <div className="stack">
              {!done && (
                <Alert
                  type="info"
                  showIcon
                  title={text.overview.next}
                  description={text.overview[next.say]}
                  action={
                    <Link to={next.to}>
                      <Button type="primary">{text.overview.go}</Button>
                    </Link>
                  }
                />
              )}
              <div className="tiles">
                <Card>
                  <Link to="/inbox">
                    <Statistic title={text.nav.inbox} value={waiting} />
                  </Link>
                </Card>
                <Card>
                  <Statistic title={text.overview.running} value={count('running') + count('proposed')} />
                </Card>
                <Card>
                  <Statistic title={text.overview.succeeded} value={count('succeeded')} />
                </Card>
                <Card>
                  <Statistic title={text.overview.failed} value={count('failed')} />
                </Card>
                <Card>
                  <Statistic title={text.overview.datasets} value={data.data?.length ?? 0} />
                </Card>
                <Card>
                  <Statistic title={text.overview.ledger} value={network?.height ?? 0} />
                </Card>
                <Card title={text.overview.links}>
                  {partners.length === 0 && <span className="quiet">{text.common.none}</span>}
                  {partners.map(({ id, connected }) => (
                    <div key={id}>
                      <span className={`lamp ${connected ? 'on' : 'off'}`} />
                      {id} <span className="quiet">{connected ? text.network.up : text.network.down}</span>
                    </div>
                  ))}
                </Card>
              </div>
              <Card title={text.overview.latest}>
                <RunList runs={all.slice(0, 5)} empty={text.runs.empty} />
              </Card>
            </div>
          )
        }}
      </Loaded>
    </Page>
  )
}

function nextStep(hasNetwork: boolean, datasets: number, partners: number): Step {
  if (!hasNetwork) return { say: 'nextNetwork', to: '/partners' }
  if (datasets === 0) return { say: 'nextData', to: '/data' }
  if (partners === 0) return { say: 'nextPartner', to: '/partners' }
  return { say: 'nextFlow', to: '/flows' }
}
