/** The whole path inside one process: wire, pipe, node, TLS, node, pipe, wire. The bench has it with real processes. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { memberId, type Plain } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterEach, describe, expect, test } from 'vitest'
import type { Peers } from '../peers/peers.ts'
import { ShapedLink } from '../peers/shaped.ts'
import { type TestNetwork, testNetwork } from '../peers/testing.ts'
import { NodeEnd, TaskEnd } from './pipe.ts'
import { TaskWire, type TaskWireOptions } from './wire.ts'

const a = memberId('bank-a')
const b = memberId('bank-b')
const c = memberId('centre')
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const bytes = (length: number, seed = 1): Uint8Array => {
  const out = new Uint8Array(length)
  for (let i = 0; i < length; i++) out[i] = i * 31 + (i >> 8) * 7 + seed
  return out
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Two ends of a pipe. */
async function pipe(): Promise<[Socket, Socket]> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const one = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const other = await accepted
  server.close()
  closing.push(() => one.destroy())
  return [one, other]
}

interface Task {
  node: NodeEnd
  task: TaskEnd
  socket: Socket
  fromTask: Plain[]
  fromNode: Plain[]
  wire(number: number, options?: Partial<TaskWireOptions>): TaskWire
}

async function taskAt(): Promise<Task> {
  const [atNode, socket] = await pipe()
  const fromTask: Plain[] = []
  const fromNode: Plain[] = []
  const node = new NodeEnd(atNode, { control: (m) => fromTask.push(m), closed() {} })
  const task = new TaskEnd(socket, { control: (m) => fromNode.push(m), closed() {} })
  const wire = (number: number, options = {}) =>
    new TaskWire(task, { number, peer: 'partner', platform: nodePlatform, timeoutMs: 5000, ...options })
  return { node, task, socket, fromTask, fromNode, wire }
}

async function nodes(...names: string[]): Promise<{ net: TestNetwork; peers: Peers[] }> {
  const net = testNetwork()
  const peers: Peers[] = []
  for (const name of names) peers.push(await net.node(name))
  closing.push(() => net.close())
  return { net, peers }
}

/** A task at each of two members, joined by one channel. */
async function pair(options: Partial<TaskWireOptions> = {}) {
  const { net, peers } = await nodes('bank-a', 'bank-b')
  const [A, B] = [await taskAt(), await taskAt()]
  A.node.splice(1, peers[0]!.channel(b, '1'.repeat(32)))
  B.node.splice(1, peers[1]!.channel(a, '1'.repeat(32)))
  return { net, peers, A, B, atA: A.wire(1, options), atB: B.wire(1, options) }
}

describe('TaskWire', () => {
  test('carries messages of every size, both ways, with equal digests and counts', async () => {
    const { atA, atB } = await pair()
    const sizes = [0, 1, 15, 16_383, 16_384, 16_385, 65_536, 300_001, 20_000_000]
    const forth = (async () => {
      for (const size of sizes) await atA.send('forth', bytes(size))
      for (const size of sizes) expect((await atA.recv('back', size)).length).toBe(size)
    })()
    for (const size of sizes) expect(Buffer.compare(await atB.recv('forth', size), bytes(size))).toBe(0)
    for (const size of sizes) await atB.send('back', bytes(size, 2))
    await forth
    const [A, B] = [atA.record(), atB.record()]
    expect(A.sent).toEqual(B.received)
    expect(A.received).toEqual(B.sent)
    expect(A.sent).not.toEqual(A.received)
    expect([A.sentBytes, A.sentMessages]).toEqual([B.receivedBytes, B.receivedMessages])
    expect(A.sentBytes).toBe(sizes.reduce((sum, size) => sum + size + 10, 0))
  })

  test('lets the buffer be reused once a send resolves, and two parties both send before they receive', async () => {
    const { atA, atB } = await pair()
    const one = async (wire: TaskWire, seed: number, other: number): Promise<void> => {
      const buffer = bytes(24_000_000, seed) // more than a window
      await wire.send('m', buffer)
      buffer.fill(0)
      expect(Buffer.compare(await wire.recv('m', 24_000_000), bytes(24_000_000, other))).toBe(0)
    }
    await Promise.all([one(atA, 1, 2), one(atB, 2, 1)])
  })

  test('refuses another tag and a larger body before anything is allocated, and the partner learns of it', async () => {
    for (const [tag, max, code] of [
      ['other', 10, 'CHANNEL_UNEXPECTED_TAG'],
      ['m', 9, 'CHANNEL_TOO_LARGE'],
    ] as const) {
      const { atA, atB } = await pair()
      await atA.send('m', bytes(10))
      const waiting = atA.recv('answer', 1).catch((e) => e)
      await expect(atB.recv(tag, max)).rejects.toMatchObject({ code, class: 'peer', party: 'partner' })
      expect(await waiting).toMatchObject({ code: 'CHANNEL_CLOSED', class: 'transport' })
    }
  })

  test('ends waiting at the deadline, for a message and for room', async () => {
    const { atA, atB } = await pair({ timeoutMs: 150 })
    await expect(atB.recv('m', 1)).rejects.toMatchObject({ code: 'CHANNEL_TIMEOUT' })
    await expect(atA.recv('m', 1)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    const second = await pair({ timeoutMs: 150 })
    await second.atA.send('m', bytes(24_000_000)) // taken over: nobody receives
    await expect(second.atA.send('m', bytes(24_000_000))).rejects.toMatchObject({ code: 'CHANNEL_STALLED' })
  })

  test('finishes only when the partner has room for all that was accepted', async () => {
    const { atA, atB } = await pair()
    await atA.send('m', bytes(24_000_000)) // more than a window: taken over
    const finishing = atA.finish()
    expect((await atB.recv('m', 24_000_000)).length).toBe(24_000_000)
    await finishing
    await expect(atB.recv('m', 1)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    expect(atA.record().sent).toEqual(atB.record().received)
    const second = await pair({ timeoutMs: 150 })
    await second.atA.send('m', bytes(24_000_000))
    await expect(second.atA.finish()).rejects.toMatchObject({ code: 'CHANNEL_STALLED' })
  })

  test('stops at a signal, and the partner is told', async () => {
    const abort = new AbortController()
    const { atA, atB } = await pair({ signal: abort.signal })
    const waiting = [atA.recv('m', 1), atB.recv('m', 1)].map((p) => p.catch((e) => e.code))
    abort.abort()
    expect(await Promise.all(waiting)).toEqual(['ABORTED', 'ABORTED'])
  })

  test('a task that dies, and a node that ends, close the channel at the partner promptly', async () => {
    const first = await pair()
    const waiting = first.atB.recv('m', 1).catch((e) => e)
    first.A.socket.destroy()
    expect(await waiting).toMatchObject({ code: 'CHANNEL_CLOSED', class: 'transport', party: 'partner' })
    const second = await pair()
    await second.atA.send('m', bytes(1))
    expect((await second.atB.recv('m', 1)).length).toBe(1)
    const other = second.atB.recv('m', 1).catch((e) => e)
    await second.peers[1]!.close()
    expect(await other).toMatchObject({ code: 'CHANNEL_CLOSED' })
  })

  test('a cut in the middle of a stream changes nothing', async () => {
    const { net, peers } = await nodes('bank-b')
    const line = await ShapedLink.start(net.addresses.get(b)!)
    closing.push(() => line.close())
    net.addresses.set(b, line.address)
    const dialling = await net.node('bank-a', { silent: true })
    const [A, B] = [await taskAt(), await taskAt()]
    A.node.splice(1, dialling.channel(b, '1'.repeat(32)))
    B.node.splice(1, peers[0]!.channel(a, '1'.repeat(32)))
    const [atA, atB] = [A.wire(1), B.wire(1)]
    let received = 0
    const cutting = (async () => {
      while (received < 20) await pause(1)
      line.cut()
      await pause(300)
      line.restore()
    })()
    const sending = (async () => {
      for (let n = 0; n < 60; n++) await atA.send('m', bytes(500_000, n))
    })()
    for (; received < 60; received++)
      expect(Buffer.compare(await atB.recv('m', 500_000), bytes(500_000, received))).toBe(0)
    await Promise.all([sending, cutting])
    expect(atA.record().sent).toEqual(atB.record().received)
  })

  test('a partner that does not receive holds up neither the others nor the control messages', async () => {
    const { peers } = await nodes('bank-a', 'bank-b', 'centre')
    const [A, B, C] = [await taskAt(), await taskAt(), await taskAt()]
    A.node.splice(1, peers[0]!.channel(b, '1'.repeat(32)))
    A.node.splice(2, peers[0]!.channel(c, '2'.repeat(32)))
    B.node.splice(1, peers[1]!.channel(a, '1'.repeat(32)))
    C.node.splice(1, peers[2]!.channel(a, '2'.repeat(32)))
    const [toB, toC, atC] = [A.wire(1), A.wire(2), C.wire(1)]
    B.wire(1)
    const stuck = (async () => {
      for (;;) await toB.send('m', bytes(4_000_000))
    })().catch((e) => e)
    for (let n = 0; n < 200; n++) {
      await toC.send('m', bytes(100, n))
      expect(await atC.recv('m', 100)).toEqual(bytes(100, n))
    }
    A.task.send({ type: 'progress', fraction: 0.5 })
    A.node.send({ type: 'abort' })
    await pause(50)
    expect(A.fromTask).toEqual([{ type: 'progress', fraction: 0.5 }])
    expect(A.fromNode).toEqual([{ type: 'abort' }])
    toB.close(new Error('enough'))
    expect(String(await stuck)).toContain('enough')
  })
})

describe('the pipe', () => {
  test('a task that writes what is no frame is cut off', async () => {
    const { A, atB } = await pair()
    const waiting = atB.recv('m', 1).catch((e) => e)
    A.socket.write(Buffer.alloc(100, 0xff))
    expect(await waiting).toMatchObject({ code: 'CHANNEL_CLOSED' })
  })
})
