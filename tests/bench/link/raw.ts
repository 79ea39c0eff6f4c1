/** The yardstick: one TLS 1.3 socket between this process and a forked one, with nothing around it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { testIdentity } from '@secureflow/node/peers/testing'
import { median } from '../measure.ts'

export interface RawOptions {
  pings: number
  smallMessage: number
  bytes: number
  runs: number
}

interface Start extends RawOptions {
  certPem: string
  keyPem: string
}

/** Messages of the same sizes: ping-pong, then bytes one way until one byte comes back. */
export async function rawTls(options: RawOptions): Promise<{ oneWayUs: number; megabytesPerSecond: number }> {
  const server = fork(new URL(import.meta.url))
  server.send({ ...options, ...(await testIdentity('raw')) } satisfies Start)
  const [port] = await once(server, 'message')
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1.3' })
  socket.setNoDelay(true)
  await once(socket, 'secureConnect')
  const read = reader(socket)
  const oneWay: number[] = []
  for (let run = 0; run <= options.runs; run++) {
    const taken: number[] = []
    for (let i = 0; i < options.pings; i++) {
      const from = performance.now()
      socket.write(new Uint8Array(options.smallMessage))
      await read(options.smallMessage)
      taken.push((performance.now() - from) * 500)
    }
    if (run > 0) oneWay.push(median(taken))
  }
  const rates: number[] = []
  const part = new Uint8Array(64 << 10)
  for (let run = 0; run <= options.runs; run++) {
    const from = performance.now()
    for (let sent = 0; sent < options.bytes; sent += part.length) if (!socket.write(part)) await once(socket, 'drain')
    await read(1)
    if (run > 0) rates.push(options.bytes / (performance.now() - from) / 1000)
  }
  socket.destroy()
  server.kill()
  return { oneWayUs: median(oneWay), megabytesPerSecond: median(rates) }
}

/** Resolves when so many more bytes have come. */
function reader(socket: TLSSocket): (bytes: number) => Promise<void> {
  let had = 0
  let wanted = Number.POSITIVE_INFINITY
  let done = () => {}
  const check = (): void => {
    if (had < wanted) return
    had -= wanted
    wanted = Number.POSITIVE_INFINITY
    done()
  }
  socket.on('data', (chunk: Buffer) => {
    had += chunk.length
    check()
  })
  return (bytes) =>
    new Promise((resolve) => {
      done = resolve
      wanted = bytes
      check()
    })
}

async function serve(start: Start): Promise<void> {
  const server = createServer({ cert: start.certPem, key: start.keyPem, minVersion: 'TLSv1.3' }, async (socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    const read = reader(socket)
    for (let i = 0; i < start.pings * (start.runs + 1); i++) {
      await read(start.smallMessage)
      socket.write(new Uint8Array(start.smallMessage))
    }
    for (let run = 0; run <= start.runs; run++) {
      await read(start.bytes)
      socket.write(new Uint8Array(1))
    }
  })
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
}

if (process.send !== undefined && import.meta.main) process.once('message', (start: Start) => void serve(start))
