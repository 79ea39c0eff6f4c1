/** The peer port: TLS 1.3 that asks for a certificate, two paths, short deadlines, and nothing else. */
import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { type Clock, errorToJson, type Logger, type MemberId } from '@secureflow/base'
import { certificateOf, expiryProblem, fingerprintOf, serverNameOf } from './certificates.ts'
import { maxWireMessage } from './connection.ts'
import { type Refusal, refusalHeader, tlsOptions } from './dialler.ts'
import type { OtherIdentity } from './interface.ts'
import { maxStrangerBytes, type Strangers, strangerPath } from './strangers.ts'
import { grantUpgrade, WebSocket } from './websocket.ts'

export const linkPath = '/link'
const maxConnections = 512

export interface ListenerOptions {
  host: string
  port: number
  identity: { certPem: string; keyPem: string }
  otherIdentities(): readonly OtherIdentity[]
  helloMs: number
  memberOfKey(fingerprint: string): MemberId | undefined
  pinnedKeyOf(member: MemberId): string | undefined
  /** Why a key that is not pinned is refused, where that is known. */
  whyRefused(fingerprint: string): Refusal | undefined
  /** A connection whose key is pinned for `member`. */
  accept(ws: WebSocket, socket: TLSSocket, member: MemberId, certificate: X509Certificate): void
}

export class Listener {
  readonly #options: ListenerOptions
  readonly #strangers: Strangers
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #server: Server
  /** TCP sockets, from before the handshake on, so that closing leaves none behind. */
  readonly #sockets = new Set<Duplex>()

  constructor(options: ListenerOptions, strangers: Strangers, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#options = options
    this.#strangers = strangers
    this.#clock = clock
    this.#logger = logger
    const { helloMs, identity } = options
    this.#server = createServer({
      ...tlsOptions,
      cert: identity.certPem,
      key: identity.keyPem,
      SNICallback: (name, done) => done(null, this.#contextFor(name)),
      requestCert: true,
      rejectUnauthorized: false, // the pinned key decides, in `#upgrade`
      handshakeTimeout: helloMs,
      headersTimeout: helloMs,
      requestTimeout: helloMs,
      connectionsCheckingInterval: Math.min(1000, helloMs),
      maxHeaderSize: 4096,
      noDelay: true,
    })
    this.#server.maxConnections = maxConnections
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
    this.#server.on('request', (_request, response) => response.writeHead(404, { connection: 'close' }).end())
    this.#server.on('upgrade', (request, socket, head) => {
      try {
        this.#upgrade(request, socket as TLSSocket, head)
      } catch (error) {
        // A callback of ours, or a key that OpenSSL does not know: whatever it is, it is this connection's end alone.
        this.#logger.error({ ...errorToJson(error) }, 'a connection was dropped')
        socket.destroy()
      }
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Handshakes from now on; connections that stand go on. */
  useIdentity({ certPem, keyPem }: { certPem: string; keyPem: string }): void {
    this.#server.setSecureContext({ ...tlsOptions, cert: certPem, key: keyPem })
  }

  /** @returns undefined for the key in use */
  #contextFor(serverName: string): SecureContext | undefined {
    const other = this.#options.otherIdentities().find((i) => serverName === serverNameOf(i.fingerprint))
    return other && createSecureContext({ ...tlsOptions, cert: other.certPem, key: other.keyPem })
  }

  listen(): Promise<void> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        // Such as no descriptor left for one more connection: the node lives on without it.
        this.#server.on('error', (error) => this.#logger.error({ ...errorToJson(error) }, 'the peer port had an error'))
        resolve()
      })
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #upgrade(request: IncomingMessage, socket: TLSSocket, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const { helloMs, memberOfKey, pinnedKeyOf, whyRefused, accept } = this.#options
    if (request.url === strangerPath) {
      if (!this.#strangers.admits(socket.remoteAddress ?? '')) {
        refuse(socket, 'busy')
        return
      }
      if (grantUpgrade(request, socket))
        this.#strangers.serve(new WebSocket(socket, false, head, maxStrangerBytes), socket, 3 * helloMs)
      return
    }
    const certificate = certificateOf(socket)
    const fingerprint = certificate === undefined ? undefined : fingerprintOf(certificate)
    const member = fingerprint === undefined ? undefined : memberOfKey(fingerprint)
    if (request.url !== linkPath || member === undefined || pinnedKeyOf(member) !== fingerprint) {
      const why = (fingerprint === undefined ? undefined : whyRefused(fingerprint)) ?? 'unknown-key'
      // A candidate dials on until it is admitted.
      const level = why === 'candidate' ? 'debug' : 'warn'
      this.#logger[level]({ address: socket.remoteAddress, fingerprint, why }, 'a connection was refused')
      refuse(socket, why)
      return
    }
    const problem = expiryProblem(certificate!, this.#clock.now(), member)
    if (problem !== undefined) {
      this.#logger.warn({ member, ...errorToJson(problem) }, 'a connection was refused')
      refuse(socket, 'expired')
      return
    }
    if (grantUpgrade(request, socket))
      accept(new WebSocket(socket, false, head, maxWireMessage), socket, member, certificate!)
  }
}

function refuse(socket: TLSSocket, why: Refusal): void {
  socket.end(`HTTP/1.1 403 Forbidden\r\n${refusalHeader}: ${why}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  setTimeout(() => socket.destroy(), 250).unref()
}
