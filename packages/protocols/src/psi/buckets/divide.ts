/** One's own rows by bucket, on disk: a record is the digest of an item and the number of its row, as the machine holds them. */
import { concat, type Rng, type Scratch, utf8 } from '@secureflow/base'
import type { BlockKernels } from '@secureflow/kernels'
import type { TwoParty } from '../../session/two-party.ts'
import { psiErrors } from '../errors.ts'
import type { EncodedItems } from '../items.ts'
import { recordBytes } from './parameters.ts'

const recordWords = recordBytes / 4
/** Items hashed at a time. */
const batch = 1 << 15
/** What waits in memory to be written, over all buckets. */
const waitingRecords = 1 << 18

const fileOf = (bucket: number): string => `bucket-${bucket}`

/**
 * Writes every item into its bucket and refuses repeated ones; durable when it resolves.
 * @param key  32 bytes: a digest under it decides the bucket and stands for the item from then on
 * @param buckets  a power of two above 1
 * @returns how many items each bucket has
 * @throws {InputError} PSI_DUPLICATE_ID naming both rows
 */
export async function divide(
  kernels: BlockKernels,
  scratch: Scratch,
  items: EncodedItems,
  { key, buckets }: { key: Uint8Array; buckets: number },
  turn: () => Promise<void>,
): Promise<Uint32Array> {
  const mark = kernels.mark()
  try {
    const counts = await writeRecords(kernels, scratch, items, { key, buckets }, turn)
    for (let bucket = 0; bucket < buckets; bucket++) {
      await refuseEqual(kernels, await recordsOf(scratch, bucket, counts[bucket]!))
      await turn()
    }
    return counts
  } finally {
    await scratch.finish()
    kernels.release(mark)
  }
}

async function writeRecords(
  kernels: BlockKernels,
  scratch: Scratch,
  { bytes, offsets }: EncodedItems,
  { key, buckets }: { key: Uint8Array; buckets: number },
  turn: () => Promise<void>,
): Promise<Uint32Array> {
  const shift = 32 - Math.log2(buckets)
  const room = Math.max(64, Math.floor(waitingRecords / buckets))
  const waiting = Array.from({ length: buckets }, () => new Uint32Array(recordWords * room))
  const fill = new Uint32Array(buckets)
  const counts = new Uint32Array(buckets)
  let written: Promise<void> = Promise.resolve()
  const flush = async (bucket: number): Promise<void> => {
    await written
    const records = waiting[bucket]!.subarray(0, recordWords * fill[bucket]!)
    fill[bucket] = 0
    written = scratch.append(fileOf(bucket), bytesOf(records))
    written.catch(() => {}) // told at the next one
  }

  const digests = kernels.zeros(batch)
  const words = new Uint32Array(digests.buffer, digests.byteOffset, 4 * batch)
  const rows = offsets.length - 1
  for (let from = 0; from < rows; from += batch) {
    const count = Math.min(batch, rows - from)
    await kernels.hashItems(digests.subarray(0, 16 * count), bytes, offsets.subarray(from, from + count + 1), key)
    for (let i = 0; i < count; i++) {
      const bucket = words[4 * i]! >>> shift
      if (fill[bucket] === room) await flush(bucket)
      const records = waiting[bucket]!
      let at = recordWords * fill[bucket]!++
      for (let k = 0; k < 4; k++) records[at++] = words[4 * i + k]!
      records[at] = from + i
      counts[bucket]!++
    }
    await turn()
  }
  for (let bucket = 0; bucket < buckets; bucket++) if (fill[bucket]! > 0) await flush(bucket)
  await written
  return counts
}

/** One bucket, filled up with random items that nobody else has. */
export interface Bucket {
  items: EncodedItems
  /** Row of each item; of those that fill up `noRow`. */
  rows: Uint32Array
}

export const noRow = 0xffffffff

/** Room for one bucket after another. */
export function bucketRoom(capacity: number): Bucket {
  const offsets = Uint32Array.from({ length: capacity + 1 }, (_, i) => 16 * i)
  return { items: { bytes: new Uint8Array(16 * capacity), offsets }, rows: new Uint32Array(capacity) }
}

/** Overwrites `into`. @param count  how many items of the bucket are real @throws SCRATCH_DAMAGED, PSI_SCRATCH_LOST */
export async function readBucket(
  scratch: Scratch,
  rng: Rng,
  { bucket, count }: { bucket: number; count: number },
  into: Bucket,
): Promise<void> {
  const records = await recordsOf(scratch, bucket, count)
  const { items, rows } = into
  const digests = wordsOf(items.bytes)
  for (let i = 0; i < count; i++) {
    const from = recordWords * i
    for (let k = 0; k < 4; k++) digests[4 * i + k] = records[from + k]!
    rows[i] = records[from + 4]!
  }
  rows.fill(noRow, count)
  rng.fill(items.bytes.subarray(16 * count))
}

/** Of the digests of all items of a run. */
export const bucketKey = ({ platform }: Pick<TwoParty, 'platform'>, seed: Uint8Array): Uint8Array =>
  platform.sha256(utf8('secureflow psi buckets'), seed)

async function recordsOf(scratch: Scratch, bucket: number, count: number): Promise<Uint32Array> {
  const bytes = count === 0 ? new Uint8Array(0) : await scratch.read(fileOf(bucket))
  if (bytes?.length !== recordBytes * count) throw psiErrors.PSI_SCRATCH_LOST({})
  return wordsOf(bytes)
}

async function refuseEqual(kernels: BlockKernels, records: Uint32Array): Promise<void> {
  const n = records.length / recordWords
  const mark = kernels.mark()
  const tags = kernels.zeros(n)
  const words = new Uint32Array(tags.buffer, tags.byteOffset, 4 * n)
  for (let i = 0; i < n; i++) for (let k = 0; k < 4; k++) words[4 * i + k] = records[recordWords * i + k]!
  const index = kernels.indexTags(tags, 16)
  const { repeated } = index
  if (repeated >= 0) {
    const [first] = kernels.findTags(index, tags.slice(16 * repeated, 16 * repeated + 16))
    const row = (i: number): number => records[recordWords * i + 4]! + 1
    throw psiErrors.PSI_DUPLICATE_ID({ first: row(first!), second: row(repeated) })
  }
  kernels.release(mark)
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)

/** A view where the bytes lie at a whole word, else a copy. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = byteOffsetIsWhole(bytes) ? bytes : concat(bytes)
  return new Uint32Array(buffer, byteOffset, length / 4)
}
const byteOffsetIsWhole = ({ byteOffset }: Uint8Array): boolean => byteOffset % 4 === 0
