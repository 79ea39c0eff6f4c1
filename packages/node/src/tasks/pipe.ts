/**
 * Between a task process and its node: one inherited socket that carries control messages and the frames of every
 * channel. The node hands frames on between pipe and link without looking into them. Room is granted from end to end: the
 * receiving task's credit travels through both nodes to the sending task, so that neither node gathers what a task does
 * not take.
 */
import { Socket } from 'node:net'
import { decodeCbor, encodeCbor, type Plain } from '@secureflow/base'
import type { Channel } from '../peers/channel.ts'
import { bytesCame } from '../peers/collector.ts'
import {
  type CloseCode,
  channelOf,
  closeCodes,
  FrameReader,
  FrameType,
  frameHeaderBytes,
  maxControlBytes,
  maxDataBytes,
  newFrame,
  payloadOf,
  setHead,
  typeOf,
} from '../peers/frames.ts'
import type { LinkChannel } from '../peers/interface.ts'
import { giveBack } from '../peers/memory.ts'

/** Descriptor of the pipe in the task process: `stdio: ['ignore', ..., ..., 'pipe']`. */
export const pipeDescriptor = 3

/** What a task reads at once. */
const readBytes = 256 << 10
/** What may wait in a task's socket: enough to keep the node busy, little enough for a small message of another channel. */
const writeBytes = 512 << 10

export interface PipeEvents {
  /** A control message, decoded and not yet validated. */
  control(message: Plain): void
  /** The other end is gone, or wrote what is no frame. Once, and after everything that came before. */
  closed(): void
}

/** What both ends share: frames in, frames out. */
class PipeEnd {
  readonly socket: Socket
  #corked = false
  #closed = false
  readonly #reader: FrameReader
  readonly #onFrame: (bytes: Buffer) => void
  readonly #onClosed: () => void

  /** @param reuse  chunks and frames are valid only while they are handed out */
  constructor(socket: Socket, reuse: boolean, frame: (bytes: Buffer) => void, closed: () => void) {
    this.socket = socket
    this.#reader = new FrameReader(maxPayload, reuse)
    this.#onFrame = frame
    this.#onClosed = closed
    socket.on('data', (chunk: Buffer) => {
      bytesCame(chunk.length)
      this.read(chunk)
    })
    socket.on('error', () => this.close())
    socket.on('close', () => this.close())
  }

  read(chunk: Buffer): void {
    if (this.#closed) return
    try {
      this.#reader.read(chunk, this.#onFrame)
    } catch {
      this.close()
    }
  }

  /** What is written in one turn of the event loop goes out together. */
  write(bytes: Uint8Array, flushed?: (error?: Error | null) => void): void {
    if (this.#closed) {
      if (flushed !== undefined) process.nextTick(flushed)
      return
    }
    if (!this.#corked) {
      this.#corked = true
      this.socket.cork()
      process.nextTick(() => {
        this.#corked = false
        this.socket.uncork()
      })
    }
    this.socket.write(bytes, flushed)
  }

  sendControl(message: unknown): void {
    const body = encodeCbor(message)
    if (body.length > maxControlBytes) throw new RangeError(`control message of ${body.length} bytes`)
    const frame = newFrame(FrameType.control, 0, body.length)
    frame.set(body, frameHeaderBytes)
    this.write(frame)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.socket.destroy()
    this.#onClosed()
  }
}

function maxPayload(type: number): number {
  switch (type) {
    case FrameType.data:
      return maxDataBytes
    case FrameType.credit:
      return 4
    case FrameType.close:
      return 1
    case FrameType.control:
      return maxControlBytes
    default:
      return -1
  }
}

const controlOf = (frame: Buffer): Plain =>
  decodeCbor(payloadOf(frame), 'control', { maxBytes: maxControlBytes, maxDepth: 32 })

/** The node's end. */
export class NodeEnd {
  readonly #pipe: PipeEnd
  readonly #channels = new Map<number, Channel>()

  constructor(socket: Socket, events: PipeEvents) {
    this.#pipe = new PipeEnd(
      socket,
      false,
      (frame) => {
        if (typeOf(frame) === FrameType.control) events.control(controlOf(frame))
        else this.#fromTask(frame)
      },
      () => {
        for (const channel of this.#channels.values()) channel.close('failed')
        events.closed()
      },
    )
  }

  /** A message to the task. Channels that it names must be spliced before. */
  send(message: unknown): void {
    this.#pipe.sendControl(message)
  }

  /** Joins a channel of a link to channel `number` (from 1) of the task. */
  splice(number: number, channel: LinkChannel): void {
    const link = channel as Channel
    this.#channels.set(number, link)
    link.attach({
      data: (frame) => {
        setHead(frame, FrameType.data, number)
        this.#pipe.write(frame, (error) => {
          if (!error) giveBack(frame)
        })
      },
      credit: (bytes) => this.#pipe.write(creditFrame(number, bytes)),
      ended: (error) => {
        if (error === undefined) return // the task itself closed it
        const code = closeCodes.find((c) => c === error.fields.code)
        this.#pipe.write(closeFrame(number, code ?? (error.code === 'LINK_RESTARTED' ? 'restarted' : 'failed')))
      },
    })
  }

  /** Ends the pipe; channels that the task did not close end with `failed` at the partners. */
  close(): void {
    this.#pipe.close()
  }

  #fromTask(frame: Buffer): void {
    const channel = this.#channels.get(channelOf(frame))
    if (channel === undefined) throw new RangeError('unknown channel')
    switch (typeOf(frame)) {
      case FrameType.data:
        if (!channel.isEnded) channel.write(frame)
        return
      case FrameType.credit:
        channel.grant(frame.readUInt32LE(frameHeaderBytes))
        return
      case FrameType.close:
        channel.close(closeCodes[frame[frameHeaderBytes]!] ?? 'failed')
        return
    }
  }
}

/** What a wire needs of the pipe, and gets from it. */
export interface PipeChannel {
  /** The payload of a data frame, valid only during the call. */
  data(payload: Buffer): void
  credit(bytes: number): void
  /** The pipe is `writable` again. */
  drained(): void
  closed(code: CloseCode): void
}

/** The task's end. */
export class TaskEnd {
  readonly #pipe: PipeEnd
  readonly #channels = new Map<number, PipeChannel>()
  /** Credit and data that come before the wire is made. */
  readonly #early = new Map<number, Buffer[]>()

  /**
   * On the inherited descriptor. All reading goes through one buffer, because memory outside the heap that comes and goes
   * with every chunk makes the collector mark the whole heap again and again.
   */
  static open(events: PipeEvents, descriptor = pipeDescriptor): TaskEnd {
    const callback = (bytes: number, buffer: Uint8Array): boolean => {
      end.#pipe.read((buffer as Buffer).subarray(0, bytes))
      return true
    }
    const onread = { buffer: Buffer.allocUnsafeSlow(readBytes), callback }
    const end = new TaskEnd(new Socket({ fd: descriptor, readable: true, writable: true, onread }), events)
    return end
  }

  constructor(socket: Socket, events: PipeEvents) {
    this.#pipe = new PipeEnd(
      socket,
      true,
      (frame) => {
        if (typeOf(frame) === FrameType.control) events.control(controlOf(frame))
        else this.#fromNode(frame)
      },
      () => {
        for (const channel of this.#channels.values()) channel.closed('failed')
        events.closed()
      },
    )
    socket.on('drain', () => this.#drained())
  }

  /** Whether the socket takes more data now; otherwise `drained` follows. */
  get writable(): boolean {
    return this.#pipe.socket.writableLength < writeBytes
  }

  /** A message to the node. */
  send(message: unknown): void {
    this.#pipe.sendControl(message)
  }

  attach(number: number, channel: PipeChannel): void {
    this.#channels.set(number, channel)
    for (const frame of this.#early.get(number) ?? []) deliver(channel, frame)
    this.#early.delete(number)
  }

  /** @param parts  the payload, 1 to `maxDataBytes` bytes, at `head.subarray(frameHeaderBytes)` and `body` */
  data(number: number, head: Buffer, body: Uint8Array | undefined, flushed?: () => void): void {
    setHead(head, FrameType.data, number)
    if (body === undefined) this.#pipe.write(head, flushed)
    else {
      const length = head.length - frameHeaderBytes + body.length
      head[1] = length & 255
      head[2] = (length >> 8) & 255
      head[3] = length >> 16
      this.#pipe.write(head)
      this.#pipe.write(body, flushed)
    }
  }

  grant(number: number, bytes: number): void {
    this.#pipe.write(creditFrame(number, bytes))
  }

  closeChannel(number: number, code: CloseCode): void {
    this.#pipe.write(closeFrame(number, code))
  }

  /** Ends the pipe after everything written has gone out. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#pipe.socket.end(() => {
        this.#pipe.close()
        resolve()
      })
    })
  }

  #drained(): void {
    for (const [number, channel] of [...this.#channels]) {
      if (!this.writable) break
      // To the end of the row: another channel is the first next time.
      this.#channels.delete(number)
      this.#channels.set(number, channel)
      channel.drained()
    }
  }

  #fromNode(frame: Buffer): void {
    const number = channelOf(frame)
    const channel = this.#channels.get(number)
    if (channel !== undefined) deliver(channel, frame)
    else {
      const kept = Buffer.from(frame)
      const early = this.#early.get(number)
      if (early === undefined) this.#early.set(number, [kept])
      else early.push(kept)
    }
  }
}

function deliver(channel: PipeChannel, frame: Buffer): void {
  switch (typeOf(frame)) {
    case FrameType.data:
      channel.data(payloadOf(frame))
      return
    case FrameType.credit:
      channel.credit(frame.readUInt32LE(frameHeaderBytes))
      return
    case FrameType.close:
      channel.closed(closeCodes[frame[frameHeaderBytes]!] ?? 'failed')
      return
  }
}

function creditFrame(number: number, bytes: number): Buffer {
  const frame = newFrame(FrameType.credit, number, 4)
  frame.writeUInt32LE(bytes, frameHeaderBytes)
  return frame
}

function closeFrame(number: number, code: CloseCode): Buffer {
  const frame = newFrame(FrameType.close, number, 1)
  frame[frameHeaderBytes] = closeCodes.indexOf(code)
  return frame
}
