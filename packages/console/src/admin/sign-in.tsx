import { type PersonRole, type Provider, personRoles } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Descriptions, Form, Input, Popconfirm, Select, Switch } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { rulesQuery, sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { linesOf, rolesOf } from './role-lines.ts'

type Change = NonNullable<Parameters<typeof client.people.changeRules>[0]>

export function SignInRules() {
  const { text } = useText()
  const rules = useQuery(rulesQuery)
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { run, busy, error } = useAction(async (change: Change) => {
    await client.people.changeRules(change)
    await Promise.all([queries.invalidateQueries(rulesQuery), queries.invalidateQueries(sessionQuery)])
    message.success(text.admin.saved)
  })
  return (
    <Loaded query={rules}>
      {({ requireSecondFactor, provider }) => (
        <div className="stack">
          {error !== undefined && <Failure error={error} />}
          <Card title={text.account.secondFactor}>
            <div className="row">
              <Switch
                checked={requireSecondFactor}
                aria-label={text.admin.require}
                onChange={(on) => void run({ requireSecondFactor: on })}
              />
              {text.admin.require}
            </div>
            <p className="quiet">{text.admin.requireAbout}</p>
          </Card>
          <ProviderCard provider={provider} busy={busy} change={run} />
        </div>
      )}
    </Loaded>
  )
}

interface ProviderCardProps {
  provider: Provider | undefined
  busy: boolean
  change: (change: Change) => Promise<boolean>
}

function ProviderCard({ provider, busy, change }: ProviderCardProps) {
  const { text } = useText()
  const [editing, setEditing] = useState(false)
  const { admin } = text
  const save = async (settings: Change['provider']) => {
    if (await change({ provider: settings })) setEditing(false)
  }
  return (
    <Card
      title={admin.provider}
      extra={
        !editing && (
          <span className="row">
            {provider !== undefined && (
              <Popconfirm title={admin.stopSure} onConfirm={() => save(null)}>
                <Button danger>{admin.stop}</Button>
              </Popconfirm>
            )}
            <Button onClick={() => setEditing(true)}>{provider === undefined ? admin.setUp : admin.change}</Button>
          </span>
        )
      }
    >
      <p className="quiet">{admin.providerAbout}</p>
      {editing ? (
        <ProviderForm provider={provider} busy={busy} save={save} close={() => setEditing(false)} />
      ) : provider === undefined ? (
        <p>{admin.providerOff}</p>
      ) : (
        <Descriptions
          layout="vertical"
          column={1}
          items={[
            { key: 'issuer', label: admin.issuer, children: <span className="mono">{provider.issuer}</span> },
            { key: 'client', label: admin.clientId, children: <span className="mono">{provider.clientId}</span> },
            { key: 'label', label: admin.label, children: provider.label },
            { key: 'roles', label: `${admin.roles} (${provider.roleClaim})`, children: <Roles provider={provider} /> },
          ]}
        />
      )}
    </Card>
  )
}

function Roles({ provider: { roles, standardRole } }: { provider: Provider }) {
  const { text } = useText()
  return (
    <ul className="plain">
      {roles.map(({ value, role }) => (
        <li key={`${value} ${role}`}>
          <span className="mono">{value}</span>: {text.role[role]}
        </li>
      ))}
      <li>
        {text.admin.standardRole}: {standardRole === undefined ? text.admin.nobody : text.role[standardRole]}
      </li>
    </ul>
  )
}

interface Given {
  issuer: string
  clientId: string
  clientSecret?: string
  label: string
  baseUrl: string
  roleClaim: string
  lines: string
  standardRole: PersonRole | 'nobody'
}

interface ProviderFormProps extends Omit<ProviderCardProps, 'change'> {
  save: (settings: Change['provider']) => Promise<void>
  close: () => void
}

function ProviderForm({ provider, busy, save, close }: ProviderFormProps) {
  const { text } = useText()
  const { admin } = text
  const initial: Given = {
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    label: provider?.label ?? '',
    baseUrl: provider?.baseUrl ?? location.origin,
    roleClaim: provider?.roleClaim ?? 'groups',
    lines: linesOf(provider?.roles ?? []),
    standardRole: provider?.standardRole ?? 'nobody',
  }
  const finish = ({ lines, clientSecret, standardRole, ...rest }: Given) =>
    save({
      ...rest,
      roles: rolesOf(lines) ?? [],
      ...(clientSecret ? { clientSecret } : {}),
      ...(standardRole === 'nobody' ? {} : { standardRole }),
    })
  const [form] = Form.useForm<Given>()
  const baseUrl = Form.useWatch('baseUrl', form) ?? initial.baseUrl
  const required = [{ required: true }]
  return (
    <Form form={form} layout="vertical" initialValues={initial} onFinish={finish} style={{ maxWidth: 560 }}>
      <Form.Item name="issuer" label={admin.issuer} extra={admin.issuerHelp} rules={[...required, { type: 'url' }]}>
        <Input autoComplete="off" placeholder="https://login.example.org/realms/bank" />
      </Form.Item>
      <Form.Item name="clientId" label={admin.clientId} rules={required}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="clientSecret"
        label={admin.clientSecret}
        extra={provider === undefined ? undefined : admin.secretKept}
        rules={provider === undefined ? required : []}
      >
        <Input.Password autoComplete="off" />
      </Form.Item>
      <Form.Item name="label" label={admin.label} rules={required}>
        <Input autoComplete="off" maxLength={64} />
      </Form.Item>
      <Form.Item
        name="baseUrl"
        label={admin.baseUrl}
        extra={
          <span style={{ overflowWrap: 'anywhere' }}>
            {admin.redirect(`${baseUrl.replace(/\/$/, '')}/console/provider`)}
          </span>
        }
        rules={[...required, { type: 'url' }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="roleClaim" label={admin.roleClaim} rules={required}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="lines"
        label={admin.roles}
        extra={admin.rolesHelp}
        rules={[
          {
            validator: async (_, lines: string) => {
              if (rolesOf(lines) === undefined) throw new Error(admin.rolesWrong)
            },
          },
        ]}
      >
        <Input.TextArea rows={4} className="mono" />
      </Form.Item>
      <Form.Item name="standardRole" label={admin.standardRole}>
        <Select
          options={[
            { value: 'nobody', label: admin.nobody },
            ...personRoles.map((r) => ({ value: r, label: text.role[r] })),
          ]}
        />
      </Form.Item>
      <div className="row">
        <Button type="primary" htmlType="submit" loading={busy}>
          {admin.checkAndSave}
        </Button>
        <Button onClick={close}>{text.common.cancel}</Button>
      </div>
    </Form>
  )
}
