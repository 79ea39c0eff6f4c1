/** From a component's parameters to what a form needs to ask for them. */
import type { ComponentDeclaration, Json } from '@secureflow/flow'
import { z } from 'zod'

interface JsonSchema {
  type?: string
  enum?: Json[]
  const?: Json
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  default?: Json
  label?: Words
  help?: Words
}
type Words = { en: string; zh: string }

/** How a setting is asked for. `written`: as YAML, for what fits no other. */
export type Field =
  | { kind: 'choice'; options: Json[] }
  | { kind: 'switch' }
  | { kind: 'number'; whole: boolean; min?: number; max?: number; words: string[] }
  | { kind: 'party' }
  | { kind: 'column' }
  | { kind: 'columns'; word: string }
  | { kind: 'asset' }
  | { kind: 'text' }
  /** A list of entries, each with settings of its own. */
  | { kind: 'entries'; settings: Setting[] }
  | { kind: 'written' }

export interface Setting {
  name: string
  label: Words
  help: Words
  required: boolean
  fallback: Json | undefined
  field: Field
}

const known = new WeakMap<ComponentDeclaration, Setting[]>()

export function settingsOf(component: ComponentDeclaration): Setting[] {
  const before = known.get(component)
  if (before !== undefined) return before
  const settings = settingsIn(z.toJSONSchema(component.params, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
  known.set(component, settings)
  return settings
}

const settingsIn = (schema: JsonSchema): Setting[] =>
  Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    label: property.label ?? { en: name, zh: name },
    help: property.help ?? { en: '', zh: '' },
    required: schema.required?.includes(name) === true,
    fallback: property.default,
    field: name === 'asset' ? ({ kind: 'asset' } as const) : fieldOf(property),
  }))

function fieldOf(schema: JsonSchema): Field {
  if (schema.anyOf !== undefined) return fieldOfUnion(schema.anyOf)
  if (schema.enum !== undefined) return { kind: 'choice', options: schema.enum }
  if (schema.type === 'boolean') return { kind: 'switch' }
  if (schema.type === 'integer' || schema.type === 'number') return numberField(schema, [])
  if (schema.type === 'string') {
    // References begin with an alias; any other pattern is for the value itself.
    if (schema.pattern?.startsWith('^[A-Za-z]') !== true) return { kind: 'text' }
    return { kind: schema.pattern.includes('\\.') ? 'column' : 'party' }
  }
  if (schema.type === 'array' && schema.items?.type === 'object')
    return { kind: 'entries', settings: settingsIn(schema.items) }
  return { kind: 'written' }
}

function fieldOfUnion(branches: JsonSchema[]): Field {
  const words = branches.flatMap((b) => b.enum ?? (b.const === undefined ? [] : [b.const])).map(String)
  const others = branches.filter((b) => b.enum === undefined && b.const === undefined)
  const [only] = others
  if (others.length === 1 && only !== undefined) {
    if (only.type === 'integer' || only.type === 'number') return numberField(only, words)
    if (only.type === 'array' && words.length === 1) return { kind: 'columns', word: words[0]! }
  }
  return { kind: 'written' }
}

function numberField(schema: JsonSchema, words: string[]): Field {
  const min = schema.minimum ?? schema.exclusiveMinimum
  const max = schema.maximum ?? schema.exclusiveMaximum
  const bounded = (n: number | undefined) => n !== undefined && Math.abs(n) < Number.MAX_SAFE_INTEGER
  return {
    kind: 'number',
    whole: schema.type === 'integer',
    ...(bounded(min) ? { min: min! } : {}),
    ...(bounded(max) ? { max: max! } : {}),
    words,
  }
}
