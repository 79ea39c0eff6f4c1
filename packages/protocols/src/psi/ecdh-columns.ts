/**
 * Two-party PSI from Diffie–Hellman where a side brings columns along: the oblivious PRF form, so that the sender can seal
 * every row under what only a holder of its item can compute.
 *
 * Source    [JL10] by Diffie–Hellman: tags and pads from H(item)^b; blinding as in RFC 9497 section 3.3.1, in the group that
 *           both sides agree on (suites/suite.ts). Deviations: hashes are bound to the session instead of the RFC's context;
 *           the sides end by comparing digests of all messages.
 * Realises  what `ecdh.ts` does, and columns: the receiver gets the sender's values of the rows in common, and where both
 *           learn the sender gets the receiver's. The other side learns how many bytes each column takes.
 * Security  semi-honest, static corruption, random oracle + one-more gap DH in the group, about 125 bits.
 *           Either side may lie about its own set and values; a lying sender can make chosen rows not match.
 * Cost      6 messages one after the other; receiver → sender 32·n_x (+ n_y/8 + s_x·matches where both learn), sender →
 *           receiver 32·n_x + (t + s_y)·n_y, t = ⌈(40 + log2(n_x·n_y))/8⌉, s bytes of a row of columns. The receiver: a hash to the
 *           curve and two multiplications for a row; the sender: one of each for an own row, one for a row of the partner.
 * Leaks     n_x, n_y, bytes of each column, timing of the whole. False matches: fewer than one in 2^40 runs.
 *
 * The receiver is the left side, unless the right side alone learns.
 */
import { baseErrors, concat, equalBytes, randomPermutation, utf8 } from '@secureflow/base'
import { bytesCodec, type Channel, type Codecs, channel, itemsCodec } from '@secureflow/channel'
import { pause } from '../session/pause.ts'
import type { Session } from '../session/session.ts'
import { type DigestedWire, digested } from '../session/two-party.ts'
import { wireTo } from '../session/wires.ts'
import { type Agreed, agree } from './agree.ts'
import type { EcdhInput } from './ecdh.ts'
import { psiErrors } from './errors.ts'
import type { Learned } from './functionality.ts'
import { hashItems, type Items, itemsOf, refuseDuplicates } from './items.ts'
import { isZero, pointsChunkCodec } from './points.ts'
import { bitmap, bitmapBytes, positionsIn } from './rr22/matches.ts'
import { tagBytes } from './rr22/parameters.ts'
import { commonOrder, headsAt } from './rr22/tags.ts'
import { type Engine, startEngine } from './suites/engine.ts'
import { type EcdhSuite, loadSuite } from './suites/suite.ts'
import { TagTable } from './tags.ts'
import {
  gatherRows,
  type RowValues,
  releaseValues,
  rowBytes,
  rowsAMessage,
  valuesMessageBytes,
  xorInto,
} from './values.ts'

interface FromBoth {
  /** Digest of all messages so far as this side knows them. */
  done: Uint8Array
}
interface FromReceiver extends FromBoth {
  /** H(x)^a in the receiver's random order. */
  blinded: Uint8Array
  /** Only where both learn: a bit for each tag in the order of `tags`. */
  matches: Uint8Array
  /** Only where the receiver brings columns: its rows in common, in the common order. */
  values: Uint8Array
}
interface FromSender extends FromBoth {
  /** H(x)^ab in the order of `blinded`. */
  evaluated: Uint8Array
  /** PRF(y) in the sender's random order, t bytes each. */
  tags: Uint8Array
  /** The columns of the same rows, each row under the pad of its item. */
  sealed: Uint8Array
}

const form = 'columns 1'

export async function ecdhColumns(session: Session, peer: string, input: EcdhInput): Promise<Learned> {
  const { as, learns, reveals, normalisation, chunk, padding, brings, expects, expectsRows } = input
  const items = itemsOf(input.ids)
  await refuseDuplicates(session.platform, items, () => pause(session.signal))
  await session.gate.release({ disclosure: `rows-${as}`, to: peer, count: 1 })
  const suite = await loadSuite(input.suite, session.platform)
  const own = { suite: `${suite.id}, ${form}`, learns, reveals, normalisation, as, rows: items.length, chunk, padding }
  const terms = { ...own, brings: [...(brings?.widths ?? [])] }
  const agreed = await agree(session, peer, terms, { columns: expects, rows: expectsRows })
  const receives = as === (learns === 'right' ? 'right' : 'left')
  const wire = digested(wireTo(session, peer), session.platform, receives)
  const run = new Run(session, peer, input, agreed, suite, wire, receives)
  try {
    return receives
      ? await receiver(channel(wire, run.fromReceiver, run.fromSender), items, run)
      : await sender(channel(wire, run.fromSender, run.fromReceiver), items, run)
  } finally {
    await run.close()
  }
}

async function receiver(ch: Channel<FromReceiver, FromSender>, X: Items, run: Run): Promise<Learned> {
  const { nx, ny, session, tagSize } = run
  const order = randomPermutation(session.rng, nx)
  const hash = run.hashes(X)
  const H = new Uint8Array(32 * nx)
  const secrets = new Uint8Array(32 * nx) // in the order of `blinded`
  const own = new TagTable(tagSize, nx)
  await run.together(
    async () => {
      for (const [from, to] of run.chunks(nx)) {
        const hashes = hash(order.subarray(from, to))
        H.set(hashes, 32 * from)
        await ch.send('blinded', await run.mask(hashes))
      }
    },
    async () => {
      for (const [from, to] of run.chunks(nx)) {
        const evaluated = await ch.recv('evaluated')
        run.expectCount('evaluated', evaluated, to - from, 32)
        const N = await run.multiply(evaluated, 'evaluated', from)
        for (let i = from; i < to; i++) {
          const secret = run.finalize(
            H.subarray(32 * i, 32 * i + 32),
            N.subarray(32 * (i - from), 32 * (i - from) + 32),
          )
          secrets.set(secret, 32 * i)
          if (!own.add(run.tag(secret), 0))
            throw psiErrors.PSI_DUPLICATE({ label: 'evaluated', index: i }, { party: run.peer })
        }
      }
    },
  )

  const matches: { position: number; blinded: number; head: number }[] = []
  const values: Uint8Array[] = []
  const size = run.theirSize
  for (const [from, to] of run.tagChunks(size)) {
    const tags = await ch.recv('tags')
    run.expectCount('tags', tags, to - from, tagSize)
    const sealed = size === 0 ? tags : await ch.recv('sealed')
    if (size > 0) run.expectCount('sealed', sealed, to - from, size)
    const positions = Uint32Array.from({ length: to - from }, (_, i) => i)
    const heads = headsAt(tags, positions, tagSize)
    for (const i of positions) {
      const blinded = own.find(tags, tagSize * i)
      if (blinded < 0) continue
      if (run.taken(blinded)) throw psiErrors.PSI_DUPLICATE({ label: 'tags', index: from + i }, { party: run.peer })
      matches.push({ position: from + i, blinded, head: heads[i]! })
      if (size === 0) continue
      const row = sealed.slice(size * i, size * i + size)
      xorInto(row, run.pad(secrets.subarray(32 * blinded, 32 * blinded + 32), size))
      values.push(row)
    }
    await pause(session.signal)
  }
  secrets.fill(0)
  const seen = run.digest()
  run.expectSame(await ch.recv('done'), seen)

  const positions = Uint32Array.from(matches, (m) => m.position)
  const inOrder = commonOrder({
    heads: Uint32Array.from(matches, (m) => m.head),
    positions,
    rows: positions.map((_, i) => i),
  })
  const rows = inOrder.map((i) => order[matches[i]!.blinded]!)
  if (run.input.learns === 'both') {
    await run.releaseMatches(rows.length)
    await ch.send('matches', bitmap(positions, ny))
    const { brings } = run.input
    if (brings !== undefined) {
      await releaseValues(session, run.peer, rows.length, brings.widths.length)
      const most = rowsAMessage(run.ownSize)
      for (let at = 0; at < rows.length; at += most)
        await ch.send('values', gatherRows(brings.bytes, run.ownSize, rows.subarray(at, at + most)))
    }
  }
  await ch.send('done', run.digest())
  run.progress(1)
  const learned = { rows, count: rows.length }
  return size === 0 ? learned : { ...learned, values: run.theirs(concat(...Array.from(inOrder, (i) => values[i]!))) }
}

async function sender(ch: Channel<FromSender, FromReceiver>, Y: Items, run: Run): Promise<Learned> {
  const { nx, ny, session, tagSize } = run
  const { brings, learns } = run.input
  await run.releaseMatches(Math.min(nx, ny)) // before any work: what follows lets the receiver compare
  if (brings !== undefined) await releaseValues(session, run.peer, Math.min(nx, ny), brings.widths.length)
  const order = randomPermutation(session.rng, ny)
  const distinct = new TagTable(32, nx)
  for (const [from, to] of run.chunks(nx)) {
    const blinded = await ch.recv('blinded')
    run.expectCount('blinded', blinded, to - from, 32)
    const evaluated = await run.multiply(blinded, 'blinded', from)
    for (let i = 0; i < to - from; i++)
      if (!distinct.add(evaluated, 32 * i))
        throw psiErrors.PSI_DUPLICATE({ label: 'blinded', index: from + i }, { party: run.peer })
    await ch.send('evaluated', evaluated)
  }

  const hash = run.hashes(Y)
  const heads = new Uint32Array(ny)
  const size = run.ownSize
  for (const [from, to] of run.tagChunks(size)) {
    const part = order.subarray(from, to)
    const hashes = hash(part)
    const N = await run.mask(hashes)
    const tags = new Uint8Array(tagSize * part.length)
    const sealed = gatherRows(brings?.bytes ?? new Uint8Array(0), size, part)
    for (let i = 0; i < part.length; i++) {
      const secret = run.finalize(hashes.subarray(32 * i, 32 * i + 32), N.subarray(32 * i, 32 * i + 32))
      tags.set(run.tag(secret), tagSize * i)
      if (size > 0) xorInto(sealed.subarray(size * i, size * i + size), run.pad(secret, size))
    }
    heads.set(
      headsAt(
        tags,
        part.map((_, i) => i),
        tagSize,
      ),
      from,
    )
    await ch.send('tags', tags)
    if (size > 0) await ch.send('sealed', sealed)
  }
  await ch.send('done', run.digest())

  const learned: Learned = { rows: new Uint32Array(0) }
  if (learns === 'both') {
    const positions = positionsIn(await ch.recv('matches'), ny, Math.min(nx, ny), run.peer)
    const rows = positions.map((position) => order[position]!)
    learned.rows = commonOrder({ heads: positions.map((position) => heads[position]!), positions, rows })
    learned.count = rows.length
    if (run.theirSize > 0) {
      const values = new Uint8Array(run.theirSize * rows.length)
      const most = rowsAMessage(run.theirSize)
      for (let at = 0; at < rows.length; at += most) {
        const body = await ch.recv('values')
        run.expectCount('values', body, Math.min(most, rows.length - at), run.theirSize)
        values.set(body, run.theirSize * at)
      }
      learned.values = run.theirs(values)
    }
  }
  const seen = run.digest()
  run.expectSame(await ch.recv('done'), seen)
  run.progress(1)
  return learned
}

/** What both roles share. */
class Run {
  readonly session: Session
  readonly peer: string
  readonly input: EcdhInput
  readonly nx: number
  readonly ny: number
  readonly tagSize: number
  /** Bytes of a row of columns; 0 for none. */
  readonly ownSize: number
  readonly theirSize: number
  readonly fromReceiver: Codecs<FromReceiver>
  readonly fromSender: Codecs<FromSender>
  readonly #agreed: Agreed
  readonly #suite: EcdhSuite
  /** Under the own scalar, fresh in every session; and what multiplies the partner's answers or questions. */
  readonly #masks: Engine
  readonly #multiplies: Engine
  readonly #scalars: Uint8Array[]
  readonly #wire: DigestedWire
  readonly #taken: Uint8Array
  readonly #toCompute: number
  #computed = 0
  #failed = false

  constructor(
    session: Session,
    peer: string,
    input: EcdhInput,
    agreed: Agreed,
    suite: EcdhSuite,
    wire: DigestedWire,
    receives: boolean,
  ) {
    this.session = session
    this.peer = peer
    this.input = input
    this.#agreed = agreed
    this.#suite = suite
    this.#wire = wire
    ;[this.nx, this.ny] = receives ? [agreed.own, agreed.theirs] : [agreed.theirs, agreed.own]
    this.tagSize = tagBytes(this.nx, this.ny)
    this.ownSize = rowBytes(input.brings?.widths ?? [])
    this.theirSize = rowBytes(agreed.theirColumns)
    const scalar = suite.randomScalar(session.rng)
    // The receiver takes its blinding off again; the sender has one scalar for all.
    this.#scalars = receives ? [scalar, suite.inverse(scalar)] : [scalar]
    const { platform, signal } = session
    const { own, theirs } = agreed
    const engine = (k: number, masks: number, multiplies: number): Engine =>
      startEngine({
        name: input.suite,
        suite,
        scalar: this.#scalars[k]!,
        platform,
        signal,
        own: masks,
        theirs: multiplies,
      })
    this.#masks = receives ? engine(0, own, 0) : engine(0, own, theirs)
    this.#multiplies = receives ? engine(1, 0, own) : this.#masks
    this.#taken = new Uint8Array(receives ? this.nx : 0)
    this.#toCompute = this.nx + (receives ? this.nx : this.ny)
    const done = itemsCodec(1, 32)
    const { chunk } = agreed
    this.fromReceiver = {
      done,
      blinded: pointsChunkCodec(chunk, suite.isCanonical),
      matches: itemsCodec(1, bitmapBytes(this.ny)),
      values: bytesCodec(valuesMessageBytes(this.theirSize)),
    }
    this.fromSender = {
      done,
      evaluated: pointsChunkCodec(chunk, suite.isCanonical),
      tags: bytesCodec(this.tagSize * chunk),
      sealed: bytesCodec(valuesMessageBytes(this.theirSize)),
    }
  }

  chunks(total: number, most = this.#agreed.chunk): [from: number, to: number][] {
    return Array.from({ length: Math.ceil(total / most) }, (_, i) => [i * most, Math.min(total, (i + 1) * most)])
  }

  /** Of the sender's rows, which carry columns of `size` bytes. */
  tagChunks(size: number): [from: number, to: number][] {
    const { chunk } = this.#agreed
    return this.chunks(this.ny, size === 0 ? chunk : Math.min(chunk, rowsAMessage(size)))
  }

  /** SHA-256 of items of the caller's choice, 32 bytes each. */
  hashes(items: Items): (positions: Uint32Array) => Uint8Array {
    return hashItems(
      this.session.platform,
      items,
      concat(utf8(`${this.#suite.id} ${form} item`), this.#agreed.sessionId),
    )
  }

  /** Own items, given by their digests. */
  mask(digests: Uint8Array): Promise<Uint8Array> {
    return this.#masks.mask(digests, (elements) => this.#tick(elements))
  }

  async multiply(points: Uint8Array, label: string, start: number): Promise<Uint8Array> {
    const products = await this.#multiplies.multiply(points, (elements) => this.#tick(elements))
    for (let at = 0; at < products.length; at += 32)
      if (isZero(products.subarray(at, at + 32)))
        throw psiErrors.PSI_INVALID_POINT({ label, index: start + at / 32 }, { party: this.peer })
    return products
  }

  /** The PRF's value: 32 bytes of the item's hash and H(item)^b. */
  finalize(hash: Uint8Array, N: Uint8Array): Uint8Array {
    return this.session.platform.sha256(utf8(`${this.#suite.id} ${form} finalize`), this.#agreed.sessionId, hash, N)
  }

  theirs(bytes: Uint8Array): RowValues {
    return { widths: this.#agreed.theirColumns, bytes }
  }

  tag(secret: Uint8Array): Uint8Array {
    return this.session.platform.sha256(utf8('secureflow psi tag'), secret).subarray(0, this.tagSize)
  }

  /** Used once: the secret belongs to one item of one session. */
  pad(secret: Uint8Array, size: number): Uint8Array {
    const { platform } = this.session
    const pad = new Uint8Array(size)
    platform.aesCtr(platform.sha256(utf8('secureflow psi values'), secret).subarray(0, 16)).fill(pad)
    return pad
  }

  /** Whether this row of the receiver has matched before; it has from now on. */
  taken(row: number): boolean {
    const before = this.#taken[row] === 1
    this.#taken[row] = 1
    return before
  }

  /** Runs loops side by side; when one fails the others stop at their next turn. */
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

  expectCount(label: string, body: Uint8Array, expected: number, size: number): void {
    if (body.length !== expected * size)
      throw psiErrors.PSI_WRONG_COUNT({ label, expected, received: body.length / size }, { party: this.peer })
  }

  releaseMatches(count: number): Promise<void> {
    return this.session.gate.release({ disclosure: 'matches', to: this.peer, count })
  }

  digest(): Uint8Array {
    return this.session.platform.sha256(utf8('secureflow psi done'), this.#agreed.sessionId, this.#wire.digest())
  }

  expectSame(digest: Uint8Array, own: Uint8Array): void {
    if (!equalBytes(digest, own)) throw psiErrors.PSI_TRANSCRIPTS_DIFFER({}, { party: this.peer })
  }

  progress(fraction: number): void {
    this.input.progress({ fraction })
  }

  /** Nothing is computed after it. */
  async close(): Promise<void> {
    await Promise.all([this.#masks.close(), this.#multiplies.close()])
    for (const scalar of this.#scalars) scalar.fill(0)
  }

  async #tick(elements: number): Promise<void> {
    this.#computed += elements
    this.progress((0.99 * this.#computed) / this.#toCompute)
    await pause(this.session.signal)
    if (this.#failed) throw baseErrors.ABORTED({})
  }
}
