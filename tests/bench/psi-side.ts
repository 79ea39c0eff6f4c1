/** One side of an intersection in a process of its own, as a task process is: `psi-side.ts <left|right> <port> <rows>`. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { platformRng, silentLogger } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { Session } from '@secureflow/protocols'
import { intersect, type Side } from '@secureflow/protocols/psi'

const [side, port, rows] = process.argv.slice(2) as [Side, string, string]
const n = Number(rows)
const from = side === 'left' ? 0 : n / 5 // four fifths in common
const ids = Array.from({ length: n }, (_, i) => `customer-${from + i}`)

/** Tagged messages over a plain socket: ‖tag length, 1‖body length, 4 LE‖tag‖body. */
function socketWire(socket: Socket): Wire {
  socket.setNoDelay(true)
  const chunks: Buffer[] = []
  let have = 0
  let wake = () => {}
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    have += chunk.length
    wake()
  })
  const take = async (length: number): Promise<Buffer> => {
    while (have < length)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    const parts: Buffer[] = []
    for (let missing = length; missing > 0; ) {
      const chunk = chunks[0]!
      const part = chunk.subarray(0, missing)
      parts.push(part)
      missing -= part.length
      if (part.length === chunk.length) chunks.shift()
      else chunks[0] = chunk.subarray(part.length)
    }
    have -= length
    return Buffer.concat(parts)
  }
  return {
    async send(tag, body) {
      const head = Buffer.alloc(5 + tag.length)
      head[0] = tag.length
      head.writeUInt32LE(body.length, 1)
      head.write(tag, 5)
      if (!socket.write(Buffer.concat([head, body]))) await new Promise((resolve) => socket.once('drain', resolve))
    },
    async recv(tag, maxBytes) {
      const head = await take(5)
      const [tagLength, length] = [head[0]!, head.readUInt32LE(1)]
      const received = (await take(tagLength)).toString()
      if (received !== tag || length > maxBytes) throw new Error(`expected ${tag}, received ${received}`)
      return new Uint8Array(await take(length))
    },
    close: () => void socket.destroy(),
  }
}

async function connected(): Promise<Socket> {
  if (port !== '0') return connect(Number(port), '127.0.0.1')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.send!({ port: (server.address() as AddressInfo).port })
  return new Promise((resolve) =>
    server.once('connection', (socket) => {
      server.close()
      resolve(socket)
    }),
  )
}

const socket = await connected()
const peer = side === 'left' ? 'bank-b' : 'bank-a'
const session = new Session({
  self: side === 'left' ? 'bank-a' : 'bank-b',
  parties: [
    { id: 'bank-a', part: 'left' },
    { id: 'bank-b', part: 'right' },
  ],
  wires: new Map([[peer, socketWire(socket)]]),
  gate: { release: async () => {} },
  platform: nodePlatform,
  rng: platformRng(nodePlatform),
  signal: new AbortController().signal,
  logger: silentLogger,
})

// The most processor time between two ticks of a timer: how long the event loop is kept busy, whatever else the machine does.
let busyMs = 0
let lastTick = process.cpuUsage()
const timer = setInterval(() => {
  const { user, system } = process.cpuUsage(lastTick)
  lastTick = process.cpuUsage()
  busyMs = Math.max(busyMs, (user + system) / 1000)
}, 1)
const cpu = process.cpuUsage()
const start = performance.now()
const found = await intersect(session, { ids, as: side, learns: 'both' })
const used = process.cpuUsage(cpu)
clearInterval(timer)
if (found.length !== (n / 5) * 4) throw new Error(`${found.length} matches`)
process.send!({
  seconds: (performance.now() - start) / 1000,
  cpuSeconds: (used.user + used.system) / 1e6,
  busyMs,
  residentMb: process.resourceUsage().maxRSS / 1024,
})
socket.end()
process.disconnect()
