/**
 * Two-party PSI from an oblivious key-value store and a vector OLE.
 *
 * Source    [RR22] figure 11 over B = F = GF(2^128); low communication (`rr22-low`) over F = GF(2^128) with, in place of a
 *           subfield B, the first 5 or 6 coordinates of F over GF(2^16) (decision 16). Deviations: the seed of the store
 *           comes from both sides' nonces, so that an encoding that fails (2^-40) ends the attempt; in malicious mode the
 *           tags bind the item by keyed BLAKE3 of (F ‖ item key); where both learn, the receiver tells a bitmap over the
 *           tags, in malicious mode with a digest of second tags, which it can know only for items that it holds.
 * Realises  the receiver learns which of its rows the sender has, and n_y; the sender learns n_x, and the matches where both
 *           learn. Not the count alone: the receiver tests its own rows one by one. Malicious: a receiver may hold up to the
 *           columns of the store (1.35·n_x) items instead of n_x, and may tell the sender fewer matches than there are.
 * Security  semi-honest or malicious, static corruption, random oracle, correlation robustness of AES, dual LPN; about 125
 *           bits. Either side may lie about its own set.
 * Cost      9 messages one after the other (malicious 10); receiver → sender 16 B a column of the store (1.35·n_x) and
 *           0.3 MB, low communication 10 B a column (1.29·n_x; 12 B above 2^40 pairs) and 0.3 MB; sender → receiver t·n_y
 *           and 0.07 MB (low 0.09 MB); t = 9 at 2^16, 10 at 2^20, malicious 16; both learn: n_y/8 B more.
 * Leaks     n_x, n_y, timing of the whole. False matches: fewer than one in 2^40 runs.
 *
 * The receiver is the left side, unless the right side alone learns.
 */
import { type BlockCipher, concat, equalBytes, randomBytes, randomPermutation, utf8 } from '@secureflow/base'
import { bytesCodec, type Channel, type Codecs, channel, itemsCodec } from '@secureflow/channel'
import { type BlockKernels, type Blocks, loadBlocks, productMap } from '@secureflow/kernels'
import { pause } from '../../session/pause.ts'
import type { Progress, Session } from '../../session/session.ts'
import { type DigestedWire, digested, type TwoParty, twoParty } from '../../session/two-party.ts'
import { wireTo } from '../../session/wires.ts'
import { receiveVole, sendVole } from '../../vole/silent.ts'
import { type Agreed, agree, type Terms } from '../agree.ts'
import { psiErrors } from '../errors.ts'
import type { Learned } from '../functionality.ts'
import { type EncodedItems, encoded } from '../items.ts'
import { type RowValues, releaseValues, valuesMessageBytes } from '../values.ts'
import { Brought } from './brought.ts'
import { refuseEqual } from './duplicates.ts'
import { bitmap, bitmapBytes, positionsIn } from './matches.ts'
import { type Rr22Mode, type Rr22Sizes, sizesOf, suiteOf } from './parameters.ts'
import { commonOrder, headsAt, type Matches, shuffled, TagIndex } from './tags.ts'

interface FromBoth {
  /** Digest of all messages so far as this side knows them. */
  done: Uint8Array
}
interface FromReceiver extends FromBoth {
  /** A = P ⊕ u, a message a chunk of columns. */
  encoded: Uint8Array
  /** Malicious only: the receiver's half of the mask w. */
  'mask-receiver': Uint8Array
  /** Only where both learn: a bit for each tag in the order of `tags`; malicious: then a digest of their second tags. */
  matches: Uint8Array
  /** Only where the receiver brings columns: its rows in common, in the common order. */
  values: Uint8Array
}
interface FromSender extends FromBoth {
  /** Malicious only: SHA-256 of the sender's half of the mask, before the VOLE. */
  'mask-commitment': Uint8Array
  'mask-sender': Uint8Array
  /** F(y) for every y in the sender's random order, t bytes each, a message a chunk of rows. */
  tags: Uint8Array
  /** Only where the sender brings columns: its rows in the order of `tags`, each under the pad of its item. */
  sealed: Uint8Array
}

export interface Rr22Input extends Omit<Terms, 'suite' | 'rows' | 'brings'> {
  ids: readonly string[] | EncodedItems
  brings: RowValues | undefined
  /** How many columns the other side brings. */
  expects: number
  expectsRows: number | undefined
  mode: Rr22Mode
  progress: (report: Progress) => void
}

/** What the receiver knows when it has compared, before the sender is told. */
interface Compared {
  found: Matches
  /** The sender's columns of these rows, in the same order; undefined where it brings none. */
  values: RowValues | undefined
  /** As `Run.secondTags` of these rows. */
  secondTags(rows: Uint32Array): Promise<Uint8Array>
}

/** What the sender has said when the receiver can compare. */
interface Answered {
  /** Own row of each tag, in the order sent. */
  order: Uint32Array
  tags: Uint8Array
  secondTags(rows: Uint32Array): Promise<Uint8Array>
}

export async function rr22(session: Session, peer: string, input: Rr22Input): Promise<Learned> {
  const kernels = await rr22Kernels(session)
  try {
    return await inKernels(kernels, session, peer, input)
  } finally {
    await kernels.close()
  }
}

async function inKernels(kernels: BlockKernels, session: Session, peer: string, input: Rr22Input): Promise<Learned> {
  const { as, learns, reveals, normalisation, chunk, padding, brings, expects, expectsRows } = input
  const turn = () => pause(session.signal)
  const items = await encoded(input.ids, turn)
  const rows = items.offsets.length - 1
  await refuseEqual(kernels, session.rng, items, turn)
  await session.gate.release({ disclosure: `rows-${as}`, to: peer, count: 1 })
  const own = { suite: suiteOf(input.mode), learns, reveals, normalisation, as, rows, chunk, padding }
  const terms = { ...own, brings: [...(brings?.widths ?? [])] }
  const agreed = await agree(session, peer, terms, { columns: expects, rows: expectsRows })

  const receives = as === (learns === 'right' ? 'right' : 'left')
  const wire = digested(wireTo(session, peer), session.platform, receives)
  const two = twoParty(session, peer, wire, agreed.sessionId)
  const run = new Rr22Run(kernels, two, wire, input, agreed, receives)
  const releases: Releases = {
    matches: (count) => session.gate.release({ disclosure: 'matches', to: peer, count }),
    values: (rows) => releaseValues(session, peer, rows, brings?.widths.length ?? 0),
  }
  const mark = kernels.mark()
  try {
    return receives ? await receiver(run, items, releases) : await sender(run, items, releases)
  } finally {
    kernels.release(mark)
  }
}

async function receiver(run: Rr22Run, X: EncodedItems, releases: Releases): Promise<Learned> {
  const { found, values, secondTags } = await compare(run, X)
  const ch = channel<FromReceiver, FromSender>(run.two.wire, run.fromReceiver, run.fromSender)
  if (run.learns === 'both') {
    await releases.matches(found.rows.length)
    const proof = proofOf(run, await secondTags(found.rows))
    await ch.send('matches', concat(bitmap(found.positions, run.ny), proof))
  }
  const order = commonOrder({ ...found, rows: found.rows.map((_, i) => i) })
  const rows = order.map((i) => found.rows[i]!)
  const { own } = run.brought
  if (own !== undefined) {
    await releases.values(rows.length)
    for (const part of run.brought.parts(rows)) await ch.send('values', run.brought.rows(part))
  }
  await sayDone(run)
  const learned = { rows, count: rows.length }
  return values === undefined ? learned : { ...learned, values: run.brought.inOrder(values, order) }
}

async function sender(run: Rr22Run, Y: EncodedItems, releases: Releases): Promise<Learned> {
  const { nx, ny, two, sizes } = run
  await releases.matches(Math.min(nx, ny)) // before any work: what follows lets the receiver compare
  if (run.brought.own !== undefined) await releases.values(Math.min(nx, ny))
  const { order, tags, secondTags } = await answer(run, Y)
  const ch = channel<FromSender, FromReceiver>(two.wire, run.fromSender, run.fromReceiver)
  const learned: Learned = { rows: new Uint32Array(0) }
  if (run.learns === 'both') {
    const told = await ch.recv('matches')
    const positions = positionsIn(told, ny, Math.min(nx, ny), two.peer)
    const rows = positions.map((position) => order[position]!)
    if (!equalBytes(told.subarray(bitmapBytes(ny)), proofOf(run, await secondTags(rows))))
      throw psiErrors.PSI_UNKNOWN_MATCH({}, { party: two.peer })
    learned.rows = commonOrder({ heads: headsAt(tags, positions, sizes.tagBytes), positions, rows })
    learned.count = positions.length
    const values = await run.brought.receive(learned.rows.length, () => ch.recv('values'))
    if (values !== undefined) learned.values = values
  }
  await expectDone(run)
  return learned
}

/** The receiver's last word. */
export async function sayDone(run: Rr22Run): Promise<void> {
  const ch = channel<FromReceiver, FromSender>(run.two.wire, run.fromReceiver, run.fromSender)
  await ch.send('done', run.digest())
}

/** The sender's last wait. @throws {PeerError} PSI_TRANSCRIPTS_DIFFER */
export async function expectDone(run: Rr22Run): Promise<void> {
  const ch = channel<FromSender, FromReceiver>(run.two.wire, run.fromSender, run.fromReceiver)
  const seen = run.digest()
  run.expectSame(await ch.recv('done'), seen)
  run.step()
}

/** The receiver's part up to where it knows the matches, and that both sides have seen the same. */
export async function compare(run: Rr22Run, X: EncodedItems): Promise<Compared> {
  const { kernels, two, nx, ny, sizes } = run
  const ch = channel<FromReceiver, FromSender>(two.wire, run.fromReceiver, run.fromSender)
  const commitment = run.malicious ? await ch.recv('mask-commitment') : undefined

  const { store: shape } = sizes
  const keys = kernels.zeros(nx)
  const P = kernels.zeros(shape.columns)
  await run.hashKeys(keys, X)
  const stored = kernels.placeKeys(keys, shape, run.rowCipher())
  run.step()
  const encode = async (): Promise<void> => {
    const scratch = kernels.mark()
    const values = kernels.zeros(nx)
    run.hashValues(values, keys)
    await two.pause()
    if (!(await kernels.encode(P, stored, values))) throw psiErrors.PSI_ENCODING_FAILED({})
    kernels.release(scratch)
    run.step()
  }
  const { u, w } = await receiveVole(two, kernels, shape.columns, sizes.vole, encode)
  run.step()
  kernels.xor(P, P, u)
  for (const [from, to] of run.chunks(shape.columns))
    await ch.send('encoded', run.packed(P.subarray(16 * from, 16 * to)))
  const mask = await receiverMask(run, ch, commitment)
  run.step()

  const F = P.subarray(0, 16 * nx) // sent, and longer than the rows: memory to use again
  await kernels.decode(F, stored, w)
  const secrets = run.secretsOf(F, run.brought.theirSize > 0)
  const tags = await run.tagsOf(F, keys, mask)
  // A liar must not learn from an abort whether a tag that it sends twice has matched.
  const index = new TagIndex(kernels, tags, sizes.tagBytes, ny, run.malicious)
  run.step()
  for (const [from, to] of run.chunks(ny)) {
    const theirs = await ch.recv('tags')
    run.expectCount('tags', theirs, to - from, sizes.tagBytes)
    const repeated = index.match(theirs, from)
    if (repeated >= 0) throw psiErrors.PSI_DUPLICATE({ label: 'tags', index: repeated }, { party: two.peer })
    await two.pause()
  }
  const found = index.matches()
  const values = await run.brought.unseal(() => ch.recv('sealed'), found, { F: secrets, keys })
  run.step()
  const seen = run.digest()
  run.expectSame(await ch.recv('done'), seen)
  return { found, values, secondTags: (rows) => run.secondTags(F, keys, rows) }
}

/** The sender's part up to where the receiver can compare. */
export async function answer(run: Rr22Run, Y: EncodedItems): Promise<Answered> {
  const { kernels, two, ny, sizes } = run
  const ch = channel<FromSender, FromReceiver>(two.wire, run.fromSender, run.fromReceiver)
  const half = randomBytes(two.rng, 16)
  if (run.malicious) await ch.send('mask-commitment', run.commitTo(half))

  const { store: shape, columnBytes } = sizes
  const keys = kernels.zeros(ny)
  const F = kernels.zeros(ny)
  await run.hashKeys(keys, Y) // while the receiver does the same
  const rows = kernels.placeKeys(keys, shape, run.rowCipher())
  run.step()
  const { delta, v } = await sendVole(two, kernels, shape.columns, sizes.vole)
  const addTimesDelta = run.multiplier(delta)
  run.step()

  const part = kernels.zeros(Math.min(run.chunk, shape.columns))
  for (const [from, to] of run.chunks(shape.columns)) {
    const A = await ch.recv('encoded')
    run.expectCount('encoded', A, to - from, columnBytes)
    const columns = part.subarray(0, 16 * (to - from))
    run.unpack(columns, A)
    addTimesDelta(v.subarray(16 * from, 16 * to), columns)
    await two.pause()
  }
  const mask = await senderMask(run, ch, half)
  run.step()
  await kernels.decode(F, rows, v)
  await two.pause()
  const values = kernels.zeros(ny)
  run.hashValues(values, keys)
  addTimesDelta(F, values)
  delta.fill(0)
  const secrets = run.secretsOf(F, run.brought.own !== undefined)
  const tags = await run.tagsOf(F, keys, mask)
  run.step()
  const order = randomPermutation(two.rng, ny)
  const sent = shuffled(kernels, tags, order, sizes.tagBytes)
  for (const [from, to] of run.chunks(ny))
    await ch.send('tags', sent.subarray(sizes.tagBytes * from, sizes.tagBytes * to))
  if (run.brought.own !== undefined)
    for (const part of run.brought.parts(order))
      await ch.send('sealed', await run.brought.seal(part, { F: secrets, keys }))
  await ch.send('done', run.digest())
  run.step()

  return { order, tags: sent, secondTags: (rows) => run.secondTags(F, keys, rows) }
}

/** Malicious only: w = w_s ⊕ w_r, which neither side could choose after it knew the other's half. */
async function receiverMask(
  run: Rr22Run,
  ch: Channel<FromReceiver, FromSender>,
  commitment: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  if (commitment === undefined) return undefined
  const half = randomBytes(run.two.rng, 16)
  await ch.send('mask-receiver', half)
  const theirs = await ch.recv('mask-sender')
  if (!equalBytes(run.commitTo(theirs), commitment)) throw psiErrors.PSI_BAD_COMMITMENT({}, { party: run.two.peer })
  return half.map((byte, k) => byte ^ theirs[k]!)
}

async function senderMask(
  run: Rr22Run,
  ch: Channel<FromSender, FromReceiver>,
  half: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (!run.malicious) return undefined
  const theirs = await ch.recv('mask-receiver')
  await ch.send('mask-sender', half)
  return half.map((byte, k) => byte ^ theirs[k]!)
}

/** Through the gate, before the message that discloses. */
interface Releases {
  matches(count: number): Promise<void>
  /** Own columns of so many rows. */
  values(rows: number): Promise<void>
}

/** Malicious only: a digest of second tags, which shows that the receiver holds their rows; otherwise nothing. */
const proofOf = ({ malicious, two }: Rr22Run, second: Uint8Array): Uint8Array =>
  malicious ? two.platform.sha256(utf8('secureflow psi matches'), two.sid, second) : new Uint8Array(0)

/**
 * Kernels with room for one intersection; to be closed. Worker threads share their work where the machine has more than
 * two processors: on two, the other one is the node's, or the partner's. A thread takes about 15 MB.
 */
export function rr22Kernels({ platform, signal }: Session): Promise<BlockKernels> {
  const { workers } = platform
  const spare = Math.min(mostThreads, (workers?.parallelism ?? 1) - 1)
  const threads = workers === undefined || spare < 2 ? {} : { workers: { ...workers, parallelism: spare }, signal }
  return loadBlocks(platform, { maxBytes: kernelBytes, ...threads })
}

/** What both roles share. */
export class Rr22Run {
  readonly kernels: BlockKernels
  readonly two: TwoParty
  readonly nx: number
  readonly ny: number
  readonly sizes: Rr22Sizes
  readonly learns: Rr22Input['learns']
  readonly malicious: boolean
  readonly chunk: number
  readonly fromReceiver: Codecs<FromReceiver>
  readonly fromSender: Codecs<FromSender>
  readonly brought: Brought
  readonly #wire: DigestedWire
  readonly #progress: Rr22Input['progress']
  #steps = 0

  constructor(
    kernels: BlockKernels,
    two: TwoParty,
    wire: DigestedWire,
    { learns, mode, progress, brings }: Pick<Rr22Input, 'learns' | 'mode' | 'progress' | 'brings'>,
    { own, theirs, chunk, theirColumns, parts = 1 }: Omit<Agreed, 'sessionId'> & { parts?: number },
    receives: boolean,
  ) {
    this.kernels = kernels
    this.two = two
    this.learns = learns
    this.chunk = chunk
    ;[this.nx, this.ny] = receives ? [own, theirs] : [theirs, own]
    this.sizes = sizesOf(mode, this.nx, this.ny, parts)
    this.malicious = this.sizes.vole.security === 'malicious'
    this.brought = new Brought(this, brings, theirColumns)
    this.#wire = wire
    this.#progress = progress
    const done = itemsCodec(1, 32)
    const proof = this.malicious ? 32 : 0
    this.fromReceiver = {
      done,
      encoded: bytesCodec(this.sizes.columnBytes * chunk),
      'mask-receiver': itemsCodec(1, 16),
      matches: itemsCodec(1, bitmapBytes(this.ny) + proof),
      values: bytesCodec(valuesMessageBytes(this.brought.theirSize)),
    }
    this.fromSender = {
      done,
      'mask-commitment': itemsCodec(1, 32),
      'mask-sender': itemsCodec(1, 16),
      tags: bytesCodec(this.sizes.tagBytes * chunk),
      sealed: bytesCodec(valuesMessageBytes(this.brought.theirSize)),
    }
  }

  /** Item keys: 16 bytes of BLAKE3 under a key of this run. */
  hashKeys(keys: Blocks, items: EncodedItems): Promise<void> {
    return this.kernels.hashItems(keys, items.bytes, items.offsets, this.#hash('items'))
  }

  /** π of the store's rows; public. */
  rowCipher(): BlockCipher {
    return this.two.platform.aesBlocks(this.#hash('rows').subarray(0, 16))
  }

  /** H_B: what the store holds for each key, as many bytes as a column has. */
  hashValues(values: Blocks, keys: Blocks): void {
    this.kernels.hash(values, keys, this.two.platform.aesBlocks(this.#hash('values').subarray(0, 16)))
    if (this.sizes.columnBytes < 16) this.kernels.truncate(values, this.sizes.columnBytes)
  }

  /** Columns as they are sent. */
  packed(columns: Blocks): Uint8Array {
    const { columnBytes } = this.sizes
    if (columnBytes === 16) return columns
    const out = new Uint8Array((columns.length / 16) * columnBytes)
    this.kernels.pack(out, columns, columnBytes)
    return out
  }

  /** From the wire: `packed` again. */
  unpack(columns: Blocks, sent: Uint8Array): void {
    if (this.sizes.columnBytes === 16) columns.set(sent)
    else this.kernels.unpack(columns, sent, this.sizes.columnBytes)
  }

  /** out ⊕= Δ·a, in the field of the VOLE. */
  multiplier(delta: Uint8Array): (out: Blocks, a: Blocks) => void {
    const { kernels } = this
    if (this.sizes.vole.coordinates === undefined) return (out, a) => kernels.addScaled(out, a, delta)
    const images = productMap(kernels, delta)
    return (out, a) => kernels.addMapped(out, a, images)
  }

  /**
   * Tags of decoded values, 16 bytes each: AES in semi-honest mode, written over F; malicious mode binds the item and the
   * mask, and leaves F ⊕ w.
   */
  async tagsOf(F: Blocks, keys: Blocks, mask: Uint8Array | undefined): Promise<Blocks> {
    if (mask === undefined) {
      this.kernels.hash(F, F, this.two.platform.aesBlocks(this.#hash('tags').subarray(0, 16)))
      return F
    }
    for (let at = 0; at < F.length; at++) F[at]! ^= mask[at & 15]!
    return this.bound(F, keys, 'tags')
  }

  /** Malicious, once there are tags: a second tag of each of these rows, 16 bytes, that only holders of the row can know; otherwise nothing. */
  async secondTags(F: Blocks, keys: Blocks, rows: Uint32Array): Promise<Uint8Array> {
    if (!this.malicious) return new Uint8Array(0)
    const pick = (from: Blocks) => {
      const out = this.kernels.zeros(rows.length)
      this.kernels.gather(out, from, rows)
      return out
    }
    return this.bound(pick(F), pick(keys), 'second tags')
  }

  /** BLAKE3 of (F_i ‖ key_i), 16 bytes each. */
  async bound(F: Blocks, keys: Blocks, what: string): Promise<Blocks> {
    const n = F.length / 16
    const pairs = this.kernels.bytes(32 * n)
    const offsets = new Uint32Array(n + 1)
    for (let i = 0; i < n; i++) {
      pairs.set(F.subarray(16 * i, 16 * i + 16), 32 * i)
      pairs.set(keys.subarray(16 * i, 16 * i + 16), 32 * i + 16)
      offsets[i + 1] = 32 * (i + 1)
    }
    const out = this.kernels.zeros(n)
    await this.kernels.hashItems(out, pairs, offsets, this.#hash(what))
    return out
  }

  /** What pads are made from, kept where tags are written over F. */
  secretsOf(F: Blocks, wanted: boolean): Blocks {
    if (!wanted || this.malicious) return F
    const kept = this.kernels.zeros(F.length / 16)
    kept.set(F)
    return kept
  }

  commitTo(half: Uint8Array): Uint8Array {
    return this.two.platform.sha256(utf8('secureflow psi mask'), this.two.sid, half)
  }

  /** Where the messages of `total` items begin and end. */
  chunks(total: number): [from: number, to: number][] {
    const { chunk } = this
    return Array.from({ length: Math.ceil(total / chunk) }, (_, i) => [i * chunk, Math.min(total, (i + 1) * chunk)])
  }

  expectCount(label: string, body: Uint8Array, expected: number, size: number): void {
    if (body.length !== expected * size)
      throw psiErrors.PSI_WRONG_COUNT({ label, expected, received: body.length / size }, { party: this.two.peer })
  }

  digest(): Uint8Array {
    return this.two.platform.sha256(utf8('secureflow psi done'), this.two.sid, this.#wire.digest())
  }

  expectSame(digest: Uint8Array, own: Uint8Array): void {
    if (!equalBytes(digest, own)) throw psiErrors.PSI_TRANSCRIPTS_DIFFER({}, { party: this.two.peer })
  }

  /** One of the six steps of either role is done. */
  step(): void {
    this.#progress({ fraction: ++this.#steps / steps, done: this.#steps, total: steps, unit: 'steps' })
  }

  #hash(what: string): Uint8Array {
    return this.two.platform.sha256(utf8(`secureflow psi rr22 ${what}`), this.two.sid)
  }
}

const steps = 6
const mostThreads = 3
/** Nearly all that WebAssembly can address; about 200 bytes a row are used. */
const kernelBytes = 3.5 * 2 ** 30
