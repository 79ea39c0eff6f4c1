/** The console's files. Everything they need comes from this node: no page may reach another host. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const prefix = '/console/'
/** The same pages, on the simulated node behind this one. */
const simulatedPrefix = '/demo/console/'
/** In the built page where a nonce belongs: styles that the page makes at run time carry it. */
const nonceMark = '__NONCE__'

export async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(files, {
    root: join(folder, 'assets'),
    prefix: `${prefix}assets/`,
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
  })
  const send = async (reply: FastifyReply) => {
    // Read each time: a build that replaces it replaces its assets too.
    const page = await readFile(join(folder, 'index.html'), 'utf8')
    const nonce = randomBytes(16).toString('base64')
    return reply
      .headers({ ...headersOf(nonce), 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page.replaceAll(nonceMark, nonce))
  }
  app.get('/', (_, reply) => reply.redirect(prefix))
  app.get(prefix.slice(0, -1), (_, reply) => reply.redirect(prefix))
  for (const each of [prefix, simulatedPrefix]) app.get(`${each}*`, (_, reply) => send(reply))
}

/** The same for everybody, signed in or not. */
export function isConsoleFile({ routeOptions: { url } }: FastifyRequest): boolean {
  return (
    url === '/' ||
    url === prefix.slice(0, -1) ||
    url?.startsWith(prefix) === true ||
    url?.startsWith(simulatedPrefix) === true
  )
}

const headersOf = (nonce: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Positions of what is drawn are attributes; they can neither load nor run anything.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
})
