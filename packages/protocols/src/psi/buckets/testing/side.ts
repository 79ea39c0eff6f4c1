/**
 * One side of an intersection in buckets, as a process that can be killed: told over IPC what to do, attempt by attempt.
 * It kills itself (SIGKILL) just before or just after a bucket is kept, where that is asked for.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { asSecureflowError, platformRng, type Scratch, silentLogger } from '@secureflow/base'
import { channelErrors, type Wire } from '@secureflow/channel'
import { fileScratch, nodePlatform } from '@secureflow/platform'
import { Session } from '../../../session/session.ts'
import type { Side } from '../../functionality.ts'
import { intersect } from '../../intersect.ts'
import type { PsiProtocol } from '../../protocols.ts'

export interface Order {
  side: Side
  protocol: PsiProtocol
  buckets: number
  ids: string[]
  folder: string
  /** 32 bytes. */
  key: number[]
  /** Where the right side listens; told to the left one. */
  port?: number
  /** Dies at the how-many-eth bucket that this attempt keeps, from 1. */
  dies?: { at: number; when: 'before' | 'after' }
}

export type Answer = { port: number } | { begun: number } | { kept: string } | { rows: number[] } | { failed: string }

const tell = (answer: Answer): Promise<void> => new Promise((done) => process.send!(answer, () => done()))

/** Tagged messages over a socket: ‖tag length, 1‖body length, 4 LE‖tag‖body. */
function socketWire(socket: Socket, sent: (tag: string) => void): Wire {
  let have = Buffer.alloc(0)
  let wake = () => {}
  let over = false
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    have = Buffer.concat([have, chunk])
    wake()
  })
  socket.on('error', () => {}) // `close` follows
  socket.on('close', () => {
    over = true
    wake()
  })
  const take = async (length: number): Promise<Buffer> => {
    while (have.length < length) {
      if (over) throw channelErrors.CHANNEL_CLOSED({ label: 'socket' })
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const part = have.subarray(0, length)
    have = have.subarray(length)
    return part
  }
  return {
    async send(tag, body) {
      sent(tag)
      const head = Buffer.alloc(5 + tag.length)
      head[0] = tag.length
      head.writeUInt32LE(body.length, 1)
      head.write(tag, 5)
      socket.write(Buffer.concat([head, body]))
    },
    async recv(tag) {
      const head = await take(5)
      const [tagLength, length] = [head[0]!, head.readUInt32LE(1)]
      const received = (await take(tagLength)).toString()
      if (received !== tag) throw channelErrors.CHANNEL_UNEXPECTED_TAG({ expected: tag })
      return new Uint8Array(await take(length))
    },
    close: () => void socket.destroy(),
  }
}

async function connected(port: number | undefined): Promise<Socket> {
  if (port !== undefined) return connect(port, '127.0.0.1')
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await tell({ port: (server.address() as AddressInfo).port })
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  return socket
}

/** Tells of every bucket that is kept, and dies there. */
function watched(scratch: Scratch, dies: Order['dies']): Scratch {
  let kept = 0
  const die = (): Promise<never> => {
    process.kill(process.pid, 'SIGKILL')
    return new Promise(() => {})
  }
  return {
    ...scratch,
    async write(name, bytes) {
      const bucket = name.startsWith('done-')
      if (bucket) kept++
      if (bucket && dies?.at === kept && dies.when === 'before') await die()
      await scratch.write(name, bytes)
      if (!bucket) return
      await tell({ kept: name })
      if (dies?.at === kept) await die()
    },
  }
}

process.on('message', (order: Order) => void obey(order))

async function obey({ side, protocol, buckets, ids, folder, key, port, dies }: Order): Promise<void> {
  const socket = await connected(port)
  let begun = 0
  const first = side === 'left' ? 'encoded' : 'vole-sums' // each goes once or more a bucket: counted by the first of each
  let last = ''
  const wire = socketWire(socket, (tag) => {
    if (tag === first && last !== first) begun++
    last = tag
  })
  const peer = side === 'left' ? 'bank-b' : 'bank-a'
  const session = new Session({
    self: side === 'left' ? 'bank-a' : 'bank-b',
    parties: [
      { id: 'bank-a', part: 'left' },
      { id: 'bank-b', part: 'right' },
    ],
    wires: new Map([[peer, wire]]),
    gate: { release: async () => {} },
    platform: nodePlatform,
    rng: platformRng(nodePlatform),
    signal: new AbortController().signal,
    logger: silentLogger,
    scratch: watched(fileScratch(folder, Uint8Array.from(key)), dies),
  })
  try {
    const rows = await intersect(session, { ids, as: side, learns: 'both', protocol, buckets })
    await tell({ begun })
    await tell({ rows: [...rows] })
  } catch (error) {
    await tell({ begun })
    await tell({ failed: asSecureflowError(error).code })
  }
  socket.end()
}
