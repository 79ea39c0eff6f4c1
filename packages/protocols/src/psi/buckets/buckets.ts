/**
 * rr22 over sets that do not fit into memory: both sides divide their rows into buckets by a digest under a key of both,
 * keep them on disk, and intersect bucket by bucket.
 *
 * Source    rr22 for each bucket (../rr22/rr22.ts); the division as in [PRTY19] section 6 and SecretFlow's bucket PSI.
 *           Deviations: every bucket is filled up to a capacity that follows from the row counts.
 * Realises  what rr22 realises. Malicious: a receiver may choose its items of a bucket when it knows the matches of earlier
 *           ones, and in every attempt anew those of buckets that are not done; in each bucket up to 1.35 times the capacity.
 * Security  as rr22.
 * Cost      rr22's for the sum of the capacities (1 % more than the rows from a million on), its 8 messages after the
 *           greetings once a bucket; disk: 20 B a row, and where both learn 4 B (malicious 20 B) a row of the sender.
 * Leaks     as rr22: the sizes of the buckets are hidden. Timing shows how far the other side is.
 *
 * While one bucket is compared the next one is read, hashed and placed; it speaks when the one before is on disk at this
 * side. So at most one bucket is under way, and an attempt that ends early loses that one alone. The sender is told of the
 * matches when all buckets are done: the owner's terms see the count of the whole before anything of it is sent.
 */
import { encodeCbor, equalBytes, utf8 } from '@secureflow/base'
import { channel, type Wire } from '@secureflow/channel'
import { pause } from '../../session/pause.ts'
import type { Session } from '../../session/session.ts'
import { digested, twoParty } from '../../session/two-party.ts'
import { wireTo } from '../../session/wires.ts'
import { agree } from '../agree.ts'
import { psiErrors } from '../errors.ts'
import type { Learned } from '../functionality.ts'
import { type EncodedItems, encoded } from '../items.ts'
import { suiteOf } from '../rr22/parameters.ts'
import { answer, compare, expectDone, Rr22Run, rr22Kernels, sayDone } from '../rr22/rr22.ts'
import { Checkpoints, type Division, nothing, tryBytes } from './checkpoints.ts'
import { type Bucket, bucketKey, bucketRoom, bytesOf, divide, readBucket } from './divide.ts'
import { bucketCapacity, bucketsVersion, scratchOf } from './parameters.ts'
import { hear, tell } from './telling.ts'
import {
  type BucketsInput,
  codecsOf,
  expectReal,
  type FromBoth,
  type Lane,
  proofBytes,
  proofOf,
  tryOf,
  type Work,
} from './work.ts'

export async function rr22InBuckets(session: Session, peer: string, input: BucketsInput): Promise<Learned> {
  const { as, learns, reveals, normalisation, chunk, mode, buckets, padding, given } = input
  const { scratch, platform, gate } = session
  if (scratch === undefined) throw psiErrors.PSI_NO_SCRATCH({ buckets })
  const items = await encoded(input.ids, () => pause(session.signal))
  const own = items.offsets.length - 1
  await scratch.expectRoom(scratchOf(buckets, own, own))
  await gate.release({ disclosure: `rows-${as}`, to: peer, count: 1 })
  const suite = `${suiteOf(mode)}, buckets ${bucketsVersion} of ${buckets}`
  const terms = { suite, learns, reveals, normalisation, as, rows: own, chunk, padding, brings: [] }
  const agreed = await agree(session, peer, terms, { columns: 0, rows: input.expectsRows })
  const { theirs } = agreed

  const receives = as === (learns === 'right' ? 'right' : 'left')
  const wire = digested(wireTo(session, peer), platform, receives)
  const two = twoParty(session, peer, wire, agreed.sessionId)
  const checkpoints = new Checkpoints(scratch, session.logger)
  const lane = async (): Promise<Lane> => ({
    kernels: await rr22Kernels(session),
    room: bucketRoom(bucketCapacity(own, buckets)),
  })
  const work: Work = {
    ...{ session, two, wire, input, scratch, checkpoints, receives },
    rows: { own, theirs },
    capacity: { own: bucketCapacity(own, buckets), theirs: bucketCapacity(theirs, buckets) },
    lanes: [await lane(), await lane()],
  }
  const real = given.ids === input.ids ? items : await encoded(given.ids, two.pause)
  const parts = [encodeCbor({ ...terms, theirs }), real.bytes, bytesOf(real.offsets), given.absent ?? nothing]
  const made = platform.sha256(...parts)
  try {
    const kept = await checkpoints.division(made)
    const done = await compareCheckpoints(work, kept)
    if (!receives) await gate.release({ disclosure: 'matches', to: peer, count: Math.min(own, theirs) })
    const division = done === undefined ? await divideRows(work, items, made) : kept!
    await throughBuckets(work, division, done ?? new Set())
    return receives ? await tell(work) : await hear(work)
  } finally {
    for (const { kernels } of work.lanes) await kernels.close()
  }
}

/** @returns the buckets that both sides have done in the same try; undefined where they begin anew */
async function compareCheckpoints(work: Work, kept: Division | undefined): Promise<Set<number> | undefined> {
  const { two, input, checkpoints } = work
  const { buckets } = input
  const mine = new Uint8Array(32 + tryBytes * buckets)
  if (kept !== undefined) {
    mine.set(two.platform.sha256(utf8('secureflow psi division'), kept.seed))
    for (let k = 0; k < buckets; k++) mine.set((await checkpoints.tryOf(k)) ?? noTry, 32 + tryBytes * k)
  }
  const ch = channel<FromBoth, FromBoth>(two.wire, codecsOf(work), codecsOf(work))
  await ch.send('checkpoints', mine)
  const theirs = await ch.recv('checkpoints')
  if (kept === undefined || !equalBytes(mine.subarray(0, 32), theirs.subarray(0, 32))) return undefined
  const nameIn = (all: Uint8Array, k: number) => all.subarray(32 + tryBytes * k, 32 + tryBytes * (k + 1))
  const same = (k: number) => !equalBytes(nameIn(mine, k), noTry) && equalBytes(nameIn(mine, k), nameIn(theirs, k))
  return new Set(Array.from({ length: buckets }, (_, k) => k).filter(same))
}

async function divideRows(work: Work, items: EncodedItems, made: Uint8Array): Promise<Division> {
  const { two, input, scratch, checkpoints, capacity, lanes } = work
  const seed = two.sid // nobody could choose it
  await scratch.clear()
  const how = { key: bucketKey(two, seed), buckets: input.buckets }
  const counts = await divide(lanes[0].kernels, scratch, items, how, two.pause)
  if (counts.some((count) => count > capacity.own)) throw psiErrors.PSI_ENCODING_FAILED({})
  const division = { seed, made, counts }
  await checkpoints.keepDivision(division)
  return division
}

/** Each bucket prepares itself while the one before is compared, and speaks when that one is on disk. */
async function throughBuckets(work: Work, { counts }: Division, done: ReadonlySet<number>): Promise<void> {
  const missing = Array.from(counts.keys()).filter((k) => !done.has(k))
  let before = Promise.resolve()
  for (const [nth, bucket] of missing.entries()) {
    const last = before
    let speaking = false
    const begins = last.then(() => {
      speaking = true
    })
    const progress = (fraction: number): void => {
      if (speaking) report(work, done.size + nth, counts.length, fraction)
    }
    before = intersectBucket(work, { bucket, count: counts[bucket]! }, work.lanes[nth & 1]!, begins, progress)
    before.catch(() => {}) // told when its turn comes
    try {
      await begins
    } catch (error) {
      await before.catch(() => {}) // it has heard of it at its first message
      throw error
    }
  }
  await before
  report(work, counts.length, counts.length, 0)
}

const report = ({ input }: Work, done: number, total: number, fraction: number): void =>
  input.progress({ fraction: (done + fraction) / total, done, total, unit: 'buckets' })

/** @param turn  resolves when this bucket may speak */
async function intersectBucket(
  work: Work,
  { bucket, count }: { bucket: number; count: number },
  { kernels, room }: Lane,
  turn: Promise<void>,
  progress: (fraction: number) => void,
): Promise<void> {
  const { session, two, input, scratch, receives, capacity } = work
  const { platform, rng } = two
  await readBucket(scratch, rng, { bucket, count }, room)
  const sid = platform.sha256(utf8('secureflow psi bucket'), two.sid, encodeCbor(bucket))
  const wire = digested(inTurn(wireTo(session, two.peer), turn), platform, receives)
  const told = { ...input, progress: ({ fraction }: { fraction: number }) => progress(fraction) }
  const sizes = { ...capacity, chunk: input.chunk, parts: input.buckets, theirColumns: [] }
  const run = new Rr22Run(kernels, { ...two, wire, sid }, wire, told, sizes, receives)
  const mark = kernels.mark()
  try {
    await (receives ? compareBucket : answerBucket)(work, bucket, run, room)
  } finally {
    kernels.release(mark)
  }
}

async function compareBucket(
  { input, checkpoints, two: { platform } }: Work,
  bucket: number,
  run: Rr22Run,
  { items, rows }: Bucket,
): Promise<void> {
  const { found, secondTags } = await compare(run, items)
  const matched = found.rows.map((item) => rows[item]!)
  expectReal(matched, run.two.peer)
  const name = tryOf(run.two)
  const proof = proofBytes(input) > 0 ? proofOf(platform, name, await secondTags(found.rows)) : nothing
  await sayDone(run)
  await checkpoints.keepFound(bucket, name, { positions: found.positions, rows: matched, proof })
}

async function answerBucket(
  { input, checkpoints }: Work,
  bucket: number,
  run: Rr22Run,
  { items, rows }: Bucket,
): Promise<void> {
  const { order, secondTags } = await answer(run, items)
  const tells = input.learns === 'both'
  const said = tells
    ? { order: order.map((item) => rows[item]!), second: await secondTags(order) }
    : { order: new Uint32Array(0), second: nothing }
  await expectDone(run)
  await checkpoints.keepSaid(bucket, tryOf(run.two), said)
}

/** A wire on which nothing passes before its turn. */
function inTurn(wire: Wire, turn: Promise<void>): Wire {
  return {
    async send(tag, body) {
      await turn
      return wire.send(tag, body)
    },
    async recv(tag, maxBytes) {
      await turn
      return wire.recv(tag, maxBytes)
    },
    close: (error) => wire.close(error),
  }
}

const noTry = new Uint8Array(tryBytes)
