/** Openings that disclose: each passes the owner's gate first, and names its disclosure. */
import { asBytes, asU64, randomBytes } from '@secureflow/base'
import { channelErrors } from '@secureflow/channel'
import { Prg } from '@secureflow/crypto/prg'
import { loadRing64, type Ring64, type U64 } from '@secureflow/kernels'
import type { Session } from '../session/session.ts'
import { wireTo } from '../session/wires.ts'
import { dataParties } from './dealer.ts'
import { mpcErrors } from './errors.ts'
import type { Party } from './party.ts'

/**
 * Opens to each party its own block of x and nothing else.
 * @param counts  elements of each party's block, in the order of the parties
 * @returns own block, in ring memory
 */
export async function openToOwners(party: Party, x: U64, counts: readonly number[], disclosure: string): Promise<U64> {
  const { ring, session } = party
  const at = (index: number): number => counts.slice(0, index).reduce((a, b) => a + b, 0)
  const block = (index: number): U64 => x.subarray(at(index), at(index) + counts[index]!)
  for (const { id, index } of party.peers) await session.gate.release({ disclosure, to: id, count: counts[index]! })
  const own = ring.zeros(counts[party.index]!)
  own.set(block(party.index))
  const theirs = ring.zeros(own.length)
  await party.exchange(
    block,
    () => own.length,
    (_, words, from) => {
      const piece = theirs.subarray(from, from + words.length)
      piece.set(words)
      const into = own.subarray(from, from + words.length)
      ring.add(into, into, piece)
    },
  )
  return own
}

/** Opens one XOR-shared bit to every data party. */
export async function openBit(party: Party, bit: number, disclosure: string): Promise<boolean> {
  const { ring, session } = party
  for (const { id } of party.peers) await session.gate.release({ disclosure, to: id, count: 1 })
  const mark = ring.mark()
  const word = ring.zeros(1)
  word[0] = BigInt(bit & 1)
  await party.open(word, 1)
  const opened = (word[0]! & 1n) === 1n
  ring.release(mark)
  return opened
}

/** Exchanges public whole numbers below 2^53 with every other data party, each list passing the gate where it discloses. */
export async function announce(
  session: Session,
  own: readonly number[],
  disclosure?: string,
): Promise<ReadonlyMap<string, number[]>> {
  const heard = new Map<string, number[]>()
  const body = new BigUint64Array(own.map((v) => BigInt(v)))
  const others = dataParties(session).filter((id) => id !== session.self)
  if (disclosure !== undefined) for (const id of others) await session.gate.release({ disclosure, to: id, count: 1 })
  await Promise.all(
    others.map(async (id) => {
      const wire = wireTo(session, id)
      const [theirs] = await Promise.all([wire.recv('announce', 8 * own.length), wire.send('announce', asBytes(body))])
      if (theirs.length !== body.byteLength)
        throw channelErrors.CHANNEL_WRONG_LENGTH(
          { label: 'announce', expected: own.length, received: theirs.length / 8 },
          { party: id },
        )
      const numbers = Array.from(asU64(theirs), Number)
      if (!numbers.every(Number.isSafeInteger)) throw mpcErrors.MPC_BAD_ANNOUNCEMENT({}, { party: id })
      heard.set(id, numbers)
    }),
  )
  return heard
}

const sumFracBits = 32
const sumLimit = 2 ** 30

export interface SumOptions {
  /** Own summand of each row; all parties bring the same number of rows. */
  values: Float64Array
  /** Who learns the sums. */
  to: string
  disclosure: string
  /** The parties that bring summands. Default: all data parties. */
  among?: readonly string[]
}

/**
 * The sum of everybody's values, row by row, at one party.
 *
 * Messages  seed      between the senders, lower index → higher: 16 bytes
 *           summand   sender → receiver: value + Σ ± PRG(seed), fixed point with 32 fraction bits; the masks cancel in the sum
 * Leaks     to the receiver its own knowledge and the sum: with one sender alone, that sender's values.
 * Cost      2 rounds (1 with a single sender), 8 bytes a row from each sender.
 * @returns the sums at the receiver, undefined elsewhere
 */
export async function sumTo(session: Session, options: SumOptions): Promise<Float64Array | undefined> {
  const { values, to, disclosure, among = dataParties(session) } = options
  const ring = await loadRing64()
  const encoded = ring.zeros(values.length)
  const refused = ring.encodeFixed(encoded, values, sumFracBits, sumLimit)
  if (refused > 0) throw mpcErrors.MPC_OUT_OF_RANGE({ count: refused, label: disclosure, limit: sumLimit })
  const senders = among.filter((id) => id !== to)
  if (session.self === to) return receiveSummands(session, ring, encoded, senders)
  const masks = await cancellingMasks(session, ring, values.length, senders)
  ring.add(encoded, encoded, masks)
  await session.gate.release({ disclosure, to, count: values.length })
  for (let at = 0; at < encoded.length; at += pieceWords)
    await wireTo(session, to).send('summand', asBytes(encoded.subarray(at, at + pieceWords)).slice())
  return undefined
}

const pieceWords = 1 << 17

async function receiveSummands(
  session: Session,
  ring: Ring64,
  sum: U64,
  senders: readonly string[],
): Promise<Float64Array> {
  const piece = ring.zeros(Math.min(pieceWords, sum.length))
  await Promise.all(
    senders.map(async (id) => {
      for (let at = 0; at < sum.length; at += pieceWords) {
        const into = sum.subarray(at, at + pieceWords)
        const body = await wireTo(session, id).recv('summand', into.byteLength)
        if (body.length !== into.byteLength)
          throw channelErrors.CHANNEL_WRONG_LENGTH(
            { label: 'summand', expected: into.length, received: body.length / 8 },
            { party: id },
          )
        const theirs = piece.subarray(0, into.length)
        theirs.set(asU64(body))
        ring.add(into, into, theirs)
      }
    }),
  )
  const out = new Float64Array(sum.length)
  ring.decodeFixed(out, sum, sumFracBits)
  return out
}

/** Σ over the other senders of +PRG towards later ones and −PRG towards earlier ones. */
async function cancellingMasks(session: Session, ring: Ring64, rows: number, senders: readonly string[]): Promise<U64> {
  const index = senders.indexOf(session.self)
  if (index < 0) throw new RangeError(`${session.self} brings no summand`)
  const seeds = await Promise.all(
    senders.map(async (id, i) => {
      if (i === index) return undefined
      if (i < index) return wireTo(session, id).recv('seed', 16)
      const seed = randomBytes(session.rng, 16)
      await wireTo(session, id).send('seed', seed)
      return seed
    }),
  )
  const out = ring.zeros(rows)
  const mask = ring.zeros(rows)
  for (const [i, seed] of seeds.entries()) {
    if (seed === undefined) continue
    if (seed.length !== 16)
      throw channelErrors.CHANNEL_WRONG_LENGTH(
        { label: 'seed', expected: 16, received: seed.length },
        { party: senders[i]! },
      )
    new Prg(session.platform, seed, 'sum').fillU64(mask)
    if (i > index) ring.add(out, out, mask)
    else ring.sub(out, out, mask)
  }
  return out
}
