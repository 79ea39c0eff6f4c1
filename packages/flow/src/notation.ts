/** What a parameter may be, in a notation that reads the same in every language: `"auto" | "full" | integer ≥ 1`. */
import { z } from 'zod'

interface JsonSchema {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
}

export const notation = (schema: z.ZodType): string =>
  written(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)

function written(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(written))].join(' | ')
  switch (schema.type) {
    case 'integer':
    case 'number':
      return [schema.type, ...bounds(schema)].join(' ')
    case 'array':
      return `[${written(schema.items ?? {})}, …]`
    case 'object':
      return `{ ${Object.keys(schema.properties ?? {}).join(', ')} }`
    case 'string':
      return schema.pattern === undefined ? 'text' : schema.pattern.includes('\\.') ? 'alias.column' : 'alias'
    default:
      return schema.type ?? 'value'
  }
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string[] {
  const shown = (sign: string, bound: number | undefined): string[] =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? [] : [`${sign} ${bound}`]
  return [
    ...shown('≥', minimum),
    ...shown('>', exclusiveMinimum),
    ...shown('≤', maximum),
    ...shown('<', exclusiveMaximum),
  ]
}
