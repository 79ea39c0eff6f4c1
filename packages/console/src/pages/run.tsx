import type { RunDetail, RunEvent, RunTask } from '@secureflow/api'
import { errorFromBody, runEnded } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Button, Card, Descriptions, Popconfirm, Progress, Table, Tabs } from 'antd'
import { lazy, Suspense, useMemo } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { figureName } from '../parts/figures.ts'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { RunStatus } from '../parts/status.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { runEventsQuery, runQuery, sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { bytes, moment, number, seconds } from '../words.ts'

const RunGraph = lazy(() => import('../canvas/run-graph.tsx').then((m) => ({ default: m.RunGraph })))
const ReportView = lazy(() => import('../charts/report-view.tsx').then((m) => ({ default: m.ReportView })))

export function RunPage() {
  const { run } = useParams({ strict: false }) as { run: string }
  const detail = useQuery(runQuery(run))
  const events = useQuery(runEventsQuery(run))
  return <Loaded query={detail}>{(found) => <Run run={found} events={events.data?.events ?? []} />}</Loaded>
}

function Run({ run, events }: { run: RunDetail; events: RunEvent[] }) {
  const { locale, text } = useText()
  const may = useMay()
  const self = useQuery(sessionQuery).data?.node.name
  const cancel = useAction(() => client.runs.cancel({ run: run.run }))
  const open = run.status === 'running' || run.status === 'proposed'
  return (
    <Page
      title={
        <>
          {run.flow} <RunStatus status={run.status} />
        </>
      }
      about={run.run}
      actions={
        open &&
        may('runs.cancel') && (
          <Popconfirm title={text.runs.cancel} description={text.runs.cancelSure} onConfirm={() => void cancel.run()}>
            <Button danger loading={cancel.busy}>
              {text.runs.cancel}
            </Button>
          </Popconfirm>
        )
      }
    >
      <div className="stack">
        {cancel.error !== undefined && <Failure error={cancel.error} />}
        {run.error !== undefined && <Failure error={errorFromBody(run.error)} />}
        <Card size="small">
          <Descriptions
            column={{ xs: 1, sm: 2, lg: 4 }}
            items={[
              { key: 'by', label: text.runs.initiator, children: run.initiator },
              { key: 'parties', label: text.runs.parties, children: run.parties.join(', ') },
              { key: 'started', label: text.runs.started, children: moment(run.startedAt, locale) },
              {
                key: 'took',
                label: text.runs.took,
                children: run.endedAt === undefined ? '' : seconds((run.endedAt - run.startedAt) / 1000, locale),
              },
            ]}
          />
        </Card>
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
                  <Timeline tasks={run.tasks} events={events} self={self} />
                </Suspense>
              ),
            },
            { key: 'results', label: text.runs.results, children: <Results run={run} /> },
            {
              key: 'statement',
              label: text.runs.statement,
              children: <pre className="statement">{run.statement[locale].join('\n')}</pre>,
            },
            { key: 'egress', label: text.runs.egress, children: <Egress run={run} /> },
            { key: 'log', label: text.runs.log, children: <Log events={events} /> },
          ]}
        />
      </div>
    </Page>
  )
}

function Results({ run }: { run: RunDetail }) {
  const { locale, text } = useText()
  if (run.reports.length === 0) return <p className="quiet">{text.runs.noResults}</p>
  const names = [...new Set(run.reports.flatMap((r) => Object.keys(r.figures)))]
  return (
    <div className="stack">
      {run.reports.length > 1 && (
        <Card title={text.runs.gain} size="small">
          <Table
            rowKey="name"
            size="small"
            pagination={false}
            scroll={{ x: 'max-content' }}
            dataSource={names.map((name) => ({ name }))}
            columns={[
              { title: '', dataIndex: 'name', render: (name: string) => figureName(name, text) },
              ...run.reports.map((report) => ({
                title: report.step,
                render: (_: unknown, { name }: { name: string }) => {
                  const value = report.figures[name]
                  return value === undefined ? '' : number4(value, locale)
                },
              })),
            ]}
          />
        </Card>
      )}
      <Suspense>
        {run.reports.map((report) => (
          <ReportView key={report.step} report={report} />
        ))}
      </Suspense>
    </div>
  )
}

const number4 = (n: number, locale: 'en' | 'zh'): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(n)

/** Every party of every step: when it worked, how far it is. */
function Timeline({ tasks, events, self }: { tasks: RunTask[]; events: RunEvent[]; self: string | undefined }) {
  const { locale, text } = useText()
  const rows = useMemo(() => lanesOf(tasks, events, self), [tasks, events, self])
  return (
    <Card title={text.runs.timeline} size="small">
      <Table
        rowKey="key"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={rows}
        columns={[
          {
            title: text.common.step,
            dataIndex: 'step',
            onCell: ({ span }) => ({ rowSpan: span }),
            render: (step: string, { component }) => (
              <>
                {step} <span className="quiet">{components.get(component)?.title[locale]}</span>
              </>
            ),
          },
          { title: text.common.party, dataIndex: 'party' },
          {
            title: text.common.status,
            dataIndex: 'state',
            render: (s: Lane['state']) => <Mark>{text.runs.task[s]}</Mark>,
          },
          {
            title: '',
            width: 180,
            render: (_, { fraction, party, step }) => (
              <Progress percent={Math.round(fraction * 100)} size="small" aria-label={`${step} ${party}`} />
            ),
          },
          { title: text.runs.planned, dataIndex: 'planned', render: (s: number) => seconds(s, locale) },
          {
            title: text.runs.actual,
            dataIndex: 'took',
            render: (s?: number) => (s === undefined ? '' : seconds(s, locale)),
          },
          {
            title: text.runs.sent,
            dataIndex: 'sent',
            render: (n?: number) => (n === undefined ? '' : bytes(n, locale)),
          },
        ]}
      />
    </Card>
  )
}

interface Lane {
  key: string
  step: string
  component: string
  party: string
  state: RunTask['status']
  fraction: number
  planned: number
  took: number | undefined
  sent: number | undefined
  /** Rows of one step are drawn as one. */
  span: number
}

/** What a receipt says is of this member alone; partners tell their figures while the run goes on. */
function lanesOf(tasks: RunTask[], events: RunEvent[], self: string | undefined): Lane[] {
  return tasks.flatMap((task) =>
    task.parties.map(({ id }, i): Lane => {
      const mine = events.filter((e) => 'task' in e && e.task === task.index && e.party === id)
      const last = mine.at(-1)
      const figures = mine.findLast((e) => e.kind === 'task-progress' || e.kind === 'task-finished')
      const finished = last?.kind === 'task-finished' || task.status === 'finished'
      return {
        key: `${task.step} ${id}`,
        step: task.step,
        component: task.component,
        party: id,
        state: finished
          ? 'finished'
          : last?.kind === 'task-failed'
            ? 'failed'
            : last === undefined
              ? 'waiting'
              : 'running',
        fraction: finished ? 1 : figures?.kind === 'task-progress' ? figures.fraction : 0,
        planned: task.seconds,
        took:
          figures !== undefined && 'seconds' in figures ? figures.seconds : id === self ? task.tookSeconds : undefined,
        sent:
          figures !== undefined && 'bytesSent' in figures
            ? figures.bytesSent
            : id === self
              ? task.bytesSent
              : undefined,
        span: i === 0 ? task.parties.length : 0,
      }
    }),
  )
}

/** What left this house: to whom, in which step, how much. */
function Egress({ run }: { run: RunDetail }) {
  const { locale, text } = useText()
  const rows = run.tasks.flatMap((task) =>
    (task.channels ?? []).map((channel) => ({ key: `${task.step} ${channel.peer}`, task, ...channel })),
  )
  return (
    <div className="stack">
      <p className="quiet">{text.runs.egressAbout}</p>
      <Table
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={rows}
        locale={{ emptyText: text.common.none }}
        columns={[
          { title: text.common.step, render: (_, { task }) => task.step },
          { title: text.runs.to, dataIndex: 'peer' },
          { title: text.runs.sent, dataIndex: 'sentBytes', render: (n: number) => bytes(n, locale) },
          { title: text.runs.received, dataIndex: 'receivedBytes', render: (n: number) => bytes(n, locale) },
        ]}
        summary={() => (
          <Table.Summary.Row>
            <Table.Summary.Cell index={0} colSpan={2} />
            <Table.Summary.Cell index={2}>
              <strong>
                {bytes(
                  rows.reduce((sum, r) => sum + r.sentBytes, 0),
                  locale,
                )}
              </strong>
            </Table.Summary.Cell>
            <Table.Summary.Cell index={3}>
              <strong>
                {bytes(
                  rows.reduce((sum, r) => sum + r.receivedBytes, 0),
                  locale,
                )}
              </strong>
            </Table.Summary.Cell>
          </Table.Summary.Row>
        )}
      />
      <pre className="statement">{run.statement[locale].join('\n')}</pre>
    </div>
  )
}

function Log({ events }: { events: RunEvent[] }) {
  const { locale, text } = useText()
  return (
    <Table
      rowKey="seq"
      size="small"
      virtual
      pagination={false}
      scroll={{ x: 700, y: 480 }}
      dataSource={events.filter((e) => e.kind !== 'task-progress' || !events.some(runEnded))}
      columns={[
        {
          title: text.common.time,
          width: 120,
          render: (_, { at }) => new Date(at).toLocaleTimeString(locale),
        },
        { title: text.common.party, width: 110, render: (_, e) => ('party' in e ? e.party : '') },
        { title: text.common.step, width: 140, render: (_, e) => ('step' in e ? e.step : '') },
        { title: '', render: (_, e) => text.runs.event[e.kind] },
        {
          title: text.runs.attempt,
          width: 90,
          render: (_, e) => ('attempt' in e ? number(e.attempt, locale) : ''),
        },
      ]}
    />
  )
}
