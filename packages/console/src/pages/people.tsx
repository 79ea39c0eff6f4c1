import type { PersonRole } from '@secureflow/api'
import { personRoles } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Form, Input, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { AllTokens } from '../account/all-tokens.tsx'
import { Everybody } from '../account/everybody.tsx'
import { Invitations, InvitePerson } from '../account/invitations.tsx'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { operationsQuery, peopleQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

export function PeoplePage() {
  const { text } = useText()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const [inviting, setInviting] = useState(false)
  return (
    <Page
      title={text.people.title}
      about={text.people.about}
      actions={
        may('people.add') && (
          <>
            <Button onClick={() => setAdding(true)}>{text.people.add}</Button>
            <Button type="primary" onClick={() => setInviting(true)}>
              {text.account.invite}
            </Button>
          </>
        )
      }
    >
      <div className="stack">
        {may('people.list') && <Everybody />}
        {may('people.invitations') && <Invitations />}
        {may('people.tokens') && <AllTokens />}
        <Record />
      </div>
      {inviting && <InvitePerson close={() => setInviting(false)} />}
      {adding && <AddPerson close={() => setAdding(false)} />}
    </Page>
  )
}

function Record() {
  const { locale, text } = useText()
  const operations = useQuery(operationsQuery)
  return (
    <Card title={text.people.record}>
      <Loaded query={operations}>
        {(all) => (
          <Table
            rowKey={({ at, action, who }) => `${at} ${action} ${who}`}
            size="small"
            scroll={{ x: 'max-content' }}
            pagination={all.length > 15 ? { pageSize: 15, showSizeChanger: false } : false}
            dataSource={all}
            columns={[
              { title: text.common.time, dataIndex: 'at', render: (at: number) => moment(at, locale) },
              { title: text.common.who, dataIndex: 'who' },
              {
                title: text.people.action,
                dataIndex: 'action',
                render: (a: string) => <span className="mono">{a}</span>,
              },
              {
                title: text.people.outcome,
                dataIndex: 'outcome',
                render: (o: string) => (o === 'done' ? text.people.done : <span className="mono">{o}</span>),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}

function AddPerson({ close }: { close: () => void }) {
  const { text } = useText()
  const queries = useQueryClient()
  const [form] = Form.useForm<{ name: string; role: PersonRole; password: string }>()
  const { run, busy, error } = useAction(async (given: { name: string; role: PersonRole; password: string }) => {
    await client.people.add(given)
    await queries.invalidateQueries(peopleQuery)
    close()
  })
  return (
    <Modal
      open
      title={text.people.add}
      onCancel={close}
      onOk={form.submit}
      okText={text.people.add}
      confirmLoading={busy}
    >
      <Form form={form} layout="vertical" onFinish={run} initialValues={{ role: 'analyst' }}>
        <Form.Item name="name" label={text.common.name} rules={[{ required: true, min: 2, max: 64 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={text.people.role}>
          <Select options={personRoles.map((r) => ({ value: r, label: `${text.role[r]}: ${text.roleAbout[r]}` }))} />
        </Form.Item>
        <Form.Item
          name="password"
          label={text.entry.password}
          extra={text.entry.passwordHelp}
          rules={[{ required: true, min: 12, max: 200 }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {error !== undefined && <Failure error={error} />}
      </Form>
    </Modal>
  )
}
