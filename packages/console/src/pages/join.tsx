import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, Button, Card, Form, Input, Spin } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { useAction } from '../parts/use-action.ts'
import { sessionQuery } from '../queries.ts'
import { Preferences } from '../shell/preferences.tsx'
import { useText } from '../text/index.ts'

/** The account of whoever was invited. The code comes in the part of the address that a browser sends to nobody. */
export function Join() {
  const { text } = useText()
  const session = useQuery(sessionQuery)
  const queries = useQueryClient()
  const go = useNavigate()
  const [code] = useState(() => location.hash.slice(1))
  const { run, error, busy } = useAction(async ({ name, password }: { name: string; password: string }) => {
    queries.setQueryData(sessionQuery.queryKey, await client.session.accept({ code, name, password }))
    await go({ to: '/' })
  })
  if (session.isPending) return <Spin fullscreen description={text.common.loading} />
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />
  return (
    <main className="entry">
      <Card
        title={<h1 className="entry-title">{text.account.joinTitle(session.data.node.name)}</h1>}
        extra={<Preferences />}
      >
        {code === '' ? (
          <Alert type="info" showIcon title={text.account.noCode} />
        ) : (
          <Form layout="vertical" onFinish={run} requiredMark={false}>
            <p>{text.account.joinAbout}</p>
            <Form.Item name="name" label={text.entry.user} rules={[{ required: true, min: 2, max: 64 }]}>
              <Input autoComplete="username" autoFocus />
            </Form.Item>
            <NewPassword />
            {error !== undefined && <Failure error={error} />}
            <Button type="primary" htmlType="submit" block loading={busy}>
              {text.account.join}
            </Button>
          </Form>
        )}
      </Card>
    </main>
  )
}
