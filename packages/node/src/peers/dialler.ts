/** Dials: TCP, TLS 1.3, the pinned key, then the WebSocket upgrade. Nothing is sent before the key is checked. */
import type { X509Certificate } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import type { SecureflowError } from '@secureflow/base'
import WebSocket from 'ws'
import { certificateOf } from './certificates.ts'
import { maxWireMessage } from './connection.ts'
import { peerErrors } from './errors.ts'
import type { PeerAddress } from './interface.ts'

/** In the answer to an upgrade that is refused: why. */
export const refusalHeader = 'x-secureflow-refusal'
const refusals = ['unknown-key', 'expired', 'busy', 'closing', 'suspended', 'removed', 'candidate'] as const
export type Refusal = (typeof refusals)[number]

export interface DialOptions {
  address: PeerAddress
  /** `/link` or `/enrol` */
  path: string
  identity: { certPem: string; keyPem: string } | undefined
  /** Whom errors name: a member, or an address. */
  name: string
  connectMs: number
  helloMs: number
  maxPayload?: number
  signal: AbortSignal
  /** Throws or returns what is wrong with the partner's certificate. */
  check(certificate: X509Certificate): SecureflowError | undefined
}

/** TLS settings of both ends. AES-128 first: the strength of everything else here, and the quickest. */
export const tlsOptions = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
} as const

export const webSocketOptions = {
  perMessageDeflate: false,
  maxPayload: maxWireMessage,
  maxFragments: 64,
  maxBufferedChunks: 8192,
  skipUTF8Validation: true,
}

interface Dialled {
  ws: WebSocket
  socket: TLSSocket
  /** Of the partner, as `check` accepted it. */
  certificate: X509Certificate
}

/** @throws LINK_UNREACHABLE, LINK_REFUSED, LINK_NOT_MEMBER, LINK_WRONG_KEY, LINK_CERTIFICATE_EXPIRED, LINK_HELLO_TIMEOUT */
export function dial(options: DialOptions): Promise<Dialled> {
  const { address, identity, name, signal } = options
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...tlsOptions,
      host: address.host,
      port: address.port,
      rejectUnauthorized: false, // the pinned key decides, in `check`
      checkServerIdentity: () => undefined,
      ...(identity === undefined ? {} : { cert: identity.certPem, key: identity.keyPem }),
    })
    let ws: WebSocket | undefined
    const unreachable = (cause?: unknown) => peerErrors.LINK_UNREACHABLE({ member: name }, { cause })
    const fail = (error: unknown): void => {
      settle()
      ws?.on('error', () => {})
      ws?.terminate()
      socket.destroy()
      reject(error)
    }
    const abort = () => fail(unreachable())
    const connecting = setTimeout(() => fail(unreachable()), options.connectMs)
    const greeting = setTimeout(
      () => fail(peerErrors.LINK_HELLO_TIMEOUT({ member: name, seconds: options.helloMs / 1000 }, { party: name })),
      options.helloMs,
    )
    const settle = (): void => {
      clearTimeout(connecting)
      clearTimeout(greeting)
      signal.removeEventListener('abort', abort)
      socket.off('error', failed)
      socket.off('close', abort)
    }
    const failed = (cause: unknown) => fail(unreachable(cause))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', failed)
    socket.once('close', abort)
    socket.once('connect', () => clearTimeout(connecting))
    socket.once('secureConnect', () => {
      const certificate = certificateOf(socket)
      if (certificate === undefined) return fail(unreachable())
      const problem = options.check(certificate)
      if (problem !== undefined) return fail(problem)
      ws = new WebSocket(`ws://peer${options.path}`, {
        ...webSocketOptions,
        ...(options.maxPayload === undefined ? {} : { maxPayload: options.maxPayload }),
        createConnection: () => socket,
        // Masks keep plain-text proxies from misreading frames; inside TLS there are none, and zero costs nothing.
        generateMask: (mask) => mask.fill(0),
      })
      ws.on('error', failed)
      ws.on('unexpected-response', (_request, response) => {
        const code = refusals.find((r) => r === response.headers[refusalHeader]) ?? 'no-link'
        fail(
          code === 'suspended' || code === 'removed'
            ? peerErrors.LINK_NOT_MEMBER({ member: name, state: code }, { party: name })
            : peerErrors.LINK_REFUSED({ member: name, code }, { party: name }),
        )
      })
      ws.once('open', () => {
        settle()
        ws!.off('error', failed)
        resolve({ ws: ws!, socket, certificate })
      })
    })
  })
}
