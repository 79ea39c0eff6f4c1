/** The people's listener: HTTPS with the node's own certificate, every route derived from its definition in `api`. */
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import {
  apiErrors,
  type Caller,
  callerMay,
  errorToBody,
  mayCall,
  openApi,
  type Route,
  type Routes,
  type RouteTable,
  routes,
  statusOf,
} from '@secureflow/api'
import { asSecureflowError, baseErrors, errorToJson, type Logger, type SecureflowError } from '@secureflow/base'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { serveBackups } from '../backup/handlers.ts'
import type { Demo } from '../demo/demo.ts'
import { listenError } from '../errors.ts'
import { peopleErrors } from '../people/errors.ts'
import type { People } from '../people/people.ts'
import { callerCheck, keepPledge, keepSession, requireConsole } from './callers.ts'
import { isConsoleFile, serveConsole } from './console.ts'
import { serveDemo } from './demo.ts'
import { type EventStream, serveEvents } from './events.ts'
import type { Call, Handlers } from './handlers.ts'
import type { NodeMetrics } from './metrics.ts'

export interface ServerOptions {
  listen: { host: string; port: number }
  certPem: string
  keyPem: string
  /** Bearer token. */
  token: string
  version: string
  /** Folder of the built console; without it there is none. */
  console?: string | undefined
  /** Home folder: backups in it are served to admins. */
  home?: string
}

export interface ServerDependencies {
  handlers: Handlers<Routes>
  metrics: NodeMetrics
  logger: Logger
  people: People
  events: EventStream
  /** Without it there is no simulation behind this node. */
  demo?: Demo
}

export interface PeopleServer {
  /** `https://127.0.0.1:7440` */
  readonly url: string
  /** Handshakes from now on. */
  useCertificate(certPem: string, keyPem: string): void
  close(): Promise<void>
}

const bodyLimit = 2 << 20
const requestTimeoutMs = 60_000

export async function startServer(options: ServerOptions, dependencies: ServerDependencies): Promise<PeopleServer> {
  const { metrics, logger, people, events } = dependencies
  const closing = new AbortController()
  const app = Fastify({
    https: { cert: options.certPem, key: options.keyPem, minVersion: 'TLSv1.3' },
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    logger: false,
  })
  await app.register(cookie)
  // Such a body goes to its handler as it comes; every other route takes JSON.
  app.addContentTypeParser('application/octet-stream', (_, body, done) => done(null, body))
  app.decorateRequest('call')
  const check = callerCheck(options.token, people)
  app.addHook('onRequest', async (request) => {
    if (isConsoleFile(request)) return
    const { action, open } = request.routeOptions.config as RouteConfig
    request.call = await check(request)
    if (open) {
      if (request.method !== 'GET') requireConsole(request)
      return
    }
    const { caller } = request.call
    if (caller === undefined) throw apiErrors.API_UNAUTHORISED({})
    if (callerMay(caller, request.method, action)) return
    const refused = whyRefused(caller, action ?? request.method)
    await people.record(caller, action ?? request.method, refused.code)
    throw refused
  })
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = fromFastify(thrown)
    const fields = { method: request.method, route: request.routeOptions.url, code: error.code }
    if (error.class === 'internal') logger.error({ ...fields, err: error }, 'request failed')
    else logger.info(fields, 'request refused')
    return reply.status(statusOf(error)).send(errorToBody(error))
  })
  app.setNotFoundHandler(({ method, url }) => {
    throw apiErrors.API_NOT_FOUND({ name: `${method} ${url.slice(0, 100)}` })
  })
  addRoutes(app, routes, dependencies, closing.signal)
  serveEvents(app, events, closing.signal)
  const { demo } = dependencies
  if (demo !== undefined) serveDemo(app, routes, { demo, version: options.version }, closing.signal)
  if (options.console !== undefined) await serveConsole(app, options.console)
  if (options.home !== undefined) serveBackups(app, options.home, people)
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()))
  app.get('/openapi.json', async () => openApi(routes, options.version, 'en'))

  const url = await app.listen(options.listen).catch((cause: unknown) => {
    throw listenError(cause, 'listen.people', options.listen)
  })
  // Such as no descriptor left for one more connection: the node lives on without it.
  app.server.on('error', (error) => logger.error({ ...errorToJson(error) }, 'the people’s port had an error'))
  return {
    url,
    useCertificate: (cert, key) => app.server.setSecureContext({ cert, key, minVersion: 'TLSv1.3' }),
    async close() {
      closing.abort()
      await app.close()
    },
  }
}

interface RouteConfig {
  /** `runs.start`: absent for what is no route of the table. */
  action?: string
  open?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    call: Call
  }
}

function addRoutes(
  app: FastifyInstance,
  table: RouteTable,
  { handlers, people, events }: ServerDependencies,
  closing: AbortSignal,
): void {
  /** What changes something goes into the record of operations, and pages that show it are told. */
  const recorded = async (action: string, { caller }: Call, work: () => Promise<unknown>): Promise<unknown> => {
    const note = (outcome: string) => people.record(caller ?? { name: '-', role: '-' }, action, outcome)
    try {
      const answer = await work()
      await note('done')
      for (const topic of topicsOf(action.split('.')[0]!)) events.tell(topic)
      return answer
    } catch (thrown) {
      await note(asSecureflowError(thrown).code)
      throw thrown
    }
  }
  for (const [noun, verbs] of Object.entries(table))
    for (const [verb, route] of Object.entries(verbs)) {
      const handler = (handlers as Record<string, Record<string, Handler>>)[noun]![verb]!
      app.route({
        method: route.method,
        url: route.path,
        config: { open: route.open === true, action: `${noun}.${verb}` } satisfies RouteConfig,
        handler: async (request, reply) => {
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const content = contentOf(route, request)
          const call = {
            ...{ ...request.call, keep: keepSession(reply), keepPledge: keepPledge(reply) },
            ...(content === undefined ? {} : { content }),
          }
          const signal = AbortSignal.any([gone.signal, closing])
          const work = async () => handler(inputOf(route, request), signal, call)
          const answer = await (route.method === 'GET' || route.content
            ? work()
            : recorded(`${noun}.${verb}`, call, work))
          return reply.type('application/json').send(JSON.stringify(answer))
        },
      })
    }
}

/** Where something may have changed. Who signs in, and what people do about their own accounts, is seen on more pages. */
function topicsOf(noun: string): readonly string[] {
  if (noun === 'session' || noun === 'people') return ['session', 'people', 'account']
  return noun === 'account' ? ['account', 'people'] : [noun]
}

function whyRefused({ role, token, mustEnrol }: Caller, action: string): SecureflowError {
  if (mustEnrol === true) return peopleErrors.PEOPLE_MUST_ENROL({})
  if (token !== undefined && mayCall(role, action)) return apiErrors.API_SCOPE({ scope: token.scope, action })
  return apiErrors.API_FORBIDDEN({ role, action })
}

/** @throws INVALID_VALUE where bytes come to a route that takes JSON, or the other way round */
function contentOf(route: Route, { body }: FastifyRequest): Readable | undefined {
  if (body instanceof Readable === (route.content === true)) return body instanceof Readable ? body : undefined
  const [expected, received] = route.content ? ['bytes', 'JSON'] : ['JSON', 'bytes']
  throw baseErrors.INVALID_VALUE({ label: 'body', expected, received })
}

type Handler = (input: unknown, signal: AbortSignal, call: Call) => Promise<unknown>

/** @throws INVALID_VALUE that names the first field that is wrong */
function inputOf(route: Route, request: FastifyRequest): unknown {
  const parts = [request.query, route.content ? undefined : request.body, request.params].filter(
    (p) => p !== null && typeof p === 'object',
  )
  const parsed = route.input.safeParse(Object.assign({}, ...parts))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw baseErrors.INVALID_VALUE({
    label: issue.path.join('.') || 'request',
    expected: issue.message,
    received: 'something else',
  })
}

function fromFastify(thrown: FastifyError): SecureflowError {
  if (thrown.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return baseErrors.INVALID_VALUE({ label: 'body', expected: `at most ${bodyLimit} bytes`, received: 'more' })
  if (thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500)
    return baseErrors.INVALID_VALUE({ label: 'body', expected: 'JSON', received: 'something else' }, { cause: thrown })
  return asSecureflowError(thrown)
}
