import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Descriptions, Form, Input, Popconfirm } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { statusQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

const day = 86_400_000
/** Below it the page asks for attention. */
const soonDays = 60

export function Keys() {
  const { locale, text } = useText()
  const { admin } = text
  const status = useQuery(statusQuery)
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { run, busy, error } = useAction(async (work: () => Promise<unknown>) => {
    await work()
    await queries.invalidateQueries(statusQuery)
    message.success(admin.done)
  })
  const deeds = [
    { title: admin.renew, about: admin.renewAbout, work: () => client.members.renew({ rotate: false }) },
    { title: admin.rotate, about: admin.rotateAbout, work: () => client.members.renew({ rotate: true }) },
    { title: admin.changeAccount, about: admin.changeAccountAbout, work: () => client.members.changeAccount() },
  ]
  return (
    <Loaded query={status}>
      {({ fingerprint, account, nextAccount, expiresAt, peerAddress, network }) => {
        const left = Math.floor((expiresAt - Date.now()) / day)
        return (
          <div className="stack">
            {error !== undefined && <Failure error={error} />}
            <Card>
              <p className="quiet">{admin.keysAbout}</p>
              <Descriptions
                layout="vertical"
                column={1}
                items={[
                  { key: 'key', label: admin.fingerprint, children: <span className="mono">{fingerprint}</span> },
                  {
                    key: 'until',
                    label: admin.expires,
                    children: (
                      <span className="row">
                        {moment(expiresAt, locale)}
                        <Mark tone={left < soonDays ? 'bad' : 'good'}>{admin.daysLeft(left)}</Mark>
                      </span>
                    ),
                  },
                  { key: 'account', label: admin.account, children: <span className="mono">{account}</span> },
                  ...(nextAccount === undefined
                    ? []
                    : [
                        {
                          key: 'next',
                          label: admin.nextAccount,
                          children: <span className="mono">{nextAccount}</span>,
                        },
                      ]),
                  {
                    key: 'address',
                    label: admin.address,
                    children: <span className="mono">{peerAddress || admin.dialsOnly}</span>,
                  },
                ]}
              />
            </Card>
            {network !== undefined && (
              <div className="tiles">
                {deeds.map(({ title, about, work }) => (
                  <Card key={title} title={title}>
                    <p className="quiet">{about}</p>
                    <Popconfirm title={about} onConfirm={() => run(work)}>
                      <Button disabled={busy}>{title}</Button>
                    </Popconfirm>
                  </Card>
                ))}
                <Card title={admin.address}>
                  <Form
                    layout="vertical"
                    initialValues={{ address: peerAddress }}
                    onFinish={({ address }: { address: string }) =>
                      void run(() => client.members.setAddress({ address: address.trim() }))
                    }
                  >
                    <Form.Item name="address" label="host:port" rules={[{ required: true }]}>
                      <Input autoComplete="off" />
                    </Form.Item>
                    <Button htmlType="submit" disabled={busy}>
                      {admin.addressSet}
                    </Button>
                  </Form>
                </Card>
              </div>
            )}
          </div>
        )
      }}
    </Loaded>
  )
}
