/** What every step of one side of a bucketed intersection works with. */
import { type Platform, type Scratch, utf8 } from '@secureflow/base'
import { type Codecs, itemsCodec } from '@secureflow/channel'
import type { BlockKernels } from '@secureflow/kernels'
import type { Session } from '../../session/session.ts'
import type { DigestedWire, TwoParty } from '../../session/two-party.ts'
import { psiErrors } from '../errors.ts'
import type { EncodedItems } from '../items.ts'
import { bitmapBytes } from '../rr22/matches.ts'
import type { Rr22Input } from '../rr22/rr22.ts'
import { type Checkpoints, tryBytes } from './checkpoints.ts'
import { type Bucket, noRow } from './divide.ts'

export interface BucketsInput extends Rr22Input {
  /** A power of two above 1; must be equal at both sides. */
  buckets: number
  /** The own rows before anything random stood in for some: what an earlier attempt must have had too. */
  given: { ids: readonly string[] | EncodedItems; absent: Uint8Array | undefined }
}

export interface Work {
  session: Session
  two: TwoParty
  wire: DigestedWire
  input: BucketsInput
  scratch: Scratch
  checkpoints: Checkpoints
  /** Whether this side compares. */
  receives: boolean
  rows: { own: number; theirs: number }
  /** Items of each bucket. */
  capacity: { own: number; theirs: number }
  /** One compares while the other prepares. */
  lanes: readonly [Lane, Lane]
}

/** What a bucket is compared in, one after the other. */
export interface Lane {
  kernels: BlockKernels
  room: Bucket
}

export interface FromBoth {
  /** What this side has from earlier attempts: digest of the division, then the try of each bucket; zeros for nothing. */
  checkpoints: Uint8Array
  /** Digest of all messages so far that belong to no bucket. */
  done: Uint8Array
}
export interface FromReceiver extends FromBoth {
  /** Only where both learn, a message a bucket: a bit for each tag in the order of `tags`; malicious: then a proof. */
  matches: Uint8Array
}

export function codecsOf({ input, capacity, receives }: Work): Codecs<FromReceiver> {
  const tags = receives ? capacity.theirs : capacity.own
  return {
    checkpoints: itemsCodec(1, 32 + tryBytes * input.buckets),
    done: itemsCodec(1, 32),
    matches: itemsCodec(1, bitmapBytes(tags) + proofBytes(input)),
  }
}

/** A proof of matches is told in malicious mode, where there is somebody to tell. */
export const proofBytes = ({ mode, learns }: Pick<BucketsInput, 'mode' | 'learns'>): 0 | 32 =>
  mode === 'rr22-malicious' && learns === 'both' ? 32 : 0

/** Names what one try of a bucket came to. */
export const tryOf = ({ platform, sid }: TwoParty): Uint8Array =>
  platform.sha256(utf8('secureflow psi try'), sid).subarray(0, tryBytes)

/** A digest of the second tags of matched rows, in the order of their tags. */
export const proofOf = (platform: Platform, name: Uint8Array, second: Uint8Array): Uint8Array =>
  platform.sha256(utf8('secureflow psi bucket matches'), name, second)

/** What fills a bucket up is random and known to this side alone: the partner cannot have it. */
export function expectReal(rows: Uint32Array, party: string): void {
  const at = rows.indexOf(noRow)
  if (at >= 0) throw psiErrors.PSI_INVALID_INDEX({ label: 'matches', index: at }, { party })
}
