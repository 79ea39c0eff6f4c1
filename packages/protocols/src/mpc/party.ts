/** One data party of a computation on additive shares over Z_2^64: its ring, its supply, and its talk with the others. */
import { asU64 } from '@secureflow/base'
import { channelErrors, type Wire } from '@secureflow/channel'
import { loadRing64, type Ring64, type U64 } from '@secureflow/kernels'
import type { Session } from '../session/session.ts'
import { wireTo } from '../session/wires.ts'
import type { Correlation } from './correlations.ts'
import { dataParties, type Plan, Supply } from './dealer.ts'

/** Messages larger than this travel in pieces. */
const pieceBytes = 1 << 20
/**
 * Tags go round, so that a message lost, repeated or overtaken meets another tag. Public sizes fix every length beforehand.
 */
const tags = Array.from({ length: 16 }, (_, i) => `open.${i}`)

interface Peer {
  id: string
  index: number
  wire: Wire
}

export class Party {
  readonly session: Session
  readonly ring: Ring64
  /** All data parties in agreed order. */
  readonly ids: readonly string[]
  readonly index: number
  /** The party that adds public constants. */
  readonly leader: boolean
  readonly peers: readonly Peer[]
  readonly #supply: Supply
  #rounds = 0

  private constructor(session: Session, ring: Ring64, supply: Supply) {
    this.session = session
    this.ring = ring
    this.ids = dataParties(session)
    this.index = this.ids.indexOf(session.self)
    this.leader = this.index === 0
    this.peers = this.ids.flatMap((id, index) =>
      index === this.index ? [] : [{ id, index, wire: wireTo(session, id) }],
    )
    this.#supply = supply
  }

  /** Enrols with the dealer. @param ring  of this party alone: marks nest only within one thread of work */
  static async join(session: Session, plan: Plan, ring?: Ring64): Promise<Party> {
    const own = ring ?? (await loadRing64())
    return new Party(session, own, await Supply.enrol(session, own, plan))
  }

  get rounds(): number {
    return this.#rounds
  }

  take(c: Correlation): Promise<{ masks: U64; dependent: U64 }> {
    return this.#supply.take(c)
  }

  /** The dealer is dismissed; call it when all is opened. */
  end(): Promise<void> {
    return this.#supply.end()
  }

  /**
   * One round: sends each peer what it is to get while receiving from each, in pieces of at most 1 MiB.
   * @param outgoing  words for the peer @param expected  how many words it must send @param receive  called in order of arrival
   */
  async exchange(
    outgoing: (peer: number) => U64,
    expected: (peer: number) => number,
    receive: (peer: number, words: U64, at: number) => void,
  ): Promise<void> {
    const tag = tags[this.#rounds++ % tags.length]!
    const pieces = pieceBytes / 8
    await Promise.all(
      this.peers.flatMap(({ id, index, wire }) => [
        (async () => {
          const words = outgoing(index)
          for (let at = 0; at < words.length; at += pieces) {
            const piece = words.subarray(at, Math.min(words.length, at + pieces))
            // A copy outside of the ring's memory, which may be shared and is wiped at the next release.
            await wire.send(tag, new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength).slice())
          }
        })(),
        (async () => {
          const length = expected(index)
          for (let at = 0; at < length; at += pieces) {
            const bytes = 8 * Math.min(length - at, pieces)
            const body = await wire.recv(tag, bytes)
            if (body.length !== bytes)
              throw channelErrors.CHANNEL_WRONG_LENGTH(
                { label: tag, expected: bytes / 8, received: body.length / 8 },
                { party: id },
              )
            receive(index, asU64(body), at)
          }
        })(),
      ]),
    )
  }

  /** Opens masked values to all data parties, in place: words before `xorWords` are XOR shares, the rest additive. */
  async open(x: U64, xorWords = 0): Promise<void> {
    const { ring } = this
    if (x.length === 0) return
    const mark = ring.mark()
    const theirs = this.peers.map(() => ring.zeros(x.length))
    const slot = new Map(this.peers.map((peer, i) => [peer.index, theirs[i]!]))
    await this.exchange(
      () => x,
      () => x.length,
      (peer, words, at) => slot.get(peer)!.set(words, at),
    )
    const bits = x.subarray(0, xorWords)
    const numbers = x.subarray(xorWords)
    for (const share of theirs) {
      if (bits.length > 0) ring.xor(bits, bits, share.subarray(0, xorWords))
      if (numbers.length > 0) ring.add(numbers, numbers, share.subarray(xorWords))
    }
    ring.release(mark)
  }
}
