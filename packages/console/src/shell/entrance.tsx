/** Lets in whoever is signed in; everybody else signs in here. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { Button, Card, Form, Input, Spin } from 'antd'
import type { ReactNode } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { Preferences } from './preferences.tsx'

export function Entrance({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery)
  const { text } = useText()
  if (session.isPending) return <Spin fullscreen description={text.common.loading} />
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />
  if (session.data.empty) return <Navigate to="/set-up" />
  if (session.data.caller === undefined) return <SignIn node={session.data.node.name} />
  return children
}

function SignIn({ node }: { node: string }) {
  const { text } = useText()
  const queries = useQueryClient()
  const { run, error, busy } = useAction(async (given: { name: string; password: string }) => {
    queries.setQueryData(sessionQuery.queryKey, await client.session.signIn(given))
  })
  return (
    <main className="entry">
      <Card title={<h1 style={{ fontSize: 18, margin: 0 }}>{text.entry.welcome(node)}</h1>} extra={<Preferences />}>
        <Form layout="vertical" onFinish={run} requiredMark={false}>
          <Form.Item name="name" label={text.entry.user} rules={[{ required: true }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={text.entry.password} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {error !== undefined && <Failure error={error} />}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {text.entry.signIn}
          </Button>
        </Form>
      </Card>
    </main>
  )
}
