import type { Person, PersonRole } from '@secureflow/api'
import { personRoles } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Form, Input, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
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
  return (
    <Page
      title={text.people.title}
      about={text.people.about}
      actions={
        may('people.add') && (
          <Button type="primary" onClick={() => setAdding(true)}>
            {text.people.add}
          </Button>
        )
      }
    >
      <div className="stack">
        {may('people.list') && <Everybody />}
        <Record />
      </div>
      {adding && <AddPerson close={() => setAdding(false)} />}
    </Page>
  )
}

function Everybody() {
  const { locale, text } = useText()
  const people = useQuery(peopleQuery)
  const queries = useQueryClient()
  const { run, error } = useAction(async (id: string, part: { role?: PersonRole; disabled?: boolean }) => {
    await client.people.change({ id, ...part })
    await queries.invalidateQueries(peopleQuery)
  })
  return (
    <>
      {error !== undefined && <Failure error={error} />}
      <Loaded query={people}>
        {(all) => (
          <Table
            rowKey="id"
            size="middle"
            scroll={{ x: 'max-content' }}
            pagination={false}
            dataSource={all}
            columns={[
              { title: text.common.name, dataIndex: 'name' },
              {
                title: text.people.role,
                render: (_, { id, name, role }) => (
                  <Select<PersonRole>
                    aria-label={`${text.people.role}: ${name}`}
                    style={{ minWidth: 130 }}
                    value={role}
                    options={personRoles.map((r) => ({ value: r, label: text.role[r], title: text.roleAbout[r] }))}
                    onChange={(chosen) => void run(id, { role: chosen })}
                  />
                ),
              },
              {
                title: text.people.lastSeen,
                render: (_, { lastSeenAt }) =>
                  lastSeenAt === undefined ? text.people.never : moment(lastSeenAt, locale),
              },
              {
                title: '',
                render: (_, { id, disabled }: Person) => (
                  <span className="row">
                    {disabled && <Mark>{text.people.disabled}</Mark>}
                    <Button size="small" onClick={() => void run(id, { disabled: !disabled })}>
                      {disabled ? text.people.enable : text.people.disable}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
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
