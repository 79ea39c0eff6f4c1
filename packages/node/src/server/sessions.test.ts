/** The people's side of the server: sessions, roles, the record of operations, the stream of events, the console's files. */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { mayCall, personRoles, type Routes, type RouteTable, requestOf, routes } from '@secureflow/api'
import { platformRng, silentLogger } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { initHome, loadIdentity } from '../identity/index.ts'
import { peopleHandlers } from '../people/handlers.ts'
import { People } from '../people/people.ts'
import { type Database, openDatabase } from '../storage/index.ts'
import { temporaryFolderForFile } from '../testing/folders.ts'
import { EventStream, type Handlers, NodeMetrics, type PeopleServer, startServer } from './index.ts'

const home = temporaryFolderForFile()
const password = 'a long enough password'
const events = new EventStream('b0')
let server: PeopleServer
let db: Database
let people: People
let certPem: string
const cookies = new Map<string, string>()

/** Whatever is no matter of people fails in a way that tells that it was reached. */
const reached = async () => {
  throw new RangeError('reached')
}

beforeAll(async () => {
  await initHome({ home, name: 'bank-a', locale: 'en' })
  const identity = await loadIdentity(home)
  certPem = identity.certificate.pem
  db = await openDatabase(home)
  people = new People(db, { now: () => Date.now() }, platformRng(nodePlatform), new Uint8Array(32))
  const folder = join(home, 'console')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<html><meta property="csp-nonce" nonce="__NONCE__"></html>')
  writeFileSync(join(folder, 'assets', 'a.js'), 'export {}')
  const other = Object.fromEntries(
    Object.entries(routes as RouteTable).map(([noun, verbs]) => [
      noun,
      Object.fromEntries(Object.keys(verbs).map((verb) => [verb, reached])),
    ]),
  )
  const node = { name: 'bank-a', version: '0.1.0' }
  server = await startServer(
    {
      listen: { host: '127.0.0.1', port: 0 },
      certPem,
      keyPem: identity.tlsKeyPem,
      token: 'a'.repeat(64),
      version: '0.1.0',
      console: folder,
    },
    {
      handlers: { ...other, ...peopleHandlers(people, node) } as unknown as Handlers<Routes>,
      metrics: new NodeMetrics({ linksUp: () => 0, members: () => 0, ledgerHeight: () => 0 }),
      logger: silentLogger,
      people,
      events,
    },
  )
  const { code } = await people.setUpCode()
  const made = await send('POST', '/session/setup', { body: { code, name: 'admin', password } })
  expect(made.status).toBe(200)
  for (const role of personRoles) {
    if (role !== 'admin') await people.add(role, role, password)
    const { headers } = await send('POST', '/session', { body: { name: role, password } })
    const [set] = headers['set-cookie']!
    expect(set).toMatch(/^__Host-secureflow=[0-9a-f]{64}; .*HttpOnly; Secure; SameSite=Strict$/)
    cookies.set(role, set!.split(';')[0]!)
  }
})
afterAll(async () => {
  await server.close()
  await db.destroy()
})

interface Sent {
  body?: unknown
  cookie?: string | undefined
  headers?: Record<string, string>
}
interface Got {
  status: number
  headers: IncomingMessage['headers']
  text: string
}

/** As the console's own page sends it. */
const send = (method: string, path: string, { body, cookie, headers = {} }: Sent = {}): Promise<Got> =>
  raw(method, path, { body, cookie, headers: { 'x-secureflow-console': '1', ...headers } })

function raw(method: string, path: string, { body, cookie, headers = {} }: Sent = {}): Promise<Got> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const sent = request(
      server.url + path,
      {
        method,
        ca: certPem,
        headers: {
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(cookie === undefined ? {} : { cookie }),
          ...headers,
        },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }))
      },
    )
    sent.on('error', reject)
    sent.end(text)
  })
}

const codeOf = ({ text }: Got): string => (JSON.parse(text) as { code: string }).code
const every = Object.entries(routes as RouteTable).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, route]) => ({ action: `${noun}.${verb}`, route })),
)

test.each(personRoles)('%s reaches what its role may and nothing else, whatever a page shows', async (role) => {
  for (const { action, route } of every) {
    if (route.open || action.startsWith('people.') || /^(session|account)\./.test(action)) continue
    const path = requestOf(route, { run: 'r', name: 'n', member: 'm', id: 'i' }).path.split('?')[0]!
    const answer = await send(route.method, path, {
      cookie: cookies.get(role),
      ...(route.method === 'GET' ? {} : { body: {} }),
    })
    if (mayCall(role, action)) expect([400, 500], action).toContain(answer.status)
    else expect([answer.status, codeOf(answer)], action).toEqual([403, 'API_FORBIDDEN'])
  }
})

test('an analyst tries every action of stewards and admins: all are refused, and stand in the record', async () => {
  const refused = every.filter(({ action, route }) => !route.open && !mayCall('analyst', action))
  expect(refused.map((r) => r.action)).toEqual(
    expect.arrayContaining([
      'data.add',
      'network.create',
      'network.invite',
      'people.add',
      'people.change',
      'node.stop',
    ]),
  )
  for (const { action, route } of refused) {
    const path = requestOf(route, { id: 'i' }).path.split('?')[0]!
    const answer = await send(route.method, path, {
      cookie: cookies.get('analyst'),
      ...(route.method === 'GET' ? {} : { body: {} }),
    })
    expect([answer.status, codeOf(answer)], action).toEqual([403, 'API_FORBIDDEN'])
  }
  const record = await people.operations(undefined, 500)
  for (const { action } of refused)
    expect(record).toContainEqual(expect.objectContaining({ who: 'analyst', action, outcome: 'API_FORBIDDEN' }))
})

test("another site's page can do nothing in somebody's name", async () => {
  const cookie = cookies.get('admin')
  for (const headers of [{}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }])
    expect(
      (await raw('POST', '/people', { cookie, headers, body: { name: 'Eve', role: 'admin', password } })).status,
    ).toBe(401)
  expect((await raw('POST', '/session', { body: { name: 'admin', password } })).status).toBe(401)
  expect((await people.list()).map((p) => p.name)).not.toContain('Eve')
})

test('nobody in particular sees that the node is there, and nothing more', async () => {
  expect(JSON.parse((await send('GET', '/session')).text)).toEqual({
    empty: false,
    node: { name: 'bank-a', version: '0.1.0' },
  })
  for (const path of ['/runs', '/people', '/events', '/metrics'])
    expect((await send('GET', path)).status, path).toBe(401)
  const made = await send('POST', '/session/setup', { body: { code: 'x', name: 'Eve', password } })
  expect(codeOf(made)).toBe('PEOPLE_SET_UP')
  expect(codeOf(await send('POST', '/session', { body: { name: 'admin', password: 'x' } }))).toBe('PEOPLE_SIGN_IN')
})

test('who signs out is out', async () => {
  const signed = await send('POST', '/session', { body: { name: 'auditor', password } })
  const cookie = signed.headers['set-cookie']![0]!.split(';')[0]!
  expect((await send('GET', '/people/', { cookie })).status).not.toBe(401)
  const out = await send('DELETE', '/session', { cookie, body: { everywhere: false } })
  expect(out.text).toBe('{}')
  expect(out.headers['set-cookie']![0]).toMatch(/^__Host-secureflow=;/)
  expect((await send('GET', '/runs', { cookie })).status).toBe(401)
  expect((await send('GET', '/runs', { cookie: cookies.get('auditor') })).status).not.toBe(401)
})

test('the record tells who did what and what came of it, without passwords', async () => {
  const cookie = cookies.get('admin')
  const made = await send('POST', '/people', { cookie, body: { name: 'Carol', role: 'steward', password } })
  expect(made.status).toBe(200)
  const again = await send('POST', '/people', { cookie, body: { name: 'carol', role: 'steward', password } })
  expect(codeOf(again)).toBe('PEOPLE_NAME_TAKEN')
  const { text } = await send('GET', '/operations?limit=2', { cookie })
  expect(JSON.parse(text)).toMatchObject([
    { who: 'admin', role: 'admin', action: 'people.add', outcome: 'PEOPLE_NAME_TAKEN' },
    { who: 'admin', role: 'admin', action: 'people.add', outcome: 'done' },
  ])
  expect(text).not.toContain(password)
})

test('the stream tells what changed, and after a broken line what was missed', async () => {
  const open = async (last?: string) => {
    const heard: string[] = []
    const asked = await new Promise<ClientRequest>((resolve, reject) => {
      const sent = request(`${server.url}/events`, {
        ca: certPem,
        headers: { cookie: cookies.get('auditor')!, ...(last === undefined ? {} : { 'last-event-id': last }) },
      })
      sent.on('error', reject)
      sent.on('response', (answer) => {
        answer.on('error', () => {})
        answer.setEncoding('utf8').on('data', (chunk: string) => heard.push(chunk))
        resolve(sent)
      })
      sent.end()
    })
    asked.on('error', () => {})
    return { heard, close: () => asked.destroy() }
  }
  const first = await open()
  await expect.poll(() => first.heard.join('')).toMatch(/^id: b0-\d+\ndata: \["\*"\]\n\n/)
  events.tell('runs')
  events.tell('runs/1')
  events.tell('runs')
  await expect.poll(() => first.heard.join('')).toMatch(/"runs","runs\/1"\]/)
  first.close()
  const seen = [...first.heard.join('').matchAll(/id: (\S+)/g)].at(-1)![1]!
  events.tell('network')
  await expect.poll(() => events.last).not.toBe(seen)
  const second = await open(seen)
  await expect.poll(() => second.heard.join('')).toBe(`id: ${events.last}\ndata: ["network"]\n\n`)
  second.close()
  // Of another life of the node, or too long ago: everything is to be asked for again.
  const third = await open('a0-7')
  await expect.poll(() => third.heard.join('')).toMatch(/data: \["\*"\]/)
  third.close()
})

test('who signs out, and whose account is closed, hears nothing more on the stream', async () => {
  const { id } = await people.add('Dora', 'analyst', password)
  const heard = async () => {
    const { headers } = await send('POST', '/session', { body: { name: 'Dora', password } })
    const cookie = headers['set-cookie']![0]!.split(';')[0]!
    const stream = { cookie, open: true }
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${server.url}/events`, { ca: certPem, headers: { cookie } })
      sent.on('error', reject)
      sent.on('response', (answer) => {
        answer.on('error', () => {})
        answer.on('close', () => {
          stream.open = false
        })
        answer.resume()
        resolve()
      })
      sent.end()
    })
    return stream
  }
  const [first, second] = [await heard(), await heard()]
  await send('DELETE', '/session', { cookie: first.cookie, body: {} })
  await expect.poll(() => first.open, { timeout: 10_000 }).toBe(false)
  expect(second.open).toBe(true)
  await send('POST', `/people/${id}`, { cookie: cookies.get('admin'), body: { disabled: true } })
  await expect.poll(() => second.open, { timeout: 10_000 }).toBe(false)
})

test("the console's page may load nothing from elsewhere, and each copy has its own nonce", async () => {
  const pages = [await raw('GET', '/console/'), await raw('GET', '/console/runs/abc')]
  const nonces = pages.map(({ text, headers, status }) => {
    expect(status).toBe(200)
    const nonce = /nonce="([^"]+)"/.exec(text)![1]!
    const policy = headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).toContain(`'nonce-${nonce}'`)
    expect(policy).not.toMatch(/https?:|script-src[^;]*unsafe/)
    return nonce
  })
  expect(new Set(nonces).size).toBe(2)
  expect((await raw('GET', '/')).headers.location).toBe('/console/')
  expect((await raw('GET', '/console/assets/a.js')).text).toBe('export {}')
  expect((await raw('GET', '/console/assets/none.js')).status).toBe(404)
  expect((await raw('GET', '/console/assets/..%2f..%2fnode.db')).status).not.toBe(200)
})
