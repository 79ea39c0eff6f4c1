/** What concerns the whole flow: its name, purpose and parties. */
import type { Flow } from '@secureflow/flow'
import { Button, Form, Input, Select } from 'antd'
import { useText } from '../text/index.ts'
import { renameParty } from './document.ts'

interface FlowPanelProps {
  flow: Flow
  members: string[]
  onChange: (flow: Flow) => void
}

export function FlowPanel({ flow, members, onChange }: FlowPanelProps) {
  const { text } = useText()
  const entries = Object.entries(flow.parties)
  const free = members.filter((m) => !entries.some(([, id]) => id === m))
  const withParties = (parties: [string, string][]) => onChange({ ...flow, parties: Object.fromEntries(parties) })
  return (
    <div className="panel">
      <Form layout="vertical" size="small" component="div">
        <Form.Item label={text.flows.flowName} htmlFor="flow-name">
          <Input
            id="flow-name"
            value={flow.flow}
            onChange={({ target }) => onChange({ ...flow, flow: target.value })}
          />
        </Form.Item>
        <Form.Item label={text.flows.purpose} htmlFor="flow-purpose">
          <Input
            id="flow-purpose"
            value={flow.purpose}
            onChange={({ target }) => onChange({ ...flow, purpose: target.value })}
          />
        </Form.Item>
      </Form>
      <h2>{text.flows.parties}</h2>
      {entries.map(([alias, id], i) => (
        <div key={id} className="row" style={{ flexWrap: 'nowrap', marginBottom: 6 }}>
          <Input
            size="small"
            aria-label={`${text.flows.alias} ${i + 1}`}
            defaultValue={alias}
            onBlur={({ target }) => {
              const to = target.value.trim()
              if (/^[A-Za-z][\w-]{0,63}$/.test(to) && !(to in flow.parties)) onChange(renameParty(flow, alias, to))
              else target.value = alias
            }}
          />
          <Select
            size="small"
            style={{ minWidth: 120, flex: 1 }}
            aria-label={`${text.flows.member} ${i + 1}`}
            value={id}
            options={[id, ...free].map((m) => ({ value: m, label: m }))}
            onChange={(chosen: string) => withParties(entries.map(([a, m]) => [a, a === alias ? chosen : m]))}
          />
          <Button
            size="small"
            aria-label={`${text.common.remove} ${alias}`}
            onClick={() => withParties(entries.filter(([a]) => a !== alias))}
          >
            ×
          </Button>
        </div>
      ))}
      {free.length > 0 && (
        <Button
          size="small"
          onClick={() => {
            const alias = ['partner', 'dealer', 'party'].find((a) => !(a in flow.parties)) ?? `party-${entries.length}`
            withParties([...entries, [alias, free[0]!]])
          }}
        >
          {text.flows.addParty}
        </Button>
      )}
      <p className="quiet">{text.flows.dealer}</p>
    </div>
  )
}
