import type { Clock, Logger, MemberId, Plain, Rng, SecureflowError } from '@secureflow/base'
import type { Refusal } from './dialler.ts'
import type { CloseCode } from './frames.ts'

export interface PeerAddress {
  host: string
  port: number
}

export interface PeerDeadlines {
  /** TCP connection. Short: during a cut the next try must not wait behind a lost packet. Default 1 000. */
  connectMs: number
  /** TLS, upgrade and hello together. Default 5 000. */
  helloMs: number
  /** Quiet for so long: a ping. Default 15 000, below what proxies allow. */
  pingMs: number
  /** Something is due and nothing was heard: a second connection is tried beside the first. Default 2 000. */
  suspectMs: number
  /** Something is due and nothing was heard: the connection is given up. Default 20 000. */
  deadMs: number
  /** How long channels outlive a broken connection. Default 120 000. */
  resumeMs: number
  /** How often links that are up are held against the pins and the clock: at most 60 000. Default 10 000. */
  recheckMs: number
  /** How long a partner may send on a channel that was not opened here. Default 120 000. */
  unclaimedMs: number
}

export interface OtherIdentity {
  certPem: string
  keyPem: string
  fingerprint: string
}

export interface PeersOptions {
  self: MemberId
  /** Asked at every connection; after a change `renewed` is called. */
  readonly identity: { certPem: string; keyPem: string }
  /**
   * Around a rotation: the key before it, for partners that have not heard of it, and the one after it, for partners that
   * heard of it first.
   */
  readonly otherIdentities?: readonly OtherIdentity[]
  /** Absent: this node only dials out. Port 0: the system chooses. */
  listen?: { host: string; port: number }
  /** Release of this program, such as `0.1.0`; shown, not compared. */
  version: string
  /** Peer protocols that are spoken, default [1]. */
  protocols?: readonly number[]
  /** Where a member's peer port is; undefined where it cannot be dialled. Asked before every try. */
  addressOf(member: MemberId): PeerAddress | undefined
  /** SHA-256 of the member's public key (SPKI, DER) in hex, as pinned at joining. Asked at every connection. */
  pinnedKeyOf(member: MemberId): string | undefined
  memberOfKey(fingerprint: string): MemberId | undefined
  /** Why a key that is not pinned is refused, where the partner may know. */
  whyRefused?(fingerprint: string): Refusal | undefined
  deadlines?: Partial<PeerDeadlines>
  /** What a partner may have unread here on one channel. Default 16 MiB. */
  windowBytes?: number
}

export interface PeersDependencies {
  logger: Logger
  clock: Clock
  rng: Rng
}

/**
 * Ordered messages to and from one member under one 16-byte id. Neither lost nor repeated while both processes live,
 * whatever happens to the connection in between.
 */
export interface LinkChannel {
  readonly member: MemberId
  /** 32 hexadecimal digits. */
  readonly id: string
  /**
   * Resolves on acceptance: the partner has room for it. The bytes must not change afterwards.
   * @param payload  1 to 262 144 bytes
   * @throws {TransportError} when the channel is or becomes closed
   */
  send(payload: Uint8Array): Promise<void>
  /** The next message. @throws {TransportError} once the channel is closed and all that came before was read */
  recv(): Promise<Uint8Array>
  /** Instead of `recv`: the partner gets room again when the listener's promise resolves. */
  onMessage(listener: (payload: Uint8Array) => void | Promise<void>): void
  /** Ends both directions. The partner still reads what was sent, then learns the code. */
  close(code?: CloseCode): void
  /** Resolves when the channel has ended, with the reason; undefined after an own `close`. */
  readonly ended: Promise<SecureflowError | undefined>
}

export interface PeerState {
  connected: boolean
  bootId?: string
  /** Release of the peer's program. */
  version?: string
  /** Milliseconds, of the last ping. */
  roundTripMs?: number
  bytesIn: number
  bytesOut: number
  /** Sent and not yet acknowledged. */
  unackedBytes: number
  channels: number
  /** Code of the last failure, until the next connection. */
  problem?: string
  /** The partner says that the members have this node `suspended` or `removed`. */
  refusedAs?: 'suspended' | 'removed'
}

export interface RequestOptions {
  /** Default 30 000. */
  timeoutMs?: number
  signal?: AbortSignal
  /** 32 hexadecimal digits: the same id is answered once more, never executed twice. Default: a fresh one. */
  id?: string
}

/** What a failed request tells the partner. A closed list. */
export const answerCodes = [
  'INVALID',
  'REFUSED',
  'NOT_FOUND',
  'BUSY',
  'TIMEOUT',
  'CANCELLED',
  'FAILED',
  'UNKNOWN_KIND',
] as const
export type AnswerCode = (typeof answerCodes)[number]

export type PeerHandler = (from: MemberId, body: Plain, signal: AbortSignal) => Promise<Plain>

/** Who asks without being a member: what TLS proved about it, and where it comes from. */
export interface Stranger {
  /** Fingerprint of the certificate that it showed, if any. */
  fingerprint: string | undefined
  address: string
}
export type StrangerHandler = (from: Stranger, body: Plain, signal: AbortSignal) => Promise<Plain>

export interface LinkMeasure {
  roundTripMs: number
  bytesPerSecond: number
}

export type PeerEvent = 'up' | 'down'
export type PeerListener = (member: MemberId, bootId: string) => void
