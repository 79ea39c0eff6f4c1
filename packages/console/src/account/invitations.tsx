import { type PersonRole, personRoles } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Form, InputNumber, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { useAction } from '../parts/use-action.ts'
import { invitationsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

/** Shown where there is any. */
export function Invitations() {
  const { locale, text } = useText()
  const queries = useQueryClient()
  const { data } = useQuery(invitationsQuery)
  const { run, error } = useAction(async (id: string) => {
    await client.people.withdrawInvitation({ id })
    await queries.invalidateQueries(invitationsQuery)
  })
  if (data === undefined || data.length === 0) return null
  return (
    <Card title={text.account.invitations}>
      {error !== undefined && <Failure error={error} />}
      <Table
        rowKey="id"
        size="small"
        scroll={{ x: 'max-content' }}
        pagination={data.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
        dataSource={data}
        columns={[
          { title: text.people.role, render: (_, { role }) => text.role[role] },
          { title: text.account.invitedBy, dataIndex: 'createdBy' },
          { title: text.account.expires, render: (_, { expiresAt }) => moment(expiresAt, locale) },
          {
            title: '',
            render: (_, { id }) => (
              <Button size="small" onClick={() => void run(id)}>
                {text.account.withdraw}
              </Button>
            ),
          },
        ]}
      />
    </Card>
  )
}

export function InvitePerson({ close }: { close: () => void }) {
  const { text } = useText()
  const queries = useQueryClient()
  const [form] = Form.useForm<{ role: PersonRole; days: number }>()
  const [link, setLink] = useState<string>()
  const { run, busy, error } = useAction(async (given: { role: PersonRole; days: number }) => {
    const { code } = await client.people.invite(given)
    setLink(`${location.origin}/console/join#${code}`)
    await queries.invalidateQueries(invitationsQuery)
  })
  const made = link !== undefined
  return (
    <Modal
      open
      title={text.account.invite}
      onCancel={close}
      onOk={made ? close : form.submit}
      okText={made ? text.common.close : text.account.makeLink}
      confirmLoading={busy}
      maskClosable={!made}
    >
      {made ? (
        <ShownOnce about={text.account.inviteAbout} secret={link} />
      ) : (
        <Form form={form} layout="vertical" onFinish={run} initialValues={{ role: 'analyst', days: 7 }}>
          <Form.Item name="role" label={text.people.role}>
            <Select options={personRoles.map((r) => ({ value: r, label: `${text.role[r]}: ${text.roleAbout[r]}` }))} />
          </Form.Item>
          <Form.Item name="days" label={text.account.inviteDays} rules={[{ required: true }]}>
            <InputNumber min={1} max={30} precision={0} />
          </Form.Item>
          {error !== undefined && <Failure error={error} />}
        </Form>
      )}
    </Modal>
  )
}
