/** To whom a dataset was granted, and what was done with it. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Statistic, Table } from 'antd'
import { Mark } from '../parts/mark.tsx'
import { Loaded } from '../parts/page.tsx'
import { grantsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment, number } from '../words.ts'
import { useQueryOptions } from './queries.ts'

export function UseOfDataset({ id, name }: { id: string; name: string }) {
  const { locale, text } = useText()
  const t = text.intake
  const grants = useQuery(grantsQuery)
  const use = useQuery(useQueryOptions)
  const figures = use.data?.assets?.find((a) => a.asset === id)
  return (
    <div className="stack">
      <Card title={t.use}>
        {figures === undefined ? (
          <span className="quiet">{t.noUse}</span>
        ) : (
          <div className="tiles" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(120px, 1fr))' }}>
            {(['uses', 'succeeded', 'failed', 'rows', 'releases', 'epsilon'] as const).map((key) => (
              <Statistic
                key={key}
                title={t.uses[key]}
                value={number(figures[key], locale)}
                styles={{ content: { fontSize: 18 } }}
              />
            ))}
          </div>
        )}
      </Card>
      <Card title={t.grantsOf}>
        <Loaded query={grants}>
          {(all) => (
            <Table
              rowKey={(g) => g.id || `${g.request} ${g.name}`}
              size="small"
              pagination={false}
              scroll={{ x: 'max-content' }}
              locale={{ emptyText: t.noGrants }}
              dataSource={all.filter((g) => g.direction === 'given' && (g.asset === id || g.name === name))}
              columns={[
                { title: t.grantee, dataIndex: 'grantee' },
                {
                  title: text.runs.flow,
                  render: (_, g) => (
                    <Link to="/inbox/$id" params={{ id: g.request }}>
                      {g.flow}
                    </Link>
                  ),
                },
                {
                  title: t.left,
                  align: 'right',
                  render: (_, g) => `${number(g.left, locale)} / ${number(g.quota, locale)}`,
                },
                { title: t.until, dataIndex: 'expiresAt', render: (at: number) => moment(at, locale) },
                {
                  title: text.common.status,
                  render: (_, g) => (
                    <Mark tone={g.status === 'standing' ? 'good' : 'plain'}>{text.inbox.standing[g.status]}</Mark>
                  ),
                },
                {
                  title: text.nav.runs,
                  render: (_, g) => (
                    <span className="row">
                      {g.runs.map((run) => (
                        <Link key={run} to="/runs/$run" params={{ run }}>
                          {run.slice(0, 10)}
                        </Link>
                      ))}
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
    </div>
  )
}
