/** What the messages of each suite show besides the declared disclosures: nothing (for the default one: ../intersect.leak.test.ts). */
import { utf8 } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { falseAlarmRate, occursIn, seededRng, shapeOf, sharedBlocks, uniformity } from '../../testing/index.ts'
import { ids, run } from '../testing.ts'

/** Of an element: the bytes in which every value is alike frequent. A tenth of a second a hundred rows, for ristretto255. */
const suites = [
  { suite: 'ristretto255', from: 1, to: 31, rows: process.env.SECUREFLOW_FULL === '1' ? 1300 : 100 },
  { suite: 'p256', from: 4, to: 32, rows: 1300 },
  { suite: 'sm2', from: 4, to: 32, rows: 1300 },
] as const

describe.each(suites)('$suite', ({ suite, from, to, rows }) => {
  const transcriptOf = async (more: Parameters<typeof run>[2] = {}) =>
    (await run(ids(rows), ids(rows), { suite, ...more })).mesh.transcript('bank-a', 'bank-b')

  test('masked elements are uniform, alike in no two runs, and nothing of the rows is in clear', {
    timeout: 60_000,
  }, async () => {
    const [first, second] = [await transcriptOf(), await transcriptOf()]
    expect(sharedBlocks(first, second, ['hello'])).toEqual([])
    for (const tag of ['blinded', 'masked']) {
      const elements = Buffer.concat(first.filter((m) => m.tag === tag).map((m) => m.body))
      expect(elements.length).toBe(32 * rows)
      const free = Uint8Array.from(elements.filter((_, i) => i % 32 >= from && i % 32 < to))
      if (rows >= 1280) expect(uniformity(free, to - from)).toBeGreaterThan(falseAlarmRate)
    }
    for (const id of [ids(rows)[7]!, ids(rows)[rows - 1]!]) expect(occursIn(first, utf8(id))).toBe(false)
    for (const id of [ids(rows)[7]!]) expect(occursIn(first, nodePlatform.sha256(utf8(id)).subarray(0, 16))).toBe(false)
  })

  test('mutant: the randomness of one run used again is found', { timeout: 60_000 }, async () => {
    const rng = (party: string) => seededRng(nodePlatform, party)
    const few = async () => (await run(ids(20), ids(20), { suite, rng })).mesh.transcript('bank-a', 'bank-b')
    expect(sharedBlocks(await few(), await few(), ['hello']).length).toBeGreaterThan(0)
  })

  test('sizes of messages are those of the default suite, whatever the rows', async () => {
    const shape = async (left: string[], more: { suite?: typeof suite }) => {
      const { mesh } = await run(left, ids(30, 20), { chunkRows: 16, ...more })
      const messages = shapeOf(mesh.transcript('bank-a', 'bank-b'))
      return messages.filter(([, tag]) => !['hello'].includes(tag)).sort((a, b) => `${a}`.localeCompare(`${b}`))
    }
    const default25519 = await shape(ids(30), {})
    expect(await shape(ids(30), { suite })).toEqual(default25519)
    expect(
      await shape(
        ids(30).map((id) => (Number(id.slice(9)) < 20 ? `another ${id}` : id)),
        { suite },
      ),
    ).toEqual(default25519)
  })
})
