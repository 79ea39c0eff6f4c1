import type { RunSummary } from '@secureflow/api'
import { Link } from '@tanstack/react-router'
import { Table } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '../text/index.ts'
import { moment, seconds, short } from '../words.ts'
import { RunStatus } from './status.tsx'

interface RunTableProps {
  runs: RunSummary[]
  empty: ReactNode
  /** Where given, rows can be chosen. */
  chosen?: { runs: string[]; atMost: number; choose: (runs: string[]) => void }
}

export function RunTable({ runs, empty, chosen }: RunTableProps) {
  const { locale, text } = useText()
  return (
    <Table
      rowKey="run"
      {...(chosen === undefined
        ? {}
        : {
            rowSelection: {
              hideSelectAll: true,
              columnTitle: <span className="quiet">{text.results.compare.action}</span>,
              selectedRowKeys: chosen.runs,
              onChange: (keys: React.Key[]) => chosen.choose(keys.map(String)),
              getCheckboxProps: ({ run, flow }: RunSummary) => ({
                'aria-label': `${text.results.compare.action}: ${flow} ${short(run)}`,
                disabled: chosen.runs.length >= chosen.atMost && !chosen.runs.includes(run),
              }),
            },
          })}
      size="middle"
      scroll={{ x: 'max-content' }}
      dataSource={runs}
      locale={{ emptyText: empty }}
      pagination={runs.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
      columns={[
        {
          title: text.runs.flow,
          dataIndex: 'flow',
          render: (flow: string, { run }) => (
            <Link to="/runs/$run" params={{ run }}>
              {flow} <span className="mono quiet">{short(run)}</span>
            </Link>
          ),
        },
        { title: text.common.status, dataIndex: 'status', render: (_, r) => <RunStatus status={r.status} /> },
        { title: text.runs.initiator, dataIndex: 'initiator' },
        { title: text.runs.parties, dataIndex: 'parties', render: (parties: string[]) => parties.join(', ') },
        { title: text.runs.started, dataIndex: 'startedAt', render: (at: number) => moment(at, locale) },
        {
          title: text.runs.took,
          render: (_, { startedAt, endedAt }) =>
            endedAt === undefined ? '' : seconds((endedAt - startedAt) / 1000, locale),
        },
      ]}
    />
  )
}
