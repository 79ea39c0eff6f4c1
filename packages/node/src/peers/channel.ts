/**
 * One channel of a link, at one end. Room is given by credit: a sender holds what the receiver granted, counted with
 * `costOf`, so that what lies unread here never exceeds the window, and a slow channel stops nobody but its own sender.
 */
import type { MemberId, SecureflowError } from '@secureflow/base'
import { peerErrors } from './errors.ts'
import {
  type CloseCode,
  closeCodes,
  costOf,
  FrameType,
  frameHeaderBytes,
  maxDataBytes,
  newFrame,
  payloadOf,
  setHead,
} from './frames.ts'
import type { LinkChannel } from './interface.ts'

/** What a partner may send before this end has opened the channel as well. */
export const initialWindowBytes = costOf(maxDataBytes)

/** Whoever takes the channel's frames as they come: the pipe of a task, or the queue behind `recv`. */
export interface ChannelSink {
  /** A whole data frame, now owned by the sink. Its cost is to be granted again once it is consumed. */
  data(frame: Buffer): void
  /** So much more may be written. */
  credit(bytes: number): void
  ended(error: SecureflowError | undefined): void
}

/** What a channel needs of its link. */
export interface ChannelHost {
  readonly member: MemberId
  /** A frame of this channel waits in `outbox`. */
  wake(channel: Channel): void
  /** To be sent before any data: `open` and `credit`. */
  urgent(frame: Buffer): void
}

interface Sender {
  payload: Uint8Array
  resolve: () => void
  reject: (error: unknown) => void
}

export class Channel implements LinkChannel {
  readonly id: string
  readonly ended: Promise<SecureflowError | undefined>
  readonly #host: ChannelHost
  #end: (error: SecureflowError | undefined) => void
  #endedWith: { error: SecureflowError | undefined } | undefined
  /** Own number; undefined until this end opened the channel. */
  number: number | undefined
  /** The partner's number; undefined until it opened the channel. */
  remote: number | undefined
  /** When it came to be, on the monotonic clock; for channels that one end never opens. */
  readonly since = performance.now()
  readonly outbox: Buffer[] = []
  #credit = initialWindowBytes
  #window = initialWindowBytes
  /** Cost of what came and was not granted again. */
  #unread = 0
  #toGrant = 0
  #sink: ChannelSink | undefined
  readonly #inbox: Buffer[] = []
  readonly #senders: Sender[] = []
  readonly #receivers: { resolve: (payload: Uint8Array) => void; reject: (error: unknown) => void }[] = []

  constructor(host: ChannelHost, id: string) {
    this.#host = host
    this.id = id
    const { promise, resolve } = Promise.withResolvers<SecureflowError | undefined>()
    this.ended = promise
    this.#end = resolve
  }

  get member(): MemberId {
    return this.#host.member
  }

  get isEnded(): boolean {
    return this.#endedWith !== undefined
  }

  /** What may be written now, in `costOf` bytes. */
  get credit(): number {
    return this.#credit
  }

  /** This end opens the channel: the partner learns its number and the whole window. */
  open(number: number, windowBytes: number): void {
    this.number = number
    this.#window = windowBytes
    const frame = newFrame(FrameType.open, number, 20)
    frame.write(this.id, frameHeaderBytes, 'hex')
    frame.writeUInt32LE(windowBytes, frameHeaderBytes + 16)
    this.#host.urgent(frame)
  }

  /** From here on frames go to `sink`, first those that already lie here. */
  attach(sink: ChannelSink): void {
    this.#sink = sink
    for (const frame of this.#inbox.splice(0)) sink.data(frame)
    if (this.#endedWith !== undefined) sink.ended(this.#endedWith.error)
    else if (this.#credit > 0) sink.credit(this.#credit)
  }

  /** Sends a data frame (header rewritten in place). @throws LINK_NO_CREDIT, or the reason why the channel ended */
  write(frame: Buffer): void {
    if (this.#endedWith !== undefined) throw this.#closedError()
    const cost = costOf(frame.length - frameHeaderBytes)
    if (cost > this.#credit) throw peerErrors.LINK_NO_CREDIT({})
    this.#credit -= cost
    setHead(frame, FrameType.data, this.number!)
    this.outbox.push(frame)
    this.#host.wake(this)
  }

  /** So much of what came is consumed. Told to the partner in quarters of the window. */
  grant(cost: number): void {
    if (this.#endedWith !== undefined) return
    this.#toGrant = Math.min(this.#toGrant + cost, this.#unread)
    if (this.#toGrant < this.#window / 4) return
    const frame = newFrame(FrameType.credit, this.number!, 4)
    frame.writeUInt32LE(this.#toGrant, frameHeaderBytes)
    this.#unread -= this.#toGrant
    this.#toGrant = 0
    this.#host.urgent(frame)
  }

  async send(payload: Uint8Array): Promise<void> {
    if (payload.length === 0 || payload.length > maxDataBytes)
      throw peerErrors.LINK_TOO_LARGE({ bytes: payload.length, allowed: maxDataBytes })
    if (this.#endedWith !== undefined) throw this.#closedError()
    if (this.#senders.length === 0 && costOf(payload.length) <= this.#credit) return this.#writePayload(payload)
    return new Promise((resolve, reject) => this.#senders.push({ payload, resolve, reject }))
  }

  recv(): Promise<Uint8Array> {
    if (this.#sink === undefined) this.attach(this.#queueSink())
    const frame = this.#inbox.shift()
    if (frame !== undefined) {
      this.grant(costOf(frame.length - frameHeaderBytes))
      return Promise.resolve(payloadOf(frame))
    }
    if (this.#endedWith !== undefined) return Promise.reject(this.#closedError())
    return new Promise((resolve, reject) => this.#receivers.push({ resolve, reject }))
  }

  onMessage(listener: (payload: Uint8Array) => void | Promise<void>): void {
    this.attach({
      ...this.#queueSink(),
      data: (frame) => {
        const done = () => this.grant(costOf(frame.length - frameHeaderBytes))
        void (async () => listener(payloadOf(frame)))().then(done, () => this.close('failed'))
      },
    })
  }

  close(code: CloseCode = 'done'): void {
    if (this.#endedWith !== undefined) return
    this.#inbox.length = 0
    this.finish(undefined)
    if (this.number === undefined) return
    const frame = newFrame(FrameType.close, this.number, 1)
    frame[frameHeaderBytes] = closeCodes.indexOf(code)
    this.outbox.push(frame)
    this.#host.wake(this)
  }

  /** From the link: a data frame of the partner. @returns false where it exceeds the window */
  arrived(frame: Buffer): boolean {
    if (this.#endedWith !== undefined) return true // it was sent before the partner knew of the end
    this.#unread += costOf(frame.length - frameHeaderBytes)
    if (this.#unread > this.#window) return false
    if (this.#sink === undefined) this.#inbox.push(frame)
    else this.#sink.data(frame)
    return true
  }

  /** From the link: the partner granted room. */
  creditArrived(bytes: number): void {
    if (this.#endedWith !== undefined) return
    this.#credit += bytes
    this.#sink?.credit(bytes)
    while (this.#senders.length > 0 && costOf(this.#senders[0]!.payload.length) <= this.#credit) {
      const { payload, resolve } = this.#senders.shift()!
      this.#writePayload(payload)
      resolve()
    }
  }

  /** Ends it here. What has already come can still be read. */
  finish(error: SecureflowError | undefined): void {
    if (this.#endedWith !== undefined) return
    this.#endedWith = { error }
    for (const { reject } of this.#senders.splice(0)) reject(this.#closedError())
    for (const { reject } of this.#receivers.splice(0)) reject(this.#closedError())
    this.#sink?.ended(error)
    this.#end(error)
  }

  #writePayload(payload: Uint8Array): void {
    const frame = newFrame(FrameType.data, 0, payload.length)
    frame.set(payload, frameHeaderBytes)
    this.write(frame)
  }

  #queueSink(): ChannelSink {
    return {
      data: (frame) => {
        const receiver = this.#receivers.shift()
        if (receiver === undefined) {
          this.#inbox.push(frame)
          return
        }
        this.grant(costOf(frame.length - frameHeaderBytes))
        receiver.resolve(payloadOf(frame))
      },
      credit() {},
      ended() {},
    }
  }

  #closedError(): SecureflowError {
    return this.#endedWith?.error ?? peerErrors.LINK_CHANNEL_CLOSED({ member: this.member, code: 'done' })
  }
}
