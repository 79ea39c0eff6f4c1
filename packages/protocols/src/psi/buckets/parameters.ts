/**
 * Buckets, version 1: how a set is divided, and what is said of it.
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | buckets | a power of two | - | first bits of an item's digest: exactly uniform |
 * | items a bucket | capacity, filled up with random items | more fall into some bucket: 2^-40 a side | exact binomial tail |
 * | digest of an item | 16 bytes of BLAKE3 under a key of both sides | two items of a run with one digest: n²/2^129 | birthday |
 *
 * Capacities follow from the row counts, which both sides know: the sizes of the buckets say nothing more.
 * `parameters.test.ts` recomputes each bound.
 */
import { binCapacity } from '@secureflow/kernels/blocks/okvs-parameters'

export const bucketsVersion = 1
export const mostBuckets = 4096
/** What one side may hold while it compares, beside its ids, unless the flow says otherwise: 1 GB. */
export const defaultMemoryBytes = 2 ** 30

/** The smallest c such that more than c of `rows` fall into some bucket with probability at most 2^-40. */
export const bucketCapacity = (rows: number, buckets: number): number =>
  buckets === 1 ? rows : binCapacity(rows, buckets)

/** Bytes that one side holds while it compares: measured, and rounded up. The table that the ids are in is not counted. */
export function memoryOf(buckets: number, receiverRows: number, senderRows: number): number {
  const [nx, ny] = [bucketCapacity(receiverRows, buckets), bucketCapacity(senderRows, buckets)]
  if (buckets === 1) return fixedBytes + 300 * nx + 150 * ny
  // One bucket is compared while the next one is read; 20 bytes a row of the whole are counts, positions and buffers.
  return fixedBytes + 420 * nx + 210 * ny + 20 * Math.max(receiverRows, senderRows)
}

/** The fewest buckets that keep within `memoryBytes`, 1 where everything fits at once; `mostBuckets` where nothing does. */
export function bucketsFor(receiverRows: number, senderRows: number, memoryBytes: number): number {
  let buckets = 1
  while (buckets < mostBuckets && memoryOf(buckets, receiverRows, senderRows) > memoryBytes) buckets *= 2
  return buckets
}

/** Bytes on the disk of one side, at most: records, then what is known of each bucket that is done. */
export function scratchOf(buckets: number, own: number, theirs: number): number {
  if (buckets === 1) return 0
  const overhead = 4096 * (buckets + 1)
  return recordBytes * own + 20 * buckets * bucketCapacity(own, buckets) + 8 * Math.min(own, theirs) + overhead
}

/** Digest and row number. */
export const recordBytes = 20
const fixedBytes = 130e6
