/**
 * One definition per REST route. The server, the client, the OpenAPI page and the tests are derived from it.
 * `input` is one flat object: names that occur in the path go there, the rest is the query of a GET and the JSON body of
 * everything else.
 */
import type { z } from 'zod'
import type { Sentence } from './text.ts'

export interface Route<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `/runs/:run`. */
  path: string
  about: Sentence
  input: I
  output: O
  /** The body is bytes as they are; the rest of the input goes into the query. */
  content?: true
  /** Without a token or a session. */
  open?: true
  /** Codes that a caller should expect, beside API_UNAUTHORISED and INVALID_VALUE. */
  errors: readonly string[]
}

export function route<I extends z.ZodObject, O extends z.ZodType>(definition: Route<I, O>): Route<I, O> {
  return definition
}

/** A route whose body is bytes. */
export function contentRoute<I extends z.ZodObject, O extends z.ZodType>(
  definition: Omit<Route<I, O>, 'content'>,
): Route<I, O> & { content: true } {
  return { ...definition, content: true }
}

/** What a caller passes beside the input of a route whose body is bytes. */
export interface Content {
  content: Uint8Array<ArrayBuffer> | Blob
}

export type RouteTable = Record<string, Record<string, Route>>

/** What a caller passes. */
export type InputOf<R extends Route> = z.input<R['input']>
/** What a handler gets: checked, defaults filled in. */
export type CheckedInputOf<R extends Route> = z.output<R['input']>
export type OutputOf<R extends Route> = z.output<R['output']>

const parameter = /:(\w+)/g

export const pathParameters = (path: string): string[] => [...path.matchAll(parameter)].map((m) => m[1]!)

/** Where one call goes: the path filled in, and the query or JSON body of what is left. */
export function requestOf(r: Route, input: Record<string, unknown>): { path: string; body?: Record<string, unknown> } {
  const { ...rest } = input
  if (r.content) delete rest.content
  let path = r.path.replaceAll(parameter, (_, name: string) => {
    const value = String(rest[name])
    delete rest[name]
    return encodeURIComponent(value)
  })
  if (r.method !== 'GET' && !r.content) return { path, body: rest }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value))
  if (query.size > 0) path += `?${query}`
  return { path }
}
