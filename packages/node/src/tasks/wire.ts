/**
 * The task's end of a channel to one partner, over the pipe to its node. On the channel a message is
 *
 *     tag length u8, body length u32 little-endian, tag, body
 *
 * cut into frames wherever they end. Both ends hash exactly these bytes, each direction for itself, so that the digests of
 * what one sent and the other received are equal: they go into the receipts.
 */
import { baseErrors, type HashStream, type Platform, utf8 } from '@secureflow/base'
import { channelErrors, type Wire } from '@secureflow/channel'
import { type CloseCode, costOf, FrameType, frameHeaderBytes, newFrame } from '../peers/frames.ts'
import type { PipeChannel, TaskEnd } from './pipe.ts'

export interface TaskWireOptions {
  /** Number of the channel on the pipe. */
  number: number
  /** Member id of the partner, for errors. */
  peer: string
  platform: Platform
  /** How long `recv` waits for a message, and `send` for room. */
  timeoutMs: number
  signal?: AbortSignal
}

/** What a receipt says of a channel: tag, length and body of every message, in each direction. */
export interface WireRecord {
  /** SHA-256 */
  sent: Uint8Array
  received: Uint8Array
  sentBytes: number
  receivedBytes: number
  sentMessages: number
  receivedMessages: number
}

/** A body up to here is copied into one frame with its head; a larger one is written from where it lies. */
const smallBytes = 16 << 10
/**
 * Payload of the frames of a large message. Large, because every frame costs the same at each of its three stations; small
 * enough for the stations to work side by side, for the length of a WebSocket frame to take two bytes, and for the fast
 * cache: a part is hashed just before it is written.
 */
const frameBytes = 65_528 - frameHeaderBytes
/** How long a message may wait for room before it is copied. Copying costs as much as hashing. */
const takeOverMs = 10
/** Room is given back to the sender in steps of this size. */
const grantBytes = 256 << 10

interface Outgoing {
  tag: string
  /** Until it is written. */
  head: Uint8Array | undefined
  /** What is not yet written of the body. */
  rest: Uint8Array
  /** The caller has its buffer back; `rest` is a copy. */
  takenOver: boolean
  resolve: () => void
  reject: (error: unknown) => void
}

interface Incoming {
  tag: string
  maxBytes: number
  resolve: (body: Uint8Array) => void
  reject: (error: unknown) => void
  timer: NodeJS.Timeout
}

export class TaskWire implements Wire, PipeChannel {
  readonly #end: TaskEnd
  readonly #options: TaskWireOptions
  #credit = 0
  readonly #sends: Outgoing[] = []
  #stalled: NodeJS.Timeout | undefined
  #takeOver: NodeJS.Timeout | undefined
  readonly #finishing: { resolve: () => void; reject: (error: unknown) => void }[] = []
  readonly #receives: Incoming[] = []
  readonly #pieces: { bytes: Buffer; cost: number }[] = []
  #available = 0
  #toGrant = 0
  /** The message that is being read: its body, filled so far. */
  #reading: { headBytes: number; body: Uint8Array; filled: number } | undefined
  #ended: ((label: string) => Error) | undefined
  readonly #sentHash: HashStream
  readonly #receivedHash: HashStream
  #sentBytes = 0
  #receivedBytes = 0
  #sentMessages = 0
  #receivedMessages = 0

  constructor(end: TaskEnd, options: TaskWireOptions) {
    this.#end = end
    this.#options = options
    this.#sentHash = options.platform.sha256Stream()
    this.#receivedHash = options.platform.sha256Stream()
    const { signal } = options
    const aborted = () => this.#close(() => baseErrors.ABORTED({}), 'cancelled')
    signal?.addEventListener('abort', aborted, { once: true })
    end.attach(options.number, this)
    if (signal?.aborted) aborted()
  }

  send(tag: string, body: Uint8Array): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended(tag))
    const head = headOf(tag, body.length)
    this.#sentMessages++
    this.#sentBytes += head.length + body.length
    const size = head.length + body.length
    if (body.length <= smallBytes && this.#sends.length === 0 && costOf(size) <= this.#credit) {
      const frame = newFrame(FrameType.data, 0, size)
      frame.set(head, frameHeaderBytes)
      frame.set(body, frameHeaderBytes + head.length)
      this.#sentHash.update(frame.subarray(frameHeaderBytes))
      this.#credit -= costOf(size)
      this.#end.data(this.#options.number, frame, undefined)
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#sends.push({ tag, head, rest: body, takenOver: false, resolve, reject })
      if (this.#sends.length === 1) this.#write()
    })
  }

  recv(tag: string, maxBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const { timeoutMs, peer } = this.#options
      const timer = setTimeout(() => {
        const late = channelErrors.CHANNEL_TIMEOUT({ label: tag, seconds: timeoutMs / 1000 }, { party: peer })
        this.#close(() => late, 'failed')
      }, timeoutMs)
      this.#receives.push({ tag, maxBytes, resolve, reject, timer })
      this.#read()
    })
  }

  /**
   * Closes once everything that `send` accepted is on its way, which `close` does not wait for.
   * @throws CHANNEL_STALLED or CHANNEL_CLOSED where the partner does not take it
   */
  async finish(): Promise<void> {
    if (this.#sends.length > 0) await new Promise<void>((resolve, reject) => this.#finishing.push({ resolve, reject }))
    this.close()
  }

  close(error?: Error): void {
    const { peer } = this.#options
    const reason = (label: string) => error ?? channelErrors.CHANNEL_CLOSED({ label }, { party: peer })
    this.#close(reason, error === undefined ? 'done' : 'failed')
  }

  record(): WireRecord {
    return {
      sent: this.#sentHash.digest(),
      received: this.#receivedHash.digest(),
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
      sentMessages: this.#sentMessages,
      receivedMessages: this.#receivedMessages,
    }
  }

  // ---- From the pipe -------------------------------------------------------------------------------------------------

  data(payload: Buffer): void {
    if (this.#ended !== undefined) return
    const piece = { bytes: payload, cost: costOf(payload.length) }
    this.#pieces.push(piece)
    this.#available += payload.length
    this.#read()
    if (this.#pieces.at(-1) === piece) piece.bytes = Buffer.from(piece.bytes) // nobody waits for it yet
  }

  credit(bytes: number): void {
    this.#credit += bytes
    if (this.#sends.length > 0) this.#write()
  }

  /** The pipe takes more. */
  drained(): void {
    if (this.#sends.length > 0) this.#write()
  }

  /** The partner, or a node between, ended the channel. What came before can still be read. */
  closed(_code: CloseCode): void {
    const { peer } = this.#options
    this.#ended ??= (label) => channelErrors.CHANNEL_CLOSED({ label }, { party: peer })
    this.#stopWaiting()
    this.#abandonSends(this.#ended)
    this.#read()
  }

  // ---- Sending -------------------------------------------------------------------------------------------------------

  /** Writes of the waiting messages what the partner and the pipe have room for. */
  #write(): void {
    this.#stopWaiting()
    for (let message = this.#sends[0]; message !== undefined; message = this.#sends[0]) {
      while (message.head !== undefined || message.rest.length > 0) {
        const { head = empty, rest } = message
        const part = rest.length > frameBytes - head.length ? rest.subarray(0, frameBytes - head.length) : rest
        const cost = costOf(head.length + part.length)
        if (cost > this.#credit) {
          this.#wait(message)
          return
        }
        if (!this.#end.writable) return // `drained` follows
        this.#credit -= cost
        const start = newFrame(FrameType.data, 0, head.length)
        start.set(head, frameHeaderBytes)
        message.head = undefined
        message.rest = rest.subarray(part.length)
        this.#sentHash.update(head)
        this.#sentHash.update(part)
        // The buffer is the caller's again once the last of it is in the kernel's hands.
        this.#end.data(this.#options.number, start, part, message.rest.length === 0 ? message.resolve : undefined)
      }
      this.#sends.shift()
    }
    for (const { resolve } of this.#finishing.splice(0)) resolve()
  }

  /**
   * The partner has no room. One message is taken over, so that two parties that both send before they receive do not
   * wait for each other; whoever sends a second one waits. Not at once, as room may be on its way.
   */
  #wait(message: Outgoing): void {
    if (!message.takenOver)
      this.#takeOver = setTimeout(() => {
        message.takenOver = true
        message.rest = message.rest.slice()
        message.resolve()
      }, takeOverMs)
    const { timeoutMs, peer } = this.#options
    const seconds = timeoutMs / 1000
    this.#stalled = setTimeout(() => {
      const late = channelErrors.CHANNEL_STALLED({ label: message.tag, seconds }, { party: peer })
      this.#close(() => late, 'failed')
    }, timeoutMs)
  }

  #stopWaiting(): void {
    clearTimeout(this.#stalled)
    clearTimeout(this.#takeOver)
  }

  // ---- Receiving: everything read here comes from the partner --------------------------------------------------------

  /** Fills what is waited for from the pieces at hand. */
  #read(): void {
    for (let waiting = this.#receives[0]; waiting !== undefined; waiting = this.#receives[0]) {
      if (this.#reading === undefined && !this.#begin(waiting)) break
      const message = this.#reading
      if (message === undefined) return // refused
      while (message.filled < message.body.length && this.#pieces.length > 0) {
        const from = message.filled
        message.filled += this.#take(message.body, from)
        this.#receivedHash.update(message.body.subarray(from, message.filled))
      }
      if (message.filled < message.body.length) break
      this.#reading = undefined
      this.#receives.shift()
      clearTimeout(waiting.timer)
      this.#receivedMessages++
      this.#receivedBytes += message.headBytes + message.body.length
      waiting.resolve(message.body)
    }
    if (this.#ended !== undefined)
      for (const { tag, reject, timer } of this.#receives.splice(0)) {
        clearTimeout(timer)
        reject(this.#ended(tag))
      }
  }

  /** Reads a head and checks it against what is waited for, before anything is allocated. @returns false: not all there */
  #begin({ tag, maxBytes }: Incoming): boolean {
    if (this.#available < 5) return false
    const tagLength = this.#peek(0)
    if (this.#available < 5 + tagLength) return false
    const head = new Uint8Array(5 + tagLength)
    for (let at = 0; at < head.length; ) at += this.#take(head, at)
    const length = new DataView(head.buffer).getUint32(1, true)
    const expected = headOf(tag, length)
    const { peer } = this.#options
    let wrong: Error | undefined
    if (expected.length !== head.length || expected.some((byte, i) => byte !== head[i]))
      wrong = channelErrors.CHANNEL_UNEXPECTED_TAG({ expected: tag }, { party: peer })
    else if (length > maxBytes)
      wrong = channelErrors.CHANNEL_TOO_LARGE({ label: tag, received: length, allowed: maxBytes }, { party: peer })
    if (wrong !== undefined) this.#close(() => wrong, 'deviation')
    else {
      this.#receivedHash.update(head)
      // Not set to zero: all of it is filled before anybody sees it.
      const body = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
      this.#reading = { headBytes: head.length, body, filled: 0 }
    }
    return true
  }

  #peek(at: number): number {
    return this.#pieces[0]!.bytes[at]!
  }

  /** Moves bytes of the first piece into `to` from `at` on. @returns how many */
  #take(to: Uint8Array, at: number): number {
    const piece = this.#pieces[0]!
    const n = Math.min(piece.bytes.length, to.length - at)
    to.set(n === piece.bytes.length ? piece.bytes : piece.bytes.subarray(0, n), at)
    this.#available -= n
    if (n < piece.bytes.length) piece.bytes = piece.bytes.subarray(n)
    else {
      this.#pieces.shift()
      this.#toGrant += piece.cost
      if (this.#toGrant >= grantBytes && this.#ended === undefined) {
        this.#end.grant(this.#options.number, this.#toGrant)
        this.#toGrant = 0
      }
    }
    return n
  }

  #abandonSends(reason: (label: string) => Error): void {
    const tag = this.#sends[0]?.tag ?? ''
    for (const { reject } of this.#finishing.splice(0)) reject(reason(tag))
    for (const { tag, reject } of this.#sends.splice(0)) reject(reason(tag))
  }

  #close(reason: (label: string) => Error, code: CloseCode): void {
    this.#stopWaiting()
    const first = this.#ended === undefined
    this.#ended = reason
    this.#pieces.length = 0
    this.#available = 0
    this.#reading = undefined
    this.#abandonSends(reason)
    this.#read()
    if (first) this.#end.closeChannel(this.#options.number, code)
  }
}

const empty = new Uint8Array(0)

function headOf(tag: string, bodyLength: number): Uint8Array {
  const bytes = utf8(tag)
  const head = new Uint8Array(5 + bytes.length)
  head[0] = bytes.length
  new DataView(head.buffer).setUint32(1, bodyLength, true)
  head.set(bytes, 5)
  return head
}
