/**
 * The one thing that somebody without a pinned key may do: send one small request of an allowed kind (to enrol) and read
 * one answer. It runs under TLS with the listener's key known to the asker from its invitation.
 */
import type { TLSSocket } from 'node:tls'
import { decodeCbor, encodeCbor, type Logger, type Plain } from '@secureflow/base'
import { z } from 'zod'
import { codeOf, errorOf } from './answers.ts'
import { certificateOf, expiryProblem, fingerprintOf } from './certificates.ts'
import { dial } from './dialler.ts'
import { peerErrors } from './errors.ts'
import type { PeerAddress, StrangerHandler } from './interface.ts'
import type { WebSocket } from './websocket.ts'

export const strangerPath = '/enrol'
export const maxStrangerBytes = 64 << 10
const maxAtOnce = 8
/** Requests from one address, and from all together, in `windowMs`. */
const perAddress = 10
const perNode = 60
const windowMs = 60_000

const request = z.strictObject({ kind: z.string().max(64), body: z.unknown() })
const answer = z.union([z.strictObject({ body: z.unknown() }), z.strictObject({ code: z.string().max(32) })])

/** The listening end. */
export class Strangers {
  readonly #handlers = new Map<string, StrangerHandler>()
  readonly #seen = new Map<string, number>()
  #seenAll = 0
  #windowStart = 0
  #atOnce = 0
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  handle(kind: string, handler: StrangerHandler): void {
    this.#handlers.set(kind, handler)
  }

  /** Counts the visit. Memory: at most `perNode` addresses a window. */
  admits(address: string): boolean {
    const now = performance.now()
    if (now - this.#windowStart > windowMs) {
      this.#windowStart = now
      this.#seen.clear()
      this.#seenAll = 0
    }
    if (this.#handlers.size === 0 || this.#atOnce >= maxAtOnce || this.#seenAll >= perNode) return false
    const seen = this.#seen.get(address) ?? 0
    if (seen >= perAddress) return false
    this.#seen.set(address, seen + 1)
    this.#seenAll++
    return true
  }

  serve(ws: WebSocket, socket: TLSSocket, deadlineMs: number): void {
    this.#atOnce++
    const abort = new AbortController()
    const timer = setTimeout(() => ws.terminate(), deadlineMs)
    let asked = false
    ws.open({
      message: (data) => {
        if (asked) return
        asked = true
        void this.#answer(data, socket, abort.signal).then((bytes) => {
          ws.send(bytes)
          ws.close(1000)
        })
      },
      pong() {},
      drain() {},
      violated: () => ws.terminate(),
      failed: () => ws.terminate(),
      closed: () => {
        clearTimeout(timer)
        abort.abort()
        this.#atOnce--
      },
    })
  }

  async #answer(data: Buffer, socket: TLSSocket, signal: AbortSignal): Promise<Uint8Array> {
    const certificate = certificateOf(socket)
    const from = {
      fingerprint: certificate === undefined ? undefined : fingerprintOf(certificate),
      address: socket.remoteAddress ?? '',
    }
    try {
      const value = decodeCbor(data, 'request', { maxBytes: maxStrangerBytes })
      const { kind, body } = request.parse(value)
      const handler = this.#handlers.get(kind)
      if (handler === undefined) return encodeCbor({ code: 'UNKNOWN_KIND' })
      return encodeCbor({ body: await handler(from, body as Plain, signal) })
    } catch (error) {
      const code = error instanceof z.ZodError ? 'INVALID' : codeOf(error)
      this.#logger.warn({ address: from.address, code, error }, 'a stranger’s request failed')
      return encodeCbor({ code })
    }
  }
}

export interface UnpinnedRequest {
  address: PeerAddress
  /** Of the listener's key, from the invitation. */
  expectedFingerprint: string
  kind: string
  body: Plain
  /** Shown to the listener, which learns its fingerprint; optional. */
  identity?: { certPem: string; keyPem: string }
  timeoutMs?: number
  signal?: AbortSignal | undefined
  now: number
}

/** Asks a listener that does not know this node yet. @throws as `dial`, PEER_ANSWERED, PEER_TIMEOUT */
export async function requestUnpinned(options: UnpinnedRequest): Promise<Plain> {
  const { address, kind, timeoutMs = 15_000, signal = new AbortController().signal } = options
  const name = `${address.host}:${address.port}`
  const late = () => peerErrors.PEER_TIMEOUT({ member: name, kind, seconds: timeoutMs / 1000 })
  const message = encodeCbor({ kind, body: options.body })
  if (message.length > maxStrangerBytes)
    throw peerErrors.LINK_TOO_LARGE({ bytes: message.length, allowed: maxStrangerBytes })
  const { ws } = await dial({
    address,
    path: strangerPath,
    identity: options.identity,
    name,
    connectMs: timeoutMs,
    helloMs: timeoutMs,
    maxBytes: maxStrangerBytes,
    signal,
    check: (certificate) =>
      fingerprintOf(certificate) === options.expectedFingerprint
        ? expiryProblem(certificate, options.now, name)
        : peerErrors.LINK_WRONG_KEY({ member: name }),
  })
  try {
    const data = await new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => reject(late()), timeoutMs)
      signal.addEventListener('abort', () => ws.terminate(), { once: true }) // comes back as `closed`
      const gone = () => {
        clearTimeout(timer)
        reject(peerErrors.LINK_UNREACHABLE({ member: name }))
      }
      ws.open({ message: resolve, pong() {}, drain() {}, violated: gone, failed: gone, closed: gone })
      ws.send(message)
    })
    const parsed = answer.safeParse(decodeCbor(data, 'answer', { maxBytes: maxStrangerBytes }))
    if (!parsed.success) throw peerErrors.LINK_MALFORMED({ member: name, what: 'answer' })
    if ('code' in parsed.data) throw errorOf(parsed.data.code, name, kind)
    return parsed.data.body as Plain
  } finally {
    ws.terminate()
  }
}
