/**
 * One WebSocket under mutual TLS between two members whose keys are already checked: hello, ready, then frames. It knows
 * how to keep alive and when to give up; what frames mean is the link's business (`link.ts`).
 *
 *     dialler -> acceptor   hello   protocols, release, member, whom it wants, boot id
 *     acceptor -> dialler   hello
 *     leader -> follower    ready   generation, session, proposed session, next expected sequence
 *     follower -> leader    ready   then frames both ways
 *
 * Of the two members the one with the smaller name leads: it alone decides which of several connections is the link, by a
 * generation that only grows. So two simultaneous dials end in one connection, whichever order their messages arrive in.
 */
import { asSecureflowError, decodeCbor, encodeCbor, type MemberId, type SecureflowError } from '@secureflow/base'
import { z } from 'zod'
import { peerErrors } from './errors.ts'
import { FrameType, frameHeaderBytes, maxDataBytes, payloadLengthOf, typeOf } from './frames.ts'
import type { PeerDeadlines } from './interface.ts'
import type { WebSocket } from './websocket.ts'

/** Why an end hangs up, as the WebSocket close code 4000 + position. A closed list. */
export const hangUps = [
  'closing',
  'replaced',
  'version',
  'wrong-member',
  'malformed',
  'late',
  'busy',
  'expired',
  'key',
] as const
export type HangUp = (typeof hangUps)[number]

/** Bytes that may wait in one connection's socket. More would let bulk delay small messages of other channels. */
const socketBytes = 1 << 20
const maxHandshakeBytes = 1024
/** Larger WebSocket messages are refused before their payload is read. */
export const maxWireMessage = frameHeaderBytes + maxDataBytes

const hex32 = z.string().regex(/^[0-9a-f]{32}$/)
const count = z.number().int().min(0)
const hello = z.strictObject({
  protocols: z.array(z.number().int().min(1).max(65_535)).min(1).max(16),
  version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}(-[a-z0-9.]{1,16})?$/),
  member: z.string().max(32),
  to: z.string().max(32),
  boot: hex32,
})
const ready = z.strictObject({
  generation: count,
  session: hex32.nullable(),
  proposal: hex32,
  received: count,
})
export type Hello = z.infer<typeof hello>
export type Ready = z.infer<typeof ready>

export interface ConnectionOptions {
  self: MemberId
  member: MemberId
  bootId: string
  version: string
  protocols: readonly number[]
  dialled: boolean
  deadlines: PeerDeadlines
}

export interface ConnectionEvents {
  /** Both have introduced themselves. */
  introduced(connection: Connection): void
  ready(connection: Connection, message: Ready): void
  frame(connection: Connection, bytes: Buffer): void
  /** There is room in the socket again. */
  drain(connection: Connection): void
  /** Something is due and the partner is silent, or silence is over. */
  suspect(connection: Connection): void
  closed(connection: Connection, error: SecureflowError): void
}

export class Connection {
  readonly #ws: WebSocket
  readonly #options: ConnectionOptions
  readonly #events: ConnectionEvents
  #phase: 'hello' | 'ready' | 'open' | 'closed' = 'hello'
  #hello: Hello | undefined
  #error: SecureflowError | undefined
  readonly #helloTimer: NodeJS.Timeout
  #tick: NodeJS.Timeout | undefined
  #bytesHeard = 0
  #heardAt = performance.now()
  #tickedAt = performance.now()
  #pingSentAt: number | undefined
  /** Set by the link: something is sent and not yet acknowledged. */
  awaiting = false
  roundTripMs: number | undefined

  constructor(ws: WebSocket, options: ConnectionOptions, events: ConnectionEvents) {
    this.#ws = ws
    this.#options = options
    this.#events = events
    const { member, deadlines } = options
    this.#helloTimer = setTimeout(() => {
      this.#error ??= peerErrors.LINK_HELLO_TIMEOUT({ member, seconds: deadlines.helloMs / 1000 }, { party: member })
      this.hangUp('late')
    }, deadlines.helloMs)
    if (options.dialled) this.#sendHello()
    ws.open({
      message: (bytes) => this.#received(bytes),
      pong: () => {
        if (this.#pingSentAt !== undefined) this.roundTripMs = performance.now() - this.#pingSentAt
        this.#pingSentAt = undefined
      },
      drain: () => this.#events.drain(this),
      violated: () => this.hangUp('malformed', this.#malformed('WebSocket message')),
      failed: (cause) => this.hangUp('closing', asSecureflowError(cause)),
      closed: (code) => this.#closed(code),
    })
  }

  get boot(): string {
    return this.#hello!.boot
  }

  get version(): string {
    return this.#hello!.version
  }

  /** Nothing that is due is late. */
  get healthy(): boolean {
    return this.#phase === 'open' && performance.now() - this.#heardAt < this.#options.deadlines.suspectMs
  }

  /** Whether the socket takes more now; otherwise `drain` follows. */
  get writable(): boolean {
    return this.#phase === 'open' && this.#ws.waitingBytes < socketBytes
  }

  /**
   * A whole frame.
   * @param flushed  called without an error once the socket needs the bytes no more
   */
  write(frame: Buffer, flushed?: (error?: Error | null) => void): void {
    this.#ws.send(frame, flushed)
  }

  sendReady(message: Ready): void {
    if (this.#phase === 'ready') this.#ws.send(encodeCbor(message))
  }

  /** Both are ready: frames follow. */
  open(): void {
    clearTimeout(this.#helloTimer)
    this.#phase = 'open'
    this.#heardAt = performance.now()
    this.#tickedAt = this.#heardAt
    this.#tick = setInterval(() => this.#watch(), Math.min(500, this.#options.deadlines.suspectMs / 4))
    this.#ping()
  }

  /** Ends it with a reason that the partner may know, and with nothing read any more. */
  hangUp(why: HangUp, error?: SecureflowError): void {
    if (this.#phase === 'closed') return
    this.#error ??= error ?? peerErrors.LINK_UNREACHABLE({ member: this.#options.member })
    this.#ws.close(4000 + hangUps.indexOf(why))
    // A partner that does not answer the closing within a moment is cut off.
    setTimeout(() => this.#ws.terminate(), 250).unref()
    this.#closed(1000)
  }

  /** Ends it at once: silence, or the end of this process. */
  terminate(error?: SecureflowError): void {
    this.#error ??= error
    this.#ws.terminate()
    this.#closed(1006)
  }

  #sendHello(): void {
    const { self, member, bootId, version, protocols } = this.#options
    this.#ws.send(encodeCbor({ protocols: [...protocols], version, member: self, to: member, boot: bootId }))
  }

  #received(data: Buffer): void {
    if (this.#phase === 'open') {
      const length = data.length - frameHeaderBytes
      if (length < 0 || payloadLengthOf(data) !== length || typeOf(data) > FrameType.ack)
        this.hangUp('malformed', this.#malformed('frame header'))
      else this.#events.frame(this, data)
      return
    }
    if (this.#phase === 'closed') return
    try {
      const value = decodeCbor(data, 'hello', { maxBytes: maxHandshakeBytes, maxDepth: 3 })
      if (this.#phase === 'hello') this.#introduced(hello.parse(value))
      else this.#events.ready(this, ready.parse(value))
    } catch (cause) {
      this.hangUp('malformed', peerErrors.LINK_MALFORMED({ member: this.#options.member, what: 'hello' }, { cause }))
    }
  }

  #introduced(message: Hello): void {
    const { self, member, protocols, dialled } = this.#options
    if (!dialled) this.#sendHello()
    if (!message.protocols.some((p) => protocols.includes(p))) {
      const fields = { member, theirs: message.protocols.join('/'), ours: protocols.join('/') }
      this.hangUp('version', peerErrors.LINK_VERSION(fields, { party: member }))
      return
    }
    if (message.member !== member || message.to !== self) {
      this.hangUp('wrong-member', this.#malformed('hello for another member'))
      return
    }
    this.#hello = message
    this.#phase = 'ready'
    this.#events.introduced(this)
  }

  #watch(): void {
    const { suspectMs, deadMs, pingMs } = this.#options.deadlines
    const now = performance.now()
    const late = now - this.#tickedAt > suspectMs / 2
    this.#tickedAt = now
    if (late) return // this process slept; what the partner said may still lie in the socket
    if (this.#ws.bytesRead !== this.#bytesHeard) {
      this.#bytesHeard = this.#ws.bytesRead
      this.#heardAt = now
      return
    }
    const silent = now - this.#heardAt
    const due = this.awaiting || this.#pingSentAt !== undefined
    if (silent > deadMs && due) {
      this.terminate()
      return
    }
    if (silent > suspectMs && due) this.#events.suspect(this)
    if (silent > pingMs || (silent > suspectMs / 2 && this.awaiting)) this.#ping()
  }

  #ping(): void {
    if (this.#pingSentAt !== undefined) return
    this.#pingSentAt = performance.now()
    this.#ws.ping()
  }

  #malformed(what: string): SecureflowError {
    const { member } = this.#options
    return peerErrors.LINK_MALFORMED({ member, what }, { party: member })
  }

  #closed(code: number): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    clearTimeout(this.#helloTimer)
    clearInterval(this.#tick)
    const { member } = this.#options
    const why = hangUps[code - 4000]
    this.#error ??=
      why === undefined
        ? peerErrors.LINK_UNREACHABLE({ member })
        : peerErrors.LINK_REFUSED({ member, code: why }, { party: member })
    this.#events.closed(this, this.#error)
  }
}
