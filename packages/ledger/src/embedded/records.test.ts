/** The index of events: whatever is asked, the answer is that of reading every block, and only those are read that tell of it. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { TransactionRecord } from './execute.ts'
import { type LogFilter, Records } from './records.ts'
import { heightKey, LedgerStore } from './store.ts'

const blocks = 300
const address = (i: number) => `0x${String(i).repeat(40)}` as const
const topic = (i: number) => new Uint8Array(32).fill(i)
const name = (i: number) => Buffer.from(topic(i)).toString('hex')

/** One transaction a block with two logs; topic 9 stands in block 77 alone. */
function transactions(height: number): TransactionRecord[] {
  const log = (i: number, topics: number[]) => ({
    address: address(i),
    topics: topics.map(topic),
    data: topic(height % 200),
  })
  const logs = [log(height % 2, [height % 3, height % 5]), log(1, [3, height === 77 ? 9 : height % 7, 2])]
  const hash = new Uint8Array(32).fill(height % 256)
  return [{ hash, from: address(5), to: address(6), ok: true, gas: 1, logs, revert: new Uint8Array(0) }]
}

let store: LedgerStore
let records: Records

beforeAll(async () => {
  store = await LedgerStore.open(mkdtempSync(join(tmpdir(), 'secureflow-records-')))
  // As an older release stored them: without the index, which is made at the next opening.
  const entries = Array.from({ length: blocks }, (_, i) => [`r/${heightKey(i + 1)}`, transactions(i + 1)])
  await store.put(Object.fromEntries(entries))
  records = new Records(store)
  await records.catchUp(blocks)
})
afterAll(() => store.close())

async function answer(filter: LogFilter): Promise<string[]> {
  const out: string[] = []
  for await (const { height, logIndex } of records.logs(filter)) out.push(`${height}/${logIndex}`)
  return out
}

it('answers as reading every block would', async () => {
  const wanted = fc.option(fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 3 }), { nil: null })
  const question = fc.record({
    ...{ from: fc.nat(blocks), to: fc.nat(blocks + 20) },
    topics: fc.array(wanted, { maxLength: 3 }),
    at: fc.option(fc.nat(2), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(question, async ({ from, to, topics, at }) => {
      const expected: string[] = []
      for (let height = Math.max(1, from); height <= Math.min(to, blocks); height++)
        for (const [i, log] of transactions(height)[0]!.logs.entries()) {
          if (at !== undefined && log.address !== address(at)) continue
          if (topics.every((w, p) => w === null || w.some((t) => log.topics[p]?.[0] === t)))
            expected.push(`${height}/${i}`)
        }
      const filter = { from, to: Math.min(to, blocks), topics: topics.map((w) => w?.map(name) ?? null) }
      expect(await answer({ ...filter, addresses: at === undefined ? undefined : [address(at)] })).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

it('reads the one block that tells of it, and from a height on only what is new', async () => {
  const read = vi.spyOn(store, 'get')
  expect(await answer({ from: 0, to: blocks, topics: [null, [name(9)]] })).toEqual(['77/1'])
  expect(read).toHaveBeenCalledTimes(1)
  expect(await answer({ from: blocks - 1, to: blocks, topics: [] })).toHaveLength(4)
  expect(read).toHaveBeenCalledTimes(3)
  read.mockRestore()
})

it('makes the index once', async () => {
  const written = vi.spyOn(store, 'put')
  await records.catchUp(blocks)
  expect(written).not.toHaveBeenCalled()
  written.mockRestore()
})
