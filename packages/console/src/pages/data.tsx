import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Form, Input, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { datasetsQuery, statusQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment, number } from '../words.ts'

export function Data() {
  const { locale, text } = useText()
  const [adding, setAdding] = useState(false)
  const may = useMay()
  const datasets = useQuery(datasetsQuery)
  return (
    <Page
      title={text.data.title}
      about={text.data.about}
      actions={
        may('data.add') && (
          <>
            <Button onClick={() => setAdding(true)}>{text.intake.inPlace}</Button>
            <Link to="/import">
              <Button type="primary" tabIndex={-1}>
                {text.intake.open}
              </Button>
            </Link>
          </>
        )
      }
    >
      <Loaded query={datasets}>
        {(all) => (
          <Table
            rowKey="id"
            size="middle"
            scroll={{ x: 'max-content' }}
            dataSource={all}
            locale={{ emptyText: text.data.empty }}
            pagination={all.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
            columns={[
              {
                title: text.common.name,
                dataIndex: 'name',
                render: (name: string) => (
                  <Link to="/data/$name" params={{ name }}>
                    {name}
                  </Link>
                ),
              },
              { title: text.common.rows, dataIndex: 'rows', align: 'right', render: (n: number) => number(n, locale) },
              { title: text.common.columns, render: (_, { columns }) => columns.length, align: 'right' },
              { title: text.data.id, dataIndex: 'idColumn' },
              { title: text.data.label, dataIndex: 'labelColumn' },
              { title: text.data.addedAt, dataIndex: 'addedAt', render: (at: number) => moment(at, locale) },
              {
                title: text.common.status,
                render: (_, { registered }) => (
                  <Mark tone={registered ? 'good' : 'busy'}>
                    {registered ? text.data.registered : text.data.pending}
                  </Mark>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {adding && <AddDataset close={() => setAdding(false)} />}
    </Page>
  )
}

interface Given {
  path: string
  name: string
  id: string
  label?: string
  allow?: string[]
}

function AddDataset({ close }: { close: () => void }) {
  const { text } = useText()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const status = useQuery(statusQuery)
  const [form] = Form.useForm<Given>()
  const { run, busy, error } = useAction(async ({ label, allow, ...given }: Given) => {
    const { name } = await client.data.add({
      ...given,
      ...(label === undefined || label === '' ? {} : { label }),
      ...(allow === undefined || allow.length === 0 ? {} : { allow }),
    })
    await queries.invalidateQueries(datasetsQuery)
    void message.success(text.data.added(name))
    close()
  })
  const members = status.data?.network?.members.map((m) => ({ value: m.id, label: m.id })) ?? []
  return (
    <Modal
      open
      title={text.intake.inPlace}
      onCancel={close}
      onOk={form.submit}
      okText={text.data.add}
      confirmLoading={busy}
    >
      <Form form={form} layout="vertical" onFinish={run}>
        <Form.Item name="path" label={text.data.path} extra={text.data.pathHelp} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="name" label={text.common.name} rules={[{ required: true, max: 64 }]}>
          <Input />
        </Form.Item>
        <Form.Item name="id" label={text.data.idColumn} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="label" label={`${text.data.labelColumn} (${text.common.none} / ${text.data.optional})`}>
          <Input />
        </Form.Item>
        <Form.Item name="allow" label={text.data.allow} extra={text.data.allowHelp}>
          <Select mode="multiple" options={members} />
        </Form.Item>
        {error !== undefined && <Failure error={error} />}
      </Form>
    </Modal>
  )
}
