/** Dials: TCP, TLS 1.3, the pinned key, then the WebSocket upgrade. Nothing is sent before the key is checked. */
import type { X509Certificate } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import { SecureflowError } from '@secureflow/base'
import { certificateOf, serverNameOf } from './certificates.ts'
import { peerErrors } from './errors.ts'
import type { PeerAddress } from './interface.ts'
import { UpgradeRefused, upgrade, WebSocket } from './websocket.ts'

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
  /** Of one message. */
  maxBytes: number
  signal: AbortSignal
  /** The key that is expected: who has rotated its key not long ago shows whichever is asked for. */
  pinned?: string
  /** Throws or returns what is wrong with the partner's certificate. */
  check(certificate: X509Certificate): SecureflowError | undefined
}

/** TLS settings of both ends. AES-128 first: the strength of everything else here, and the quickest. */
export const tlsOptions = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
} as const

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
      ...(options.pinned === undefined ? {} : { servername: serverNameOf(options.pinned) }),
      ...(identity === undefined ? {} : { cert: identity.certPem, key: identity.keyPem }),
    })
    const unreachable = (cause?: unknown) => peerErrors.LINK_UNREACHABLE({ member: name }, { cause })
    const fail = (error: unknown): void => {
      settle()
      socket.on('error', () => {})
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
    const greet = async (): Promise<void> => {
      const certificate = certificateOf(socket)
      if (certificate === undefined) throw unreachable()
      const problem = options.check(certificate)
      if (problem !== undefined) throw problem
      const head = await upgrade(socket, options.path)
      settle()
      resolve({ ws: new WebSocket(socket, true, head, options.maxBytes), socket, certificate })
    }
    socket.once('secureConnect', () => {
      greet().catch((error: unknown) => {
        if (!(error instanceof UpgradeRefused))
          return fail(error instanceof SecureflowError ? error : unreachable(error))
        const code = refusals.find((r) => r === error.response.headers[refusalHeader]) ?? 'no-link'
        fail(
          code === 'suspended' || code === 'removed'
            ? peerErrors.LINK_NOT_MEMBER({ member: name, state: code }, { party: name })
            : peerErrors.LINK_REFUSED({ member: name, code }, { party: name }),
        )
      })
    })
  })
}
