import { logLevels, type NodeSettings } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Descriptions, Form, InputNumber, Select } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { nodeSettingsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

type Given = Pick<NodeSettings, 'locale' | 'logLevel'> & {
  runs: Record<keyof NodeSettings['runs'], number | null | undefined>
}

const patience = ['absenceSeconds', 'messageSeconds', 'proposalSeconds', 'runSeconds'] as const
/** What a node takes. */
const maxSeconds = 30 * 86_400

export function Settings() {
  const { text } = useText()
  const settings = useQuery(nodeSettingsQuery)
  return <Loaded query={settings}>{(shown) => <SettingsForm key={text.admin.settings} shown={shown} />}</Loaded>
}

function SettingsForm({ shown }: { shown: NodeSettings }) {
  const { text } = useText()
  const { admin } = text
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { run, busy, error } = useAction(async ({ locale, logLevel, runs }: Given) => {
    const given = Object.entries(runs).flatMap(([name, s]) => (typeof s === 'number' ? [[name, s] as const] : []))
    const changed = await client.settings.change({ locale, logLevel, runs: Object.fromEntries(given) })
    queries.setQueryData(nodeSettingsQuery.queryKey, changed)
    message.success(admin.saved)
  })
  const { name, listen, locale, logLevel, runs, restartNeeded } = shown
  return (
    <Card>
      <p className="quiet">{admin.settingsAbout}</p>
      {restartNeeded && <Alert type="warning" showIcon title={admin.restartNeeded} style={{ marginBottom: 16 }} />}
      <Descriptions
        layout="vertical"
        column={1}
        items={[
          { key: 'name', label: admin.member, children: name },
          { key: 'people', label: admin.listenPeople, children: <span className="mono">{listen.people}</span> },
          {
            key: 'peers',
            label: admin.listenPeers,
            children: listen.peers === undefined ? admin.dialsOnly : <span className="mono">{listen.peers}</span>,
          },
        ]}
      />
      <Form
        layout="vertical"
        initialValues={{ locale, logLevel, runs }}
        onFinish={run}
        style={{ maxWidth: 560, marginTop: 16 }}
      >
        <Form.Item name="logLevel" label={admin.logLevel} extra={admin.atOnce}>
          <Select options={logLevels.map((l) => ({ value: l, label: admin.logLevels[l] }))} />
        </Form.Item>
        <Form.Item name="locale" label={admin.locale} extra={admin.nextStart}>
          <Select
            options={[
              { value: 'en', label: 'English' },
              { value: 'zh', label: '中文' },
            ]}
          />
        </Form.Item>
        {patience.map((p) => (
          <Form.Item key={p} name={['runs', p]} label={admin.patience[p]} extra={admin.nextStart}>
            <InputNumber min={1} max={maxSeconds} precision={0} placeholder={admin.standard} style={{ width: 200 }} />
          </Form.Item>
        ))}
        {error !== undefined && <Failure error={error} />}
        <Button type="primary" htmlType="submit" loading={busy}>
          {text.common.save}
        </Button>
      </Form>
    </Card>
  )
}
