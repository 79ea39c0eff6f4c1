/** All members' assets, as far as they show them. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, Select, Table } from 'antd'
import { useDeferredValue, useState } from 'react'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { assetsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'

const kinds = ['dataset', 'flow', 'model', 'compute'] as const
type Kind = (typeof kinds)[number]

export function Directory() {
  const { locale, text } = useText()
  const [wanted, setWanted] = useState('')
  const [kind, setKind] = useState<Kind>()
  const [tag, setTag] = useState<string>()
  const typed = useDeferredValue(wanted.trim())
  const assets = useQuery(
    assetsQuery({
      ...(typed === '' ? {} : { text: typed }),
      ...(kind === undefined ? {} : { kind }),
      ...(tag === undefined ? {} : { tag }),
    }),
  )
  return (
    <Page title={text.assets.title} about={text.assets.about}>
      <div className="row" style={{ marginBottom: 12 }}>
        <Input
          style={{ maxWidth: 320 }}
          allowClear
          aria-label={text.common.search}
          placeholder={text.common.search}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        <Select<Kind>
          style={{ minWidth: 140 }}
          allowClear
          aria-label={text.assets.kind}
          placeholder={text.assets.kind}
          options={kinds.map((k) => ({ value: k, label: text.assets.kinds[k] }))}
          onChange={(k?: Kind) => setKind(k)}
        />
        {assets.data?.tags.slice(0, 12).map(({ tag: name, count }) => (
          <Button
            key={name}
            size="small"
            type={tag === name ? 'primary' : 'default'}
            aria-pressed={tag === name}
            onClick={() => setTag(tag === name ? undefined : name)}
          >
            {name} {count}
          </Button>
        ))}
      </div>
      <Loaded query={assets}>
        {({ assets: found, total }) => (
          <>
            <Table
              rowKey={({ token, owner, name }) => token ?? `${owner}/${name}`}
              size="middle"
              scroll={{ x: 'max-content' }}
              dataSource={found}
              locale={{ emptyText: text.assets.empty }}
              pagination={found.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
              columns={[
                {
                  title: text.common.name,
                  render: (_, { token, name, title, tags }) => (
                    <>
                      {token === undefined ? (
                        (name ?? '?')
                      ) : (
                        <Link to="/directory/$asset" params={{ asset: token }}>
                          {title || name || token.slice(0, 10)}
                        </Link>
                      )}
                      <div>
                        {tags.map((t) => (
                          <span key={t} className="badge">
                            {t}
                          </span>
                        ))}
                      </div>
                    </>
                  ),
                },
                { title: text.assets.kind, render: (_, a) => text.assets.kinds[a.kind] },
                { title: text.assets.owner, render: (_, a) => (a.own ? text.common.you : a.owner) },
                {
                  title: text.common.rows,
                  align: 'right',
                  render: (_, a) => (a.rows === undefined ? '' : number(a.rows, locale)),
                },
                { title: text.flows.versions, align: 'right', dataIndex: 'version' },
                {
                  title: text.common.status,
                  render: (_, { state, availability }) => (
                    <>
                      <Mark tone={state === 'active' ? 'good' : 'plain'}>{text.assets.states[state]}</Mark>
                      {availability === 'cached' && <Mark>{text.assets.cached}</Mark>}
                      {availability === 'refused' && <Mark tone="bad">{text.assets.refused}</Mark>}
                    </>
                  ),
                },
                {
                  title: text.assets.demand,
                  render: (_, { demand: d }) => `${d.asked} / ${d.granted} / ${d.refused} / ${d.used}`,
                },
                {
                  title: text.inbox.price,
                  align: 'right',
                  render: (_, { price }) => (price === undefined ? '' : number(price, locale)),
                },
              ]}
            />
            <p className="quiet">
              {text.assets.demandHelp} · {number(total, locale)}
            </p>
          </>
        )}
      </Loaded>
    </Page>
  )
}
