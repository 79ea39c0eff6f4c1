/**
 * The simulated node behind the real one's door: the same console below `/demo/console/`, the same routes below `/demo`, for
 * whoever is signed in here and as far as the own role goes. No cookie, token or certificate of either reaches the other.
 */
import type { Caller, RouteTable } from '@secureflow/api'
import type { FastifyInstance } from 'fastify'
import type { Demo } from '../demo/demo.ts'

const demoPrefix = '/demo'
/** Who is there, and which network it is, was decided by whoever made the simulation; its files are its own. */
const nouns = new Set(['drafts', 'flows', 'runs', 'assets', 'requests', 'terms', 'grants', 'usage', 'audit', 'spaces'])
const others = new Set(['node.status', 'network.show', 'data.list', 'data.show', 'data.offered', 'data.setTerms'])
/** Asked for by the console's pages about members; nothing of it can be changed. */
const isReadOfMembers = (noun: string, method: string) => noun === 'members' && method === 'GET'

interface DemoDoor {
  demo: Demo
  version: string
}

export function serveDemo(app: FastifyInstance, table: RouteTable, { demo, version }: DemoDoor, closing: AbortSignal) {
  for (const [noun, verbs] of Object.entries(table)) {
    for (const [verb, route] of Object.entries(verbs)) {
      const action = `${noun}.${verb}`
      if (!nouns.has(noun) && !others.has(action) && !isReadOfMembers(noun, route.method)) continue
      app.route({
        method: route.method,
        url: demoPrefix + route.path,
        config: { open: false, action },
        handler: async (request, reply) => {
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const signal = AbortSignal.any([gone.signal, closing])
          const path = request.url.slice(demoPrefix.length)
          const body = request.method === 'GET' ? undefined : (request.body ?? {})
          const { status, text } = await demo.forward(request.method, path, body, signal)
          return reply.status(status).type('application/json').send(text)
        },
      })
    }
  }
  app.get(`${demoPrefix}/session`, { config: { open: false } }, async (request): Promise<SessionView> => {
    const caller = request.call.caller!
    return { caller, empty: false, node: { name: 'you', version } }
  })
  app.get(`${demoPrefix}/events`, { config: { open: false } }, (request, reply) => {
    reply.hijack()
    const out = reply.raw
    const gone = new AbortController()
    out.once('close', () => gone.abort())
    out.on('error', () => gone.abort())
    const last = request.headers['last-event-id']
    const signal = AbortSignal.any([gone.signal, closing])
    try {
      demo.events(typeof last === 'string' ? last : undefined, signal, (answer) => {
        out.writeHead(answer.statusCode ?? 502, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        answer.on('error', () => out.destroy())
        answer.pipe(out)
      })
    } catch {
      out.writeHead(404).end()
    }
  })
}

interface SessionView {
  caller: Caller
  empty: boolean
  node: { name: string; version: string }
}
