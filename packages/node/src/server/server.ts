/** The people's listener: HTTPS with the node's own certificate, every route derived from its definition in `api`. */
import { createHash, timingSafeEqual } from 'node:crypto'
import {
  apiErrors,
  errorToBody,
  openApi,
  type Route,
  type Routes,
  type RouteTable,
  routes,
  statusOf,
} from '@secureflow/api'
import { asSecureflowError, baseErrors, type Logger, type SecureflowError } from '@secureflow/base'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { listenError } from '../errors.ts'
import type { Handlers } from './handlers.ts'
import type { NodeMetrics } from './metrics.ts'

export interface ServerOptions {
  listen: { host: string; port: number }
  certPem: string
  keyPem: string
  /** Bearer token. */
  token: string
  version: string
}

export interface ServerDependencies {
  handlers: Handlers<Routes>
  metrics: NodeMetrics
  logger: Logger
}

export interface PeopleServer {
  /** `https://127.0.0.1:7440` */
  readonly url: string
  close(): Promise<void>
}

const bodyLimit = 2 << 20
const requestTimeoutMs = 60_000

export async function startServer(options: ServerOptions, dependencies: ServerDependencies): Promise<PeopleServer> {
  const { handlers, metrics, logger } = dependencies
  const closing = new AbortController()
  const app = Fastify({
    https: { cert: options.certPem, key: options.keyPem, minVersion: 'TLSv1.3' },
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    logger: false,
  })
  const mayPass = tokenCheck(options.token)

  app.addHook('onRequest', async (request) => {
    if (!isOpen(request) && !mayPass(request.headers.authorization)) throw apiErrors.API_UNAUTHORISED({})
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
  addRoutes(app, routes, handlers, closing.signal)
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()))
  app.get('/openapi.json', async () => openApi(routes, options.version, 'en'))

  const url = await app.listen(options.listen).catch((cause: unknown) => {
    throw listenError(cause, 'listen.people', options.listen)
  })
  return {
    url,
    async close() {
      closing.abort()
      await app.close()
    },
  }
}

function addRoutes(app: FastifyInstance, table: RouteTable, handlers: Handlers<Routes>, closing: AbortSignal): void {
  for (const [noun, verbs] of Object.entries(table))
    for (const [verb, route] of Object.entries(verbs)) {
      const handler = (handlers as Record<string, Record<string, Handler>>)[noun]![verb]!
      app.route({
        method: route.method,
        url: route.path,
        config: { open: route.open === true },
        handler: async (request, reply) => {
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const answer = await handler(inputOf(route, request), AbortSignal.any([gone.signal, closing]))
          return reply.type('application/json').send(JSON.stringify(answer))
        },
      })
    }
}

type Handler = (input: unknown, signal: AbortSignal) => Promise<unknown>

/** @throws INVALID_VALUE that names the first field that is wrong */
function inputOf(route: Route, request: FastifyRequest): unknown {
  const parts = [request.query, request.body, request.params].filter((p) => p !== null && typeof p === 'object')
  const parsed = route.input.safeParse(Object.assign({}, ...parts))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw baseErrors.INVALID_VALUE({
    label: issue.path.join('.') || 'request',
    expected: issue.message,
    received: 'something else',
  })
}

const isOpen = (request: FastifyRequest): boolean => (request.routeOptions.config as { open?: boolean }).open === true

/** Compares digests, so that time tells neither length nor prefix of the token. */
function tokenCheck(token: string): (header: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${token}`)
  return (header) => timingSafeEqual(digest(header ?? ''), expected)
}

function fromFastify(thrown: FastifyError): SecureflowError {
  if (thrown.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return baseErrors.INVALID_VALUE({ label: 'body', expected: `at most ${bodyLimit} bytes`, received: 'more' })
  if (thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500)
    return baseErrors.INVALID_VALUE({ label: 'body', expected: 'JSON', received: 'something else' }, { cause: thrown })
  return asSecureflowError(thrown)
}
