import type { SignedInSession } from '@secureflow/api'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Card, Table } from 'antd'
import { client } from '../client.ts'
import { deviceOf } from '../device.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { useAction } from '../parts/use-action.ts'
import { accountQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

export function SessionList({ sessions }: { sessions: readonly SignedInSession[] }) {
  const { locale, text } = useText()
  const queries = useQueryClient()
  const { run, error } = useAction(async (id: string) => {
    await client.account.endSession({ id })
    await queries.invalidateQueries(accountQuery)
  })
  const named = (agent: string) => {
    const device = deviceOf(agent)
    return device === undefined ? text.account.unknownDevice : text.account.on(device.browser, device.system)
  }
  return (
    <Card title={text.account.sessions}>
      {error !== undefined && <Failure error={error} />}
      <Table
        rowKey="id"
        size="small"
        scroll={{ x: 'max-content' }}
        pagination={sessions.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
        dataSource={sessions}
        columns={[
          {
            title: text.account.device,
            render: (_, { device, via }) => (
              <>
                <span title={device}>{named(device)}</span> <span className="quiet">{text.account.via[via]}</span>
              </>
            ),
          },
          { title: text.account.created, render: (_, { createdAt }) => moment(createdAt, locale) },
          { title: text.account.lastSeen, render: (_, { seenAt }) => moment(seenAt, locale) },
          {
            title: '',
            render: (_, { id, current }) =>
              current ? (
                <Mark tone="news">{text.account.thisOne}</Mark>
              ) : (
                <Button size="small" onClick={() => void run(id)}>
                  {text.account.endSession}
                </Button>
              ),
          },
        ]}
      />
    </Card>
  )
}
