import { baseErrors, knownErrors, SecureflowError } from '@secureflow/base'
import { expect, test } from 'vitest'
import {
  apiErrors,
  assetListAnswer,
  errorBody,
  errorFromBody,
  errorToBody,
  joinRequest,
  openApi,
  pathParameters,
  type RouteTable,
  release,
  requestOf,
  routes,
  statusOf,
} from './index.ts'

const every = Object.entries(routes as RouteTable).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, route]) => ({ name: `${noun}.${verb}`, route })),
)

test('no two routes share method and path, and every name in a path is an input', () => {
  const places = every.map(({ route }) => `${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`)
  expect(new Set(places).size).toBe(places.length)
  for (const { name, route } of every)
    for (const parameter of pathParameters(route.path))
      expect(Object.keys(route.input.shape), name).toContain(parameter)
})

test('every route has its sentence in both languages and a place in the OpenAPI page', () => {
  const page = openApi(routes, release, 'zh') as { paths: Record<string, Record<string, { operationId: string }>> }
  const ids = Object.values(page.paths).flatMap((p) => Object.values(p).map((o) => o.operationId))
  expect(ids.sort()).toEqual(every.map(({ name }) => name).sort())
  for (const { name, route } of every) expect(route.about.zh, name).toMatch(/[\u4e00-\u9fff]/)
})

test('what is not in the path goes into the query of a GET and into the body of everything else', () => {
  expect(requestOf(routes.runs.events, { run: 'a b', since: 3 })).toEqual({ path: '/runs/a%20b/events?since=3' })
  expect(requestOf(routes.runs.cancel, { run: '../x' })).toEqual({ path: '/runs/..%2Fx/cancel', body: {} })
  expect(requestOf(routes.data.list, {})).toEqual({ path: '/datasets' })
})

test('an error crosses with code, class, party, fields and both sentences', () => {
  const thrown = baseErrors.INVALID_VALUE({ label: '{x}', expected: 'a', received: 1n }, { party: 'bank-b' })
  const body = errorBody.parse(JSON.parse(JSON.stringify(errorToBody(thrown))))
  const back = errorFromBody(body)
  for (const locale of ['en', 'zh'] as const) expect(back.say(locale)).toEqual(thrown.say(locale))
  expect(back).toMatchObject({ code: 'INVALID_VALUE', class: 'input', party: 'bank-b', fields: { received: '1' } })
})

test('the status follows from the class, but for the few that HTTP has words for', () => {
  expect(statusOf(apiErrors.API_UNAUTHORISED({}))).toBe(401)
  expect(statusOf(apiErrors.API_NOT_FOUND({ name: 'x' }))).toBe(404)
  const statuses = [...knownErrors()].map(([code, template]) => statusOf(new SecureflowError(code, template, {})))
  for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400)
})

test('what a peer sends is bounded in every direction', () => {
  const card = {
    name: 'bank-a',
    account: `0x${'a'.repeat(40)}`,
    certificate: new Uint8Array(600),
    binding: new Uint8Array(65),
    address: '127.0.0.1:1',
  }
  const good = { token: new Uint8Array(16), card, consent: new Uint8Array(65), expiry: 1 }
  expect(joinRequest.safeParse(good).success).toBe(true)
  for (const bad of [
    { ...good, token: new Uint8Array(15) },
    { ...good, token: Array(16).fill(0) },
    { ...good, more: 1 },
    { ...good, expiry: -1 },
    { ...good, card: { ...card, certificate: new Uint8Array(5000) } },
    { ...good, card: { ...card, name: 'Bank A' } },
    { ...good, card: { ...card, account: `0x${'A'.repeat(40)}` } },
    { ...good, card: { ...card, address: 'x'.repeat(301) } },
  ])
    expect(joinRequest.safeParse(bad).success, JSON.stringify(bad).slice(0, 200)).toBe(false)
  expect(assetListAnswer.safeParse({ descriptions: Array(1001).fill(new Uint8Array(1)) }).success).toBe(false)
})
