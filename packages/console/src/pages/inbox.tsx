/** What waits for somebody: requests for data, votes, and the grants that came of them. */
import type { GrantSummary, RequestSummary } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Badge, Button, Popconfirm, Table, Tabs } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark, type Tone } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { grantsQuery, requestsQuery, spacesQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment, number } from '../words.ts'

export function Inbox() {
  const { text } = useText()
  const requests = useQuery(requestsQuery)
  const grants = useQuery(grantsQuery)
  const received = requests.data?.filter((r) => r.direction === 'received') ?? []
  const open = received.filter((r) => r.status === 'waiting').length
  return (
    <Page title={text.inbox.title} about={text.inbox.about}>
      <Invitations />
      <Tabs
        tabBarGutter={16}
        items={[
          {
            key: 'received',
            label: (
              <Badge count={open} offset={[10, -2]} size="small">
                {text.inbox.received}
              </Badge>
            ),
            children: (
              <Loaded query={requests}>{() => <Requests requests={received} empty={text.inbox.noneReceived} />}</Loaded>
            ),
          },
          {
            key: 'sent',
            label: text.inbox.sent,
            children: (
              <Loaded query={requests}>
                {(all) => <Requests requests={all.filter((r) => r.direction === 'sent')} empty={text.inbox.noneSent} />}
              </Loaded>
            ),
          },
          {
            key: 'grants',
            label: text.inbox.grants,
            children: <Loaded query={grants}>{(all) => <Grants grants={all} />}</Loaded>,
          },
        ]}
      />
    </Page>
  )
}

/** Charters that wait for this member: they come before single requests. */
function Invitations() {
  const { text } = useText()
  const spaces = useQuery(spacesQuery)
  const waiting = spaces.data?.filter((s) => s.awaitsOwn) ?? []
  if (waiting.length === 0) return null
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 12 }}
      title={text.spaces.invitations}
      description={
        <ul className="plain">
          {waiting.map(({ id, title, founder, goal }) => (
            <li key={id} className="row">
              <Link to="/spaces/$id" params={{ id }}>
                {title}
              </Link>
              <span className="quiet">
                {founder} · {text.spaces.goal[goal]}
              </span>
            </li>
          ))}
        </ul>
      }
    />
  )
}

const tones: Partial<Record<RequestSummary['status'], Tone>> = {
  waiting: 'busy',
  granted: 'good',
  endorsed: 'good',
  started: 'news',
  refused: 'bad',
  failed: 'bad',
}

export function RequestStatus({ status }: Pick<RequestSummary, 'status'>) {
  const { text } = useText()
  return <Mark tone={tones[status]}>{text.inbox.statusOf[status]}</Mark>
}

function Requests({ requests, empty }: { requests: RequestSummary[]; empty: string }) {
  const { locale, text } = useText()
  // An empty table would scroll, and no keyboard could reach that.
  if (requests.length === 0) return <p className="quiet">{empty}</p>
  return (
    <Table
      rowKey="id"
      size="middle"
      scroll={{ x: 'max-content' }}
      dataSource={requests}
      pagination={requests.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
      columns={[
        {
          title: text.runs.flow,
          render: (_, { id, flow, kind }) => (
            <Link to="/inbox/$id" params={{ id }}>
              {flow} {kind === 'vouch' && <Mark>{text.inbox.vouch}</Mark>}
            </Link>
          ),
        },
        { title: text.flows.purpose, dataIndex: 'purpose' },
        { title: text.runs.initiator, dataIndex: 'initiator' },
        { title: text.inbox.owners, dataIndex: 'owners', render: (owners: string[]) => owners.join(', ') },
        { title: text.common.status, render: (_, { status }) => <RequestStatus status={status} /> },
        {
          title: text.inbox.waitsFor,
          render: (_, { waiting }) => waiting.map((w) => `${w.member}: ${text.inbox.waiting[w.for]}`).join(', '),
        },
        { title: text.inbox.askedAt, dataIndex: 'askedAt', render: (at: number) => moment(at, locale) },
      ]}
    />
  )
}

function Grants({ grants }: { grants: GrantSummary[] }) {
  const { locale, text } = useText()
  const may = useMay()
  const queries = useQueryClient()
  const { run, error, busy } = useAction(async (id: string) => {
    await client.grants.revoke({ id })
    await queries.invalidateQueries(grantsQuery)
  })
  if (grants.length === 0) return <p className="quiet">{text.inbox.noGrants}</p>
  return (
    <>
      {error !== undefined && <Failure error={error} />}
      <Table
        rowKey={({ id, request, asset }) => `${id} ${request} ${asset}`}
        size="middle"
        scroll={{ x: 'max-content' }}
        dataSource={grants}
        pagination={grants.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
        columns={[
          { title: text.inbox.data, dataIndex: 'name' },
          { title: text.inbox.from, dataIndex: 'owner' },
          { title: text.inbox.to, dataIndex: 'grantee' },
          { title: text.runs.flow, dataIndex: 'flow' },
          {
            title: text.inbox.left,
            render: (_, { left, quota }) => `${number(left, locale)} / ${number(quota, locale)}`,
          },
          { title: text.inbox.until, dataIndex: 'expiresAt', render: (at: number) => moment(at, locale) },
          {
            title: text.inbox.by,
            render: (_, { by }) => (by === undefined ? '' : text.inbox.grantedBy[by]),
          },
          { title: text.common.status, render: (_, { status }) => <Mark>{text.inbox.standing[status]}</Mark> },
          {
            title: '',
            render: (_, { id, direction, status }) =>
              direction === 'given' &&
              status === 'standing' &&
              may('grants.revoke') && (
                <Popconfirm
                  title={text.inbox.revoke}
                  description={text.inbox.revokeSure}
                  onConfirm={() => void run(id)}
                >
                  <Button size="small" danger loading={busy}>
                    {text.inbox.revoke}
                  </Button>
                </Popconfirm>
              ),
          },
        ]}
      />
    </>
  )
}
