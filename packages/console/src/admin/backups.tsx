import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Form, Input, Modal, Popconfirm, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { backupsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { bytes, moment, number } from '../words.ts'

export function Backups() {
  const { locale, text } = useText()
  const { admin } = text
  const backups = useQuery(backupsQuery)
  const queries = useQueryClient()
  const [checking, setChecking] = useState<string>()
  const remove = useAction(async (name: string) => {
    await client.backups.remove({ name })
    await queries.invalidateQueries(backupsQuery)
  })
  return (
    <div className="stack">
      <Card>
        <p className="quiet">{admin.backupsAbout}</p>
        <Alert type="warning" showIcon title={admin.backupsWarn} style={{ marginBottom: 16 }} />
        <MakeBackup />
      </Card>
      {remove.error !== undefined && <Failure error={remove.error} />}
      <Loaded query={backups}>
        {(all) => (
          <Table
            rowKey="name"
            size="small"
            scroll={{ x: 'max-content' }}
            pagination={all.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
            locale={{ emptyText: admin.noBackups }}
            dataSource={all}
            columns={[
              {
                title: admin.file,
                render: (_, { name }) => (
                  <a className="mono" href={`/backups/${encodeURIComponent(name)}/file`} download={name}>
                    {name}
                  </a>
                ),
              },
              { title: admin.made, render: (_, { createdAt }) => moment(createdAt, locale) },
              { title: admin.size, render: (_, { sizeBytes }) => bytes(sizeBytes, locale) },
              {
                title: '',
                render: (_, { name }) => (
                  <span className="row">
                    <Button size="small" onClick={() => setChecking(name)}>
                      {admin.check}
                    </Button>
                    <Popconfirm title={admin.removeBackup} onConfirm={() => void remove.run(name)}>
                      <Button size="small" danger>
                        {text.common.remove}
                      </Button>
                    </Popconfirm>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {checking !== undefined && <CheckBackup name={checking} close={() => setChecking(undefined)} />}
    </div>
  )
}

function MakeBackup() {
  const { text } = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ passphrase: string }>()
  const { run, busy, error } = useAction(async ({ passphrase }: { passphrase: string }) => {
    const { name } = await client.backups.create({ passphrase })
    form.resetFields()
    await queries.invalidateQueries(backupsQuery)
    message.success(name)
  })
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={run} style={{ maxWidth: 360 }}>
      <Form.Item
        name="passphrase"
        label={text.admin.passphrase}
        extra={text.entry.passwordHelp}
        rules={[{ required: true, min: 12, max: 500 }]}
      >
        <Input.Password autoComplete="off" />
      </Form.Item>
      {error !== undefined && <Failure error={error} />}
      <Button type="primary" htmlType="submit" loading={busy}>
        {text.admin.makeBackup}
      </Button>
    </Form>
  )
}

function CheckBackup({ name, close }: { name: string; close: () => void }) {
  const { locale, text } = useText()
  const [form] = Form.useForm<{ passphrase: string }>()
  const [files, setFiles] = useState<number>()
  const { run, busy, error } = useAction(async ({ passphrase }: { passphrase: string }) =>
    setFiles((await client.backups.verify({ name, passphrase })).files),
  )
  return (
    <Modal
      open
      title={text.admin.checkBackup(name)}
      onCancel={close}
      onOk={files === undefined ? form.submit : close}
      okText={files === undefined ? text.admin.check : text.common.close}
      confirmLoading={busy}
    >
      {files === undefined ? (
        <Form form={form} layout="vertical" requiredMark={false} onFinish={run}>
          <Form.Item name="passphrase" label={text.admin.passphrase} rules={[{ required: true }]}>
            <Input.Password autoComplete="off" />
          </Form.Item>
          {error !== undefined && <Failure error={error} />}
        </Form>
      ) : (
        <Alert type="success" showIcon title={text.admin.whole(number(files, locale))} />
      )}
    </Modal>
  )
}
