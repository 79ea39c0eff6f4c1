import { type ApiToken, type PersonRole, personRoles, roleCovers, type TokenScope, tokenScopes } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Form, Input, InputNumber, Modal, Popconfirm, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { useAction } from '../parts/use-action.ts'
import { accountQuery, sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

export function Tokens({ tokens }: { tokens: readonly ApiToken[] }) {
  const { text } = useText()
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const { run, error } = useAction(async (id: string) => {
    await client.account.revokeToken({ id })
    await queries.invalidateQueries(accountQuery)
  })
  return (
    <Card
      title={text.account.tokens}
      extra={
        <Button type="primary" onClick={() => setAdding(true)}>
          {text.account.addToken}
        </Button>
      }
    >
      <p className="quiet">{text.account.tokensAbout}</p>
      {error !== undefined && <Failure error={error} />}
      <TokenTable tokens={tokens} revoke={(id) => void run(id)} />
      {adding && <NewToken close={() => setAdding(false)} />}
    </Card>
  )
}

interface TokenTableProps {
  tokens: readonly ApiToken[]
  /** Says whose each of them is. */
  owners?: boolean
  revoke: (id: string) => void
}

export function TokenTable({ tokens, owners = false, revoke }: TokenTableProps) {
  const { locale, text } = useText()
  return (
    <Table
      rowKey="id"
      size="small"
      scroll={{ x: 'max-content' }}
      pagination={tokens.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
      locale={{ emptyText: text.account.noTokens }}
      dataSource={tokens}
      columns={[
        { title: text.account.tokenName, dataIndex: 'name' },
        ...(owners ? [{ title: text.account.owner, render: (_: unknown, t: ApiToken) => t.person.name }] : []),
        { title: text.people.role, render: (_, { role }) => text.role[role] },
        { title: text.account.scope, render: (_, { scope }) => text.account.scopes[scope] },
        { title: text.account.expires, render: (_, { expiresAt }) => moment(expiresAt, locale) },
        {
          title: text.account.lastUsed,
          render: (_, { lastUsedAt }) => (lastUsedAt === undefined ? text.people.never : moment(lastUsedAt, locale)),
        },
        {
          title: '',
          render: (_, { id, name }) => (
            <Popconfirm title={text.account.revokeSure} onConfirm={() => revoke(id)}>
              <Button size="small" danger aria-label={`${text.account.revoke}: ${name}`}>
                {text.account.revoke}
              </Button>
            </Popconfirm>
          ),
        },
      ]}
    />
  )
}

interface Wanted {
  name: string
  scope: TokenScope
  role: PersonRole
  days: number
}

function NewToken({ close }: { close: () => void }) {
  const { text } = useText()
  const queries = useQueryClient()
  const { data } = useQuery(sessionQuery)
  const own = data?.caller?.role ?? 'auditor' // while the session has ended
  const [form] = Form.useForm<Wanted>()
  const [secret, setSecret] = useState<string>()
  const { run, busy, error } = useAction(async (wanted: Wanted) => {
    setSecret((await client.account.addToken(wanted)).secret)
    await queries.invalidateQueries(accountQuery)
  })
  const shown = secret !== undefined
  return (
    <Modal
      open
      title={text.account.addToken}
      onCancel={close}
      onOk={shown ? close : form.submit}
      okText={shown ? text.account.kept : text.account.addToken}
      cancelText={text.common.close}
      confirmLoading={busy}
      maskClosable={!shown}
    >
      {shown ? (
        <ShownOnce about={text.account.tokenShown} secret={secret} />
      ) : (
        <Form form={form} layout="vertical" onFinish={run} initialValues={{ scope: 'read', role: own, days: 30 }}>
          <Form.Item name="name" label={text.account.tokenName} rules={[{ required: true, max: 64 }]}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="scope" label={text.account.scope}>
            <Select options={tokenScopes.map((s) => ({ value: s, label: text.account.scopes[s] }))} />
          </Form.Item>
          <Form.Item name="role" label={text.people.role}>
            <Select
              options={personRoles
                .filter((r) => roleCovers(own, r))
                .map((r) => ({ value: r, label: `${text.role[r]}: ${text.roleAbout[r]}` }))}
            />
          </Form.Item>
          <Form.Item name="days" label={text.account.days} rules={[{ required: true }]}>
            <InputNumber min={1} max={366} precision={0} />
          </Form.Item>
          {error !== undefined && <Failure error={error} />}
        </Form>
      )}
    </Modal>
  )
}
