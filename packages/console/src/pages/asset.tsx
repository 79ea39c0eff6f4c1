/** One asset: what it is, of what it is made, who asked for it, and what became of it. */
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button, Card, Descriptions, Statistic, Table, Tabs } from 'antd'
import { lazy, Suspense } from 'react'
import { stringify } from 'yaml'
import { client } from '../client.ts'
import { download } from '../parts/download.ts'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { assetQuery, lineageQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'

const LineageView = lazy(() => import('../charts/lineage.tsx').then((m) => ({ default: m.LineageView })))

export function AssetDetail() {
  const { asset } = useParams({ strict: false }) as { asset: string }
  const { locale, text } = useText()
  const page = useQuery(assetQuery(asset))
  return (
    <Loaded query={page}>
      {(a) => {
        const content = a.description?.content
        const columns = content !== undefined && 'schema' in content ? content.schema.columns : []
        return (
          <Page title={a.title || a.name || asset.slice(0, 12)} about={a.description?.metadata.description ?? ''}>
            <div className="stack">
              <Card size="small">
                <Descriptions
                  column={{ xs: 1, md: 2 }}
                  items={[
                    { key: 'kind', label: text.assets.kind, children: text.assets.kinds[a.kind] },
                    { key: 'owner', label: text.assets.owner, children: a.own ? text.common.you : a.owner },
                    {
                      key: 'state',
                      label: text.common.status,
                      children: (
                        <Mark tone={a.state === 'active' ? 'good' : 'plain'}>{text.assets.states[a.state]}</Mark>
                      ),
                    },
                    {
                      key: 'rows',
                      label: text.common.rows,
                      children: a.rows === undefined ? '-' : number(a.rows, locale),
                    },
                    {
                      key: 'token',
                      label: text.assets.token,
                      children: <span className="mono">{a.token ?? '-'}</span>,
                    },
                    { key: 'terms', label: text.data.terms, children: <span className="mono">{a.termsHash}</span> },
                  ]}
                />
              </Card>
              <div className="tiles">
                {(['asked', 'granted', 'refused', 'used'] as const).map((figure) => (
                  <Card key={figure} size="small">
                    <Statistic title={text.assets.demandOf[figure]} value={a.demand[figure]} />
                  </Card>
                ))}
              </div>
              <Tabs
                items={[
                  {
                    key: 'schema',
                    label: text.common.columns,
                    children: (
                      <Table
                        rowKey="name"
                        size="small"
                        pagination={columns.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
                        dataSource={columns}
                        columns={[
                          { title: text.common.name, dataIndex: 'name' },
                          { title: text.data.type, dataIndex: 'type', render: (t: 'number' | 'text') => text.data[t] },
                        ]}
                      />
                    ),
                  },
                  {
                    key: 'lineage',
                    label: text.assets.lineage,
                    children: (
                      <Suspense>
                        <Lineage asset={asset} />
                      </Suspense>
                    ),
                  },
                  {
                    key: 'versions',
                    label: text.flows.versions,
                    children: (
                      <Table
                        rowKey="token"
                        size="small"
                        pagination={false}
                        scroll={{ x: 'max-content' }}
                        dataSource={a.versions}
                        columns={[
                          { title: text.flows.versions, dataIndex: 'version' },
                          {
                            title: text.assets.token,
                            render: (_, { token }) => (
                              <Link to="/directory/$asset" params={{ asset: token }} className="mono">
                                {token.slice(0, 16)}
                              </Link>
                            ),
                          },
                          { title: text.common.status, render: (_, v) => text.assets.states[v.state] },
                        ]}
                      />
                    ),
                  },
                  {
                    key: 'parts',
                    label: text.assets.parts,
                    children: (
                      <Table
                        rowKey={({ token, parent }) => `${parent} ${token}`}
                        size="small"
                        pagination={false}
                        scroll={{ x: 'max-content' }}
                        locale={{ emptyText: text.common.none }}
                        dataSource={a.parts}
                        columns={[
                          { title: text.common.name, render: (_, p) => p.name ?? p.token?.slice(0, 12) },
                          { title: text.assets.owner, dataIndex: 'owner' },
                          {
                            title: text.assets.grantedPart,
                            render: (_, p) => (p.granted ? text.common.yes : text.common.no),
                          },
                        ]}
                      />
                    ),
                  },
                  ...(a.terms === undefined
                    ? []
                    : [
                        {
                          key: 'terms',
                          label: text.data.terms,
                          children: <pre className="statement mono">{stringify(a.terms)}</pre>,
                        },
                      ]),
                ]}
              />
            </div>
          </Page>
        )
      }}
    </Loaded>
  )
}

function Lineage({ asset }: { asset: string }) {
  const { text } = useText()
  const lineage = useQuery(lineageQuery(asset))
  const prov = async () =>
    download(
      `${asset.slice(0, 12)}.prov.json`,
      'application/json',
      JSON.stringify(await client.assets.prov({ asset }), null, 1),
    )
  return (
    <Loaded query={lineage}>
      {(graph) => (
        <>
          <Button size="small" onClick={() => void prov()}>
            PROV-JSON
          </Button>
          <LineageView graph={graph} label={text.assets.lineage} />
        </>
      )}
    </Loaded>
  )
}
