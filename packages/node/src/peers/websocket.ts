/**
 * WebSocket (RFC 6455) over a socket, as far as nodes need it: whole binary messages, ping, pong and close. Refused are
 * texts, fragments, extensions, wrong masks, and messages beyond the limit before anything is allocated for them.
 *
 * Its own, and not a library's, because bulk passes here: a message is put together once, in memory that is used again
 * (`memory.ts`), and written without a copy.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { bytesCame } from './collector.ts'
import { takeMemory } from './memory.ts'

const Opcode = { binary: 2, close: 8, ping: 9, pong: 10 } as const
const final = 0x80
const masked = 0x80
const maxControlBytes = 125
/** Longest head: two bytes, a length of eight, a mask of four. */
const maxHeadBytes = 14
/** No answer to pings while so much waits: the partner does not read. */
const maxWaitingBytes = 1 << 20
/** How long the partner may take to end the connection after both have said so. */
const closingMs = 250
/** Given to `closed` where the partner sent no code. */
const abnormal = 1006

export interface WebSocketEvents {
  /** A whole message, in memory that now belongs to the listener. */
  message(bytes: Buffer): void
  pong(): void
  /** There is room in the socket again. */
  drain(): void
  /** What came must not come. Nothing more is read; whoever listens closes. */
  violated(): void
  /** `message` or `pong` threw. Nothing more is read; whoever listens closes. */
  failed(cause: unknown): void
  /** Once, when the connection is gone: the partner's code. */
  closed(code: number): void
}

export class WebSocket {
  readonly #socket: Socket
  readonly #dialled: boolean
  readonly #maxBytes: number
  readonly #unread: Buffer
  #events: WebSocketEvents | undefined
  /** The head that is being read, and how much of it is there. */
  readonly #head = Buffer.alloc(maxHeadBytes)
  #headFilled = 0
  /** The payload that is being filled. */
  #payload: Buffer | undefined
  #filled = 0
  #deaf = false
  #closing = false
  #code = abnormal
  #corked = false

  /**
   * @param dialled  this end masks what it sends, the other does not
   * @param head  what came behind the upgrade
   * @param maxBytes  of one message
   */
  constructor(socket: Socket, dialled: boolean, head: Buffer, maxBytes: number) {
    this.#socket = socket
    this.#dialled = dialled
    this.#unread = head
    this.#maxBytes = maxBytes
    socket.setTimeout(0)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.once('end', () => this.#finish())
    socket.once('close', () => {
      this.#deaf = true
      this.#events?.closed(this.#code)
    })
  }

  /** Begins to read. */
  open(events: WebSocketEvents): void {
    this.#events = events
    this.#socket.on('drain', () => events.drain())
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk))
    if (this.#unread.length > 0) this.#read(this.#unread)
  }

  /** Bytes that wait in the socket. */
  get waitingBytes(): number {
    return this.#socket.writableLength
  }

  get bytesRead(): number {
    return this.#socket.bytesRead
  }

  /** @param flushed  called without an error once the socket needs the bytes no more */
  send(bytes: Uint8Array, flushed?: (error?: Error | null) => void): void {
    this.#write(Opcode.binary, bytes, flushed)
  }

  ping(): void {
    this.#write(Opcode.ping, none)
  }

  /** Says why, once; the rest is the partner's part. */
  close(code: number): void {
    if (this.#closing) return
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.#write(Opcode.close, payload)
    this.#closing = true
    if (this.#events === undefined) this.#finish() // nobody reads, so no answer would be seen
  }

  terminate(): void {
    this.#deaf = true
    this.#socket.destroy()
  }

  /** What is written in one turn of the event loop goes out together. */
  #write(opcode: number, payload: Uint8Array, flushed?: (error?: Error | null) => void): void {
    const socket = this.#socket
    if (this.#closing || socket.destroyed || socket.writableEnded) return
    if (!this.#corked) {
      this.#corked = true
      socket.cork()
      process.nextTick(() => {
        this.#corked = false
        socket.uncork()
      })
    }
    socket.write(headOf(opcode, payload.length, this.#dialled))
    socket.write(payload, flushed)
  }

  // ---- From the wire -------------------------------------------------------------------------------------------------

  #read(chunk: Buffer): void {
    bytesCame(chunk.length)
    try {
      for (let at = 0; at < chunk.length && !this.#deaf; ) {
        const payload = this.#payload
        if (payload === undefined) {
          this.#head[this.#headFilled++] = chunk[at++]!
          this.#headCame()
          continue
        }
        const n = Math.min(payload.length - this.#filled, chunk.length - at)
        chunk.copy(payload, this.#filled, at, at + n)
        at += n
        this.#filled += n
        if (this.#filled === payload.length) this.#complete(payload)
      }
    } catch (cause) {
      this.#deaf = true
      this.#events!.failed(cause)
    }
  }

  /** One more byte of a head is there. */
  #headCame(): void {
    const head = this.#head
    const filled = this.#headFilled
    if (filled < 2) return
    if (filled === 2 && !this.#mayCome(head[0]!, head[1]!)) {
      this.#violated()
      return
    }
    const short = head[1]! & 127
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
    if (filled < 2 + lengthBytes + (this.#dialled ? 0 : 4)) return
    const long = lengthBytes === 2 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2))
    const length = lengthBytes === 0 ? short : long
    if (length > this.#maxBytes) {
      this.#violated()
      return
    }
    this.#payload = takeMemory(length)
    this.#filled = 0
    if (length === 0) this.#complete(this.#payload)
  }

  /** The first two bytes of a head: whole messages of a known kind, masked by whoever dialled, controls short. */
  #mayCome(first: number, second: number): boolean {
    const opcode = first & 15
    const control = opcode >= Opcode.close && opcode <= Opcode.pong
    return (
      first === (final | opcode) &&
      (control || opcode === Opcode.binary) &&
      ((second & masked) === 0) === this.#dialled &&
      (!control || (second & 127) <= maxControlBytes)
    )
  }

  #complete(payload: Buffer): void {
    const opcode = this.#head[0]! & 15
    if (!this.#dialled) unmask(payload, this.#head.readUInt32BE(this.#headFilled - 4))
    this.#headFilled = 0
    this.#payload = undefined
    if (opcode === Opcode.close) {
      this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : this.#code
      this.close(this.#code === abnormal ? 1000 : this.#code)
      this.#finish()
    } else if (this.#closing) return
    else if (opcode === Opcode.binary) this.#events!.message(payload)
    else if (opcode === Opcode.pong) this.#events!.pong()
    else if (this.waitingBytes < maxWaitingBytes) this.#write(Opcode.pong, payload)
  }

  #violated(): void {
    this.#deaf = true
    this.#events!.violated()
  }

  /** Both have said so, or the partner has gone. */
  #finish(): void {
    this.#deaf = true
    this.#socket.end()
    setTimeout(() => this.#socket.destroy(), closingMs).unref()
  }
}

const none = new Uint8Array(0)

/**
 * Masks keep a plain-text proxy from taking a message for something else. Inside TLS there is none: the mask is zero, which
 * leaves the payload as it is.
 */
function headOf(opcode: number, length: number, dialled: boolean): Buffer {
  const lengthBytes = length <= 125 ? 0 : length < 65_536 ? 2 : 8
  const head = Buffer.alloc(2 + lengthBytes + (dialled ? 4 : 0))
  head[0] = final | opcode
  head[1] = (dialled ? masked : 0) | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127)
  if (lengthBytes > 0) head.writeUIntBE(length, lengthBytes === 2 ? 2 : 4, lengthBytes === 2 ? 2 : 6)
  return head
}

function unmask(payload: Buffer, mask: number): void {
  if (mask === 0) return
  const key = Buffer.alloc(4)
  key.writeUInt32BE(mask)
  for (let i = 0; i < payload.length; i++) payload[i]! ^= key[i & 3]!
}

// ---- The upgrade ---------------------------------------------------------------------------------------------------

const version = '13'
const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** What an end that does not upgrade answers. */
export class UpgradeRefused extends Error {
  readonly response: IncomingMessage
  constructor(response: IncomingMessage) {
    super('the upgrade was refused')
    this.response = response
  }
}

/**
 * Asks for the upgrade. @returns what came behind the answer
 * @throws UpgradeRefused, or why the connection broke. The socket is the caller's to destroy.
 */
export function upgrade(socket: Socket, path: string): Promise<Buffer> {
  const key = randomBytes(16).toString('base64')
  return new Promise((resolve, reject) => {
    const asking = request({
      createConnection: () => socket,
      maxHeaderSize: 4096,
      path,
      headers: {
        host: 'peer',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': key,
        'sec-websocket-version': version,
      },
    })
    asking.on('error', reject)
    asking.on('response', (response) => reject(new UpgradeRefused(response)))
    asking.on('upgrade', (response, _socket, head) => {
      const { upgrade, 'sec-websocket-accept': accept } = response.headers
      if (upgrade?.toLowerCase() === 'websocket' && accept === acceptOf(key)) resolve(head)
      else reject(new UpgradeRefused(response))
    })
    asking.end()
  })
}

/** Grants it. @returns false where it was none, and the connection is ended */
export function grantUpgrade({ method, headers }: IncomingMessage, socket: Duplex): boolean {
  const key = headers['sec-websocket-key'] ?? ''
  const sound =
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === version &&
    /^[+/0-9A-Za-z]{22}==$/.test(key)
  if (sound)
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${acceptOf(key)}\r\n\r\n`,
    )
  else {
    const needs = `connection: close\r\nsec-websocket-version: ${version}\r\ncontent-length: 0`
    socket.end(`HTTP/1.1 400 Bad Request\r\n${needs}\r\n\r\n`)
  }
  return sound
}
