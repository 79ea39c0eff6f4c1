/** The peers of this node: who is dialled, who may connect, one link for each member, requests and channels over it. */
import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import {
  asSecureflowError,
  errorToJson,
  type MemberId,
  type Plain,
  randomBelow,
  randomBytes,
  SecureflowError,
  toHex,
} from '@secureflow/base'
import { expiryProblem, fingerprintOf } from './certificates.ts'
import { initialWindowBytes } from './channel.ts'
import { Connection, type ConnectionEvents, hangUps, maxWireMessage } from './connection.ts'
import { dial } from './dialler.ts'
import { peerErrors } from './errors.ts'
import type {
  LinkChannel,
  LinkMeasure,
  PeerAddress,
  PeerDeadlines,
  PeerEvent,
  PeerHandler,
  PeerListener,
  PeerState,
  PeersDependencies,
  PeersOptions,
  RequestOptions,
  StrangerHandler,
} from './interface.ts'
import { Link } from './link.ts'
import { Listener, linkPath } from './listener.ts'
import { probe, probeKind } from './measure.ts'
import { Requests } from './requests.ts'
import { requestUnpinned, Strangers } from './strangers.ts'
import type { WebSocket } from './websocket.ts'

export const defaultDeadlines: PeerDeadlines = {
  connectMs: 1000,
  helloMs: 5000,
  pingMs: 15_000,
  suspectMs: 2000,
  deadMs: 20_000,
  resumeMs: 120_000,
  recheckMs: 10_000,
  unclaimedMs: 120_000,
}
/** Connections of one member at a time, the link's own among them. */
const maxConnections = 6
const maxDialling = 3

export class Peers {
  readonly bootId: string
  readonly #options: PeersOptions
  readonly #dependencies: PeersDependencies
  readonly #deadlines: PeerDeadlines
  readonly #windowBytes: number
  readonly #peers = new Map<MemberId, Peer>()
  readonly #handlers = new Map<string, PeerHandler>()
  readonly #listeners = { up: new Set<PeerListener>(), down: new Set<PeerListener>() }
  readonly #strangers: Strangers
  #listener: Listener | undefined
  #recheck: NodeJS.Timeout | undefined
  #asking = true
  #closed = false

  constructor(options: PeersOptions, dependencies: PeersDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#deadlines = { ...defaultDeadlines, ...options.deadlines }
    this.#windowBytes = Math.max(options.windowBytes ?? 16 << 20, 4 * initialWindowBytes)
    this.bootId = toHex(randomBytes(dependencies.rng, 16))
    this.#strangers = new Strangers(dependencies.logger)
    this.#handlers.set(probeKind, async () => null)
  }

  /** Listens, if this node is to be dialled. @throws LINK_OWN_CERTIFICATE_EXPIRED */
  async start(): Promise<void> {
    const { identity, listen, memberOfKey, pinnedKeyOf } = this.#options
    const problem = expiryProblem(new X509Certificate(identity.certPem), this.#dependencies.clock.now(), undefined)
    if (problem !== undefined) throw problem
    // A certificate may expire, and a pin may go, while the link is up.
    this.#recheck = setInterval(() => {
      for (const peer of this.#peers.values()) peer.recheck()
    }, this.#deadlines.recheckMs).unref()
    if (listen === undefined) return
    this.#listener = new Listener(
      {
        ...listen,
        identity,
        otherIdentities: () => this.#options.otherIdentities ?? [],
        helloMs: this.#deadlines.helloMs,
        memberOfKey: (fingerprint) => memberOfKey(fingerprint),
        pinnedKeyOf: (member) => pinnedKeyOf(member),
        whyRefused: (fingerprint) => this.#options.whyRefused?.(fingerprint),
        // A handshake may end after this node began to close.
        accept: (ws, socket, member, certificate) =>
          this.#closed ? socket.destroy() : this.#peer(member).accept(ws, socket, certificate),
      },
      this.#strangers,
      this.#dependencies,
    )
    await this.#listener.listen()
  }

  /**
   * Own requests end with LINK_CLOSED, now and from now on: what waits for a partner, which may be going down as well,
   * would hold up everything that is to be closed in order. Links stay, and requests of others are answered.
   */
  endRequests(): void {
    this.#asking = false
    for (const [member, peer] of this.#peers) peer.requests.end(peerErrors.LINK_CLOSED({ member }))
  }

  /** Ends every link; channels and requests fail with LINK_CLOSED. Nothing is left afterwards. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#recheck)
    await Promise.all([this.#listener?.close(), ...[...this.#peers.values()].map((peer) => peer.close())])
    this.#peers.clear()
  }

  /** The port that is listened on. */
  get port(): number {
    if (this.#listener === undefined) throw new RangeError('this node does not listen')
    return this.#listener.port
  }

  /** Keeps a link to this member from now on. Everything below does so by itself. */
  connect(member: MemberId): void {
    this.#peer(member).want()
  }

  /** The own certificate was exchanged: handshakes use the new one from now on. */
  renewed(): void {
    this.#listener?.useIdentity(this.#options.identity)
  }

  /** Ends the connections of this member at once where they are not under its pinned key; channels go on under the new one. */
  drop(member: MemberId): void {
    this.#peers.get(member)?.recheck()
  }

  /** Ends the link to this member, for instance because it left the network. */
  async forget(member: MemberId): Promise<void> {
    const peer = this.#peers.get(member)
    this.#peers.delete(member)
    await peer?.close()
  }

  /**
   * @throws PEER_TIMEOUT, or why there is no link where that is known; PEER_ANSWERED, LINK_RESTARTED, LINK_CLOSED, or the
   * signal's reason
   */
  async request(member: MemberId, kind: string, body: Plain, options?: RequestOptions): Promise<Plain> {
    const peer = this.#wanted(member)
    if (!this.#asking) throw peerErrors.LINK_CLOSED({ member })
    return await peer.requests.request(kind, body, options).catch((error: unknown) => {
      throw error instanceof SecureflowError && error.code === 'PEER_TIMEOUT' ? (peer.problem ?? error) : error
    })
  }

  /**
   * Resolves on acceptance. Lost when the partner's process ends, or the link stays broken, before it arrives.
   * @throws LINK_UNREACHABLE when too much waits for the partner already
   */
  async notify(member: MemberId, kind: string, body: Plain): Promise<void> {
    return this.#wanted(member).requests.notify(kind, body)
  }

  handle(kind: string, handler: PeerHandler): void {
    this.#handlers.set(kind, handler)
  }

  /** What somebody without a pinned key may ask. */
  handleStranger(kind: string, handler: StrangerHandler): void {
    this.#strangers.handle(kind, handler)
  }

  /** @param id  32 hexadecimal digits, the same at both ends; either may open first */
  channel(member: MemberId, id: string): LinkChannel {
    const peer = this.#peer(member)
    peer.want()
    return peer.channel(id)
  }

  on(event: PeerEvent, listener: PeerListener): () => void {
    this.#listeners[event].add(listener)
    return () => this.#listeners[event].delete(listener)
  }

  state(): Map<MemberId, PeerState> {
    return new Map([...this.#peers].map(([member, peer]) => [member, peer.state()]))
  }

  /** A short probe, at most about 2 s and 5 MB. */
  measure(member: MemberId, signal?: AbortSignal): Promise<LinkMeasure> {
    return probe((body, timeoutMs) =>
      this.request(member, probeKind, body, { timeoutMs, ...(signal === undefined ? {} : { signal }) }),
    )
  }

  /** To a founder whose key's fingerprint the invitation carries, before any membership. */
  requestUnpinned(
    address: PeerAddress,
    expectedFingerprint: string,
    kind: string,
    body: Plain,
    signal?: AbortSignal,
  ): Promise<Plain> {
    const { identity } = this.#options
    const now = this.#dependencies.clock.now()
    return requestUnpinned({ address, expectedFingerprint, kind, body, identity, now, signal })
  }

  #wanted(member: MemberId): Peer {
    // Nobody is waited for that nobody may link to.
    if (this.#options.pinnedKeyOf(member) === undefined) throw peerErrors.LINK_NO_PIN({ member }, { party: member })
    const peer = this.#peer(member)
    peer.want()
    return peer
  }

  #peer(member: MemberId): Peer {
    if (this.#closed) throw peerErrors.LINK_CLOSED({ member })
    let peer = this.#peers.get(member)
    if (peer === undefined) {
      peer = new Peer(member, {
        ...this.#dependencies,
        options: this.#options,
        bootId: this.bootId,
        deadlines: this.#deadlines,
        windowBytes: this.#windowBytes,
        handlers: this.#handlers,
        emit: (event, bootId) => {
          for (const listener of this.#listeners[event])
            try {
              listener(member, bootId)
            } catch (error) {
              // Thrown on, it would end in a socket's callback, and with it the process.
              this.#dependencies.logger.error({ member, event, ...errorToJson(error) }, 'a listener failed')
            }
        },
      })
      this.#peers.set(member, peer)
    }
    return peer
  }
}

interface PeerContext extends PeersDependencies {
  options: PeersOptions
  bootId: string
  deadlines: PeerDeadlines
  windowBytes: number
  handlers: ReadonlyMap<string, PeerHandler>
  emit(event: PeerEvent, bootId: string): void
}

/** One member: its link, and the dialling that keeps it connected. */
class Peer {
  readonly #member: MemberId
  readonly #context: PeerContext
  readonly #link: Link
  readonly requests: Requests
  /** Connections that are not closed, the link's own among them. */
  readonly #connections = new Set<{ connection: Connection; socket: TLSSocket; certificate: X509Certificate }>()
  #wanted = false
  #closed = false
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  readonly #dialling = new Set<AbortController>()
  #problem: SecureflowError | undefined
  #refusedKeys = 0

  constructor(member: MemberId, context: PeerContext) {
    this.#member = member
    this.#context = context
    const { options, deadlines, windowBytes, handlers } = context
    this.#link = new Link(
      { self: options.self, member, windowBytes, deadlines },
      {
        up: (bootId) => this.#up(bootId),
        down: (bootId) => {
          context.emit('down', bootId)
          this.#dialSoon()
        },
        reset: () => this.requests?.reset(),
        suspect: () => {
          if (this.#dialling.size === 0) void this.#dial()
        },
      },
      context.rng,
    )
    this.requests = new Requests(this.#link, handlers, context)
  }

  /** Why there is no link, until there is one. */
  get problem(): SecureflowError | undefined {
    return this.#problem
  }

  want(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#dialSoon()
  }

  channel(id: string): LinkChannel {
    if (!/^[0-9a-f]{32}$/.test(id) || /^0+$/.test(id)) throw new RangeError('a channel id has 32 hexadecimal digits')
    return this.#link.channel(id)
  }

  accept(ws: WebSocket, socket: TLSSocket, certificate: X509Certificate): void {
    if (this.#closed || this.#connections.size >= maxConnections) {
      ws.close(4000 + hangUps.indexOf('busy'))
      return
    }
    this.#wanted = true
    this.#use(ws, socket, certificate, false)
  }

  state(): PeerState {
    const { connection, boot } = this.#link
    return {
      connected: connection !== undefined,
      ...(boot === undefined ? {} : { bootId: boot }),
      ...(connection === undefined ? {} : { version: connection.version }),
      ...(connection?.roundTripMs === undefined ? {} : { roundTripMs: connection.roundTripMs }),
      bytesIn: this.#link.bytesIn,
      bytesOut: this.#link.bytesOut,
      unackedBytes: this.#link.unackedBytes,
      channels: this.#link.channelCount,
      ...(this.#problem === undefined ? {} : { problem: this.#problem.code }),
      ...(this.#problem?.code === 'LINK_NOT_MEMBER'
        ? { refusedAs: this.#problem.fields.state as 'suspended' | 'removed' }
        : {}),
    }
  }

  /** Hangs up what would not be accepted any more. Channels outlive it for a while: a renewed certificate takes them up. */
  recheck(): void {
    const { options, clock } = this.#context
    const member = this.#member
    for (const { connection, certificate } of [...this.#connections]) {
      const problem = expiryProblem(certificate, clock.now(), member)
      if (problem !== undefined) connection.hangUp('expired', problem)
      else if (fingerprintOf(certificate) !== options.pinnedKeyOf(member))
        connection.hangUp('key', peerErrors.LINK_WRONG_KEY({ member }, { party: member }))
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const dialling of this.#dialling) dialling.abort()
    const connections = [...this.#connections]
    const sockets = connections.map(({ socket }) => socket)
    const error = peerErrors.LINK_CLOSED({ member: this.#member })
    this.requests.close(error)
    this.#link.close(error)
    for (const { connection } of connections) connection.hangUp('closing', error)
    const gone = sockets.map(
      (socket) => new Promise<void>((r) => (socket.closed ? r() : socket.once('close', () => r()))),
    )
    await Promise.all(gone)
  }

  #up(bootId: string): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#failures = 0
    this.#refusedKeys = 0
    this.#problem = undefined
    for (const dialling of this.#dialling) dialling.abort()
    this.#context.logger.info({ member: this.#member, bootId }, 'link up')
    this.requests.up(bootId)
    this.#context.emit('up', bootId)
  }

  /** Quickly at first: after a short cut the link is to be back within a second. Jittered, so that two ends do not collide. */
  #dialSoon(): void {
    if (this.#closed || !this.#wanted || this.#link.settled || this.#dialling.size > 0 || this.#timer !== undefined)
      return
    const tries = this.#failures++
    const longest = stubborn.has(this.#problem?.code ?? '') ? 5000 : tries > 120 ? 5000 : 1000
    const base =
      this.#problem?.fields.code === 'unknown-key' || this.#problem?.fields.code === 'candidate'
        ? 1000
        : Math.min(longest, 50 * 2 ** Math.min(tries, 10))
    const delay = tries === 0 ? randomBelow(this.#context.rng, 20) : base / 2 + randomBelow(this.#context.rng, base / 2)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#link.settled) void this.#dial()
    }, delay)
  }

  /**
   * One try. While it is stuck another begins beside it after `connectMs`: a packet lost in a cut must not hold up the
   * return. The leader chooses among connections, so several do no harm.
   */
  async #dial(): Promise<void> {
    const { options, deadlines, clock } = this.#context
    const member = this.#member
    const address = this.#address()
    if (this.#closed || address === undefined) return
    const [oldest] = this.#dialling
    if (this.#dialling.size >= maxDialling) oldest?.abort()
    const abort = new AbortController()
    this.#dialling.add(abort)
    const beside = setTimeout(() => {
      if (!this.#closed && this.#link.connection?.healthy !== true) void this.#dial()
    }, deadlines.connectMs)
    try {
      const pinned = options.pinnedKeyOf(member)
      if (pinned === undefined) throw peerErrors.LINK_NO_PIN({ member }, { party: member })
      const identities = [options.identity, ...(options.otherIdentities ?? [])]
      const { ws, socket, certificate } = await dial({
        address,
        path: linkPath,
        identity: identities[this.#refusedKeys % identities.length],
        pinned,
        name: member,
        connectMs: deadlines.connectMs,
        helloMs: deadlines.helloMs,
        maxBytes: maxWireMessage,
        signal: abort.signal,
        check: (certificate) =>
          fingerprintOf(certificate) === pinned
            ? expiryProblem(certificate, clock.now(), member)
            : peerErrors.LINK_WRONG_KEY({ member }, { party: member }),
      })
      if (abort.signal.aborted) ws.terminate()
      else this.#use(ws, socket, certificate, true)
    } catch (error) {
      if (abort.signal.aborted) return
      const refused = asSecureflowError(error)
      // Around a rotation the partner may know another key of this node: they are shown in turn.
      if (refused.fields.code === 'unknown-key') this.#refusedKeys++
      this.#failed(refused)
    } finally {
      clearTimeout(beside)
      this.#dialling.delete(abort)
      this.#dialSoon()
    }
  }

  #address(): PeerAddress | undefined {
    try {
      return this.#context.options.addressOf(this.#member)
    } catch (error) {
      this.#failed(asSecureflowError(error))
      return undefined
    }
  }

  #use(ws: WebSocket, socket: TLSSocket, certificate: X509Certificate, dialled: boolean): void {
    const { options, deadlines, bootId } = this.#context
    const link = this.#link
    const events: ConnectionEvents = {
      introduced: (connection) => link.introduce(connection),
      ready: (connection, message) => link.ready(connection, message),
      frame: (connection, bytes) => link.frame(connection, bytes),
      drain: (connection) => link.drained(connection),
      suspect: (connection) => link.suspected(connection),
      closed: (connection, error) => {
        if (!this.#closed) this.#failed(error)
        link.disconnected(connection, error)
        this.#dialSoon()
      },
    }
    const { self, version, protocols = [1] } = options
    const connection = new Connection(
      ws,
      { self, member: this.#member, bootId, version, protocols, dialled, deadlines },
      events,
    )
    const entry = { connection, socket, certificate }
    this.#connections.add(entry)
    socket.once('close', () => this.#connections.delete(entry))
  }

  #failed(error: SecureflowError): void {
    const told = this.#problem?.code === error.code
    this.#problem = error
    const { logger } = this.#context
    if (told) logger.debug({ member: this.#member, ...errorToJson(error) }, 'no link')
    else logger.warn({ member: this.#member, ...errorToJson(error) }, 'no link')
  }
}

/** What does not heal by itself within a second. */
const stubborn = new Set([
  'LINK_WRONG_KEY',
  'LINK_CERTIFICATE_EXPIRED',
  'LINK_VERSION',
  'LINK_MALFORMED',
  'LINK_NO_PIN',
  'LINK_NOT_MEMBER',
])
