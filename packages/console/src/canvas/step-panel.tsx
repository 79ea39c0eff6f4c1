/** Settings of the chosen step: generated from what its component declares. */
import { components } from '@secureflow/components/declarations'
import type { Flow } from '@secureflow/flow'
import { Link } from '@tanstack/react-router'
import { Button, Collapse, Form, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '../text/index.ts'
import { connect, disconnect, inputsOf, refusal, renameStep, setAt, setSetting, sourceOf } from './document.ts'
import { type Choices, FieldInput } from './field-input.tsx'
import { settingsOf } from './schema.ts'

interface StepPanelProps {
  flow: Flow
  name: string
  choices: Omit<Choices, 'assets'> & { assetsOf: (alias: string | undefined) => string[] }
  onChange: (flow: Flow) => void
  onRename: (from: string, to: string) => void
  onRemove: () => void
  onCopy: () => void
}

export function StepPanel({ flow, name, choices, onChange, onRename, onRemove, onCopy }: StepPanelProps) {
  const { locale, text } = useText()
  const step = flow.steps.find((s) => s.name === name)!
  const component = components.get(step.use)
  if (component === undefined) return <p>{step.use}</p>
  const inputs = inputsOf(step, component)
  const parties = Object.keys(flow.parties).filter((alias) => alias !== 'dealer')
  const field = (key: string) => `setting-${key}`
  return (
    <div className="panel">
      <h2>{component.title[locale]}</h2>
      <Form layout="vertical" size="small" component="div">
        <Form.Item label={text.flows.stepName} htmlFor={field('name')}>
          <NameInput
            id={field('name')}
            name={name}
            onRename={(to) => {
              if (flow.steps.some((s) => s.name === to) || !/^[A-Za-z][\w-]{0,63}$/.test(to)) return false
              onChange(renameStep(flow, components, name, to))
              onRename(name, to)
              return true
            }}
          />
        </Form.Item>
        {Object.keys(component.inputs).length === 0 && (
          <Form.Item label={text.flows.at} htmlFor={field('at')}>
            <Select
              id={field('at')}
              value={step.at ?? null}
              options={parties.map((alias) => ({ value: alias, label: `${alias} (${flow.parties[alias]})` }))}
              onChange={(alias: string) => onChange(setAt(flow, name, alias))}
            />
          </Form.Item>
        )}
        {Object.entries(component.inputs).map(([port, { about }]) => (
          <Form.Item
            key={port}
            label={`${text.flows.inputs}: ${port}`}
            extra={about[locale]}
            htmlFor={field(`in-${port}`)}
          >
            <Select
              id={field(`in-${port}`)}
              allowClear
              value={inputs[port]}
              options={flow.steps.flatMap((s) =>
                Object.keys(components.get(s.use)?.outputs ?? {})
                  .map((output) => ({ step: s.name, port: output }))
                  .filter((from) => refusal(flow, components, { from, to: { step: name, port } }) === undefined)
                  .map((from) => {
                    const single = sourceOf(flow, components, from.step)
                    const reference = single === undefined ? `${from.step}.${from.port}` : from.step
                    return { value: reference, label: reference }
                  }),
              )}
              onChange={(reference?: string) => {
                const to = { step: name, port }
                const from = reference === undefined ? undefined : sourceOf(flow, components, reference)
                onChange(
                  from === undefined ? disconnect(flow, components, to) : connect(flow, components, { from, to }),
                )
              }}
            />
          </Form.Item>
        ))}
        {settingsOf(component).map((setting) => (
          <Form.Item
            key={setting.name}
            label={setting.label[locale]}
            extra={setting.help[locale]}
            required={setting.required}
            htmlFor={field(setting.name)}
          >
            <FieldInput
              id={field(setting.name)}
              setting={setting}
              value={step.settings[setting.name]}
              choices={{ ...choices, assets: choices.assetsOf(step.at) }}
              onChange={(value) => onChange(setSetting(flow, name, setting.name, value))}
            />
          </Form.Item>
        ))}
      </Form>
      <div className="row" style={{ marginBottom: 12 }}>
        <Button size="small" onClick={onCopy}>
          {text.flows.copyStep}
        </Button>
        <Button size="small" danger onClick={onRemove}>
          {text.common.remove}
        </Button>
      </div>
      <Collapse
        size="small"
        items={[
          {
            key: 'about',
            label: text.flows.about2,
            children: (
              <>
                <p>{component.about[locale]}</p>
                <ul style={{ paddingInlineStart: 18 }}>
                  {Object.entries(component.parts).map(([part, { about }]) => (
                    <li key={part}>
                      <span className="mono">{part}</span>: {about[locale]}
                    </li>
                  ))}
                </ul>
                <p>
                  <Link to="/help/$component" params={{ component: component.name }}>
                    {text.help.attacks}
                  </Link>
                </p>
                <p>
                  {text.flows.discloses}: {text.flows.model[component.securityModel]}
                </p>
              </>
            ),
          },
        ]}
      />
    </div>
  )
}

/** Taken over when it is left, where the name is free; otherwise it goes back. */
function NameInput({ id, name, onRename }: { id: string; name: string; onRename: (to: string) => boolean }) {
  const [typed, setTyped] = useState(name)
  useEffect(() => setTyped(name), [name])
  const leave = () => {
    if (typed !== name && !onRename(typed)) setTyped(name)
  }
  return (
    <Input
      id={id}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={leave}
      onPressEnter={leave}
    />
  )
}
