/**
 * How every protocol of the family begins: parameters that both sides must share, own sizes, and a nonce from each that
 * neither can choose after seeing the other's. All hashes of a run are bound to what comes out.
 */
import { baseErrors, encodeCbor, equalBytes, type Plain, randomBytes, utf8 } from '@secureflow/base'
import { type Codecs, cborCodec, itemsCodec } from '@secureflow/channel'
import type { Session } from '../session/session.ts'
import { channelTo } from '../session/wires.ts'
import { psiErrors } from './errors.ts'
import type { Learns, Reveals, Side } from './functionality.ts'
import { maxRows } from './items.ts'
import { isRowLayout } from './values.ts'

/** What both sides must have alike, and what this side says of itself. */
export interface Terms {
  /** Protocol, mode and versions of parameters. */
  suite: string
  learns: Learns
  reveals: Reveals
  /** How both sides normalised their ids, by name. */
  normalisation: string
  as: Side
  rows: number
  /** Items a message. */
  chunk: number
  /** Sizes that hide row counts, as both sides agreed on them; '' for none. */
  padding: string
  /** Bytes of each column that this side brings along. */
  brings: number[]
}

/** What this side expects of the other's hello. */
interface Expected {
  rows?: number | undefined
  /** How many columns it brings along. */
  columns: number
}

interface Hello extends Terms {
  /** To the nonce to come. */
  commitment: Uint8Array
}

interface FromBoth {
  hello: Hello
  /** 32 bytes. */
  nonce: Uint8Array
}

/** What both sides know after the first two messages. */
export interface Agreed {
  own: number
  theirs: number
  chunk: number
  /** Bytes of each column that the partner brings along. */
  theirColumns: number[]
  /** 32 bytes that no other run has. */
  sessionId: Uint8Array
}

/** @throws {PeerError} PSI_PARAMETERS_DIFFER, PSI_BAD_COMMITMENT */
export async function agree(session: Session, peer: string, terms: Terms, expected: Expected): Promise<Agreed> {
  const { platform, rng } = session
  const { suite, as } = terms
  const other: Side = as === 'left' ? 'right' : 'left'
  const ch = channelTo<FromBoth, FromBoth>(session, peer, codecs, codecs)
  const commit = (side: Side, nonce: Uint8Array) => platform.sha256(utf8(`${suite} nonce ${side}`), nonce)

  const nonce = randomBytes(rng, 32)
  const hello: Hello = { ...terms, commitment: commit(as, nonce) }
  await ch.send('hello', hello)
  const theirs = await ch.recv('hello')
  for (const parameter of ['suite', 'learns', 'reveals', 'normalisation', 'padding', 'chunk'] as const)
    if (theirs[parameter] !== terms[parameter]) throw psiErrors.PSI_PARAMETERS_DIFFER({ parameter }, { party: peer })
  if (theirs.as !== other) throw psiErrors.PSI_PARAMETERS_DIFFER({ parameter: 'side' }, { party: peer })
  if (theirs.brings.length !== expected.columns)
    throw psiErrors.PSI_PARAMETERS_DIFFER({ parameter: 'columns' }, { party: peer })
  if (expected.rows !== undefined && theirs.rows !== expected.rows)
    throw psiErrors.PSI_PARAMETERS_DIFFER({ parameter: 'padding' }, { party: peer })

  await ch.send('nonce', nonce)
  const theirNonce = await ch.recv('nonce')
  if (!equalBytes(commit(other, theirNonce), theirs.commitment)) throw psiErrors.PSI_BAD_COMMITMENT({}, { party: peer })

  const [l, r] = as === 'left' ? [hello, theirs] : [theirs, hello]
  const [nonceL, nonceR] = as === 'left' ? [nonce, theirNonce] : [theirNonce, nonce]
  return {
    own: terms.rows,
    theirs: theirs.rows,
    chunk: terms.chunk,
    theirColumns: theirs.brings,
    sessionId: platform.sha256(utf8(suite), encodeCbor({ ...l }), encodeCbor({ ...r }), nonceL, nonceR),
  }
}

const helloCodec = cborCodec<Hello>((value, label) => {
  const v = value as { [key: string]: Plain }
  const ok =
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 10 &&
    typeof v.suite === 'string' &&
    (v.learns === 'left' || v.learns === 'right' || v.learns === 'both') &&
    (v.reveals === 'rows' || v.reveals === 'count') &&
    typeof v.normalisation === 'string' &&
    (v.as === 'left' || v.as === 'right') &&
    Number.isInteger(v.rows) &&
    (v.rows as number) >= 0 &&
    (v.rows as number) <= maxRows &&
    Number.isInteger(v.chunk) &&
    typeof v.padding === 'string' &&
    isRowLayout(v.brings) &&
    v.commitment instanceof Uint8Array &&
    v.commitment.length === 32
  if (!ok) throw baseErrors.MALFORMED({ label, reason: 'not a hello of this protocol' })
  return v as unknown as Hello
}, 8192)

const codecs: Codecs<FromBoth> = { hello: helloCodec, nonce: itemsCodec(1, 32) }
