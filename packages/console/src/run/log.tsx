/** Everything that happened, in order. */
import { type RunEvent, runEnded } from '@secureflow/api'
import { Table } from 'antd'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'

export function Log({ events }: { events: RunEvent[] }) {
  const { locale, text } = useText()
  const ended = events.some(runEnded)
  return (
    <Table
      rowKey="seq"
      size="small"
      virtual
      pagination={false}
      scroll={{ x: 900, y: 480 }}
      locale={{ emptyText: text.common.none }}
      dataSource={events.filter((e) => e.kind !== 'task-progress' || !ended)}
      columns={[
        { title: text.common.time, width: 120, render: (_, { at }) => new Date(at).toLocaleTimeString(locale) },
        { title: text.common.party, width: 120, render: (_, e) => ('party' in e ? e.party : '') },
        { title: text.common.step, width: 150, render: (_, e) => ('step' in e ? e.step : '') },
        { title: text.run.happened, width: 160, render: (_, e) => text.runs.event[e.kind] },
        {
          title: text.runs.attempt,
          width: 90,
          render: (_, e) => ('attempt' in e ? number(e.attempt, locale) : ''),
        },
        {
          title: text.run.why,
          render: (_, e) =>
            'error' in e ? (
              <>
                {e.error.say[locale].what} <span className="mono quiet">{e.error.code}</span>
              </>
            ) : (
              ''
            ),
        },
      ]}
    />
  )
}
