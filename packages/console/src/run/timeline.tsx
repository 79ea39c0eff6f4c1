/** Who did what when: a lane for each party, and the same in figures. */
import type { RunDetail, RunEvent } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import { Card, Table } from 'antd'
import { useMemo } from 'react'
import { Mark } from '../parts/mark.tsx'
import { useText } from '../text/index.ts'
import { bytes, seconds } from '../words.ts'
import { type Lane, lanesOf, type Span } from './lanes.ts'

const tones = { running: 'busy', finished: 'good', failed: 'bad' } as const

interface TimelineProps {
  run: RunDetail
  events: RunEvent[]
  self: string
}

export function Timeline({ run, events, self }: TimelineProps) {
  const { locale, text } = useText()
  const now = run.endedAt ?? Math.max(run.startedAt, ...events.map((e) => e.at))
  const lanes = useMemo(() => lanesOf(run.tasks, events, self, now), [run.tasks, events, self, now])
  const words = text.run
  const component = (task: number) => components.get(run.tasks[task]?.component ?? '')?.title[locale]
  return (
    <Card title={text.runs.timeline} size="small">
      <p className="row quiet" aria-hidden="true">
        {(['computing', 'sending', 'waiting'] as const).map((what) => (
          <span key={what}>
            <span className={`key ${what}`} /> {words[what]}
          </span>
        ))}
      </p>
      <Lanes lanes={lanes} from={run.startedAt} to={now} />
      <Table
        rowKey={({ party, span }) => `${party} ${span.task}`}
        size="small"
        pagination={run.tasks.length > 40 ? { pageSize: 60, showSizeChanger: false } : false}
        scroll={{ x: 'max-content' }}
        dataSource={run.tasks.flatMap((task) =>
          lanes.flatMap(({ party, spans }) =>
            spans.filter((span) => span.task === task.index).map((span) => ({ party, span })),
          ),
        )}
        locale={{ emptyText: words.notBegun }}
        columns={[
          {
            title: text.common.step,
            render: (_, { span }) => (
              <>
                {span.step} <span className="quiet">{component(span.task)}</span>
              </>
            ),
          },
          { title: text.common.party, dataIndex: 'party' },
          {
            title: text.common.status,
            render: (_, { span }) => <Mark tone={tones[span.state]}>{text.runs.task[span.state]}</Mark>,
          },
          { title: text.runs.planned, render: (_, { span }) => seconds(run.tasks[span.task]!.seconds, locale) },
          { title: text.runs.actual, render: (_, { span }) => seconds((span.to - span.from) / 1000, locale) },
          { title: words.computing, render: (_, { span }) => seconds(span.computing, locale) },
          { title: words.sending, render: (_, { span }) => seconds(span.sending, locale) },
          { title: words.waiting, render: (_, { span }) => seconds(span.waiting, locale) },
          { title: text.runs.sent, render: (_, { span }) => bytes(span.bytesSent, locale) },
        ]}
      />
    </Card>
  )
}

/** The table beside it says the same. */
function Lanes({ lanes, from, to }: { lanes: Lane[]; from: number; to: number }) {
  const whole = Math.max(1, to - from)
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - from) / whole) * 100))
  return (
    <div className="lanes" aria-hidden="true">
      {lanes.map(({ party, spans }) => (
        <div key={party} className="lane">
          <span className="lane-name">{party}</span>
          <div className="lane-track">
            {spans.map((span) => {
              const left = at(span.from)
              return (
                <div
                  key={span.task}
                  className={`span ${span.state}`}
                  title={span.step}
                  style={{ left: `${left}%`, width: `${Math.max(0.4, at(span.to) - left)}%` }}
                >
                  <Parts span={span} />
                </div>
              )
            })}
          </div>
        </div>
      ))}
    </div>
  )
}

function Parts({ span: { computing, sending, waiting } }: { span: Span }) {
  const whole = Math.max(computing + sending + waiting, 1e-9)
  return Object.entries({ computing, sending, waiting }).map(([what, seconds]) => (
    <div key={what} className={what} style={{ width: `${(seconds / whole) * 100}%` }} />
  ))
}
