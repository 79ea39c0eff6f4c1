import { loadBlocks } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { commonOrder, headsAt, shuffled, TagIndex } from './tags.ts'

const n = 3000

/** 16-byte tags, of which the first 1,000 agree in the four bytes that the table hashes by. */
const kernels = await loadBlocks(nodePlatform)
const tags = kernels.zeros(n)
nodePlatform.randomFill(tags)
for (let i = 0; i < 1000; i++) tags.set([1, 2, 3, 4], 16 * i)

test('finds what is there with its row, tells near tags apart, and names a repetition', () => {
  const order = Uint32Array.from({ length: n }, (_, i) => (i * 7) % n)
  const theirs = shuffled(kernels, tags, order, 9)
  const near = theirs.slice()
  for (let i = 0; i < n; i++) near[9 * i + 8]! ^= 1
  const index = new TagIndex(kernels, tags, 9, 2 * n)
  expect(index.match(near, 0)).toBe(-1)
  expect(index.matches().rows.length).toBe(0)
  expect(index.match(theirs.subarray(0, 9 * 10), n)).toBe(-1)
  expect(index.match(theirs.subarray(9 * 10), n + 10)).toBe(-1)
  const { positions, rows, heads } = index.matches()
  expect(rows).toEqual(order)
  expect(positions).toEqual(order.map((_, i) => n + i))
  expect(heads).toEqual(
    headsAt(
      theirs,
      order.map((_, i) => i),
      9,
    ),
  )
  expect(index.match(theirs.subarray(9 * 5, 9 * 6), 77)).toBe(77)
  const asSet = new TagIndex(kernels, tags, 9, 2 * n, true)
  for (const from of [0, 10]) expect(asSet.match(theirs.subarray(9 * 5, 9 * 15), from)).toBe(-1)
  expect(asSet.matches().rows).toEqual(order.subarray(5, 15))
})

test('the common order sorts by head and keeps equal ones as they come', () => {
  const heads = headsAt(
    tags,
    Uint32Array.from({ length: n }, (_, i) => i),
    16,
  )
  const rows = Uint32Array.from({ length: n }, (_, i) => n - i)
  const expected = [...rows.keys()].sort((a, b) => heads[a]! - heads[b]! || a - b).map((i) => rows[i])
  expect([...commonOrder({ heads, positions: rows, rows })]).toEqual(expected)
  expect(commonOrder({ heads: heads.subarray(0, 0), positions: rows, rows: rows.subarray(0, 0) }).length).toBe(0)
})

test('an empty set', () => {
  expect(new TagIndex(kernels, kernels.zeros(0), 9, 5).match(tags.slice(0, 45), 0)).toBe(-1)
})
