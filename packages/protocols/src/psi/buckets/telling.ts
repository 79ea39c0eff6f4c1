/** The end of a bucketed intersection: what all buckets came to, and where both learn how the sender hears of it. */
import { concat, equalBytes, utf8 } from '@secureflow/base'
import { channel } from '@secureflow/channel'
import type { DigestedWire, TwoParty } from '../../session/two-party.ts'
import { psiErrors } from '../errors.ts'
import type { Learned } from '../functionality.ts'
import { bitmap, bitmapBytes, positionsIn } from '../rr22/matches.ts'
import type { Found } from './checkpoints.ts'
import { codecsOf, expectReal, type FromBoth, type FromReceiver, proofBytes, proofOf, type Work } from './work.ts'

/** The receiver's end: what it found, and where both learn the same to the sender. */
export async function tell(work: Work): Promise<Learned> {
  const { session, two, wire, input, checkpoints, capacity } = work
  const all: Found[] = []
  for (let k = 0; k < input.buckets; k++) all.push(await checkpoints.found(k, proofBytes(input)))
  const rows = joined(all.map((each) => each.rows))
  const codecs = codecsOf(work)
  const ch = channel<FromReceiver, FromBoth>(wire, codecs, codecs)
  if (input.learns === 'both') {
    await session.gate.release({ disclosure: 'matches', to: two.peer, count: rows.length })
    for (const { positions, proof } of all) await ch.send('matches', concat(bitmap(positions, capacity.theirs), proof))
  }
  await ch.send('done', doneDigest(two, wire))
  return { rows, count: rows.length }
}

export async function hear(work: Work): Promise<Learned> {
  const { two, wire, input, checkpoints, capacity, rows } = work
  const codecs = codecsOf(work)
  const ch = channel<FromBoth, FromReceiver>(wire, codecs, codecs)
  const learned: Learned = { rows: new Uint32Array(0) }
  if (input.learns === 'both') {
    const most = Math.min(capacity.own, capacity.theirs)
    const found: Uint32Array[] = []
    for (let k = 0; k < input.buckets; k++) {
      const told = await ch.recv('matches')
      const positions = positionsIn(told, capacity.own, most, two.peer)
      const { name, order, second } = await checkpoints.said(k, capacity.own, proofBytes(input) / 2)
      const matched = positions.map((position) => order[position]!)
      expectReal(matched, two.peer)
      if (
        second.length > 0 &&
        !equalBytes(told.subarray(bitmapBytes(capacity.own)), proofOf(two.platform, name, at(second, positions)))
      )
        throw psiErrors.PSI_UNKNOWN_MATCH({}, { party: two.peer })
      found.push(matched)
    }
    learned.rows = joined(found)
    learned.count = learned.rows.length
    const allowed = Math.min(rows.own, rows.theirs)
    if (learned.count > allowed)
      throw psiErrors.PSI_WRONG_COUNT(
        { label: 'matches', expected: allowed, received: learned.count },
        { party: two.peer },
      )
  }
  const seen = doneDigest(two, wire)
  if (!equalBytes(await ch.recv('done'), seen)) throw psiErrors.PSI_TRANSCRIPTS_DIFFER({}, { party: two.peer })
  return learned
}

const doneDigest = ({ platform, sid }: TwoParty, wire: DigestedWire): Uint8Array =>
  platform.sha256(utf8('secureflow psi buckets done'), sid, wire.digest())

/** The 16 bytes at each position, end to end. */
function at(tags: Uint8Array, positions: Uint32Array): Uint8Array {
  const out = new Uint8Array(16 * positions.length)
  for (let i = 0; i < positions.length; i++) out.set(tags.subarray(16 * positions[i]!, 16 * positions[i]! + 16), 16 * i)
  return out
}

/** Bucket after bucket, in each by the place of the tag, which is random: the order follows nobody's rows. */
function joined(parts: readonly Uint32Array[]): Uint32Array {
  const out = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let length = 0
  for (const part of parts) {
    out.set(part, length)
    length += part.length
  }
  return out
}
