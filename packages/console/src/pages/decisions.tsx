/** What the members decide together: who belongs to the network, and in which role. */
import type { ProposalView } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Table } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark, type Tone } from '../parts/mark.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { proposalsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

const tones: Record<ProposalView['state'], Tone> = { open: 'busy', carried: 'good', expired: 'plain' }

export function Decisions() {
  const { locale, text } = useText()
  const may = useMay()
  const queries = useQueryClient()
  const proposals = useQuery(proposalsQuery)
  const { run, error, busy } = useAction(async (proposal: number) => {
    await client.members.vote({ proposal })
    await queries.invalidateQueries({ queryKey: ['members'] })
  })
  return (
    <Card title={text.network.decisions} size="small">
      {error !== undefined && <Failure error={error} />}
      <Loaded query={proposals}>
        {(all) => (
          <Table
            rowKey="id"
            size="small"
            scroll={{ x: 'max-content' }}
            dataSource={all}
            locale={{ emptyText: text.network.noDecisions }}
            pagination={all.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
            columns={[
              { title: text.network.decision, render: (_, p) => text.network.actions[p.action] },
              { title: text.flows.member, render: (_, p) => p.member ?? p.quorum ?? '' },
              {
                title: text.network.votes,
                render: (_, p) => `${p.votes} / ${p.needed} (${p.voted.join(', ')})`,
              },
              { title: text.inbox.until, render: (_, p) => moment(p.expiresAt, locale) },
              {
                title: text.common.status,
                render: (_, p) => <Mark tone={tones[p.state]}>{text.network.states[p.state]}</Mark>,
              },
              {
                title: '',
                render: (_, p) =>
                  p.awaitsOwnVote &&
                  may('members.vote') && (
                    <Button size="small" type="primary" loading={busy} onClick={() => void run(p.id)}>
                      {text.network.agree}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}
