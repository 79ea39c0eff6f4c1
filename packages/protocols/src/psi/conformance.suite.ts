/** What every protocol of the family must do: the same as the ideal functionality. Run by each, and by each mode. */

import { utf8 } from '@secureflow/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idealIntersection, type Learns } from './functionality.ts'
import type { PsiProtocol } from './protocols.ts'
import type { EcdhSuiteName } from './suites/cost.ts'
import { ids, run, scratchFiles, start } from './testing.ts'

const who = ['left', 'right', 'both'] as const
const sorted = (rows: Uint32Array) => [...rows].sort((a, b) => a - b)

interface Mode {
  /** The group of `ecdh`. */
  suite?: EcdhSuiteName
  /** Rows of the larger sets: fewer where a row takes a millisecond. Default 500. */
  many?: number
  /** In so many buckets on disk. */
  buckets?: number
}

/** @param runs  random runs, over the options together */
export function conforms(protocol: PsiProtocol, runs: number, { suite, many = 500, buckets }: Mode = {}): void {
  const mode = {
    protocol,
    ...(suite === undefined ? {} : { suite }),
    ...(buckets === undefined ? {} : { buckets, scratch: scratchFiles() }),
  }
  const where = buckets === undefined ? '' : `in ${buckets} buckets`
  describe(`${[protocol, suite, where].filter(Boolean).join(' ')} equals the ideal functionality`, () => {
    const expectIdeal = async (left: readonly string[], right: readonly string[], learns: Learns, locate = '') => {
      const ideal = idealIntersection(left, right, learns)
      const found = await run(left, right, { ...mode, learns, record: false })
      expect(sorted(found.left), locate).toEqual(sorted(ideal.left))
      expect(sorted(found.right), locate).toEqual(sorted(ideal.right))
      if (learns === 'both')
        expect(Array.from(found.left, (row) => left[row])).toEqual(Array.from(found.right, (row) => right[row]))
    }

    test.each([
      ['both empty', [], []],
      ['left empty', [], ids(3)],
      ['right empty', ids(3), []],
      ['one equal row', ['a'], ['a']],
      ['one different row', ['a'], ['b']],
      ['equal sets in another order', ids(many / 5), ids(many / 5).reverse()],
      ['disjoint sets', ids(many / 5), ids(many / 5, many / 5)],
      ['one row against many', ['customer-7'], ids(many)],
      ['many rows against one', ids(many), ['customer-7']],
      ['Unicode', ['李雷', '', 'é', 'e\u0301', '😀', 'a\u0000b'], ['😀', 'e\u0301', '', '韩梅梅', 'a', 'a\u0000b']],
      ['ids that join to the same text', ['ab', 'c'], ['a', 'bc']],
      ['a very long id', ['x'.repeat(100_000), 'y'], ['y', 'x'.repeat(100_000), 'x'.repeat(99_999)]],
    ] as [string, string[], string[]][])('%s', async (name, left, right) => {
      // The short run takes one side alone, and both.
      const some = who.filter((_, k) => k === 2 || k === name.length % 2)
      for (const learns of process.env.SECUREFLOW_FULL === '1' ? who : some) await expectIdeal(left, right, learns)
    })

    test(`${runs} random runs`, async () => {
      const set = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 40 })
      const property = fc.asyncProperty(set, set, set, fc.constantFrom(...who), async (common, l, r, learns) => {
        const left = [...new Set([...l, ...common])]
        const right = [...new Set([...common.toReversed(), ...r])]
        await expectIdeal(left, right, learns)
      })
      await fc.assert(property, { numRuns: runs })
    }, 3_600_000)

    test('very different sizes, with little room on the wire and small messages', async () => {
      const options = { ...mode, chunkRows: many, wire: { maxQueuedBytes: 1000 }, record: false }
      for (const [l, r] of [
        [ids(20), ids((many * 8) / 5, 10)],
        [ids((many * 8) / 5, 10), ids(20)],
      ]) {
        const found = await run(l!, r!, options)
        const [few, many] = l!.length < r!.length ? [found.left, found.right] : [found.right, found.left]
        expect(sorted(few)).toEqual(Array.from({ length: 10 }, (_, i) => i + 10))
        expect(sorted(many)).toEqual(Array.from({ length: 10 }, (_, i) => i))
      }
    })

    test('pre-encoded items give what their text gives', async () => {
      const parts = ids(30).map(utf8)
      const offsets = new Uint32Array(parts.length + 1)
      for (const [i, part] of parts.entries()) offsets[i + 1] = offsets[i]! + part.length
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
      const found = await run({ bytes, offsets }, ids(30, 25), { ...mode, learns: 'left' })
      expect(sorted(found.left)).toEqual([25, 26, 27, 28, 29])
    })

    test('duplicate ids are refused with both rows, before anything is said of an id', async () => {
      const { mesh, outcome } = start([...ids(500), 'customer-17'], ids(3), { ...mode, wire: { timeoutMs: 200 } })
      const [left] = await outcome
      expect(left).toMatchObject({
        reason: { code: 'PSI_DUPLICATE_ID', class: 'input', fields: { first: 18, second: 501 } },
      })
      // Rows are divided under a key of both sides, which know each other's row counts by then.
      const before = buckets === undefined ? [] : ['hello', 'nonce', 'checkpoints']
      const sent = mesh.transcript('bank-a', 'bank-b').filter((m) => m.direction === 'sent')
      expect(sent.map((m) => m.tag)).toEqual(before)
      expect(mesh.releases('bank-a').length).toEqual(before.length === 0 ? 0 : 1)
    })

    test('text that is not Unicode is refused with its row', async () => {
      const { outcome } = start(['a', 'b\ud800'], ids(3), { ...mode, wire: { timeoutMs: 200 } })
      expect((await outcome)[0]).toMatchObject({ reason: { code: 'PSI_INVALID_ID', fields: { row: 2 } } })
    })

    test('what passes the gate', async () => {
      const { mesh } = await run(ids(10), ids(20, 4), { ...mode })
      expect(mesh.releases('bank-a')).toEqual([
        { disclosure: 'rows-left', to: 'bank-b', count: 1 },
        { disclosure: 'matches', to: 'bank-b', count: 6 },
      ])
      expect(mesh.releases('bank-b')).toEqual([
        { disclosure: 'rows-right', to: 'bank-a', count: 1 },
        { disclosure: 'matches', to: 'bank-a', count: 10 },
      ])
      const { mesh: rightLearns } = await run(ids(10), ids(20, 4), { ...mode, learns: 'right' })
      expect(rightLearns.releases('bank-a').map((r) => r.disclosure)).toEqual(['rows-left', 'matches'])
      expect(rightLearns.releases('bank-b').map((r) => r.disclosure)).toEqual(['rows-right'])
    })

    test.each([
      ['bank-a', 'rows-left'],
      ['bank-b', 'rows-right'],
      ['bank-b', 'matches'],
      ['bank-a', 'matches'],
    ])('a refusal at %s of %s ends both sides', async (party, disclosure) => {
      const refusal = new Error('refused')
      const gate = (id: string) => ({
        release: async (r: { disclosure: string }) => {
          if (id === party && r.disclosure === disclosure) throw refusal
        },
      })
      const { mesh, outcome } = start(ids(10), ids(10), { ...mode, gate })
      const [left, right] = await outcome
      const [own, other] = party === 'bank-a' ? [left, right] : [right, left]
      expect(own).toEqual({ status: 'rejected', reason: refusal })
      expect(other).toMatchObject({ status: 'rejected', reason: { code: 'CHANNEL_CLOSED' } })
      const sent = mesh
        .transcript(party, party === 'bank-a' ? 'bank-b' : 'bank-a')
        .filter((m) => m.direction === 'sent')
      expect(
        sent.map((m) => m.tag).filter((tag) => tag === 'tags' || tag === 'evaluated' || tag === 'matches'),
      ).toEqual([])
    })

    test('progress rises to 1 at both sides', async () => {
      const seen: Record<string, number[]> = { 'bank-a': [], 'bank-b': [] }
      const progress = (party: string, { fraction }: { fraction: number }) => void seen[party]!.push(fraction)
      await run(ids((many * 6) / 5), ids(many), { ...mode, record: false, progress })
      for (const fractions of Object.values(seen)) {
        expect(fractions.length).toBeGreaterThan(many < 500 ? 1 : 4)
        expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
        expect(fractions.at(-1)).toBe(1)
      }
    })

    test.each([
      ['learns', { learns: 'left', learnsRight: 'both' }],
      ['normalisation', { normalisation: ['trim', 'trim,lower'] }],
    ] as const)('a different %s is noticed by both in the first exchange', async (parameter, options) => {
      const { mesh, outcome } = start(ids(3), ids(3), { ...mode, ...options } as never)
      for (const side of await outcome)
        expect(side).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', class: 'peer', fields: { parameter } } })
      expect(mesh.transcript('bank-a', 'bank-b').map((m) => m.tag)).toEqual(['hello', 'hello'])
    })
  })
}
