/**
 * Requests and notices between two members, over the control channel of their link: CBOR messages, cut into frames.
 * A request is executed at most once by one process: its id is remembered with its answer, so that it can be asked again
 * after the link began a new session with the same process. When the partner's process changed, the request fails.
 */
import {
  asSecureflowError,
  decodeCbor,
  encodeCbor,
  fromHex,
  type Logger,
  type MemberId,
  type Plain,
  type Rng,
  randomBytes,
  type SecureflowError,
  toHex,
} from '@secureflow/base'
import { z } from 'zod'
import { answerWith, codeOf, errorOf } from './answers.ts'
import type { Channel } from './channel.ts'
import { peerErrors } from './errors.ts'
import { costOf, frameHeaderBytes, maxDataBytes } from './frames.ts'
import type { PeerHandler, RequestOptions } from './interface.ts'
import { controlId, type Link } from './link.ts'

const maxMessageBytes = 8 << 20
/** While so many of one partner's requests are executed it gets no more room; beyond `maxAccepted` the answer is BUSY. */
const maxRunning = 64
const maxAccepted = 512
/** What may wait for a partner that is away or takes nothing; more is refused at once. */
const maxQueuedBytes = 2 * maxMessageBytes
/** Answers remembered for one partner. */
const maxRemembered = 256
const maxRememberedBytes = 16 << 20

const id = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 16)
const kind = z.string().min(1).max(64)
const message = z.union([
  z.tuple([z.literal('request'), id, kind, z.unknown()]),
  z.tuple([z.literal('answer'), id, z.unknown()]),
  z.tuple([z.literal('failed'), id, z.string().max(32)]),
  z.tuple([z.literal('cancel'), id]),
  z.tuple([z.literal('notice'), kind, z.unknown()]),
])

interface Pending {
  kind: string
  bytes: Uint8Array
  resolve: (value: Plain) => void
  reject: (error: unknown) => void
  /** Where it was put. */
  channel: Channel
  /** The process that may have seen it. */
  boot: string | undefined
}

interface Remembered {
  abort: AbortController
  /** Once it is known. */
  answer?: Uint8Array
}

export interface Dependencies {
  rng: Rng
  logger: Logger
}

export class Requests {
  readonly #link: Link
  readonly #member: MemberId
  readonly #handlers: ReadonlyMap<string, PeerHandler>
  readonly #rng: Rng
  readonly #logger: Logger
  readonly #pending = new Map<string, Pending>()
  readonly #remembered = new Map<string, Remembered>()
  #rememberedBytes = 0
  #running = 0
  #channel: Channel
  #writing: Promise<void> = Promise.resolve()
  #queuedBytes = 0
  #partial: { bytes: Uint8Array; filled: number } | undefined
  #heldCost = 0
  #ended: SecureflowError | undefined
  #closed = false

  constructor(link: Link, handlers: ReadonlyMap<string, PeerHandler>, { rng, logger }: Dependencies) {
    this.#link = link
    this.#member = link.member
    this.#handlers = handlers
    this.#rng = rng
    this.#logger = logger
    this.#channel = this.#open()
  }

  /** @throws PEER_TIMEOUT, PEER_ANSWERED, LINK_RESTARTED, what `end` was told, or the signal's reason */
  request(kind: string, body: Plain, options: RequestOptions = {}): Promise<Plain> {
    const { timeoutMs = 30_000, signal } = options
    const key = options.id ?? toHex(randomBytes(this.#rng, 16))
    const id = fromHex(key)
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended
      signal?.throwIfAborted()
      const bytes = this.#encode(['request', id, kind, body])
      const cancel = (reason: unknown): void => {
        if (!this.#pending.has(key)) return
        void this.#send(this.#encode(['cancel', id])).catch(() => {})
        end(() => reject(reason))
      }
      const party = this.#member
      const late = () => peerErrors.PEER_TIMEOUT({ member: party, kind, seconds: timeoutMs / 1000 }, { party })
      const timer = setTimeout(() => cancel(late()), timeoutMs)
      const aborted = () => cancel(signal?.reason)
      signal?.addEventListener('abort', aborted, { once: true })
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
        this.#pending.delete(key)
        settle()
      }
      const pending: Pending = {
        kind,
        bytes,
        channel: this.#channel,
        boot: this.#link.connection === undefined ? undefined : this.#link.boot,
        resolve: (value) => end(() => resolve(value)),
        reject: (error) => end(() => reject(error)),
      }
      this.#pending.set(key, pending)
      this.#send(bytes).catch((error) => {
        if (error.code === 'LINK_UNREACHABLE') pending.reject(error)
        // A session that ended is dealt with in `up`.
      })
    })
  }

  /** Resolves on acceptance. A notice is lost when the session ends before it arrives. */
  notify(kind: string, body: Plain): Promise<void> {
    return this.#send(this.#encode(['notice', kind, body]))
  }

  /** The link's session ended. */
  reset(): void {
    this.#partial = undefined
    this.#heldCost = 0
    this.#writing = Promise.resolve()
    if (!this.#closed) this.#channel = this.#open()
  }

  /** A connection carries the link: ask again what went down with an earlier session, unless the process is another. */
  up(boot: string): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.boot !== undefined && pending.boot !== boot) {
        pending.reject(peerErrors.LINK_RESTARTED({ member: this.#member }, { party: this.#member }))
        continue
      }
      pending.boot = boot
      if (pending.channel === this.#channel) continue
      pending.channel = this.#channel
      this.#send(pending.bytes).catch(() => {})
    }
  }

  /** Nothing is asked from now on, and nothing that was asked is waited for; notices still go, requests are still answered. */
  end(error: SecureflowError): void {
    this.#ended ??= error
    for (const pending of [...this.#pending.values()]) pending.reject(error)
  }

  close(error: SecureflowError): void {
    this.end(error)
    this.#closed = true
    for (const { abort } of this.#remembered.values()) abort.abort()
  }

  #open(): Channel {
    const channel = this.#link.channel(controlId)
    channel.attach({
      data: (frame) => {
        if (channel === this.#channel) this.#arrived(channel, frame)
      },
      credit() {},
      ended() {},
    })
    this.#channel = channel
    return channel
  }

  #encode(value: Plain): Uint8Array {
    const body = encodeCbor(value)
    if (body.length > maxMessageBytes) throw peerErrors.LINK_TOO_LARGE({ bytes: body.length, allowed: maxMessageBytes })
    const bytes = new Uint8Array(4 + body.length)
    new DataView(bytes.buffer).setUint32(0, body.length, true)
    bytes.set(body, 4)
    return bytes
  }

  /** One message after the other, so that their frames do not mix. */
  #send(bytes: Uint8Array): Promise<void> {
    const channel = this.#channel
    if (this.#queuedBytes > maxQueuedBytes)
      return Promise.reject(peerErrors.LINK_UNREACHABLE({ member: this.#member }, { party: this.#member }))
    this.#queuedBytes += bytes.length
    const sending = this.#writing.then(async () => {
      for (let at = 0; at < bytes.length; at += maxDataBytes) await channel.send(bytes.subarray(at, at + maxDataBytes))
    })
    const done = () => {
      this.#queuedBytes -= bytes.length
    }
    this.#writing = sending.then(done, done)
    return sending
  }

  #arrived(channel: Channel, frame: Buffer): void {
    const cost = costOf(frame.length - frameHeaderBytes)
    if (this.#running < maxRunning) channel.grant(cost)
    else this.#heldCost += cost
    let payload = frame.subarray(frameHeaderBytes)
    if (this.#partial === undefined) {
      const length = payload.length < 4 ? 0 : payload.readUInt32LE(0)
      if (length === 0 || length > maxMessageBytes) {
        this.#link.violated('control message')
        return
      }
      this.#partial = { bytes: new Uint8Array(length), filled: 0 }
      payload = payload.subarray(4)
    }
    const { bytes, filled } = this.#partial
    if (filled + payload.length > bytes.length) {
      this.#link.violated('control message')
      return
    }
    bytes.set(payload, filled)
    this.#partial.filled += payload.length
    if (this.#partial.filled < bytes.length) return
    this.#partial = undefined
    let parsed: z.infer<typeof message>
    try {
      parsed = message.parse(decodeCbor(bytes, 'control', { maxBytes: maxMessageBytes }))
    } catch {
      this.#link.violated('control message')
      return
    }
    this.#handle(parsed)
  }

  #handle(parsed: z.infer<typeof message>): void {
    switch (parsed[0]) {
      case 'request':
        this.#execute(parsed[1], parsed[2], parsed[3] as Plain)
        return
      case 'answer':
        this.#pending.get(toHex(parsed[1]))?.resolve(parsed[2] as Plain)
        return
      case 'failed': {
        const pending = this.#pending.get(toHex(parsed[1]))
        pending?.reject(errorOf(parsed[2], this.#member, pending.kind))
        return
      }
      case 'cancel':
        this.#remembered.get(toHex(parsed[1]))?.abort.abort()
        return
      case 'notice':
        void this.#run(parsed[1], parsed[2] as Plain, new AbortController().signal).catch(() => {})
        return
    }
  }

  #execute(id: Uint8Array, kind: string, body: Plain): void {
    const key = toHex(id)
    const known = this.#remembered.get(key)
    if (known !== undefined) {
      if (known.answer !== undefined) this.#send(known.answer).catch(() => {})
      return
    }
    if (this.#running >= maxAccepted) {
      this.#send(this.#encode(['failed', id, 'BUSY'])).catch(() => {})
      return
    }
    const entry: Remembered = { abort: new AbortController() }
    this.#remembered.set(key, entry)
    const finish = (answer: Uint8Array): void => {
      entry.answer = answer
      this.#rememberedBytes += answer.length
      this.#forgetOld()
      this.#send(answer).catch(() => {})
    }
    this.#run(kind, body, entry.abort.signal)
      .then((value) => this.#encode(['answer', id, value]))
      .then(finish, (error) => finish(this.#encode(['failed', id, codeOf(error)])))
  }

  async #run(kind: string, body: Plain, signal: AbortSignal): Promise<Plain> {
    const handler = this.#handlers.get(kind)
    if (handler === undefined) throw answerWith('UNKNOWN_KIND')
    this.#running++
    try {
      return await handler(this.#member, body, signal)
    } catch (error) {
      // The code alone: an error's text may quote what the partner chose.
      this.#logger.warn(
        { member: this.#member, kind, code: asSecureflowError(error).code },
        'a request of a partner failed',
      )
      throw error
    } finally {
      this.#running--
      if (this.#heldCost > 0 && this.#running < maxRunning) {
        this.#channel.grant(this.#heldCost)
        this.#heldCost = 0
      }
    }
  }

  #forgetOld(): void {
    for (const [key, { answer }] of this.#remembered) {
      if (this.#remembered.size <= maxRemembered && this.#rememberedBytes <= maxRememberedBytes) return
      if (answer === undefined) continue
      this.#rememberedBytes -= answer.length
      this.#remembered.delete(key)
    }
  }
}
