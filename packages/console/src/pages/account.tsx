import { useQuery } from '@tanstack/react-query'
import { Alert, App, Button, Card, Form, Input } from 'antd'
import { SecondFactor } from '../account/second-factor.tsx'
import { SessionList } from '../account/sessions.tsx'
import { Tokens } from '../account/tokens.tsx'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { accountQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

/** @param enrolled when a second factor was set up that had to be */
export function AccountPage({ enrolled }: { enrolled?: () => void }) {
  const { text } = useText()
  const account = useQuery(accountQuery)
  return (
    <Page title={text.account.title} about={text.account.about}>
      <Loaded query={account}>
        {({ person, hasPassword, recoveryCodes, secondFactorRequired, sessions, tokens }) => (
          <div className="stack">
            {secondFactorRequired && hasPassword && !person.secondFactor && (
              <Alert type="warning" showIcon title={text.account.secondFactorRequired} />
            )}
            {hasPassword ? (
              <>
                <SecondFactor on={person.secondFactor} recoveryCodes={recoveryCodes} enrolled={enrolled} />
                <ChangePassword />
              </>
            ) : (
              <Card title={text.account.password}>{text.account.noPassword}</Card>
            )}
            <Tokens tokens={tokens} />
            <SessionList sessions={sessions} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function ChangePassword() {
  const { text } = useText()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ current: string; password: string }>()
  const { run, busy, error } = useAction(async ({ current, password }: { current: string; password: string }) => {
    await client.account.changePassword({ current, password })
    form.resetFields()
    message.success(text.account.passwordChanged)
  })
  return (
    <Card title={text.account.password}>
      <p className="quiet">{text.account.changePasswordAbout}</p>
      <Form form={form} name="change" layout="vertical" requiredMark={false} onFinish={run} style={{ maxWidth: 360 }}>
        <Form.Item name="current" label={text.account.currentPassword} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPassword label={text.account.newPassword} />
        {error !== undefined && <Failure error={error} />}
        <Button type="primary" htmlType="submit" loading={busy}>
          {text.account.changePassword}
        </Button>
      </Form>
    </Card>
  )
}
