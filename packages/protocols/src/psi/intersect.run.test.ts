import { utf8 } from '@secureflow/base'
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
  test.each(['left', 'right', 'both'] as const)('%s learns', async (learns) => {
    await expectIdeal(ids(40), ids(50, 20), learns)
  })

  test.each([
    ['both empty', [], []],
    ['left empty', [], ids(3)],
    ['right empty', ids(3), []],
    ['one equal row', ['a'], ['a']],
    ['one different row', ['a'], ['b']],
    ['equal sets in another order', ids(100), ids(100).reverse()],
    ['disjoint sets', ids(100), ids(100, 100)],
    ['one row against many', ['customer-77'], ids(300)],
    ['many rows against one', ids(300), ['customer-77']],
    ['Unicode', ['李雷', '', 'é', 'e\u0301', '😀', 'a\u0000b'], ['😀', 'e\u0301', '', '韩梅梅', 'a', 'a\u0000b']],
    ['ids that join to the same text', ['ab', 'c'], ['a', 'bc']],
    ['a very long id', ['x'.repeat(100_000), 'y'], ['y', 'x'.repeat(100_000), 'x'.repeat(99_999)]],
  ] as [string, string[], string[]][])('%s', async (_, left, right) => {
    for (const learns of ['left', 'right', 'both'] as const) await expectIdeal(left, right, learns)
  })

  test.each([255, 256, 257, 4096, 4097])('around the size of a batch and of a message: %i rows', async (n) => {
    await expectIdeal(ids(n), ids(10, n - 5))
  })

  test('very different sizes, with little room on the wire', async () => {
    const { left, right } = await run(ids(20), ids(9000, 10), { wire: { maxQueuedBytes: 1000 }, record: false })
    expect(sorted(left)).toEqual(Array.from({ length: 10 }, (_, i) => i + 10))
    expect(sorted(right)).toEqual(Array.from({ length: 10 }, (_, i) => i))
  })

  test('pre-encoded items give what their text gives', async () => {
    const left = ids(30)
    const parts = left.map(utf8)
    const offsets = new Uint32Array(parts.length + 1)
    for (const [i, part] of parts.entries()) offsets[i + 1] = offsets[i]! + part.length
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
    const found = await run({ bytes, offsets }, ids(30, 25), { learns: 'left' })
    expect(sorted(found.left)).toEqual([25, 26, 27, 28, 29])
  })

  test('what passes the gate, and when', async () => {
    const { mesh } = await run(ids(10), ids(20, 4))
    expect(mesh.releases('bank-a')).toEqual([
      { disclosure: 'rows-left', to: 'bank-b', count: 1 },
      { disclosure: 'matches', to: 'bank-b', count: 6 },
    ])
    expect(mesh.releases('bank-b')).toEqual([
      { disclosure: 'rows-right', to: 'bank-a', count: 1 },
      { disclosure: 'matches', to: 'bank-a', count: 10 },
    ])
    const { mesh: rightLearns } = await run(ids(10), ids(20, 4), { learns: 'right' })
    expect(rightLearns.releases('bank-a').map((r) => r.disclosure)).toEqual(['rows-left', 'matches'])
    expect(rightLearns.releases('bank-b').map((r) => r.disclosure)).toEqual(['rows-right'])
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

  test('progress rises to 1 at both sides', async () => {
    const seen: Record<string, number[]> = { 'bank-a': [], 'bank-b': [] }
    await run(ids(600), ids(500), { record: false, progress: (party, { fraction }) => seen[party]!.push(fraction) })
    for (const fractions of Object.values(seen)) {
      expect(fractions.length).toBeGreaterThan(4)
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
      expect(fractions.at(-1)).toBe(1)
    }
  })

  test('cancelling ends both sides promptly', async () => {
    const { mesh, outcome } = start(ids(20_000), ids(20_000), { record: false })
    setTimeout(() => mesh.abort(), 100)
    const before = performance.now()
    for (const side of await outcome) expect(side).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } })
    expect(performance.now() - before).toBeLessThan(1000)
  })
})

describe('own input', () => {
  test('duplicate ids are refused with both rows, before anything is said', async () => {
    const { mesh, outcome } = start([...ids(5000), 'customer-17'], ids(3), { wire: { timeoutMs: 200 } })
    const [left] = await outcome
    expect(left).toMatchObject({
      reason: { code: 'PSI_DUPLICATE_ID', class: 'input', fields: { first: 18, second: 5001 } },
    })
    expect(mesh.transcript('bank-a', 'bank-b').filter((m) => m.direction === 'sent')).toEqual([])
    expect(mesh.releases('bank-a')).toEqual([])
  })

  test('text that is not Unicode is refused with its row', async () => {
    const { outcome } = start(['a', 'b\ud800'], ids(3), { wire: { timeoutMs: 200 } })
    expect((await outcome)[0]).toMatchObject({ reason: { code: 'PSI_INVALID_ID', fields: { row: 2 } } })
  })
})

describe('parameters', () => {
  test.each([
    ['learns', { learns: 'left', learnsRight: 'both' }],
    ['normalisation', { normalisation: ['trim', 'trim,lower'] }],
  ] as const)('a different %s is noticed by both in the first exchange', async (parameter, options) => {
    const { mesh, outcome } = start(ids(3), ids(3), options as never)
    for (const side of await outcome)
      expect(side).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', class: 'peer', fields: { parameter } } })
    expect(mesh.transcript('bank-a', 'bank-b').map((m) => m.tag)).toEqual(['hello', 'hello'])
  })
})
