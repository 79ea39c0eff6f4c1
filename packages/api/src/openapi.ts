/** The OpenAPI 3.1 page, made from the routes. */
import type { Locale } from '@secureflow/base'
import { z } from 'zod'
import { errorBody } from './errors.ts'
import { pathParameters, type Route, type RouteTable } from './route.ts'

type JsonObject = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonObject =>
  z.toJSONSchema(schema, { target: 'draft-2020-12', io }) as JsonObject

export function openApi(table: RouteTable, version: string, locale: Locale): JsonObject {
  const paths: Record<string, JsonObject> = {}
  for (const [noun, verbs] of Object.entries(table))
    for (const [verb, r] of Object.entries(verbs)) {
      const path = r.path.replaceAll(/:(\w+)/g, '{$1}')
      paths[path] = { ...paths[path], [r.method.toLowerCase()]: operation(`${noun}.${verb}`, r, locale) }
    }
  return {
    openapi: '3.1.0',
    info: { title: 'secureflow', version },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
    paths,
  }
}

function operation(id: string, r: Route, locale: Locale): JsonObject {
  const inPath = new Set(pathParameters(r.path))
  const { properties = {}, required = [] } = schemaOf(r.input, 'input') as {
    properties?: Record<string, JsonObject>
    required?: string[]
  }
  const names = Object.keys(properties)
  const asParameters = r.method === 'GET' || r.content ? names : names.filter((n) => inPath.has(n))
  const inBody = names.filter((n) => !asParameters.includes(n))
  return {
    operationId: id,
    summary: r.about[locale],
    ...(r.open ? { security: [] } : {}),
    parameters: asParameters.map((name) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: inPath.has(name) || required.includes(name),
      schema: properties[name],
    })),
    ...(r.content ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } } : {}),
    ...(inBody.length === 0
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: Object.fromEntries(inBody.map((n) => [n, properties[n]])),
                  required: required.filter((n) => inBody.includes(n)),
                },
              },
            },
          },
        }),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: schemaOf(r.output, 'output') } } },
      default: {
        description: ['API_UNAUTHORISED', 'INVALID_VALUE', ...r.errors].join(', '),
        content: { 'application/json': { schema: schemaOf(errorBody, 'output') } },
      },
    },
  }
}
