import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { TagTable } from './tags.ts'

test('keeps positions, notices repetition, and tells near tags apart', () => {
  const n = 5000
  const tags = new Uint8Array(randomBytes(9 * n))
  // A thousand tags with the same first four bytes share one bucket.
  for (let i = 0; i < 1000; i++) tags.set([1, 2, 3, 4], 9 * i)
  const table = new TagTable(9, n)
  for (let i = 0; i < n; i++) expect(table.add(tags, 9 * i)).toBe(true)
  expect(table.count).toBe(n)
  for (let i = 0; i < n; i++) {
    expect(table.find(tags, 9 * i)).toBe(i)
    expect(table.add(tags, 9 * i)).toBe(false)
    const near = tags.slice(9 * i, 9 * i + 9)
    near[8]! ^= 1
    expect(table.find(near, 0)).toBe(-1)
  }
  expect(table.tags(10, 12)).toEqual(tags.subarray(90, 108))
  expect(new TagTable(9, 0).find(tags, 0)).toBe(-1)
})
