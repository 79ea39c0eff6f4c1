import type { OutputOf, Routes } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Descriptions, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { MemberHealth } from '../parts/member-health.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { offeredQuery, statusQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment, number } from '../words.ts'
import { Decisions } from './decisions.tsx'

type NetworkView = OutputOf<Routes['network']['show']>

export function Partners() {
  const { text } = useText()
  const status = useQuery(statusQuery)
  return (
    <Page title={text.network.partners} about={text.network.about}>
      <Loaded query={status}>
        {({ network, name }) => (network === undefined ? <NoNetwork /> : <Network network={network} self={name} />)}
      </Loaded>
    </Page>
  )
}

function NoNetwork() {
  const { text } = useText()
  const may = useMay()
  const queries = useQueryClient()
  const reload = () => queries.invalidateQueries({ queryKey: ['network'] })
  const found = useAction(async () => {
    await client.network.create({})
    await reload()
  })
  const join = useAction(async ({ invitation }: { invitation: string }) => {
    await client.network.join({ invitation: invitation.trim() })
    await reload()
  })
  const error = found.error ?? join.error
  return (
    <div className="stack">
      <p>{text.network.none}</p>
      {error !== undefined && <Failure error={error} />}
      {may('network.create') && (
        <div className="tiles">
          <Card title={text.network.found}>
            <Button type="primary" loading={found.busy} onClick={() => void found.run()}>
              {text.network.found}
            </Button>
          </Card>
          <Card title={text.network.join}>
            <Form layout="vertical" onFinish={join.run}>
              <Form.Item name="invitation" label={text.network.invitation} rules={[{ required: true }]}>
                <Input.TextArea rows={3} />
              </Form.Item>
              <Button type="primary" htmlType="submit" loading={join.busy}>
                {text.network.join}
              </Button>
            </Form>
          </Card>
        </div>
      )}
    </div>
  )
}

function Network({ network, self }: { network: NetworkView; self: string }) {
  const { text } = useText()
  const may = useMay()
  return (
    <div className="stack">
      <Card>
        <Descriptions
          column={{ xs: 1, md: 2 }}
          items={[
            { key: 'id', label: text.network.id, children: <span className="mono">{network.id}</span> },
            { key: 'height', label: text.overview.ledger, children: network.height },
          ]}
        />
        {may('network.invite') && network.founder === self && <Invite />}
      </Card>
      <Decisions />
      <div className="tiles">
        {network.members.map((member) => (
          <Card
            key={member.id}
            title={
              <>
                <span className={`lamp ${member.connected || member.self ? 'on' : 'off'}`} />
                {member.id}
              </>
            }
            extra={
              <>
                {member.self && <Mark>{text.common.you}</Mark>}
                {member.founder && <Mark>{text.network.founder}</Mark>}
                {member.state !== 'active' && <Mark tone="bad">{text.network.standing[member.state]}</Mark>}
              </>
            }
          >
            <p>
              {text.network.link}:{' '}
              {member.self ? text.common.you : member.connected ? text.network.up : text.network.down}
            </p>
            <p className="mono">
              {text.network.address}: {member.address || '-'}
            </p>
            <p className="mono">
              {text.network.fingerprint}: {member.fingerprint}
            </p>
            {!member.self && <MemberHealth member={member.id} />}
            {!member.self && <Offered member={member.id} />}
          </Card>
        ))}
      </div>
    </div>
  )
}

function Offered({ member }: { member: string }) {
  const { locale, text } = useText()
  const { data } = useQuery(offeredQuery(member))
  return (
    <>
      <strong>{text.network.datasets}</strong>
      {data === undefined || data.length === 0 ? (
        <p className="quiet">{text.network.noDatasets}</p>
      ) : (
        <ul style={{ paddingInlineStart: 18 }}>
          {data.map((d) => (
            <li key={d.id}>
              {d.name}{' '}
              <span className="quiet">
                {number(d.rows, locale)} × {d.schema.columns.length}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Invite() {
  const { locale, text } = useText()
  const { message } = App.useApp()
  const [made, setMade] = useState<{ invitation: string; expiresAt: number }>()
  const { run, busy, error } = useAction(async () => setMade(await client.network.invite({})))
  return (
    <div className="stack">
      {error !== undefined && <Failure error={error} />}
      {made === undefined ? (
        <Button loading={busy} onClick={() => void run()}>
          {text.network.invite}
        </Button>
      ) : (
        <>
          <span className="quiet">
            {text.network.inviteAbout} ({moment(made.expiresAt, locale)})
          </span>
          <Typography.Paragraph
            className="mono"
            copyable={{ text: made.invitation, onCopy: () => void message.success(text.network.copied) }}
          >
            {made.invitation}
          </Typography.Paragraph>
        </>
      )}
    </div>
  )
}
