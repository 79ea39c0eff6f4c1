import { request } from 'node:https'
import { type ErrorBody, errorBody, type Routes, type RouteTable, requestOf, routes } from '@secureflow/api'
import { platformRng, silentLogger } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { initHome, loadIdentity } from '../identity/index.ts'
import { networkErrors } from '../network/errors.ts'
import { People } from '../people/people.ts'
import { type Database, openDatabase } from '../storage/index.ts'
import { temporaryFolderForFile } from '../testing/folders.ts'
import { EventStream, type Handlers, NodeMetrics, type PeopleServer, startServer } from './index.ts'

const token = 'a'.repeat(64)
let server: PeopleServer
let certPem: string
let db: Database
const seen: unknown[] = []

/** Every handler notes what it was given and fails as a node without a network does, except those below. */
const handlers = Object.fromEntries(
  Object.entries(routes as RouteTable).map(([noun, verbs]) => [
    noun,
    Object.fromEntries(
      Object.keys(verbs).map((verb) => [
        verb,
        async (input: unknown, signal: AbortSignal) => {
          seen.push(input)
          if (noun === 'node' && verb === 'health') return { ok: true }
          if (verb === 'events') return await waiting(signal)
          if (verb === 'list' && noun === 'runs') throw new Error('canary: a fault of ours')
          throw networkErrors.NETWORK_NONE({})
        },
      ]),
    ),
  ]),
) as unknown as Handlers<Routes>

let aborted = 0
const waiting = (signal: AbortSignal) =>
  new Promise((resolve) =>
    signal.addEventListener('abort', () => {
      aborted++
      resolve({ events: [], next: 0, ended: false })
    }),
  )

const home = temporaryFolderForFile()

beforeAll(async () => {
  await initHome({ home, name: 'bank-a', locale: 'en' })
  const identity = await loadIdentity(home)
  certPem = identity.certificate.pem
  db = await openDatabase(home)
  server = await startServer(
    { listen: { host: '127.0.0.1', port: 0 }, certPem, keyPem: identity.tlsKeyPem, token, version: '0.1.0' },
    {
      handlers,
      metrics: new NodeMetrics({ linksUp: () => 2, members: () => 3, ledgerHeight: () => 4 }),
      logger: silentLogger,
      people: new People(db, { now: () => Date.now() }, platformRng(nodePlatform), new Uint8Array(32)),
      events: new EventStream('boot'),
    },
  )
})
afterAll(async () => {
  await server.close()
  await db.destroy()
})

interface Asked {
  method?: string
  authorization?: string | null
  body?: string
  signal?: AbortSignal
}

function ask(path: string, { method = 'GET', authorization = `Bearer ${token}`, body, signal }: Asked = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers: Record<string, string> = {}
    if (authorization !== null) headers.authorization = authorization
    if (body !== undefined) headers['content-type'] = 'application/json'
    const sent = request(
      server.url + path,
      { method, headers, ca: certPem, ...(signal ? { signal } : {}) },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode!, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const bodyOf = (answer: { text: string }): ErrorBody => errorBody.parse(JSON.parse(answer.text))

const every = Object.values(routes as RouteTable).flatMap((verbs) => Object.values(verbs))
const closed = every.filter((r) => !r.open)

test.each([
  ['no token', null],
  ['another token', `Bearer ${'b'.repeat(64)}`],
  ['a token that is a beginning', `Bearer ${token.slice(1)}`],
  ['an empty token', 'Bearer '],
  ['another scheme', `Basic ${token}`],
])('with %s nothing but /healthz answers', async (_, authorization) => {
  const before = seen.length
  for (const route of closed) {
    const { path } = requestOf(route, { run: 'r', name: 'n' })
    const answer = await ask(path.split('?')[0]!, { method: route.method, authorization })
    expect(answer.status, route.path).toBe(401)
    expect(bodyOf(answer)).toMatchObject({ code: 'API_UNAUTHORISED', class: 'policy' })
  }
  for (const path of ['/metrics', '/openapi.json', '/nowhere'])
    expect((await ask(path, { authorization })).status, path).toBe(401)
  expect(seen).toHaveLength(before)
  expect(await ask('/healthz', { authorization })).toMatchObject({ status: 200, text: '{"ok":true}' })
})

test('errors carry code, class and sentences in both languages, with a status by class', async () => {
  const none = await ask('/network')
  expect(none.status).toBe(400)
  const body = bodyOf(none)
  expect(body.code).toBe('NETWORK_NONE')
  expect(body.say.en.what).toMatch(/belongs to no network/)
  expect(body.say.zh.fix).toMatch(/请/)
  expect((await ask('/nowhere')).status).toBe(404)
})

test('a fault of ours is told as one, in full nowhere but in the log', async () => {
  const answer = await ask('/runs')
  expect(answer.status).toBe(500)
  expect(bodyOf(answer).code).toBe('INTERNAL')
  expect(answer.text).not.toMatch(/at .*server\.test/)
})

test.each([
  ['not JSON', '{', 'body'],
  ['a field that is absent', '{}', 'flow'],
  ['a field of another type', '{"flow":7}', 'flow'],
])('%s is refused before any handler runs, naming the field', async (_, body, label) => {
  const before = seen.length
  const answer = await ask('/flows/check', { method: 'POST', body })
  expect(answer.status).toBe(400)
  expect(bodyOf(answer)).toMatchObject({ code: 'INVALID_VALUE', fields: { label } })
  expect(seen).toHaveLength(before)
})

test('a body without end is refused', async () => {
  const answer = await ask('/flows/check', { method: 'POST', body: JSON.stringify({ flow: 'x'.repeat(3 << 20) }) })
  expect(bodyOf(answer)).toMatchObject({ code: 'INVALID_VALUE', fields: { label: 'body' } })
})

test('names in the path and in the query reach the handler, checked and with defaults', async () => {
  await ask('/datasets/a%2Fb')
  expect(seen.at(-1)).toEqual({ name: 'a/b' })
  const abort = new AbortController()
  const asked = ask('/runs/r1/events?waitMs=500', { signal: abort.signal }).catch(() => undefined)
  await expect.poll(() => seen.at(-1)).toEqual({ run: 'r1', since: 0, waitMs: 500 })
  abort.abort()
  await asked
  await expect.poll(() => aborted).toBe(1)
})

test('metrics and the OpenAPI page are made from what there is', async () => {
  expect((await ask('/metrics')).text).toMatch(/^secureflow_links_up 2$/m)
  const page = JSON.parse((await ask('/openapi.json')).text) as { paths: Record<string, Record<string, unknown>> }
  const operations = Object.values(page.paths).flatMap((p) => Object.keys(p))
  expect(operations).toHaveLength(every.length)
  expect(page.paths['/runs/{run}/events']).toHaveProperty('get')
})
