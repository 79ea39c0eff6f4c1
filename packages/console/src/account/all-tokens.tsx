import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Card } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { tokensQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { TokenTable } from './tokens.tsx'

/** Shown where there is any. */
export function AllTokens() {
  const { text } = useText()
  const queries = useQueryClient()
  const { data } = useQuery(tokensQuery)
  const { run, error } = useAction(async (id: string) => {
    await client.people.revokeToken({ id })
    await queries.invalidateQueries(tokensQuery)
  })
  if (data === undefined || data.length === 0) return null
  return (
    <Card title={text.account.allTokens}>
      {error !== undefined && <Failure error={error} />}
      <TokenTable tokens={data} owners revoke={(id) => void run(id)} />
    </Card>
  )
}
