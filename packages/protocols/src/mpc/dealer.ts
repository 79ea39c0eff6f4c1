/**
 * The dealer: a party without data that knows everybody's seeds, and so can say what the leader's shares lack.
 *
 * Source    SPU's trusted-first-party Beaver (PRG-compressed), [KPR18] for the idea.
 * Messages  enrol    each data party → dealer: seed, digest of the plan, public sizes
 *           correct  dealer → leader: blocks of a stream of words: for each correlation a label, then its corrections;
 *                    an empty block is the end
 *           demand   leader → dealer: how many more blocks may follow; 0: no more
 * Security  sees seeds and sizes, no value. Together with any one data party it would learn everything.
 * Cost      8 bytes a word of `dependentSections`, and 8 a correlation. No round trip on the path of a computation: the
 *           dealer runs ahead by as many blocks as the leader has asked for.
 */
import { asU64, encodeCbor, equalBytes, randomBytes } from '@secureflow/base'
import { type Codec, cborCodec, channelErrors } from '@secureflow/channel'
import { Prg } from '@secureflow/crypto/prg'
import type { Ring64, U64 } from '@secureflow/kernels'
import { z } from 'zod'
import type { Session } from '../session/session.ts'
import { channelTo, wireTo } from '../session/wires.ts'
import {
  type Correlation,
  dependentSections,
  derive,
  type Factors,
  labelOf,
  maskWords,
  placeFactor,
  totalColumns,
} from './correlations.ts'
import { mpcErrors } from './errors.ts'

export const dealerPart = 'dealer'
/** Parties that hold shares, in agreed order. The first is the leader. */
export const dataParties = (session: Session): string[] =>
  session.parties.filter((p) => p.part !== dealerPart).map((p) => p.id)

/** Small, so that the leader asks again well within any deadline even where batches are tiny and the link is slow. */
const blockBytes = 1 << 16
/** Blocks that the dealer may be ahead (1 MiB), and after how many the leader asks again. */
const windowBlocks = 16
const askAfter = 4

export interface Plan {
  /** Digest of all parameters that shape the computation: the same at every party. */
  digest: Uint8Array
  /** Sizes that the dealer learns: rows, columns of each party. */
  sizes: readonly number[]
}

interface Enrolment {
  seed: Uint8Array
  digest: Uint8Array
  sizes: number[]
}

const enrolmentSchema = z.strictObject({
  seed: z.instanceof(Uint8Array).refine((b) => b.length === 16),
  digest: z.instanceof(Uint8Array).refine((b) => b.length === 32),
  sizes: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31),
    )
    .max(256),
})

const enrolmentCodec: Codec<Enrolment> = cborCodec((value) => {
  const parsed = enrolmentSchema.safeParse(value)
  if (!parsed.success) throw mpcErrors.MPC_PLAN_MISMATCH({ what: 'form of the enrolment' })
  return parsed.data as Enrolment
}, 4096)

const demandCodec: Codec<number> = {
  maxBytes: 4,
  encode: (n) => new Uint8Array(new Uint32Array([n]).buffer),
  decode(body, label) {
    if (body.length !== 4) throw channelErrors.CHANNEL_WRONG_LENGTH({ label, expected: 4, received: body.length })
    return new DataView(body.buffer, body.byteOffset, 4).getUint32(0, true)
  },
}

/**
 * The dealer's part: deals what `schedule` says until it ends or the leader wants no more.
 * @param digest    of the plan, as every data party must bring it
 * @param schedule  the correlations in order, from the sizes that all data parties agree on; it may throw to refuse them
 * @throws {PeerError} MPC_PLAN_MISMATCH
 */
export async function deal(
  session: Session,
  ring: Ring64,
  digest: Uint8Array,
  schedule: (sizes: readonly number[]) => Iterable<Correlation>,
): Promise<void> {
  const parties = dataParties(session)
  const enrolled = await Promise.all(
    parties.map((id) =>
      channelTo<Record<never, never>, { enrol: Enrolment }>(session, id, {}, { enrol: enrolmentCodec }).recv('enrol'),
    ),
  )
  const [first] = enrolled
  for (const [i, own] of enrolled.entries()) {
    const differs = !equalBytes(own.digest, digest)
      ? 'plan'
      : own.sizes.join() !== first!.sizes.join()
        ? 'table size'
        : enrolled.findIndex((other) => equalBytes(other.seed, own.seed)) !== i
          ? 'seed than a fresh one'
          : undefined
    if (differs !== undefined) throw mpcErrors.MPC_PLAN_MISMATCH({ what: differs }, { party: parties[i]! })
  }
  const streams = enrolled.map(({ seed }) => new Prg(session.platform, seed, 'mpc'))
  const out = new BlockWriter(session, parties[0]!)
  const factors: Factors = new Map()
  let counter = 0
  for (const c of schedule(first!.sizes)) {
    session.signal.throwIfAborted()
    if (c.kind === 'factor') factors.set(c, ring.zeros(c.rows * totalColumns(c)))
    const mark = ring.mark()
    const corrections = correct(ring, c, streams, factors)
    const wanted = await out.write(labelOf(c, counter++), corrections)
    ring.release(mark)
    if (!wanted) break
  }
  await out.end()
}

/** Draws every party's shares; what is left of the dependent words is the correction. */
function correct(ring: Ring64, c: Correlation, streams: readonly Prg[], factors: Factors): U64 {
  const sections = dependentSections(c)
  const dependent = sections.reduce((sum, s) => sum + s.words, 0)
  const draws = streams.map((stream, i) => {
    const drawn = ring.zeros(maskWords(c, i) + dependent)
    stream.fillU64(drawn)
    return drawn
  })
  const masks = draws.map((drawn, i) => drawn.subarray(0, maskWords(c, i)))
  if (c.kind === 'factor') placeFactor(factors.get(c)!, c, masks)
  const out = ring.zeros(dependent)
  derive(ring, out, c, masks, factors)
  let at = 0
  for (const { words, by } of sections) {
    const section = out.subarray(at, at + words)
    for (const drawn of draws) {
      const from = drawn.length - dependent + at
      const share = drawn.subarray(from, from + words)
      if (by === 'add') ring.sub(section, section, share)
      else ring.xor(section, section, share)
    }
    at += words
  }
  return out
}

/** The stream of words to the leader, cut into blocks, within the window. */
class BlockWriter {
  readonly #session: Session
  readonly #leader: string
  readonly #block = new BigUint64Array(blockBytes / 8)
  #filled = 0
  #credit = windowBlocks
  #stopped = false

  constructor(session: Session, leader: string) {
    this.#session = session
    this.#leader = leader
  }

  /** @returns false once the leader wants no more */
  async write(label: bigint, words: U64): Promise<boolean> {
    this.#block[this.#filled++] = label
    if (this.#filled === this.#block.length) await this.#flush()
    for (let at = 0; at < words.length && !this.#stopped; ) {
      const n = Math.min(words.length - at, this.#block.length - this.#filled)
      this.#block.set(words.subarray(at, at + n), this.#filled)
      at += n
      this.#filled += n
      if (this.#filled === this.#block.length) await this.#flush()
    }
    return !this.#stopped
  }

  /** Sends the rest, waits until the leader is done, and closes the stream with an empty block. */
  async end(): Promise<void> {
    if (this.#filled > 0) await this.#flush()
    while (!this.#stopped) await this.#heed()
    await wireTo(this.#session, this.#leader).send('correct', new Uint8Array(0))
  }

  async #flush(): Promise<void> {
    while (this.#credit === 0 && !this.#stopped) await this.#heed()
    if (this.#stopped) return
    this.#credit--
    const bytes = new Uint8Array(this.#block.buffer, 0, 8 * this.#filled)
    await wireTo(this.#session, this.#leader).send('correct', bytes)
    this.#filled = 0
  }

  async #heed(): Promise<void> {
    const wire = wireTo(this.#session, this.#leader)
    const more = demandCodec.decode(await wire.recv('demand', demandCodec.maxBytes), 'demand')
    this.#stopped = more === 0
    this.#credit = Math.min(this.#credit + more, windowBlocks) // whatever a peer asks for, no more than this is under way
  }
}

/** A data party's end: its own stream of shares, and at the leader the corrections. */
export class Supply {
  readonly #session: Session
  readonly #ring: Ring64
  readonly #index: number
  readonly #dealer: string
  #stream: Prg | undefined
  #counter = 0
  #block: U64 = new BigUint64Array(0)
  #read = 0
  #sinceAsked = 0

  private constructor(session: Session, ring: Ring64, dealer: string, stream: Prg) {
    this.#session = session
    this.#ring = ring
    this.#index = dataParties(session).indexOf(session.self)
    this.#dealer = dealer
    this.#stream = stream
  }

  /** Draws a fresh seed and enrols with it. A supply is used in one attempt, from its beginning, once. */
  static async enrol(session: Session, ring: Ring64, plan: Plan): Promise<Supply> {
    const [dealer, ...more] = session.playing(dealerPart)
    if (dealer === undefined || more.length > 0) throw new RangeError('exactly one dealer is needed')
    const seed = randomBytes(session.rng, 16)
    const stream = new Prg(session.platform, seed, 'mpc')
    const body = encodeCbor({ seed, digest: plan.digest, sizes: [...plan.sizes] })
    await wireTo(session, dealer).send('enrol', body)
    seed.fill(0)
    return new Supply(session, ring, dealer, stream)
  }

  /** How many correlations were used. */
  get used(): number {
    return this.#counter
  }

  /**
   * The next correlation: this party's masks and its shares of the dependent words, in ring memory.
   * @throws {PeerError} MPC_DEALER_MISMATCH where the dealer walks another plan
   */
  async take(c: Correlation): Promise<{ masks: U64; dependent: U64 }> {
    if (this.#stream === undefined) throw new RangeError('the supply of this attempt has ended')
    const ring = this.#ring
    const sections = dependentSections(c)
    const dependentWords = sections.reduce((sum, s) => sum + s.words, 0)
    const maskCount = maskWords(c, this.#index)
    const drawn = ring.zeros(maskCount + dependentWords)
    this.#stream.fillU64(drawn)
    const counter = this.#counter++
    const dependent = drawn.subarray(maskCount)
    if (this.#index === 0) {
      const mark = ring.mark()
      const corrections = ring.zeros(1 + dependentWords)
      await this.#readInto(corrections)
      if (corrections[0] !== labelOf(c, counter))
        throw mpcErrors.MPC_DEALER_MISMATCH({ counter, kind: c.kind }, { party: this.#dealer })
      let at = 0
      for (const { words, by } of sections) {
        const share = dependent.subarray(at, at + words)
        const correction = corrections.subarray(1 + at, 1 + at + words)
        if (by === 'add') ring.add(share, share, correction)
        else ring.xor(share, share, correction)
        at += words
      }
      ring.release(mark)
    }
    return { masks: drawn.subarray(0, maskCount), dependent }
  }

  /** Tells the dealer that no more is needed, and reads what is still under way. Nothing can be taken afterwards. */
  async end(): Promise<void> {
    if (this.#stream === undefined) return
    this.#stream = undefined
    if (this.#index !== 0) return
    const wire = wireTo(this.#session, this.#dealer)
    await wire.send('demand', demandCodec.encode(0))
    for (let left = windowBlocks + 1; left > 0; left--)
      if ((await wire.recv('correct', blockBytes)).length === 0) return
    throw mpcErrors.MPC_DEALER_MISMATCH({ counter: this.#counter, kind: 'end' }, { party: this.#dealer })
  }

  async #readInto(out: U64): Promise<void> {
    for (let at = 0; at < out.length; ) {
      if (this.#read === this.#block.length) await this.#nextBlock()
      const n = Math.min(out.length - at, this.#block.length - this.#read)
      out.set(this.#block.subarray(this.#read, this.#read + n), at)
      at += n
      this.#read += n
    }
  }

  async #nextBlock(): Promise<void> {
    const wire = wireTo(this.#session, this.#dealer)
    const body = await wire.recv('correct', blockBytes)
    if (body.length === 0 || body.length % 8 !== 0)
      throw channelErrors.CHANNEL_WRONG_LENGTH(
        { label: 'correct', expected: 'whole words', received: body.length },
        { party: this.#dealer },
      )
    this.#block = asU64(body)
    this.#read = 0
    if (++this.#sinceAsked < askAfter) return
    this.#sinceAsked = 0
    await wire.send('demand', demandCodec.encode(askAfter))
  }
}
