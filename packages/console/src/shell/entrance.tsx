/** Lets in whoever is signed in; everybody else signs in here. */
import { asSecureflowError } from '@secureflow/base'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { Button, Card, Form, Input, Spin } from 'antd'
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { Preferences } from './preferences.tsx'

const AccountPage = lazy(() => import('../pages/account.tsx').then((m) => ({ default: m.AccountPage })))

export function Entrance({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery)
  const { text } = useText()
  const enrolling = useRef(false)
  if (session.isPending) return <Spin fullscreen description={text.common.loading} />
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />
  if (session.data.empty) return <Navigate to="/set-up" />
  const { caller, node, provider } = session.data
  // Until it is finished: recovery codes may stand there when the node asks for nothing more.
  if (caller?.mustEnrol === true) enrolling.current = true
  if (enrolling.current && caller !== undefined) return <Enrol />
  return (
    <StaySignedIn name={caller?.name} signIn={<SignIn node={node.name} provider={provider} />}>
      {children}
    </StaySignedIn>
  )
}

interface StaySignedInProps {
  /** Undefined while nobody is signed in. */
  name: string | undefined
  signIn: ReactNode
  children: ReactNode
}

/** A session that ends leaves the page as it is, out of sight, until the same person has signed in again: nothing drawn is lost. */
function StaySignedIn({ name, signIn, children }: StaySignedInProps) {
  const queries = useQueryClient()
  const last = useRef<string>(undefined)
  const expired = useRef(false)
  useEffect(() => {
    if (name === undefined) expired.current = last.current !== undefined
    else {
      // What one person saw is not for the next.
      if (last.current !== undefined && last.current !== name) location.reload()
      else if (expired.current) void queries.invalidateQueries()
      expired.current = false
      last.current = name
    }
  }, [name, queries])
  if (name === undefined && last.current === undefined) return signIn
  return (
    <>
      {name === undefined && signIn}
      <div hidden={name === undefined}>{children}</div>
    </>
  )
}

/** Nothing else is open before the second factor is set up. */
function Enrol() {
  return (
    <main className="enrol">
      <div className="row" style={{ justifyContent: 'end' }}>
        <Preferences />
      </div>
      <Suspense>
        <AccountPage enrolled={() => location.reload()} />
      </Suspense>
    </main>
  )
}

interface Given {
  name: string
  password: string
  code?: string
}

function SignIn({ node, provider }: { node: string; provider: string | undefined }) {
  const { text } = useText()
  const queries = useQueryClient()
  const [asksCode, setAsksCode] = useState(false)
  const { run, error, busy } = useAction(async (given: Given) => {
    const signedIn = await client.session.signIn(given).catch((thrown: unknown) => {
      // The password was right: there is one more thing to give.
      if (!asksCode && asSecureflowError(thrown).code === 'PEOPLE_SECOND_FACTOR') return undefined
      throw thrown
    })
    if (signedIn === undefined) setAsksCode(true)
    else queries.setQueryData(sessionQuery.queryKey, signedIn)
  })
  return (
    <main className="entry">
      <Card title={<h1 className="entry-title">{text.entry.welcome(node)}</h1>} extra={<Preferences />}>
        <Form layout="vertical" onFinish={run} requiredMark={false}>
          <Form.Item name="name" label={text.entry.user} rules={[{ required: true }]}>
            <Input autoComplete="username" autoFocus readOnly={asksCode} />
          </Form.Item>
          <Form.Item name="password" label={text.entry.password} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" readOnly={asksCode} />
          </Form.Item>
          {asksCode && (
            <Form.Item name="code" label={text.account.codeOrRecovery} rules={[{ required: true }]}>
              <Input autoComplete="one-time-code" autoFocus />
            </Form.Item>
          )}
          {error !== undefined && <Failure error={error} />}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {text.entry.signIn}
          </Button>
        </Form>
        {provider !== undefined && <ByProvider label={provider} />}
      </Card>
    </main>
  )
}

/** The browser leaves this page for the provider's, and comes back to `/console/provider`. */
function ByProvider({ label }: { label: string }) {
  const { text } = useText()
  const { run, error, busy } = useAction(async () => location.assign((await client.session.beginProvider()).url))
  return (
    <div className="stack" style={{ marginTop: 16 }}>
      {error !== undefined && <Failure error={error} />}
      <Button block loading={busy} onClick={() => void run()}>
        {text.admin.by(label)}
      </Button>
    </div>
  )
}
