/**
 * The link to one member: all channels, numbered frames, and what must be sent again when a connection breaks. The link
 * outlives its connections. It is one *session* as long as both processes live and neither gave up: within a session no
 * frame is lost or repeated. A new session (the partner restarted, or one side gave up waiting) ends every channel that
 * had begun.
 *
 * Memory: what is unacknowledged is bounded by the credit of the channels, what is unread by their windows.
 */
import { type MemberId, type Rng, randomBytes, type SecureflowError, toHex } from '@secureflow/base'
import { Channel, type ChannelHost, initialWindowBytes } from './channel.ts'
import type { Connection, Ready } from './connection.ts'
import { peerErrors } from './errors.ts'
import {
  ackOf,
  channelOf,
  closeCodes,
  FrameType,
  frameHeaderBytes,
  maxDataBytes,
  newFrame,
  sequenceOf,
  setLinkFields,
  typeOf,
} from './frames.ts'
import type { PeerDeadlines } from './interface.ts'
import { giveBack } from './memory.ts'

/** Channels that a partner opened and this end did not (yet). The oldest gives way. */
const maxUnclaimed = 128
const maxChannels = 4096
const maxWindowBytes = 2 ** 30
/** Acknowledge at once after so many bytes, otherwise within `ackMs`. */
const ackBytes = 256 << 10
const ackMs = 10
/** The channel of requests and notices. It goes before all others. */
export const controlId = '0'.repeat(32)

export interface LinkOptions {
  self: MemberId
  member: MemberId
  windowBytes: number
  deadlines: PeerDeadlines
}

export interface LinkEvents {
  /** A connection carries the link; `fresh` where a new session began with it. */
  up(bootId: string, fresh: boolean): void
  down(bootId: string, error: SecureflowError): void
  /** The session is over; every channel that had begun is closed. Follows `down`. */
  reset(error: SecureflowError): void
  /** A second connection should be tried. */
  suspect(): void
}

export class Link implements ChannelHost {
  readonly member: MemberId
  readonly #options: LinkOptions
  readonly #events: LinkEvents
  readonly #rng: Rng
  #connection: Connection | undefined
  /** Leader: introduced, `ready` sent, the answer is awaited. */
  #pending: Connection | undefined
  readonly #followed = new Set<Connection>()
  #generation = 0
  #generationOf: string | undefined
  #ownReady: Ready | undefined
  #session: string | null = null
  #boot: string | undefined
  #resumeTimer: NodeJS.Timeout | undefined

  /** Sent frames from `#acked` on; those before `#cursor` were written to the present connection. */
  #sent: Buffer[] = []
  #acked = 0
  #cursor = 0
  #sentBytes = 0
  /** Frames from `#ownFrom` to before `#flushed` are in no socket's hands any more. */
  #ownFrom = 0
  #flushed = 0
  #urgent: Buffer[] = []
  #waiting: Channel[] = []
  #received = 0
  #bytesToAck = 0
  #ackTimer: NodeJS.Timeout | undefined
  #lastNumber = 0
  readonly #byId = new Map<string, Channel>()
  readonly #byNumber = new Map<number, Channel>()
  readonly #byRemote = new Map<number, Channel>()
  bytesIn = 0
  bytesOut = 0

  constructor(options: LinkOptions, events: LinkEvents, rng: Rng) {
    this.member = options.member
    this.#options = options
    this.#events = events
    this.#rng = rng
  }

  get connection(): Connection | undefined {
    return this.#connection
  }

  get boot(): string | undefined {
    return this.#boot
  }

  get unackedBytes(): number {
    return this.#sentBytes
  }

  get channelCount(): number {
    return this.#byId.size
  }

  /** Connected, or about to be: no further dial is needed. */
  get settled(): boolean {
    return this.#connection !== undefined || this.#pending !== undefined || this.#followed.size > 0
  }

  /** Opens the channel at this end, or gives the one that is open. */
  channel(id: string): Channel {
    let channel = this.#byId.get(id)
    if (channel === undefined) {
      channel = new Channel(this, id)
      this.#byId.set(id, channel)
    }
    if (channel.number === undefined && !channel.isEnded) this.#claim(channel)
    else if (channel.isEnded && channel.number === undefined) this.#forget(channel) // the partner has come and gone
    return channel
  }

  // ---- Connections ------------------------------------------------------------------------------------------------

  /** A connection whose hellos agree. The leader chooses it; the follower waits to hear of the choice. */
  introduce(connection: Connection): void {
    if (this.#options.self > this.member) {
      this.#followed.add(connection)
      return
    }
    this.#detach('replaced')
    this.#pending?.hangUp('replaced')
    this.#pending = connection
    this.#generation++
    this.#ownReady = this.#readyMessage()
    connection.sendReady(this.#ownReady)
  }

  ready(connection: Connection, theirs: Ready): void {
    if (connection === this.#pending) {
      this.#pending = undefined
      if (theirs.generation !== this.#ownReady!.generation) {
        this.violated('ready', connection)
        return
      }
      if (this.#session !== this.#ownReady!.session) {
        connection.hangUp('replaced') // the session ended meanwhile
        return
      }
      this.#carry(connection, theirs, this.#ownReady!.proposal)
      return
    }
    if (!this.#followed.delete(connection)) {
      this.violated('ready', connection)
      return
    }
    if (this.#generationOf === connection.boot && theirs.generation <= this.#generation) {
      connection.hangUp('replaced')
      return
    }
    this.#detach('replaced')
    this.#generation = theirs.generation
    this.#generationOf = connection.boot
    connection.sendReady(this.#readyMessage())
    this.#carry(connection, theirs, theirs.proposal)
  }

  disconnected(connection: Connection, error: SecureflowError): void {
    this.#followed.delete(connection)
    if (connection === this.#pending) this.#pending = undefined
    if (connection !== this.#connection) return
    this.#connection = undefined
    this.#ownFrom = this.#acked + this.#sent.length // a dying socket may still hold them
    this.#stopAcking()
    this.#startResumeTimer()
    this.#events.down(this.#boot!, error)
    // After an error of our own nobody knows how much of a frame was taken in.
    if (error.code === 'LINK_MALFORMED' || error.class === 'internal') this.#endSession(error)
  }

  suspected(connection: Connection): void {
    if (connection === this.#connection) this.#events.suspect()
  }

  drained(connection: Connection): void {
    if (connection === this.#connection) this.#pump()
  }

  /** Ends everything. */
  close(error: SecureflowError): void {
    clearTimeout(this.#resumeTimer)
    for (const connection of [this.#connection, this.#pending, ...this.#followed]) connection?.hangUp('closing', error)
    this.#stopAcking()
    this.#endSession(error)
  }

  #readyMessage(): Ready {
    return {
      generation: this.#generation,
      session: this.#session,
      proposal: toHex(randomBytes(this.#rng, 16)),
      received: this.#received,
    }
  }

  #detach(why: 'replaced'): void {
    const old = this.#connection
    if (old === undefined) return
    old.hangUp(why) // comes back as `disconnected`
  }

  /** From here on `connection` is the link. */
  #carry(connection: Connection, theirs: Ready, proposal: string): void {
    const resumed = this.#session !== null && theirs.session === this.#session
    if (!resumed) {
      const error =
        this.#boot !== undefined && this.#boot !== connection.boot
          ? peerErrors.LINK_RESTARTED({ member: this.member }, { party: this.member })
          : this.#lost()
      if (this.#received > 0 || this.#acked > 0) this.#endSession(error)
      this.#session = proposal
    }
    const received = resumed ? theirs.received : 0
    if (received < this.#acked || received > this.#acked + this.#sent.length) {
      this.violated('acknowledgement', connection)
      return
    }
    clearTimeout(this.#resumeTimer)
    this.#boot = connection.boot
    this.#acknowledge(received)
    this.#cursor = 0
    this.#connection = connection
    connection.open()
    this.#events.up(connection.boot, !resumed)
    this.#pump()
  }

  #startResumeTimer(): void {
    clearTimeout(this.#resumeTimer)
    this.#resumeTimer = setTimeout(() => this.#endSession(this.#lost()), this.#options.deadlines.resumeMs)
    this.#resumeTimer.unref()
  }

  #lost(): SecureflowError {
    const seconds = this.#options.deadlines.resumeMs / 1000
    return peerErrors.LINK_LOST({ member: this.member, seconds }, { party: this.member })
  }

  #endSession(error: SecureflowError): void {
    const channels = [...this.#byId.values()]
    this.#byId.clear()
    this.#byNumber.clear()
    this.#byRemote.clear()
    this.#sent = []
    this.#sentBytes = 0
    this.#cursor = 0
    this.#acked = 0
    this.#ownFrom = 0
    this.#flushed = 0
    this.#urgent = []
    this.#waiting = []
    this.#received = 0
    this.#session = null
    for (const channel of channels) {
      channel.outbox.length = 0
      channel.finish(error)
    }
    this.#events.reset(error)
  }

  // ---- Sending ----------------------------------------------------------------------------------------------------

  wake(channel: Channel): void {
    if (channel.outbox.length === 1) {
      if (channel.id === controlId) this.#waiting.unshift(channel)
      else this.#waiting.push(channel)
    }
    this.#pump()
  }

  urgent(frame: Buffer): void {
    this.#urgent.push(frame)
    this.#pump()
  }

  #pump(): void {
    const connection = this.#connection
    if (connection === undefined) return
    while (connection.writable) {
      let frame = this.#sent[this.#cursor]
      if (frame === undefined) {
        frame = this.#next()
        if (frame === undefined) break
        this.#sent.push(frame)
        this.#sentBytes += frame.length
      }
      const sequence = this.#acked + this.#cursor
      setLinkFields(frame, sequence, this.#received)
      this.#cursor++
      this.#bytesToAck = 0
      this.bytesOut += frame.length
      connection.write(frame, (error) => {
        if (!error && connection === this.#connection) this.#flushed = sequence + 1
      })
    }
    connection.awaiting = this.#sent.length > 0
  }

  /** The next frame that was never sent: urgent ones first, then one of each channel in turn. */
  #next(): Buffer | undefined {
    const urgent = this.#urgent.shift()
    if (urgent !== undefined) return urgent
    const channel = this.#waiting.shift()
    if (channel === undefined) return undefined
    const frame = channel.outbox.shift()!
    if (channel.outbox.length > 0) {
      if (channel.id === controlId) this.#waiting.unshift(channel)
      else this.#waiting.push(channel)
    }
    return frame
  }

  /** The partner has everything before `next`. */
  #acknowledge(next: number): void {
    const count = next - this.#acked
    if (count === 0) return
    for (const [i, frame] of this.#sent.splice(0, count).entries()) {
      this.#sentBytes -= frame.length
      const sequence = this.#acked + i
      if (sequence >= this.#ownFrom && sequence < this.#flushed) giveBack(frame)
    }
    this.#acked = next
    this.#cursor = Math.max(0, this.#cursor - count)
    if (this.#connection !== undefined) this.#connection.awaiting = this.#sent.length > 0
  }

  #acknowledgeSoon(bytes: number): void {
    this.#bytesToAck += bytes
    if (this.#bytesToAck >= ackBytes) this.#sendAck()
    else
      this.#ackTimer ??= setTimeout(() => {
        this.#ackTimer = undefined
        if (this.#bytesToAck > 0) this.#sendAck()
      }, ackMs)
  }

  #sendAck(): void {
    if (this.#connection === undefined) return
    this.#bytesToAck = 0
    const frame = newFrame(FrameType.ack, 0, 0)
    setLinkFields(frame, 0, this.#received)
    this.#connection.write(frame)
  }

  #stopAcking(): void {
    clearTimeout(this.#ackTimer)
    this.#ackTimer = undefined
    this.#bytesToAck = 0
  }

  // ---- Receiving: everything here comes from the partner -----------------------------------------------------------

  frame(connection: Connection, bytes: Buffer): void {
    if (connection !== this.#connection) return
    this.bytesIn += bytes.length
    const ack = ackOf(bytes)
    if (ack < this.#acked || ack > this.#acked + this.#cursor) {
      this.violated('acknowledgement', connection)
      return
    }
    this.#acknowledge(ack)
    const type = typeOf(bytes)
    if (type === FrameType.ack) return
    if (sequenceOf(bytes) !== this.#received) {
      this.violated('sequence', connection)
      return
    }
    this.#received++
    this.#acknowledgeSoon(bytes.length)
    const wrong = this.#apply(type, bytes)
    if (wrong !== undefined) this.violated(wrong, connection)
  }

  /** @returns what is wrong with the frame */
  #apply(type: number, bytes: Buffer): string | undefined {
    const length = bytes.length - frameHeaderBytes
    if (type === FrameType.open) return length === 20 ? this.#opened(bytes) : 'open frame'
    const channel = this.#byRemote.get(channelOf(bytes))
    if (channel === undefined) return 'channel number'
    switch (type) {
      case FrameType.data:
        if (length === 0 || length > maxDataBytes) return 'data frame'
        return channel.arrived(bytes) ? undefined : 'data beyond the window'
      case FrameType.credit: {
        const credit = length === 4 ? bytes.readUInt32LE(frameHeaderBytes) : 0
        if (credit === 0 || channel.credit + credit > maxWindowBytes) return 'credit frame'
        channel.creditArrived(credit)
        return undefined
      }
      case FrameType.close: {
        const code = closeCodes[bytes[frameHeaderBytes] ?? 255]
        if (length !== 1 || code === undefined) return 'close frame'
        this.#closed(channel, code)
        return undefined
      }
      default:
        return 'frame type'
    }
  }

  #opened(bytes: Buffer): string | undefined {
    const number = channelOf(bytes)
    const id = bytes.toString('hex', frameHeaderBytes, frameHeaderBytes + 16)
    const windowBytes = bytes.readUInt32LE(frameHeaderBytes + 16)
    if (number === 0 || this.#byRemote.has(number)) return 'channel number'
    if (windowBytes < initialWindowBytes || windowBytes > maxWindowBytes) return 'window'
    if (this.#byId.size >= maxChannels) return 'number of channels'
    let channel = this.#byId.get(id)
    if (channel === undefined) {
      this.#makeRoom()
      channel = new Channel(this, id)
      this.#byId.set(id, channel)
    } else if (channel.remote !== undefined) return 'channel id'
    channel.remote = number
    this.#byRemote.set(number, channel)
    channel.creditArrived(windowBytes - initialWindowBytes)
    return undefined
  }

  #closed(channel: Channel, code: (typeof closeCodes)[number]): void {
    this.#byRemote.delete(channel.remote!)
    if (channel.isEnded) {
      this.#forget(channel)
      return
    }
    channel.outbox.length = 0
    this.#waiting = this.#waiting.filter((c) => c !== channel)
    if (channel.number !== undefined) {
      const reply = newFrame(FrameType.close, channel.number, 1)
      reply[frameHeaderBytes] = closeCodes.indexOf('done')
      this.urgent(reply)
      this.#forget(channel)
    }
    // One that was not opened here stays, to tell whoever opens it later.
    channel.finish(peerErrors.LINK_CHANNEL_CLOSED({ member: this.member, code }, { party: this.member }))
  }

  #claim(channel: Channel): void {
    this.#byNumber.set(++this.#lastNumber, channel)
    channel.open(this.#lastNumber, this.#options.windowBytes)
  }

  #forget(channel: Channel): void {
    if (this.#byId.get(channel.id) === channel) this.#byId.delete(channel.id)
    if (channel.number !== undefined) this.#byNumber.delete(channel.number)
  }

  /** Drops channels that only one end ever knew: the expired ones, and the oldest beyond the limit. */
  #makeRoom(): void {
    const oneSided = [...this.#byId.values()].filter(
      (c) => c.number === undefined || (c.isEnded && c.remote === undefined),
    )
    const expired = performance.now() - this.#options.deadlines.unclaimedMs
    for (const [i, channel] of oneSided.entries()) {
      if (channel.since > expired && i > oneSided.length - maxUnclaimed) continue
      if (channel.isEnded) this.#forget(channel)
      else {
        this.#claim(channel)
        channel.close('overrun')
      }
    }
  }

  /** A partner that breaks the rules of the link loses the session: nothing of it is believed any more. */
  violated(what: string, connection = this.#connection): void {
    const error = peerErrors.LINK_MALFORMED({ member: this.member, what }, { party: this.member })
    if (connection === undefined || connection !== this.#connection) this.#endSession(error)
    connection?.hangUp('malformed', error) // comes back as `disconnected`
  }
}
