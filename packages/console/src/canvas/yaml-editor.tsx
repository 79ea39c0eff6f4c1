/** The flow as text: to read, to change, to take along. */
import { checkFlow, type Flow } from '@secureflow/flow'
import { Button, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { download } from '../parts/download.ts'
import { useText } from '../text/index.ts'

interface YamlEditorProps {
  text: string
  /** Of the flow, and so of the file. */
  name: string
  close: () => void
  apply: (flow: Flow) => void
}

export function YamlEditor({ text: written, name, close, apply }: YamlEditorProps) {
  const { locale, text } = useText()
  const [typed, setTyped] = useState(written)
  const parsed = useMemo(() => checkFlow(typed), [typed])
  return (
    <Modal
      open
      width={900}
      title={text.flows.yaml}
      okText={text.flows.apply}
      okButtonProps={{ disabled: !parsed.ok }}
      onCancel={close}
      onOk={() => {
        if (parsed.ok) apply(parsed.value)
        close()
      }}
    >
      <p>
        <Button size="small" onClick={() => download(`${name}.yaml`, 'application/yaml', typed)}>
          {text.canvas.export}
        </Button>
      </p>
      <Input.TextArea
        aria-label={text.flows.yaml}
        className="mono"
        rows={20}
        spellCheck={false}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      {!parsed.ok && (
        <ul>
          {parsed.problems.map(({ line, error }) => (
            <li key={`${line} ${error.code}`}>
              {line === undefined ? '' : `${line}: `}
              {error.say(locale).what}
            </li>
          ))}
        </ul>
      )}
    </Modal>
  )
}
