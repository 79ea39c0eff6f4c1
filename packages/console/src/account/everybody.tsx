import { type Person, type PersonRole, personRoles } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Form, Input, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { peopleQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

type Change = Parameters<typeof client.people.change>[0]

/** Everybody who has an account, and what an admin may do about it. */
export function Everybody() {
  const { locale, text } = useText()
  const people = useQuery(peopleQuery)
  const queries = useQueryClient()
  const { modal } = App.useApp()
  const [renewing, setRenewing] = useState<Person>()
  const { run, error } = useAction(async (work: () => Promise<unknown>) => {
    await work()
    await queries.invalidateQueries(peopleQuery)
  })
  const change = (part: Change) => void run(() => client.people.change(part))
  const sure = (title: string, content: string, work: () => void) =>
    void modal.confirm({ title, content, okText: title, onOk: work, okButtonProps: { danger: true } })
  const actions = (person: Person) => {
    const { id, name, disabled, secondFactor } = person
    const { account } = text
    return [
      ...(locked(person)
        ? [{ key: 'unlock', label: account.unlock, onClick: () => change({ id, unlock: true }) }]
        : []),
      disabled
        ? { key: 'enable', label: text.people.enable, onClick: () => change({ id, disabled: false }) }
        : {
            key: 'disable',
            label: text.people.disable,
            onClick: () =>
              sure(`${text.people.disable}: ${name}`, account.disableSure, () => change({ id, disabled: true })),
          },
      { key: 'password', label: account.setPassword, onClick: () => setRenewing(person) },
      ...(secondFactor
        ? [
            {
              key: 'reset',
              label: account.resetSecondFactor,
              onClick: () =>
                sure(account.resetSecondFactor, account.resetSure, () => change({ id, resetSecondFactor: true })),
            },
          ]
        : []),
      {
        key: 'remove',
        danger: true,
        label: account.remove,
        onClick: () =>
          sure(`${account.remove}: ${name}`, account.removeSure, () => void run(() => client.people.remove({ id }))),
      },
    ]
  }
  return (
    <>
      {error !== undefined && <Failure error={error} />}
      <Loaded query={people}>
        {(all) => (
          <Table
            rowKey="id"
            size="middle"
            scroll={{ x: 'max-content' }}
            pagination={all.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
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
                    onChange={(chosen) => change({ id, role: chosen })}
                  />
                ),
              },
              {
                title: text.people.lastSeen,
                render: (_, { lastSeenAt }) =>
                  lastSeenAt === undefined ? text.people.never : moment(lastSeenAt, locale),
              },
              {
                title: text.common.status,
                render: (_, person) => (
                  <span className="row">
                    {person.disabled && <Mark tone="bad">{text.people.disabled}</Mark>}
                    {locked(person) && (
                      <Mark tone="busy">{text.account.lockedUntil(moment(person.lockedUntil!, locale))}</Mark>
                    )}
                    {person.secondFactor && <Mark tone="good">{text.account.secondFactor}</Mark>}
                    {person.provider && <Mark>{text.account.via.provider}</Mark>}
                  </span>
                ),
              },
              {
                title: '',
                render: (_, person) => (
                  <Dropdown trigger={['click']} menu={{ items: actions(person) }}>
                    <Button size="small" aria-label={text.account.changeFor(person.name)}>
                      {text.account.more}
                    </Button>
                  </Dropdown>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {renewing !== undefined && <SetPassword person={renewing} close={() => setRenewing(undefined)} />}
    </>
  )
}

const locked = ({ lockedUntil }: Person): boolean => lockedUntil !== undefined && lockedUntil > Date.now()

function SetPassword({ person: { id, name }, close }: { person: Person; close: () => void }) {
  const { text } = useText()
  const queries = useQueryClient()
  const [form] = Form.useForm<{ password: string }>()
  const { run, busy, error } = useAction(async ({ password }: { password: string }) => {
    await client.people.change({ id, password })
    await queries.invalidateQueries(peopleQuery)
    close()
  })
  return (
    <Modal
      open
      title={`${text.account.setPassword}: ${name}`}
      onCancel={close}
      onOk={form.submit}
      okText={text.account.setPassword}
      confirmLoading={busy}
    >
      <Form form={form} layout="vertical" onFinish={run}>
        <Form.Item
          name="password"
          label={text.account.newPassword}
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
