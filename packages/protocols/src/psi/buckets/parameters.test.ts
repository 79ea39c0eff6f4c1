/** Recomputes the bounds of parameters.ts. */
import { expect, test } from 'vitest'
import { sizesOf, statisticalSecurity } from '../rr22/parameters.ts'
import { bucketCapacity, bucketsFor, defaultMemoryBytes, memoryOf, mostBuckets, scratchOf } from './parameters.ts'

const rowCounts = [1, 2, 10, 1000, 2 ** 16, 1_000_000, 10_000_000, 2 ** 24]
const bucketCounts = [2, 4, 16, 256, mostBuckets]

/** log2 Pr[Binomial(n, 1/buckets) > c], term by term. */
function log2Tail(n: number, buckets: number, c: number): number {
  if (c >= n) return Number.NEGATIVE_INFINITY
  let log = n * Math.log1p(-1 / buckets)
  for (let k = 0; k <= c; k++) log += Math.log((n - k) / (k + 1) / (buckets - 1))
  let [sum, term] = [0, 1]
  for (let k = c + 1; k <= n && term > 1e-18 * (sum + 1); k++) {
    sum += term
    term *= (n - k) / (k + 1) / (buckets - 1)
  }
  return (log + Math.log(sum)) / Math.LN2
}

test('some bucket overflows with at most 2^-40, and a hundredth less room would not do', () => {
  for (const rows of rowCounts)
    for (const buckets of bucketCounts) {
      const capacity = bucketCapacity(rows, buckets)
      const bound = (c: number) => log2Tail(rows, buckets, c) + Math.log2(buckets)
      expect(bound(capacity), `${rows} in ${buckets}`).toBeLessThanOrEqual(-statisticalSecurity)
      const mean = rows / buckets
      const tighter = Math.floor(mean + 0.95 * (capacity - mean))
      if (tighter < capacity && capacity < rows) expect(bound(tighter)).toBeGreaterThan(-statisticalSecurity - 6)
    }
  expect(bucketCapacity(10_000_000, 16)).toBeLessThan(1.012 * 625_000)
  expect([bucketCapacity(0, 16), bucketCapacity(1, 16), bucketCapacity(77, 1)]).toEqual([0, 1, 77])
})

test('two tags of different items are equal with at most 2^-40 over all buckets together', () => {
  for (const rows of rowCounts)
    for (const buckets of bucketCounts) {
      const capacity = bucketCapacity(rows, buckets)
      for (const mode of ['rr22', 'rr22-low'] as const) {
        const { tagBytes, columnBytes } = sizesOf(mode, capacity, capacity, buckets)
        const pairs = Math.log2(buckets * capacity * capacity)
        expect(pairs - 8 * tagBytes).toBeLessThanOrEqual(-statisticalSecurity)
        expect(pairs - 8 * columnBytes).toBeLessThanOrEqual(-statisticalSecurity)
      }
    }
})

test('two items of the largest sets share a digest with less than 2^-40', () => {
  expect(2 * Math.log2(2 * 2 ** 24) - 129).toBeLessThanOrEqual(-statisticalSecurity)
})

test('the fewest buckets that keep within the memory; one where everything fits', () => {
  expect(bucketsFor(2 ** 20, 2 ** 20, defaultMemoryBytes)).toBe(1)
  for (const rows of [5_000_000, 10_000_000, 2 ** 24]) {
    const buckets = bucketsFor(rows, rows, defaultMemoryBytes)
    expect(buckets).toBeGreaterThan(1)
    expect(memoryOf(buckets, rows, rows)).toBeLessThanOrEqual(defaultMemoryBytes)
    expect(memoryOf(buckets / 2, rows, rows)).toBeGreaterThan(defaultMemoryBytes)
    expect(scratchOf(buckets, rows, rows)).toBeLessThan(60 * rows)
  }
  expect(bucketsFor(2 ** 24, 2 ** 24, 1)).toBe(mostBuckets)
})
