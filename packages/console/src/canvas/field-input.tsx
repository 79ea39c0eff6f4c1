import type { Json } from '@secureflow/flow'
import { AutoComplete, Input, InputNumber, Select, Switch } from 'antd'
import { useEffect, useState } from 'react'
import { parse, stringify } from 'yaml'
import { Entries } from './entries.tsx'
import type { Setting } from './schema.ts'

export interface Choices {
  parties: string[]
  /** `alias.column`. */
  columns: string[]
  assets: string[]
}

export interface FieldProps {
  id: string
  setting: Setting
  value: Json | undefined
  choices: Choices
  onChange: (value: Json | undefined) => void
}

const options = (values: readonly Json[]) => values.map((v) => ({ value: String(v), label: String(v) }))

/** One setting. Left empty, the default holds. */
export function FieldInput({ id, setting: { field, fallback }, value, choices, onChange }: FieldProps) {
  const shown = fallback === undefined ? '' : typeof fallback === 'object' ? written(fallback) : String(fallback)
  const text = value === undefined ? undefined : String(value)
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          id={id}
          value={text}
          placeholder={shown}
          allowClear
          options={options(field.options)}
          onChange={(v?: string) => onChange(v === undefined ? undefined : field.options.find((o) => String(o) === v))}
        />
      )
    case 'switch':
      return (
        <Switch
          id={id}
          checked={(value ?? fallback) === true}
          onChange={(on) => onChange(on === fallback ? undefined : on)}
        />
      )
    case 'number':
      if (field.words.length > 0)
        return (
          <AutoComplete
            id={id}
            value={text ?? ''}
            placeholder={shown}
            options={options(field.words)}
            onChange={(v?: string) => onChange(v === undefined || v === '' ? undefined : numberOr(v))}
          />
        )
      return (
        <InputNumber
          id={id}
          style={{ width: '100%' }}
          value={typeof value === 'number' ? value : null}
          placeholder={shown}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          {...(field.whole ? { precision: 0 } : {})}
          onChange={(v) => onChange(v ?? undefined)}
        />
      )
    case 'party':
      return (
        <Select id={id} value={text ?? null} options={options(choices.parties)} onChange={(v: string) => onChange(v)} />
      )
    case 'asset':
    case 'column': {
      const known = field.kind === 'asset' ? choices.assets : choices.columns
      return (
        <AutoComplete
          id={id}
          value={text ?? ''}
          options={options(known)}
          showSearch={{ filterOption: (typed, option) => option?.value.includes(typed) === true }}
          onChange={(v?: string) => onChange(v === undefined || v === '' ? undefined : v)}
        />
      )
    }
    case 'columns':
      return (
        <Select
          id={id}
          mode="tags"
          value={Array.isArray(value) ? value.map(String) : []}
          placeholder={field.word}
          options={options(choices.columns)}
          onChange={(v: string[]) => onChange(v.length === 0 ? undefined : v)}
        />
      )
    case 'text':
      return (
        <Input
          id={id}
          value={text ?? ''}
          placeholder={shown}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        />
      )
    case 'entries':
      return <Entries id={id} settings={field.settings} value={value} choices={choices} onChange={onChange} />
    case 'written':
      return <Written id={id} value={value} placeholder={shown} onChange={onChange} />
  }
}

/** YAML in one line; taken over when it can be read and the field is left. */
function Written({
  id,
  value,
  placeholder,
  onChange,
}: Omit<FieldProps, 'setting' | 'choices'> & { placeholder: string }) {
  const [typed, setTyped] = useState(written(value))
  const [wrong, setWrong] = useState(false)
  useEffect(() => setTyped(written(value)), [value])
  const leave = () => {
    try {
      onChange(typed.trim() === '' ? undefined : (parse(typed) as Json))
      setWrong(false)
    } catch {
      setWrong(true) // the text stays to be mended
    }
  }
  return (
    <Input
      id={id}
      className="mono"
      value={typed}
      placeholder={placeholder}
      {...(wrong ? { status: 'error' as const } : {})}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={leave}
      onPressEnter={leave}
    />
  )
}

const written = (value: Json | undefined): string =>
  value === undefined ? '' : stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()

const numberOr = (typed: string): Json =>
  typed.trim() !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed
