/** What left this house: every class of message, how much, to whom, under what. */
import type { RunDetail, RunTask } from '@secureflow/api'
import { Alert, Card, Table } from 'antd'
import { Mark } from '../parts/mark.tsx'
import { useText } from '../text/index.ts'
import { bytes, number, short } from '../words.ts'

export function Egress({ run, self }: { run: RunDetail; self: string }) {
  const { locale, text } = useText()
  const words = text.run
  const unmeasured = run.tasks.some((t) => (t.bytesSent ?? 0) > 0 && t.traffic === undefined)
  const rows = run.tasks.flatMap((task) =>
    (task.traffic?.classes ?? []).map((sent) => ({
      key: `${task.step} ${sent.to} ${sent.tag} ${sent.disclosures.join()}`,
      task,
      sent,
    })),
  )
  const channels = run.tasks.flatMap((task) =>
    (task.channels ?? []).map((channel) => ({ key: `${task.step} ${channel.peer}`, task, ...channel })),
  )
  const sum = (of: 'sentBytes' | 'receivedBytes') => channels.reduce((total, c) => total + c[of], 0)
  const own = run.grants.filter((g) => g.owner === self)
  return (
    <div className="stack">
      <p className="quiet">{text.runs.egressAbout}</p>
      {unmeasured && <Alert type="info" title={words.unmeasured} />}
      <Card size="small" title={words.byClass}>
        <Table
          size="small"
          pagination={rows.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
          scroll={{ x: 'max-content' }}
          dataSource={rows}
          locale={{ emptyText: words.nothingLeft }}
          columns={[
            { title: text.common.step, render: (_, { task }) => task.step },
            { title: text.runs.to, render: (_, { sent }) => sent.to },
            { title: words.message, render: (_, { sent }) => <span className="mono">{sent.tag}</span> },
            { title: words.messages, render: (_, { sent }) => number(sent.messages, locale) },
            { title: words.size, render: (_, { sent }) => bytes(sent.bytes, locale) },
            {
              title: words.under,
              render: (_, { task, sent }) => <Under task={task} to={sent.to} disclosures={sent.disclosures} />,
            },
            {
              title: words.grant,
              render: () =>
                run.initiator === self ? (
                  <span className="quiet">{words.ownRun}</span>
                ) : own.length === 0 ? (
                  <span className="quiet">{words.noGrant}</span>
                ) : (
                  own.map((g) => (
                    <div key={g.grant}>
                      {g.name} <span className="mono">{short(g.grant)}</span>
                    </div>
                  ))
                ),
            },
          ]}
        />
      </Card>
      <Card size="small" title={words.opened}>
        <Table
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey="key"
          dataSource={run.tasks.flatMap((task) =>
            task.releases.map((release, i) => ({ key: `${task.index} ${i}`, task, ...release })),
          )}
          locale={{ emptyText: words.nothingOpened }}
          columns={[
            { title: text.common.step, render: (_, { task }) => task.step },
            { title: text.runs.to, dataIndex: 'to' },
            {
              title: words.disclosure,
              render: (_, { task, disclosure, to }) => <Under task={task} to={to} disclosures={[disclosure]} />,
            },
            { title: words.count, dataIndex: 'count', render: (n: number) => number(n, locale) },
            {
              title: words.atMost,
              render: (_, { task, disclosure, to }) => {
                const agreed = task.disclosures.find((d) => d.id === disclosure && d.to === to)
                return agreed === undefined ? '' : number(agreed.atMost, locale)
              },
            },
            { title: text.runs.attempt, dataIndex: 'attempt' },
          ]}
        />
      </Card>
      <Card size="small" title={words.byPartner}>
        <Table
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={channels}
          locale={{ emptyText: text.common.none }}
          columns={[
            { title: text.common.step, render: (_, { task }) => task.step },
            { title: text.runs.to, dataIndex: 'peer' },
            { title: text.runs.sent, dataIndex: 'sentBytes', render: (n: number) => bytes(n, locale) },
            { title: text.runs.received, dataIndex: 'receivedBytes', render: (n: number) => bytes(n, locale) },
          ]}
          summary={() => (
            <Table.Summary.Row>
              <Table.Summary.Cell index={0} colSpan={2}>
                {words.total}
              </Table.Summary.Cell>
              <Table.Summary.Cell index={2}>
                <strong>{bytes(sum('sentBytes'), locale)}</strong>
              </Table.Summary.Cell>
              <Table.Summary.Cell index={3}>
                <strong>{bytes(sum('receivedBytes'), locale)}</strong>
              </Table.Summary.Cell>
            </Table.Summary.Row>
          )}
        />
      </Card>
      <pre className="statement">{run.statement[locale].join('\n')}</pre>
    </div>
  )
}

/** Under which lines of the statement; most messages are masked and say nothing by themselves. */
function Under({ task, to, disclosures }: { task: RunTask; to: string; disclosures: string[] }) {
  const { text } = useText()
  if (disclosures.length === 0) return <span className="quiet">{text.run.masked}</span>
  return disclosures.map((id) => {
    const what = task.disclosures.find((d) => d.id === id && d.to === to)?.what ?? id
    return (
      <Mark key={id} tone="news">
        {text.run.what[what as keyof typeof text.run.what] ?? what}
      </Mark>
    )
  })
}
