/** A list of entries, each with its own settings: the columns of a key, for one. What people need not say stays folded. */
import type { Json } from '@secureflow/flow'
import { Button, Form } from 'antd'
import { useText } from '../text/index.ts'
import { FieldInput, type FieldProps } from './field-input.tsx'
import type { Setting } from './schema.ts'

type Entry = Record<string, Json>

interface EntriesProps extends Omit<FieldProps, 'setting'> {
  settings: Setting[]
}

export function Entries({ id, settings, value, choices, onChange }: EntriesProps) {
  const { text } = useText()
  const entries = Array.isArray(value) ? value.map(entryOf) : []
  const put = (next: Entry[]) => onChange(next.length === 0 ? undefined : next)
  const main = settings.filter((s) => s.required || s.field.kind === 'choice').slice(0, 3)
  const others = settings.filter((s) => !main.includes(s))
  return (
    <fieldset id={id} className="setting-entries">
      {entries.map((entry, at) => {
        const fields = (which: Setting[]) =>
          which.map((setting) => (
            <EntryField
              key={setting.name}
              id={`${id}-${at}-${setting.name}`}
              setting={setting}
              value={entry[setting.name]}
              choices={choices}
              onChange={(changed) => put(entries.with(at, withSetting(entry, setting.name, changed)))}
            />
          ))
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no names, and their fields hold no state of their own
          <div key={at} className="setting-entry">
            {fields(main)}
            <details>
              <summary>{text.entries.more}</summary>
              {fields(others)}
            </details>
            <Button size="small" danger onClick={() => put(entries.toSpliced(at, 1))}>
              {text.common.remove}
            </Button>
          </div>
        )
      })}
      <Button size="small" onClick={() => put([...entries, {}])}>
        {text.entries.add}
      </Button>
    </fieldset>
  )
}

function EntryField({ id, setting, ...rest }: FieldProps) {
  const { locale } = useText()
  return (
    <Form.Item
      label={setting.label[locale]}
      extra={setting.help[locale]}
      required={setting.required}
      htmlFor={id}
      style={{ marginBottom: 8 }}
    >
      <FieldInput id={id} setting={setting} {...rest} />
    </Form.Item>
  )
}

const entryOf = (value: Json): Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : {}

/** Left empty, the default holds. */
function withSetting(entry: Entry, name: string, value: Json | undefined): Entry {
  const { [name]: _, ...rest } = entry
  return value === undefined ? rest : { ...rest, [name]: value }
}
