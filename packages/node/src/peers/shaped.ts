/** A TCP proxy on loopback that behaves like a longer, narrower or broken line: for tests and benches between two nodes. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { PeerAddress } from './interface.ts'

export interface Shape {
  /** One way, each way. */
  delayMs?: number
  /** Each way, each connection. */
  bytesPerSecond?: number
  /** What somebody sees who listens on the line: that so many bytes came, either way. */
  overheard?: (bytes: number) => void
}

/** Bytes that the line holds in one direction before it stops reading. */
const queueBytes = 1 << 20

export class ShapedLink {
  readonly #server: Server
  readonly #to: PeerAddress
  readonly #shape: Shape
  readonly #lines = new Set<Line>()
  #cut: 'silent' | 'reset' | undefined

  private constructor(server: Server, to: PeerAddress, shape: Shape) {
    this.#server = server
    this.#to = to
    this.#shape = shape
    server.on('connection', (socket) => this.#connected(socket))
  }

  /** Listens on a port of its own in front of `to`. */
  static start(to: PeerAddress, shape: Shape = {}): Promise<ShapedLink> {
    const server = createServer({ noDelay: true })
    const link = new ShapedLink(server, to, shape)
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(link)))
  }

  get address(): PeerAddress {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  get connections(): number {
    return this.#lines.size
  }

  /**
   * From now on nothing passes. `reset` ends the connections and every new one at once; `silent` swallows what is sent on
   * either, as a broken line does.
   */
  cut(how: 'silent' | 'reset' = 'reset'): void {
    this.#cut = how
    for (const line of this.#lines)
      if (how === 'reset') line.end()
      else line.silence()
  }

  /** New connections pass again; silenced ones stay dead. */
  restore(): void {
    this.#cut = undefined
  }

  async close(): Promise<void> {
    for (const line of this.#lines) line.end()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #connected(socket: Socket): void {
    if (this.#cut === 'reset') {
      socket.resetAndDestroy()
      return
    }
    const line = new Line(socket, this.#to, this.#shape, () => this.#lines.delete(line))
    this.#lines.add(line)
    if (this.#cut === 'silent') line.silence()
  }
}

/** One proxied connection. */
class Line {
  readonly #ends: readonly [Socket, Socket]
  readonly #timers = new Set<NodeJS.Timeout>()
  #silent = false

  constructor(from: Socket, to: PeerAddress, shape: Shape, gone: () => void) {
    const onward = connect(to.port, to.host)
    onward.setNoDelay(true)
    this.#ends = [from, onward]
    for (const socket of this.#ends) {
      socket.on('error', () => {})
      socket.on('close', () => {
        if (this.#silent) return
        this.end()
        gone()
      })
    }
    this.#carry(from, onward, shape)
    this.#carry(onward, from, shape)
  }

  silence(): void {
    this.#silent = true
  }

  end(): void {
    this.#silent = false
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#ends) socket.destroy()
  }

  #carry(from: Socket, to: Socket, shape: Shape): void {
    const { delayMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY, overheard } = shape
    const queue: Buffer[] = []
    let queued = 0
    let freeAt = 0
    from.on('data', (chunk: Buffer) => {
      if (this.#silent) return
      overheard?.(chunk.length)
      if (delayMs === 0 && bytesPerSecond === Number.POSITIVE_INFINITY) {
        if (!to.write(chunk)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
        return
      }
      const now = performance.now()
      freeAt = Math.max(freeAt, now) + (chunk.length / bytesPerSecond) * 1000
      queue.push(chunk)
      queued += chunk.length
      if (queued > queueBytes) from.pause()
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer)
          // The oldest: timers of almost the same time may fire in another order than they were set.
          const next = queue.shift()!
          queued -= next.length
          if (queued <= queueBytes) from.resume()
          if (!this.#silent) to.write(next)
        },
        freeAt - now + delayMs,
      )
      this.#timers.add(timer)
    })
  }
}
