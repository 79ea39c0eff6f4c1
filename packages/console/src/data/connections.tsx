/** Databases that the node may read, and what of them becomes a table here. */
import type { Connection } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, Button, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { useText } from '../text/index.ts'
import { connectionsQuery } from './queries.ts'

interface Question {
  connection: string
  table?: string
  query?: string
}

export function Connections() {
  const { text } = useText()
  const t = text.intake
  const go = useNavigate()
  const [form] = Form.useForm<Question>()
  const connections = useQuery(connectionsQuery)
  const [changing, setChanging] = useState<Connection | 'new'>()
  const [tables, setTables] = useState<string[]>()
  const name = Form.useWatch('connection', form)
  const table = Form.useWatch('table', form)
  const query = Form.useWatch('query', form)
  const chosen = connections.data?.find((c) => c.name === name)
  const test = useAction(async () => setTables((await client.connections.test({ name: name! })).tables))
  const read = useAction(async ({ connection, table, query }: Question) => {
    const asked = table === undefined || table === '' ? { query: query ?? '' } : { table }
    const { id } = await client.imports.start({ source: { kind: 'database', connection, ...asked } })
    await go({ to: '/import/$id', params: { id } })
  })
  const error = test.error ?? read.error
  return (
    <>
      <p className="quiet">{t.readOnlyAbout}</p>
      {error !== undefined && <Failure error={error} />}
      <Form form={form} layout="vertical" onFinish={read.run}>
        <Form.Item name="connection" label={t.connection} rules={[{ required: true }]}>
          <Select
            notFoundContent={t.noConnections}
            options={(connections.data ?? []).map((c) => ({
              value: c.name,
              label: `${c.name} · ${c.kind} · ${c.host}`,
            }))}
            onChange={() => setTables(undefined)}
          />
        </Form.Item>
        <div className="row" style={{ marginBottom: 16 }}>
          <Button onClick={() => setChanging('new')}>{t.addConnection}</Button>
          {chosen !== undefined && <Button onClick={() => setChanging(chosen)}>{t.changeConnection}</Button>}
          {chosen !== undefined && (
            <Button loading={test.busy} onClick={() => void test.run()}>
              {t.testConnection}
            </Button>
          )}
        </div>
        {tables !== undefined && (
          <Alert type="success" title={t.tablesFound(tables.length)} style={{ marginBottom: 16 }} />
        )}
        <Form.Item name="table" label={t.table}>
          {tables === undefined ? (
            <Input disabled={(query ?? '') !== ''} />
          ) : (
            <Select
              allowClear
              showSearch
              options={tables.map((value) => ({ value, label: value }))}
              disabled={(query ?? '') !== ''}
            />
          )}
        </Form.Item>
        <Form.Item name="query" label={t.query} extra={t.queryAbout}>
          <Input.TextArea
            className="mono"
            autoSize={{ minRows: 3, maxRows: 12 }}
            disabled={(table ?? '') !== ''}
            spellCheck={false}
          />
        </Form.Item>
        <Button
          type="primary"
          htmlType="submit"
          loading={read.busy}
          disabled={(table ?? '') === '' && (query ?? '') === ''}
        >
          {t.read}
        </Button>
      </Form>
      {changing !== undefined && (
        <ConnectionForm
          known={changing === 'new' ? undefined : changing}
          close={(saved) => {
            setChanging(undefined)
            if (saved !== undefined) form.setFieldValue('connection', saved)
          }}
        />
      )}
    </>
  )
}

type Given = Omit<Connection, 'savedAt'> & { password?: string }
const ports = { postgres: 5432, mysql: 3306 }

function ConnectionForm({ known, close }: { known: Connection | undefined; close: (saved?: string) => void }) {
  const { text } = useText()
  const t = text.intake
  const queries = useQueryClient()
  const [form] = Form.useForm<Given>()
  const { run, busy, error } = useAction(async ({ password, ...given }: Given) => {
    await client.connections.save({ ...given, ...(password === undefined || password === '' ? {} : { password }) })
    await queries.invalidateQueries(connectionsQuery)
    close(given.name)
  })
  const first = known ?? { kind: 'postgres', port: ports.postgres, tls: 'verify' }
  return (
    <Modal
      open
      title={known === undefined ? t.addConnection : known.name}
      onCancel={() => close()}
      onOk={form.submit}
      okText={text.common.save}
      confirmLoading={busy}
    >
      <Form form={form} layout="vertical" onFinish={run} initialValues={first}>
        <Form.Item name="name" label={text.common.name} rules={[{ required: true, max: 63 }]}>
          <Input disabled={known !== undefined} />
        </Form.Item>
        <Form.Item name="kind" label={t.kind}>
          <Select
            options={[
              { value: 'postgres', label: 'PostgreSQL' },
              { value: 'mysql', label: 'MySQL, MariaDB' },
            ]}
            onChange={(kind: 'postgres' | 'mysql') => form.setFieldValue('port', ports[kind])}
          />
        </Form.Item>
        <Form.Item name="host" label={t.host} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="port" label={t.port} rules={[{ required: true }]}>
          <InputNumber min={1} max={65_535} precision={0} />
        </Form.Item>
        <Form.Item name="database" label={t.database} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="user" label={t.user} rules={[{ required: true }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="password" label={t.password} extra={t.passwordAbout}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="tls" label={t.tls}>
          <Select
            options={(['verify', 'encrypt', 'off'] as const).map((value) => ({ value, label: t.tlsOf[value] }))}
          />
        </Form.Item>
        {error !== undefined && <Failure error={error} />}
      </Form>
    </Modal>
  )
}
