/** Our end against `ws`, and against bytes that no sound partner sends. */
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket as ForeignSocket, WebSocketServer } from 'ws'
import { grantUpgrade, UpgradeRefused, upgrade, WebSocket, type WebSocketEvents } from './websocket.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Heard extends WebSocketEvents {
  messages: Buffer[]
  pongs: number
  ends: (string | number)[]
  over: Promise<void>
}
function listener(): Heard {
  const { promise, resolve } = Promise.withResolvers<void>()
  const heard: Heard = {
    messages: [],
    pongs: 0,
    ends: [],
    over: promise,
    message: (bytes) => void heard.messages.push(bytes),
    pong: () => void heard.pongs++,
    drain() {},
    violated: () => void heard.ends.push('violated'),
    failed: () => void heard.ends.push('failed'),
    closed: (code) => {
      heard.ends.push(code)
      resolve()
    },
  }
  return heard
}

const until = async (is: () => boolean): Promise<void> => {
  for (let i = 0; i < 1000 && !is(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(is()).toBe(true)
}

/** A TCP connection on loopback: [dialled, accepted]. */
async function line(): Promise<[Socket, Socket]> {
  const server = createTcpServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [far] = (await once(server, 'connection')) as [Socket]
  server.close()
  for (const socket of [near, far]) socket.on('error', () => {})
  closing.push(
    () => near.destroy(),
    () => far.destroy(),
  )
  return [near, far]
}

const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]
const bodies = sizes.map((size) => Buffer.alloc(size, size & 255))

describe('WebSocket', () => {
  test('serves a foreign client, whatever it masks with', async () => {
    const server = createServer()
    const served = Promise.withResolvers<WebSocket>()
    const heard = listener()
    server.on('upgrade', (asked, socket, head) => {
      if (!grantUpgrade(asked, socket)) return
      const ours = new WebSocket(socket as Socket, false, head, 200_000)
      ours.open(heard)
      served.resolve(ours)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const foreign = new ForeignSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false })
    const came: Buffer[] = []
    foreign.on('message', (data) => came.push(data as Buffer))
    await once(foreign, 'open')
    const ours = await served.promise
    for (const body of bodies) {
      foreign.send(body)
      ours.send(body)
    }
    foreign.ping()
    ours.ping()
    await once(foreign, 'pong')
    await until(() => heard.pongs === 1 && heard.messages.length === bodies.length && came.length === bodies.length)
    expect(heard.messages.map((bytes, i) => Buffer.compare(bytes, bodies[i]!))).toEqual(bodies.map(() => 0))
    expect(came.map((bytes, i) => Buffer.compare(bytes, bodies[i]!))).toEqual(bodies.map(() => 0))
    foreign.close(4003)
    await heard.over
    expect(heard.ends).toEqual([4003])
  })

  test('asks a foreign server, and closes with a code', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
    closing.push(() => server.close())
    await once(server, 'listening')
    server.on('connection', (foreign) => foreign.on('message', (data) => foreign.send(data)))
    const code = once(server, 'connection').then(async ([foreign]) => (await once(foreign, 'close'))[0])
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    const ours = new WebSocket(socket, true, await upgrade(socket, '/'), 200_000)
    const heard = listener()
    ours.open(heard)
    for (const body of bodies) ours.send(body)
    await until(() => heard.messages.length === bodies.length)
    expect(heard.messages.map((bytes, i) => Buffer.compare(bytes, bodies[i]!))).toEqual(bodies.map(() => 0))
    ours.close(4001)
    ours.send(bodies[1]!) // too late: not sent, not thrown
    expect(await code).toBe(4001)
    await heard.over
    expect(heard.ends).toEqual([4001])
  })

  test('reads the same messages however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        async (payloads, cuts, key) => {
          const stream = Buffer.concat(payloads.map((payload) => frameOf(0x82, payload, key)))
          const [near, far] = await line()
          const heard = listener()
          new WebSocket(far, false, stream.subarray(0, cuts[0]), 300).open(heard)
          for (let at = cuts[0]!, i = 1; at < stream.length; i++) {
            const size = cuts[i % cuts.length]!
            // Each part is one chunk of its own at the other end.
            far.emit('data', stream.subarray(at, at + size))
            at += size
          }
          near.destroy()
          await heard.over
          expect(heard.messages.map((bytes) => [...bytes])).toEqual(payloads.map((payload) => [...payload]))
        },
      ),
      { numRuns: 50 },
    )
  })

  const body = Buffer.alloc(10)
  const deviations: [string, Buffer][] = [
    ['a text', frameOf(0x81, body)],
    ['a first fragment', frameOf(0x02, body)],
    ['a fragment that continues nothing', frameOf(0x80, body)],
    ['a compressed message', frameOf(0xc2, body)],
    ['an opcode that does not exist', frameOf(0x83, body)],
    ['a ping in fragments', frameOf(0x09, body)],
    ['a ping longer than 125 bytes', frameOf(0x89, Buffer.alloc(126))],
    ['a message without a mask', Buffer.concat([Buffer.from([0x82, 10]), body])],
    ['a message beyond the limit', frameOf(0x82, Buffer.alloc(301))],
    ['a length of 2^63', Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ]
  test.each(deviations)('refuses %s', async (_what, bytes) => {
    const [near, far] = await line()
    const heard = listener()
    const ours = new WebSocket(far, false, Buffer.alloc(0), 300)
    ours.open(heard)
    near.write(Buffer.concat([frameOf(0x82, body), bytes, frameOf(0x82, body)]))
    await until(() => heard.ends.length > 0)
    expect(heard.messages.length).toBe(1)
    expect(heard.ends).toEqual(['violated'])
    ours.terminate()
    await heard.over
  })

  test('a listener that throws ends its connection, not the process', async () => {
    const [near, far] = await line()
    const heard = listener()
    const ours = new WebSocket(far, false, Buffer.alloc(0), 300)
    const thrower = () => {
      throw new Error('of a listener')
    }
    ours.open({ ...heard, message: thrower })
    near.write(Buffer.concat([frameOf(0x82, body), frameOf(0x82, body)]))
    near.end()
    await heard.over
    expect(heard.ends).toEqual(['failed', 1006])
  })

  test('answers no pings of a partner that does not read', async () => {
    const [near, far] = await line()
    const ours = new WebSocket(far, false, Buffer.alloc(0), 300)
    const heard = listener()
    ours.open(heard)
    near.pause()
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => frameOf(0x89, Buffer.alloc(125))))
    for (let i = 0; i < 120; i++) if (!near.write(pings)) await once(near, 'drain')
    expect(ours.waitingBytes).toBeLessThan(2 << 20)
  })
})

describe('the upgrade', () => {
  test('is refused without a key, another version, or another method', async () => {
    const server = createServer()
    server.on('upgrade', (asked, socket) => {
      socket.on('error', () => {})
      expect(grantUpgrade(asked, socket)).toBe(false)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const sound = { 'sec-websocket-key': `${'A'.repeat(22)}==`, 'sec-websocket-version': '13' }
    for (const [method, headers] of [
      ['GET', { ...sound, 'sec-websocket-key': 'short' }],
      ['GET', { ...sound, 'sec-websocket-version': '8' }],
      ['POST', sound],
    ] as const) {
      const asking = request({ port, method, headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket' } })
      asking.end()
      const [response] = await once(asking, 'response')
      expect(response.statusCode).toBe(400)
      response.resume()
    }
  })

  test('is not believed from an end that does not know the answer', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: x\r\n\r\n',
        ),
      )
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    await expect(upgrade(socket, '/')).rejects.toBeInstanceOf(UpgradeRefused)
    socket.destroy()
  })
})

/** A masked frame of a client, by hand. */
function frameOf(first: number, payload: Uint8Array, key = 0x01020304): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 6 : 8)
  head[0] = first
  head[1] = 0x80 | Math.min(length, 126)
  if (length >= 126) head.writeUInt16BE(length, 2)
  head.writeUInt32BE(key, head.length - 4)
  const mask = head.subarray(head.length - 4)
  return Buffer.concat([head, Buffer.from(payload.map((byte, i) => byte ^ mask[i & 3]!))])
}
