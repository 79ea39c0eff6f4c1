/** A node's REST API as typed functions, derived from the route definitions: `client.runs.show({ run })`. */
import {
  apiErrors,
  type Content,
  errorBody,
  errorFromBody,
  type InputOf,
  type OutputOf,
  type Route,
  type Routes,
  type RouteTable,
  requestOf,
  routes,
} from '@secureflow/api'
import { SecureflowError } from '@secureflow/base'

type Call<R extends Route> = R extends { content: true }
  ? (input: InputOf<R> & Content, signal?: AbortSignal) => Promise<OutputOf<R>>
  : Record<string, never> extends InputOf<R>
    ? (input?: InputOf<R>, signal?: AbortSignal) => Promise<OutputOf<R>>
    : (input: InputOf<R>, signal?: AbortSignal) => Promise<OutputOf<R>>

export type ClientOf<T extends RouteTable> = {
  readonly [N in keyof T]: { readonly [V in keyof T[N]]: T[N][V] extends Route ? Call<T[N][V]> : never }
}
export type Client = ClientOf<Routes>

export interface HttpRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer> | Blob
  signal?: AbortSignal
}
/** Carries one request. Rejects where nobody answers; an error of the product goes to the caller as it is. */
export type HttpTransport = (request: HttpRequest) => Promise<{ status: number; body: string }>

export interface ClientOptions {
  /** `https://127.0.0.1:7440` */
  url: string
  /** A person's own, or that of the home folder. A page in a browser has none: its session is a cookie. */
  token?: string
  /** Sent with every request. */
  headers?: Record<string, string>
  /** Default: the platform's `fetch`. A node's certificate is self-signed: the command line brings its own transport. */
  transport?: HttpTransport
}

/** @throws (from its functions) the node's own errors, API_UNREACHABLE, API_OTHER_VERSION */
export function createClient(options: ClientOptions): Client {
  const nouns = Object.entries(routes as RouteTable).map(([noun, verbs]) => {
    const calls = Object.entries(verbs).map(([verb, route]) => [verb, caller(route, options)])
    return [noun, Object.fromEntries(calls)]
  })
  return Object.fromEntries(nouns) as Client
}

function caller(route: Route, { url, token, headers, transport = fetchTransport }: ClientOptions) {
  return async (input: Record<string, unknown> = {}, signal?: AbortSignal): Promise<unknown> => {
    const { path, body } = requestOf(route, input)
    const content = route.content ? (input as unknown as Content).content : undefined
    const type = content === undefined ? 'application/json' : 'application/octet-stream'
    const sent = content ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await transport({
      method: route.method,
      // The address may have a path of its own.
      url: new URL(new URL(url).pathname.replace(/\/$/, '') + path, url).href,
      headers: {
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { 'content-type': type }),
      },
      ...(sent === undefined ? {} : { body: sent }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((cause: unknown) => {
      if (signal?.aborted || cause instanceof SecureflowError) throw cause
      throw apiErrors.API_UNREACHABLE({ url }, { cause })
    })
    return read(route, answer, url)
  }
}

function read(route: Route, answer: { status: number; body: string }, url: string): unknown {
  const json = parseJson(answer.body)
  if (answer.status === 200) {
    const parsed = route.output.safeParse(json)
    if (parsed.success) return parsed.data
  } else {
    const parsed = errorBody.safeParse(json)
    if (parsed.success) throw errorFromBody(parsed.data)
  }
  throw apiErrors.API_OTHER_VERSION({ url })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the schema refuses it with one clear error
  }
}

const fetchTransport: HttpTransport = async ({ url, ...init }) => {
  const response = await fetch(url, init)
  return { status: response.status, body: await response.text() }
}
