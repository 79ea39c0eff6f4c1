import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Card, Spin } from 'antd'
import { useEffect, useRef } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

/** Where the provider sends the browser back to: hands its answer to the node, and keeps it out of the history. */
export function ProviderAnswer() {
  const { text } = useText()
  const queries = useQueryClient()
  const go = useNavigate()
  const begun = useRef(false)
  const { run, error } = useAction(async (answer: string) => {
    queries.setQueryData(sessionQuery.queryKey, await client.session.finishProvider({ answer }))
    await go({ to: '/', replace: true })
  })
  useEffect(() => {
    // It holds once: a page that is drawn twice hands it over once.
    if (begun.current) return
    begun.current = true
    const answer = location.search.slice(1)
    history.replaceState(history.state, '', location.pathname)
    void run(answer)
  })
  if (error === undefined) return <Spin fullscreen description={text.admin.signingIn} />
  return (
    <main className="entry">
      <Card title={<h1 className="entry-title">{text.admin.signingIn}</h1>}>
        <Failure error={error} />
        <Link to="/">{text.admin.backToSignIn}</Link>
      </Card>
    </main>
  )
}
