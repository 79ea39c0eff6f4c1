/** A member with a pinned key that breaks the rules of the link: a named error, no more memory, and the node lives on. */
import { encodeCbor, memberId } from '@secureflow/base'
import { afterEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { FrameType, frameHeaderBytes, maxDataBytes, newFrame, setLinkFields, typeOf } from './frames.ts'
import type { LinkChannel } from './interface.ts'
import { linkPath } from './listener.ts'
import { blockBytes, takeMemory } from './memory.ts'
import type { Peers } from './peers.ts'
import { type TestNetwork, testNetwork } from './testing.ts'

const a = memberId('bank-a')
const b = memberId('bank-b')
const id = '1'.repeat(32)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

let net: TestNetwork
afterEach(() => net.close())

/** bank-b is a node; bank-a, which leads, is this test, and has said hello and ready. */
async function hostile(): Promise<{ B: Peers; ws: WebSocket; closed: Promise<number>; channel: LinkChannel }> {
  net = testNetwork()
  const B = await net.node('bank-b', { windowBytes: 1 << 20 })
  const identity = await net.identity('bank-a')
  net.pins.set(a, identity.fingerprint)
  // A foreign implementation: it masks what it sends, and shows that these are real WebSockets.
  const ws = new WebSocket(`wss://127.0.0.1:${net.addresses.get(b)!.port}${linkPath}`, {
    cert: identity.certPem,
    key: identity.keyPem,
    rejectUnauthorized: false,
    perMessageDeflate: false,
  })
  ws.on('error', () => {})
  const closed = new Promise<number>((resolve) => ws.once('close', resolve))
  await new Promise((resolve) => ws.once('open', resolve))
  const boot = 'aa'.repeat(16)
  ws.send(encodeCbor({ protocols: [1], version: '0.1.0', member: 'bank-a', to: 'bank-b', boot }))
  await new Promise((resolve) => ws.once('message', resolve))
  ws.send(encodeCbor({ generation: 1, session: null, proposal: 'bb'.repeat(16), received: 0 }))
  await new Promise((resolve) => ws.once('message', resolve))
  const channel = B.channel(a, id)
  return { B, ws, closed, channel }
}

const sequenced = (frame: Buffer, sequence: number, ack = 0): Buffer => {
  setLinkFields(frame, sequence, ack)
  return frame
}
const openFrame = (number: number, channelId = id, window = 1 << 20): Buffer => {
  const frame = newFrame(FrameType.open, number, 20)
  frame.write(channelId, frameHeaderBytes, 'hex')
  frame.writeUInt32LE(window, frameHeaderBytes + 16)
  return frame
}
const dataFrame = (number: number, size: number): Buffer =>
  newFrame(FrameType.data, number, size).fill(1, frameHeaderBytes)

/** Sequenced in order from 0. */
const inOrder = (...frames: Buffer[]): Buffer[] => frames.map((frame, i) => sequenced(frame, i))
const times = (count: number, make: () => Buffer): Buffer[] => Array.from({ length: count }, make)
const control = '0'.repeat(32)

const deviations: [string, () => (Buffer | string)[]][] = [
  ['a message larger than a frame', () => [Buffer.alloc(frameHeaderBytes + maxDataBytes + 1)]],
  ['a message smaller than a header', () => [Buffer.alloc(5)]],
  ['a text', () => ['hello']],
  ['a length that is not the frame’s', () => [Buffer.concat([newFrame(FrameType.data, 1, 10), Buffer.alloc(1)])]],
  ['a type that does not exist', () => [newFrame(9 as never, 1, 0)]],
  ['a control frame of a pipe', () => [newFrame(FrameType.control, 0, 0)]],
  ['a number that comes twice', () => inOrder(openFrame(1), openFrame(1, '2'.repeat(32)))],
  ['an id that comes twice', () => inOrder(openFrame(1), openFrame(2))],
  ['a repeated sequence', () => [openFrame(1), dataFrame(1, 4)].map((frame) => sequenced(frame, 0))],
  ['a skipped sequence', () => [sequenced(openFrame(1), 1)]],
  ['an acknowledgement of what was never sent', () => [sequenced(openFrame(1), 0, 1e6)]],
  ['data for a channel that was never opened', () => inOrder(dataFrame(7, 4))],
  ['an empty data frame', () => inOrder(openFrame(1), dataFrame(1, 0))],
  ['a tiny window', () => inOrder(openFrame(1, id, 10))],
  ['more data than the window holds', () => inOrder(openFrame(1), ...times(8, () => dataFrame(1, 200_000)))],
  ['tiny frames without end', () => inOrder(openFrame(1), ...times(40_000, () => dataFrame(1, 1)))],
  [
    'endless credit',
    () => inOrder(openFrame(1), ...times(3, () => newFrame(FrameType.credit, 1, 4).fill(0x30, frameHeaderBytes))),
  ],
  ['a request that is no CBOR', () => inOrder(openFrame(1, control), announcing(8))],
  ['a request that announces gigabytes', () => inOrder(openFrame(1, control), announcing(0xffff_ffff))],
]
function announcing(bytes: number): Buffer {
  const frame = dataFrame(1, 12)
  frame.writeUInt32LE(bytes, frameHeaderBytes)
  return frame
}

describe('a hostile member', () => {
  test.each(deviations)('sends %s', async (_what, deviate) => {
    const { B, ws, closed, channel } = await hostile()
    await pause(20)
    const before = process.memoryUsage().rss
    for (const message of deviate()) ws.send(message)
    const code = await closed
    expect([4004, 1009, 1008, 1006]).toContain(code)
    expect(await channel.ended).toMatchObject({ class: expect.stringMatching(/peer|transport/) })
    expect(B.state().get(a)).toMatchObject({ connected: false, problem: 'LINK_MALFORMED' })
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20)
  })

  test('acknowledges what it has not read: no memory is used again before the socket has let go of it', async () => {
    const { B, ws, channel } = await hostile()
    const size = blockBytes - frameHeaderBytes
    const count = 300
    const came: Buffer[] = []
    const all = new Promise<void>((resolve) =>
      ws.on('message', (data: Buffer) => {
        if (typeOf(data) === FrameType.data) came.push(Buffer.from(data))
        if (came.length === count) resolve()
      }),
    )
    ws.pause()
    for (const frame of inOrder(openFrame(1, id, 1 << 28))) ws.send(frame)
    const sending: Promise<void>[] = []
    for (let i = 0; i < count; i++) {
      sending.push(channel.send(Buffer.alloc(size, i)))
      await new Promise(setImmediate) // in writes of their own: only the first that waits is in the hands of TLS
    }
    // The kernel takes a few megabytes; the rest of what is written lies in the node's socket.
    for (let had = 0, now = B.state().get(a)!.unackedBytes; now > had || now === 0; ) {
      await pause(50)
      had = now
      now = B.state().get(a)!.unackedBytes
    }
    const { unackedBytes } = B.state().get(a)!
    const written = Math.floor(unackedBytes / blockBytes)
    expect(written).toBeLessThan(count)
    ws.send(sequenced(newFrame(FrameType.ack, 0, 0), 0, written))
    await vi.waitFor(() => expect(B.state().get(a)!.unackedBytes).not.toBe(unackedBytes))
    for (const bytes of times(count, () => takeMemory(blockBytes))) bytes.fill(0xee)
    ws.resume()
    await Promise.all([all, ...sending])
    for (const [i, frame] of came.entries()) {
      const payload = frame.subarray(frameHeaderBytes)
      expect(
        payload.every((byte) => byte === (i & 255)),
        `frame ${i}`,
      ).toBe(true)
    }
  })

  test('opens channels without end: the oldest give way and the node lives on', async () => {
    const { B, ws } = await hostile()
    for (let n = 1; n <= 3000; n++) ws.send(sequenced(openFrame(n, n.toString(16).padStart(32, '0')), n - 1))
    await pause(200)
    expect(B.state().get(a)!.channels).toBeLessThan(3200)
    B.handle('ping', async () => 'pong')
    net.addresses.delete(b)
    const C = await net.node('bank-c', { silent: true })
    net.addresses.set(b, { host: '127.0.0.1', port: B.port })
    expect(await C.request(b, 'ping', null)).toBe('pong')
  })
})
