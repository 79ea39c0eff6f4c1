import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Card, Form, Input, Spin } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { useAction } from '../parts/use-action.ts'
import { sessionQuery } from '../queries.ts'
import { Preferences } from '../shell/preferences.tsx'
import { useText } from '../text/index.ts'

interface Given {
  code: string
  name: string
  password: string
}

/** The first account of a node. The code comes in the part of the address that a browser sends to nobody. */
export function SetUp() {
  const { text } = useText()
  const session = useQuery(sessionQuery)
  const queries = useQueryClient()
  const go = useNavigate()
  const { run, error, busy } = useAction(async ({ code, name, password }: Given) => {
    queries.setQueryData(sessionQuery.queryKey, await client.session.setUp({ code, name, password }))
    await go({ to: '/' })
  })
  if (session.isPending) return <Spin fullscreen description={text.common.loading} />
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />
  if (!session.data.empty) return <Navigate to="/" />
  const code = location.hash.slice(1)
  return (
    <main className="entry">
      <Card
        title={<h1 className="entry-title">{text.entry.welcome(session.data.node.name)}</h1>}
        extra={<Preferences />}
      >
        <p>{text.entry.first}</p>
        {code === '' && <Alert type="info" showIcon title={text.entry.needCode} style={{ marginBottom: 16 }} />}
        <Form layout="vertical" onFinish={run} requiredMark={false} initialValues={{ code }}>
          <Form.Item name="code" label={text.entry.setupCode} rules={[{ required: true }]} hidden={code !== ''}>
            <Input autoComplete="one-time-code" />
          </Form.Item>
          <Form.Item name="name" label={text.entry.user} rules={[{ required: true, min: 2, max: 64 }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <NewPassword />
          {error !== undefined && <Failure error={error} />}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {text.entry.setUp}
          </Button>
        </Form>
      </Card>
    </main>
  )
}
