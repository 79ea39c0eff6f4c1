import { useQueryClient } from '@tanstack/react-query'
import { Button, Card, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Qr } from '../parts/qr.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { useAction } from '../parts/use-action.ts'
import { accountQuery, sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

interface SecondFactorProps {
  on: boolean
  recoveryCodes: number
  enrolled: (() => void) | undefined
}

/** Sets a second factor up, or takes it away; what is shown once is shown until it was kept. */
export function SecondFactor({ on, recoveryCodes, enrolled }: SecondFactorProps) {
  const { text } = useText()
  const queries = useQueryClient()
  const [shown, setShown] = useState<readonly string[]>()
  const kept = async () => {
    if (enrolled !== undefined) return enrolled()
    setShown(undefined)
    await Promise.all([queries.invalidateQueries(accountQuery), queries.invalidateQueries(sessionQuery)])
  }
  return (
    <Card
      title={text.account.secondFactor}
      extra={
        <Mark tone={on ? 'good' : 'plain'}>{on ? text.account.secondFactorOn : text.account.secondFactorOff}</Mark>
      }
    >
      <p className="quiet">{text.account.secondFactorAbout}</p>
      {shown !== undefined ? (
        <div className="stack">
          <ShownOnce about={text.account.recoveryAbout} secret={shown.join('\n')} />
          <div>
            <Button type="primary" onClick={() => void kept()}>
              {text.account.kept}
            </Button>
          </div>
        </div>
      ) : on ? (
        <InForce left={recoveryCodes} show={setShown} />
      ) : (
        <Begin show={setShown} />
      )}
    </Card>
  )
}

function Begin({ show }: { show: (codes: readonly string[]) => void }) {
  const { text } = useText()
  const [begun, setBegun] = useState<{ secret: string; uri: string }>()
  const begin = useAction(async ({ password }: { password: string }) =>
    setBegun(await client.account.beginSecondFactor({ password })),
  )
  const confirm = useAction(async ({ code }: { code: string }) =>
    show((await client.account.confirmSecondFactor({ code })).recoveryCodes),
  )
  if (begun === undefined)
    return (
      <Form key="begin" layout="vertical" requiredMark={false} onFinish={begin.run} style={{ maxWidth: 360 }}>
        <Form.Item name="password" label={text.account.currentPassword} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {begin.error !== undefined && <Failure error={begin.error} />}
        <Button type="primary" htmlType="submit" loading={begin.busy}>
          {text.account.beginSecondFactor}
        </Button>
      </Form>
    )
  return (
    <Form key="confirm" layout="vertical" requiredMark={false} onFinish={confirm.run} style={{ maxWidth: 360 }}>
      <p>{text.account.scan}</p>
      <Qr text={begun.uri} label={text.account.qr} />
      <p>
        {text.account.secret}:{' '}
        <Typography.Text className="mono" copyable={{ text: begun.secret }}>
          {begun.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
        </Typography.Text>
      </p>
      <Form.Item name="code" label={text.account.code} extra={text.account.codeHelp} rules={[{ required: true }]}>
        <Input autoComplete="one-time-code" inputMode="numeric" />
      </Form.Item>
      {confirm.error !== undefined && <Failure error={confirm.error} />}
      <Button type="primary" htmlType="submit" loading={confirm.busy}>
        {text.account.confirm}
      </Button>
    </Form>
  )
}

function InForce({ left, show }: { left: number; show: (codes: readonly string[]) => void }) {
  const { text } = useText()
  const queries = useQueryClient()
  const [form] = Form.useForm<{ password: string; code: string }>()
  const renew = useAction(async () =>
    show((await client.account.renewRecoveryCodes(await form.validateFields())).recoveryCodes),
  )
  const end = useAction(async () => {
    await client.account.endSecondFactor(await form.validateFields())
    await Promise.all([queries.invalidateQueries(accountQuery), queries.invalidateQueries(sessionQuery)])
  })
  const error = renew.error ?? end.error
  return (
    <Form form={form} layout="vertical" requiredMark={false} style={{ maxWidth: 360 }}>
      <p>
        <Mark tone={left < 3 ? 'busy' : 'plain'}>{text.account.recoveryLeft(left)}</Mark>
      </p>
      <Form.Item name="password" label={text.account.currentPassword} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="code" label={text.account.codeOrRecovery} rules={[{ required: true }]}>
        <Input autoComplete="one-time-code" />
      </Form.Item>
      {error !== undefined && <Failure error={error} />}
      <div className="row">
        <Button loading={renew.busy} onClick={() => void renew.run()}>
          {text.account.renewRecovery}
        </Button>
        <Button danger loading={end.busy} onClick={() => void end.run()}>
          {text.account.endSecondFactor}
        </Button>
      </div>
    </Form>
  )
}
