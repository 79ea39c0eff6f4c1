/**
 * Two-party PSI from Diffie–Hellman, in a group that both sides agree on (suites/suite.ts); Curve25519 unless they say otherwise.
 *
 * Source    [Meadows86] [HFH99]; the hash to the group and the multiplication by the suite. Deviations: the evaluation is
 *           truncated, and the sides end by comparing digests of all messages.
 * Realises  the receiver learns which of its rows the sender has, and n_y; the sender learns n_x, and the matches where both learn.
 * Security  semi-honest, static corruption, random oracle + DDH in the group, about 125 bits. Either side may lie
 *           about its own set; a lying sender can make chosen rows of the receiver not match.
 *           The count alone: the sender evaluates in a random order, so that the receiver cannot say which rows match.
 * Cost      5 messages one after the other (both learn: 5, the last with the matches); receiver → sender 32·n_x (+ 4·matches, or + 4) B,
 *           sender → receiver 32·n_y + t·n_x B, t = ⌈(40 + 2·log2 max(n_x, n_y))/8⌉; below 700 B each way besides.
 *           Each side: a hash to the curve and a multiplication for an own row, a multiplication for a row of the partner.
 * Leaks     n_x, n_y, timing of the whole. False matches: fewer than one in 2^40 runs.
 *
 * The receiver is the left side, unless the right side alone learns.
 */
import { baseErrors, concat, equalBytes, type HashStream, type Rng, randomPermutation, utf8 } from '@secureflow/base'
import { bytesCodec, type Channel, type Codec, type Codecs, itemsCodec } from '@secureflow/channel'
import { pause } from '../session/pause.ts'
import type { Progress, Session } from '../session/session.ts'
import { channelTo } from '../session/wires.ts'
import { type Agreed, agree, type Terms } from './agree.ts'
import { psiErrors } from './errors.ts'
import type { Learned, Learns, Reveals } from './functionality.ts'
import { type EncodedItems, hashItems, type Items, itemsOf, refuseDuplicates } from './items.ts'
import { isZero, pointsChunkCodec } from './points.ts'
import { type EcdhSuiteName, ecdhSuites } from './suites/cost.ts'
import { type Engine, startEngine } from './suites/engine.ts'
import { type EcdhSuite, loadSuite } from './suites/suite.ts'
import { TagTable } from './tags.ts'
import type { RowValues } from './values.ts'

interface FromBoth {
  /** Digest of all messages so far as this side knows them. */
  done: Uint8Array
}
interface FromReceiver extends FromBoth {
  /** H(x)^a in the receiver's random order. */
  blinded: Uint8Array
  /** Only where both learn: positions in `masked` of the matches, in the common order. */
  matches: Uint32Array
  /** Only where both learn the count alone. */
  count: Uint32Array
}
interface FromSender extends FromBoth {
  /** H(y)^b in the sender's random order. */
  masked: Uint8Array
  /** H(x)^ab in the order of `blinded`, t bytes each; in a random order where the count alone is learned. */
  evaluated: Uint8Array
}

export interface EcdhInput extends Omit<Terms, 'suite' | 'rows' | 'brings'> {
  suite: EcdhSuiteName
  ids: readonly string[] | EncodedItems
  brings: RowValues | undefined
  /** How many columns the other side brings. */
  expects: number
  expectsRows: number | undefined
  progress: (report: Progress) => void
}

export async function ecdh(session: Session, peer: string, input: EcdhInput): Promise<Learned> {
  const { as, learns } = input
  const items = itemsOf(input.ids)
  await refuseDuplicates(session.platform, items, () => pause(session.signal))
  await session.gate.release({ disclosure: `rows-${as}`, to: peer, count: 1 })
  const { reveals, normalisation, chunk, padding, expectsRows } = input
  const suite = await loadSuite(input.suite, session.platform)
  const rows = items.length
  const own = { suite: suite.id, learns, reveals, normalisation, as, rows, chunk, padding, brings: [] }
  const terms = await agree(session, peer, own, { columns: 0, rows: expectsRows })
  const most = Math.max(terms.own, terms.theirs, 1)
  const agreed = { ...terms, tagBytes: Math.ceil((40 + 2 * Math.log2(most)) / 8) }
  const run = new Run(session, peer, input, agreed, suite)
  const { fromReceiver, fromSender } = codecsFor(agreed, suite)
  try {
    return as === (learns === 'right' ? 'right' : 'left')
      ? await receiver(channelTo(session, peer, fromReceiver, fromSender), items, run)
      : await sender(channelTo(session, peer, fromSender, fromReceiver), items, run)
  } finally {
    await run.close()
  }
}

async function receiver(ch: Channel<FromReceiver, FromSender>, X: Items, run: Run): Promise<Learned> {
  const { own: nx, theirs: ny, tagBytes } = run.agreed
  const order = randomPermutation(run.rng, nx)
  const maskedY = new TagTable(tagBytes, ny) // H(y)^ab in the order of `masked`
  const matches = new Matches(ny, Math.min(nx, ny))

  await run.together(
    () => run.maskOwn(X, order, 'blinded', (points) => ch.send('blinded', points)),
    async () => {
      const masked = run.receive('masked', ny, 32, () => ch.recv('masked'))
      for await (const { body, start } of masked) await run.evaluate('masked', body, start, maskedY)
      const evaluated = run.receive('evaluated', nx, tagBytes, () => ch.recv('evaluated'))
      for await (const { body, start } of evaluated)
        for (let i = 0; i < body.length / tagBytes; i++) {
          const y = maskedY.find(body, i * tagBytes)
          if (y >= 0) matches.add(start + i, y, body, i * tagBytes)
        }
    },
  )
  run.expectSame(await ch.recv('done'))
  const common = matches.byTag()
  if (run.learns === 'both') {
    await run.releaseMatches(common.length)
    const told = run.reveals === 'count' ? Uint32Array.of(common.length) : common.map((match) => matches.y[match]!)
    run.note('matches', u32Codec.encode(told))
    await ch.send(run.reveals === 'count' ? 'count' : 'matches', told)
  }
  await ch.send('done', run.digest())
  const rows = run.reveals === 'count' ? new Uint32Array(0) : common.map((match) => order[matches.x[match]!]!)
  return { rows, count: common.length }
}

async function sender(ch: Channel<FromSender, FromReceiver>, Y: Items, run: Run): Promise<Learned> {
  const { own: ny, theirs: nx, tagBytes, chunk } = run.agreed
  await run.releaseMatches(Math.min(nx, ny)) // before any work: what follows lets the receiver compare
  const order = randomPermutation(run.rng, ny)
  const evaluatedX = new TagTable(tagBytes, nx) // H(x)^ab in the order of `blinded`
  let arrived = () => {}

  await run.together(
    async () => {
      await run.maskOwn(Y, order, 'masked', (points) => ch.send('masked', points))
      // For the count alone the order must tell nothing, and a shuffle of parts would tell the part.
      const shuffled = run.reveals === 'count' ? randomPermutation(run.rng, nx) : undefined
      for (let start = 0; start < nx; start += chunk) {
        const end = Math.min(nx, start + chunk)
        const needed = shuffled === undefined ? end : nx
        while (evaluatedX.count < needed) await new Promise<void>((resolve) => (arrived = resolve))
        const tags =
          shuffled === undefined ? evaluatedX.tags(start, end) : evaluatedX.gather(shuffled.subarray(start, end))
        run.note('evaluated', tags)
        await ch.send('evaluated', tags)
      }
    },
    async () => {
      const blinded = run.receive('blinded', nx, 32, () => ch.recv('blinded'))
      for await (const { body, start } of blinded) {
        await run.evaluate('blinded', body, start, evaluatedX)
        arrived()
      }
    },
  )
  await ch.send('done', run.digest())
  const learned: Learned = { rows: new Uint32Array(0) }
  if (run.learns === 'both') {
    const told = await ch.recv(run.reveals === 'count' ? 'count' : 'matches')
    run.note('matches', u32Codec.encode(told))
    learned.count = run.reveals === 'count' ? told[0]! : told.length
    if (run.reveals === 'rows') learned.rows = told.map((position) => order[position]!)
  }
  run.expectSame(await ch.recv('done'))
  return learned
}

/** What both sides know before the first point. */
interface Sizes extends Agreed {
  /** Bytes of a truncated evaluation (t). */
  tagBytes: number
}

/** Messages under the digest. */
type Noted = 'blinded' | 'masked' | 'evaluated' | 'matches'

/** What both roles share: the scalar, batches with progress, and the digest of the messages. */
class Run {
  readonly rng: Rng
  readonly agreed: Sizes
  readonly learns: Learns
  readonly reveals: Reveals
  readonly #suite: EcdhSuite
  /** Fresh in every session: a scalar used twice would make ids linkable from run to run. */
  readonly #scalar: Uint8Array
  readonly #engine: Engine
  /** Of what counts as one in the work: a row of the partner. */
  readonly #ownCost: number
  readonly #tagAt: number
  readonly #session: Session
  readonly #peer: string
  readonly #progress: (report: Progress) => void
  readonly #streams: Record<Noted, HashStream>
  #masked = 0
  #evaluated = 0
  #failed = false

  constructor(session: Session, peer: string, input: EcdhInput, agreed: Sizes, suite: EcdhSuite) {
    const stream = () => session.platform.sha256Stream()
    this.rng = session.rng
    this.agreed = agreed
    this.learns = input.learns
    this.reveals = input.reveals
    this.#suite = suite
    this.#scalar = suite.randomScalar(session.rng)
    const { platform, signal } = session
    const { own, theirs } = agreed
    this.#engine = startEngine({ name: input.suite, suite, scalar: this.#scalar, platform, signal, own, theirs })
    const facts = ecdhSuites[input.suite]
    this.#ownCost = facts.own / facts.theirs
    this.#tagAt = facts.tagAt
    this.#session = session
    this.#peer = peer
    this.#progress = input.progress
    this.#streams = { blinded: stream(), masked: stream(), evaluated: stream(), matches: stream() }
  }

  /** Own items in `order`, hashed to the curve and masked, chunk by chunk. */
  async maskOwn(
    items: Items,
    order: Uint32Array,
    label: Noted,
    send: (points: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const { platform } = this.#session
    const { chunk, sessionId } = this.agreed
    const hash = hashItems(platform, items, concat(utf8(`${this.#suite.id} item`), sessionId))
    for (let start = 0; start < order.length; start += chunk) {
      const digests = hash(order.subarray(start, start + chunk))
      const points = await this.#engine.mask(digests, (rows) => {
        this.#masked += rows
        return this.#pause()
      })
      this.note(label, points)
      await send(points)
    }
  }

  /** The partner's points under the own scalar, truncated into `table`. */
  async evaluate(label: string, points: Uint8Array, start: number, table: TagTable): Promise<void> {
    const evaluated = await this.#engine.multiply(points, (rows) => {
      this.#evaluated += rows
      return this.#pause()
    })
    for (let at = 0; at < evaluated.length; at += 32) {
      const index = start + at / 32
      if (isZero(evaluated.subarray(at, at + 32)))
        throw psiErrors.PSI_INVALID_POINT({ label, index }, { party: this.#peer })
      // Compared after multiplication, where points that differ by a small-order point are equal as well.
      if (!table.add(evaluated, at + this.#tagAt))
        throw psiErrors.PSI_DUPLICATE({ label, index }, { party: this.#peer })
    }
  }

  /** `total` items of `size` bytes, in chunks of the agreed length. */
  async *receive(
    label: Noted,
    total: number,
    size: number,
    recv: () => Promise<Uint8Array>,
  ): AsyncGenerator<{ body: Uint8Array; start: number }> {
    const { chunk } = this.agreed
    for (let start = 0; start < total; start += chunk) {
      const body = await recv()
      const expected = Math.min(chunk, total - start)
      if (body.length !== expected * size)
        throw psiErrors.PSI_WRONG_COUNT({ label, expected, received: body.length / size }, { party: this.#peer })
      this.note(label, body)
      yield { body, start }
    }
  }

  /** Runs the loops of one phase side by side; when one fails the others stop at their next turn. */
  async together(...loops: (() => Promise<void>)[]): Promise<void> {
    await Promise.all(
      loops.map(async (loop) => {
        try {
          await loop()
        } catch (error) {
          this.#failed = true
          throw error
        }
      }),
    )
  }

  /** @param count  of the rows that the other side learns to be in common, or at most can */
  releaseMatches(count: number): Promise<void> {
    const release =
      this.reveals === 'count' ? { disclosure: 'match-count', count: 1 } : { disclosure: 'matches', count }
    return this.#session.gate.release({ ...release, to: this.#peer })
  }

  note(message: Noted, body: Uint8Array): void {
    this.#streams[message].update(body)
  }

  digest(): Uint8Array {
    const { blinded, masked, evaluated, matches } = this.#streams
    const parts = [blinded, masked, evaluated, matches].map((stream) => stream.digest())
    return this.#session.platform.sha256(utf8(`${this.#suite.id} done`), this.agreed.sessionId, ...parts)
  }

  expectSame(digest: Uint8Array): void {
    if (!equalBytes(digest, this.digest())) throw psiErrors.PSI_TRANSCRIPTS_DIFFER({}, { party: this.#peer })
  }

  /** Nothing is computed after it. */
  async close(): Promise<void> {
    await this.#engine.close()
    this.#scalar.fill(0)
  }

  async #pause(): Promise<void> {
    const { own, theirs } = this.agreed
    const cost = (masked: number, evaluated: number) => this.#ownCost * masked + evaluated
    this.#progress({
      fraction: cost(this.#masked, this.#evaluated) / cost(own, theirs),
      done: this.#masked + this.#evaluated,
      total: own + theirs,
      unit: 'rows',
    })
    await pause(this.#session.signal)
    if (this.#failed) throw baseErrors.ABORTED({})
  }
}

/** The receiver's matches: positions in `blinded` and in `masked`, in the order of `evaluated`. */
class Matches {
  readonly x: Uint32Array
  readonly y: Uint32Array
  /** First four bytes of the tag above the number of the match: sorting these is sorting by tag. */
  readonly #keys: Uint32Array
  readonly #taken: Uint8Array
  #count = 0

  constructor(ny: number, most: number) {
    this.x = new Uint32Array(most)
    this.y = new Uint32Array(most)
    this.#keys = new Uint32Array(2 * most)
    this.#taken = new Uint8Array(ny)
  }

  add(x: number, y: number, tags: Uint8Array, at: number): void {
    if (this.#taken[y] === 1) throw psiErrors.PSI_DUPLICATE({ label: 'evaluated', index: x })
    this.#taken[y] = 1
    const match = this.#count++
    this.x[match] = x
    this.y[match] = y
    this.#keys[2 * match] = match
    this.#keys[2 * match + 1] = new DataView(tags.buffer, tags.byteOffset + at, 4).getUint32(0)
  }

  /**
   * The matches in the common order: by masked id, and where four bytes are equal by the position in `blinded`, which is
   * random. Neither depends on the order of anyone's rows.
   */
  byTag(): Uint32Array {
    const keys = this.#keys.slice(0, 2 * this.#count)
    new BigUint64Array(keys.buffer).sort()
    return Uint32Array.from({ length: this.#count }, (_, i) => keys[2 * i]!)
  }
}

const codecsForBoth: Codecs<FromBoth> = { done: itemsCodec(1, 32) }

const u32Codec = {
  encode: (value: Uint32Array) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
}

/** Distinct positions below `n`, at most `most`. */
function positionsCodec(n: number, most: number): Codec<Uint32Array> {
  return {
    maxBytes: 4 * most,
    encode: u32Codec.encode,
    decode(body, label) {
      if (body.length % 4 !== 0)
        throw psiErrors.PSI_WRONG_COUNT({ label, expected: 'whole positions', received: body.length / 4 })
      const positions = new Uint32Array(new Uint8Array(body).buffer)
      const seen = new Uint8Array(n)
      positions.forEach((position, index) => {
        if (position >= n) throw psiErrors.PSI_INVALID_INDEX({ label, index })
        if (seen[position] === 1) throw psiErrors.PSI_DUPLICATE({ label, index })
        seen[position] = 1
      })
      return positions
    },
  }
}

/** One number, at most `most`. */
function countCodec(most: number): Codec<Uint32Array> {
  return {
    maxBytes: 4,
    encode: u32Codec.encode,
    decode(body, label) {
      const count = body.length === 4 ? new Uint32Array(new Uint8Array(body).buffer) : undefined
      if (count === undefined || count[0]! > most)
        throw psiErrors.PSI_WRONG_COUNT({ label, expected: `at most ${most}`, received: count?.[0] ?? 'no number' })
      return count
    },
  }
}

function codecsFor(
  { own, theirs, tagBytes, chunk }: Sizes,
  { isCanonical }: EcdhSuite,
): {
  fromReceiver: Codecs<FromReceiver>
  fromSender: Codecs<FromSender>
} {
  return {
    // `matches` is read by the sender alone, whose own rows it counts.
    fromReceiver: {
      ...codecsForBoth,
      blinded: pointsChunkCodec(chunk, isCanonical),
      matches: positionsCodec(own, Math.min(own, theirs)),
      count: countCodec(Math.min(own, theirs)),
    },
    fromSender: {
      ...codecsForBoth,
      masked: pointsChunkCodec(chunk, isCanonical),
      evaluated: bytesCodec(chunk * tagBytes),
    },
  }
}
