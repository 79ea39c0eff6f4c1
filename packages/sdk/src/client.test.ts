import { apiErrors, errorToBody } from '@secureflow/api'
import { expect, test } from 'vitest'
import { createClient, followRun, type HttpRequest } from './index.ts'

function answering(...answers: { status: number; body: unknown }[]) {
  const sent: HttpRequest[] = []
  const client = createClient({
    url: 'https://127.0.0.1:7440',
    token: 't0ken',
    transport: async (request) => {
      sent.push(request)
      const { status, body } = answers[Math.min(sent.length, answers.length) - 1]!
      return { status, body: typeof body === 'string' ? body : JSON.stringify(body) }
    },
  })
  return { client, sent }
}

test('a call goes where its route says, with the token, names in the path and the rest in query or body', async () => {
  const { client, sent } = answering(
    { status: 200, body: { events: [], next: 4, ended: false } },
    { status: 200, body: {} },
  )
  await client.runs.events({ run: 'a/b', since: 4, waitMs: 100 })
  await client.runs.cancel({ run: 'r1' })
  expect(sent).toEqual([
    {
      method: 'GET',
      url: 'https://127.0.0.1:7440/runs/a%2Fb/events?since=4&waitMs=100',
      headers: { authorization: 'Bearer t0ken' },
    },
    {
      method: 'POST',
      url: 'https://127.0.0.1:7440/runs/r1/cancel',
      headers: { authorization: 'Bearer t0ken', 'content-type': 'application/json' },
      body: '{}',
    },
  ])
})

test("the node's error is thrown as it was there, in both languages, known here or not", async () => {
  const body = errorToBody(apiErrors.API_NOT_FOUND({ name: 'r1' }, { party: 'bank-b' }))
  const { client } = answering({ status: 404, body: { ...body, code: 'SOME_LATER_CODE' } })
  const error = await client.runs.show({ run: 'r1' }).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'SOME_LATER_CODE', class: 'input', party: 'bank-b', fields: { name: 'r1' } })
  expect((error as ReturnType<typeof apiErrors.API_NOT_FOUND>).say('zh').what).toBe('这里没有“r1”。')
})

test.each([
  [200, { nothing: 'of the kind' }],
  [200, 'not JSON'],
  [500, 'Bad Gateway'],
  [302, {}],
])('an answer of another form (%i %j) is one clear error', async (status, body) => {
  const { client } = answering({ status, body })
  await expect(client.network.show()).rejects.toMatchObject({ code: 'API_OTHER_VERSION' })
})

test('nobody there is a matter of transport', async () => {
  const transport = () => Promise.reject(new Error('ECONNREFUSED'))
  const client = createClient({ url: 'https://127.0.0.1:1', token: '', transport })
  await expect(client.node.status()).rejects.toMatchObject({ code: 'API_UNREACHABLE', class: 'transport' })
})

test('following a run asks for what is new until it ends', async () => {
  const about = { run: 'r1', at: 0 }
  const { client, sent } = answering(
    { status: 200, body: { events: [{ ...about, seq: 1, kind: 'agreed' }], next: 1, ended: false } },
    { status: 200, body: { events: [], next: 1, ended: false } },
    { status: 200, body: { events: [{ ...about, seq: 2, kind: 'run-succeeded', seconds: 3 }], next: 2, ended: true } },
  )
  const seen: string[] = []
  for await (const event of followRun(client, 'r1')) seen.push(event.kind)
  expect(seen).toEqual(['agreed', 'run-succeeded'])
  expect(sent.map((s) => new URL(s.url).searchParams.get('since'))).toEqual(['0', '1', '1'])
})
