import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scratch } from '@secureflow/base'
import { fileScratch } from '@secureflow/platform'
import { afterAll, describe, expect, test } from 'vitest'
import { shapeOf } from '../../testing/index.ts'
import { psiCost } from '../cost.ts'
import { ids, run, scratchFiles, start } from '../testing.ts'
import { bucketCapacity } from './parameters.ts'

const scratch = scratchFiles()
const home = mkdtempSync(join(tmpdir(), 'secureflow-buckets-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const sorted = (rows: Uint32Array) => [...rows].sort((a, b) => a - b)

test.each([
  ['nothing at either side', [], []],
  ['nothing at the left', [], ids(40)],
  ['one row against none', ids(1), []],
  ['fewer rows than buckets', ids(3), ids(4, 1)],
  ['one row against many', ['customer-777'], ids(3000)],
  ['many rows against one', ids(3000), ['customer-777']],
  ['a long common beginning', ids(300).map((id) => 'x'.repeat(5000) + id), ids(3).map((id) => 'x'.repeat(5000) + id)],
] as [string, string[], string[]][])('%s', async (_, left, right) => {
  const found = await run(left, right, { protocol: 'rr22', buckets: 8, scratch, record: false })
  const expected = left.filter((id) => right.includes(id))
  expect(sorted(found.left).map((row) => left[row])).toEqual(expected)
  expect(Array.from(found.left, (row) => left[row])).toEqual(Array.from(found.right, (row) => right[row]))
})

test('the order follows nobody’s rows: neither the left side’s nor the right side’s', async () => {
  const n = 512
  const found = await run(ids(n), ids(n), { protocol: 'rr22', buckets: 2, scratch, record: false })
  const ascents = found.left.filter((row, i) => i > 0 && row > found.left[i - 1]!).length
  expect(Math.abs(ascents - (n - 1) / 2)).toBeLessThan(10 * Math.sqrt(n / 12)) // a random order: variance (n + 1)/12
})

test('messages say nothing of the sizes of buckets: the same shape for any sets of the same sizes', async () => {
  const shapes = await Promise.all(
    [ids(400), ids(400, 9999), ids(400).map((id) => id.repeat(3))].map(async (left) => {
      const { mesh } = await run(left, ids(300), { protocol: 'rr22', learns: 'left', buckets: 4, scratch })
      return ['bank-a', 'bank-b'].map((a, i, all) => shapeOf(mesh.transcript(a, all[1 - i]!)).toSorted())
    }),
  )
  expect(shapes[1]).toEqual(shapes[0])
  expect(shapes[2]).toEqual(shapes[0])
})

test.each([
  ['rr22', 'left', 2],
  ['rr22-low', 'both', 4],
  ['rr22-malicious', 'both', 2],
] as const)('%s, %s learns: bytes are those of the estimate', async (protocol, learns, buckets) => {
  const [nx, ny] = [1500, 900]
  const { mesh } = await run(ids(nx), ids(ny, 700), { protocol, learns, buckets, scratch })
  const bytes = (from: string, to: string) =>
    mesh
      .transcript(from, to)
      .filter(({ direction, tag }) => direction === 'sent' && !['hello', 'nonce', 'done'].includes(tag))
      .reduce((sum, { body }) => sum + body.length, 0)
  const line = { roundTripMs: 1, bytesPerSecond: 1e8 }
  const cost = psiCost(protocol, { nx, ny, told: 0, both: learns === 'both', buckets }, line)
  // Some messages of a few bytes are counted in whole.
  expect(Math.abs(bytes('bank-a', 'bank-b') - cost.toSender)).toBeLessThan(100 * buckets)
  expect(Math.abs(bytes('bank-b', 'bank-a') - cost.toReceiver)).toBeLessThan(100 * buckets)
})

test('sizes that hide row counts hold in buckets too', async () => {
  const padTo = { left: 500, right: 400 }
  const found = await run(ids(30), ids(40, 10), { protocol: 'rr22-malicious', padTo, buckets: 4, scratch })
  expect(sorted(found.left)).toEqual(Array.from({ length: 20 }, (_, i) => 10 + i))
})

describe('a partner that deviates at the end', () => {
  const told = async (protocol: 'rr22' | 'rr22-malicious', change: (bits: Uint8Array) => void) => {
    const left = ids(200)
    const right = ids(200, 190)
    const options = { protocol, buckets: 2, scratch, wire: { timeoutMs: 20_000 } } as const
    const { mesh } = await run(left, right, options)
    const at = mesh
      .transcript('bank-a', 'bank-b')
      .filter((m) => m.direction === 'sent')
      .findIndex((m) => m.tag === 'matches')
    const rule = {
      at,
      fault: ({ tag, body }: { tag: string; body: Uint8Array }) => {
        change(body)
        return [{ tag, body }]
      },
    }
    const { outcome } = start(left, right, { ...options, tamper: [{ from: 'bank-a', to: 'bank-b', rule }] })
    return (await outcome)[1]
  }
  const bitmapBytes = Math.ceil(bucketCapacity(200, 2) / 8)

  test('cannot name rows that only fill a bucket up', async () => {
    const all = (bits: Uint8Array) => bits.fill(255, 0, bitmapBytes - 1)
    expect(await told('rr22', all)).toMatchObject({ reason: { code: 'PSI_INVALID_INDEX', party: 'bank-a' } })
  })

  test('cannot name, in malicious mode, a row that it does not hold', async () => {
    const result = await told('rr22-malicious', (bits) => {
      bits[0]! ^= 1
    })
    expect(['PSI_UNKNOWN_MATCH', 'PSI_INVALID_INDEX']).toContain((result as { reason: { code: string } }).reason.code)
  })
})

describe('where the disk fails', () => {
  const only = (party: string, broken: (folder: string) => Scratch) => (id: string) =>
    id === party ? broken(join(home, randomUUID())) : scratch()
  const key = new Uint8Array(32)

  test('a scratch that cannot be written is one clear error, before anything is said', async () => {
    const file = join(home, 'a file')
    writeFileSync(file, '')
    const { mesh, outcome } = start(ids(20), ids(20), {
      protocol: 'rr22',
      buckets: 2,
      scratch: only('bank-a', () => fileScratch(join(file, 'below'), key)),
    })
    const [left, right] = await outcome
    expect(left).toMatchObject({ reason: { code: 'SCRATCH_UNWRITABLE', class: 'input' } })
    expect(right).toMatchObject({ reason: { code: 'CHANNEL_CLOSED' } })
    expect(mesh.transcript('bank-a', 'bank-b').filter((m) => m.direction === 'sent')).toEqual([])
  })

  test.each(['append', 'write'] as const)('a disk that is full at %s ends both sides', async (what) => {
    const { code, ...full } = await fileScratch(join(home, 'full'), key)
      .expectRoom(1e18)
      .catch((error) => error)
    expect(code).toBe('SCRATCH_FULL')
    const { outcome } = start(ids(20), ids(20), {
      protocol: 'rr22',
      buckets: 2,
      scratch: only('bank-b', (folder) => ({
        ...fileScratch(folder, key),
        [what]: () => Promise.reject(Object.assign(new Error(code), { code, ...full })),
      })),
    })
    const [left, right] = await outcome
    expect(left).toMatchObject({ reason: { code: 'CHANNEL_CLOSED' } })
    expect(right).toMatchObject({ reason: { code: 'SCRATCH_FULL' } })
  })

  test('without a scratch, or with a number of buckets that is none, nothing is said', async () => {
    const bare = start(ids(3), ids(3), { protocol: 'rr22', buckets: 2 })
    for (const side of await bare.outcome) expect(side).toMatchObject({ reason: { code: 'PSI_NO_SCRATCH' } })
    for (const options of [
      { protocol: 'rr22', buckets: 3 },
      { protocol: 'rr22', buckets: 8192 },
      { protocol: 'ecdh', buckets: 2 },
    ] as const) {
      const { mesh, outcome } = start(ids(3), ids(3), { ...options, scratch })
      for (const side of await outcome) expect(side).toMatchObject({ reason: { code: 'PSI_BUCKETS_NOT_OFFERED' } })
      expect(mesh.transcript('bank-a', 'bank-b')).toEqual([])
    }
  })

  test('different numbers of buckets are noticed in the first exchange', async () => {
    const { outcome } = start(ids(3), ids(3), { protocol: 'rr22', buckets: 2, bucketsRight: 4, scratch })
    for (const side of await outcome)
      expect(side).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'suite' } } })
  })
})
