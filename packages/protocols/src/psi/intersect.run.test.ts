import { describe, expect, test } from 'vitest'
import { idealIntersection, type Learns } from './functionality.ts'
import { ids, run, start } from './testing.ts'

const sorted = (rows: Uint32Array) => [...rows].sort((a, b) => a - b)

async function expectIdeal(left: string[], right: string[], learns: Learns = 'both') {
  const ideal = idealIntersection(left, right, learns)
  const found = await run(left, right, { learns, record: false })
  expect(sorted(found.left)).toEqual(sorted(ideal.left))
  expect(sorted(found.right)).toEqual(sorted(ideal.right))
  if (learns === 'both')
    expect(Array.from(found.left, (row) => left[row])).toEqual(Array.from(found.right, (row) => right[row]))
}

describe('intersect', () => {
  test.each([255, 256, 257, 4096, 4097])('around the size of a batch and of a message: %i rows', async (n) => {
    await expectIdeal(ids(n), ids(10, n - 5))
  })

  test.each([
    ['bank-a', 'rows-left', []],
    ['bank-b', 'rows-right', []],
    ['bank-b', 'matches', ['hello', 'nonce']],
    ['bank-a', 'matches', ['hello', 'nonce', 'blinded']],
  ])('a refusal at %s of %s ends both sides before anything more is said', async (party, disclosure, said) => {
    const refusal = new Error('refused')
    const gate = (id: string) => ({
      release: async (r: { disclosure: string }) => {
        if (id === party && r.disclosure === disclosure) throw refusal
      },
    })
    const { mesh, outcome } = start(ids(10), ids(10), { gate })
    const [left, right] = await outcome
    const [own, other] = party === 'bank-a' ? [left, right] : [right, left]
    expect(own).toEqual({ status: 'rejected', reason: refusal })
    expect(other).toMatchObject({ status: 'rejected', reason: { code: 'CHANNEL_CLOSED' } })
    const peer = party === 'bank-a' ? 'bank-b' : 'bank-a'
    const sent = mesh.transcript(party, peer).filter((m) => m.direction === 'sent')
    expect(sent.map((m) => m.tag)).toEqual(said)
  })

  test('cancelling ends both sides promptly', async () => {
    const { mesh, outcome } = start(ids(20_000), ids(20_000), { record: false })
    setTimeout(() => mesh.abort(), 100)
    const before = process.cpuUsage() // whatever else the machine does
    for (const side of await outcome) expect(side).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } })
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500)
  })
})
