/** What every protocol of the family must do with each option: columns brought along, sizes that hide row counts, rows without an id. */
import { utf8 } from '@secureflow/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idealIntersection, type Learns } from './functionality.ts'
import { type KeyRule, sayRules } from './key-rules.ts'
import { keyItems, normalised } from './keys.ts'
import type { PsiProtocol } from './protocols.ts'
import type { EcdhSuiteName } from './suites/cost.ts'
import { ids, runWithValues, startWithValues } from './testing.ts'
import type { RowValues } from './values.ts'

const full = process.env.SECUREFLOW_FULL === '1'
const who = ['left', 'right', 'both'] as const
const sorted = (rows: Uint32Array) => [...rows].sort((a, b) => a - b)

const plainRule: KeyRule = {
  rule: 'text',
  trim: true,
  spaces: 'keep',
  case: 'keep',
  width: 'half',
  country: '86',
  order: 'ymd',
}

/** Rows that tell whose they are: no two alike. */
function valuesFor(set: readonly string[], widths: readonly number[], side: string): RowValues {
  const size = widths.reduce((sum, width) => sum + width, 0)
  const bytes = new Uint8Array(size * set.length)
  set.forEach((id, row) => {
    const text = utf8(`${side} ${row} ${id}`)
    for (let i = 0; i < size; i++) bytes[size * row + i] = i < text.length ? text[i]! : 0xa5 ^ i
  })
  return { widths, bytes }
}

const rowsOf = ({ widths, bytes }: RowValues, rows: Uint32Array): number[] => {
  const size = widths.reduce((sum, width) => sum + width, 0)
  return [...rows].flatMap((row) => [...bytes.subarray(size * row, size * (row + 1))])
}

/** @param runs  random runs, for each option */
export function conformsWithOptions(protocol: PsiProtocol, runs: number, more: { suite?: EcdhSuiteName } = {}): void {
  const name = [protocol, ...Object.values(more)].join(' ')
  // A busy machine may take long over the longer runs.
  const by = { protocol, ...more, wire: { timeoutMs: 300_000 } }
  const set = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 40 })
  const widths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 })

  /** Rows, and values where a side brings them and the other learns. */
  const expectValues = async (
    l: readonly string[],
    r: readonly string[],
    learns: Learns,
    w: (number[] | undefined)[],
  ) => {
    const left = w[0] === undefined || learns === 'left' ? undefined : valuesFor(l, w[0], 'L')
    const right = w[1] === undefined || learns === 'right' ? undefined : valuesFor(r, w[1], 'R')
    const found = await runWithValues(l, r, { ...by, learns, record: false, brings: [left, right] })
    const ideal = idealIntersection(l, r, learns)
    expect(sorted(found.left.rows)).toEqual(sorted(ideal.left))
    expect(sorted(found.right.rows)).toEqual(sorted(ideal.right))
    const partnerRow = (own: readonly string[], theirs: readonly string[], rows: Uint32Array) =>
      rows.map((row) => theirs.indexOf(own[row]!))
    expect(found.left.values && [...found.left.values.bytes]).toEqual(
      right && rowsOf(right, partnerRow(l, r, found.left.rows)),
    )
    expect(found.right.values && [...found.right.values.bytes]).toEqual(
      left && rowsOf(left, partnerRow(r, l, found.right.rows)),
    )
    if (learns === 'both') expect([...partnerRow(l, r, found.left.rows)]).toEqual([...found.right.rows])
  }

  describe(`${name} with columns brought along`, () => {
    const sets: [string, string[], string[]][] = [
      ['both empty', [], []],
      ['left empty', [], ids(3)],
      ['right empty', ids(3), []],
      ['one equal row', ['a'], ['a']],
      ['one different row', ['a'], ['b']],
      ['equal sets in another order', ids(60), ids(60).reverse()],
      ['disjoint sets', ids(60), ids(60, 60)],
      ['one row against many', ['customer-77'], ids(200)],
      ['many rows against one', ids(200), ['customer-77']],
    ]
    // The short run has the random ones for most of them.
    test.each(sets.filter((_, k) => full || k === 0 || k === 5))('%s', async (name, l, r) => {
      const some = who.filter((_, k) => k === name.length % 3)
      for (const learns of full ? who : some) await expectValues(l, r, learns, [[5], [9, 17]])
    })

    test(`${runs} random runs`, async () => {
      const some = fc.option(widths, { nil: undefined })
      const property = fc.asyncProperty(
        set,
        set,
        set,
        fc.constantFrom(...who),
        some,
        some,
        async (c, l, r, k, wl, wr) => {
          await expectValues([...new Set([...l, ...c])], [...new Set([...c.toReversed(), ...r])], k, [wl, wr])
        },
      )
      await fc.assert(property, { numRuns: runs })
    }, 3_600_000)

    test('rows of many bytes, in many messages', async () => {
      const [l, r] = [ids(200), ids(200, 150)]
      await expectValues(l, r, 'both', [[4096], [2048, 2047]])
    })

    test('who does not learn gets no columns: refused before anything is said', async () => {
      const brings = valuesFor(ids(3), [4], 'L')
      const { mesh, found } = startWithValues(ids(3), ids(3), {
        ...by,
        learns: 'left',
        brings: [brings, undefined],
        wire: { timeoutMs: 200 },
      })
      for (const side of await found)
        expect(side).toMatchObject({ reason: { code: 'PSI_NOBODY_LEARNS', class: 'input' } })
      expect(mesh.transcript('bank-a', 'bank-b')).toEqual([])
    })

    test.each([
      ['other widths than rows', { widths: [4], bytes: new Uint8Array(13) }],
      ['nothing in a column', { widths: [0, 4], bytes: new Uint8Array(12) }],
      ['rows too long', { widths: [4097], bytes: new Uint8Array(3 * 4097) }],
    ])('%s are refused before anything is said', async (_, brings) => {
      const { mesh, found } = startWithValues(ids(3), ids(3), {
        ...by,
        brings: [brings, undefined],
        wire: { timeoutMs: 200 },
      })
      expect((await found)[0]).toMatchObject({ reason: { code: 'PSI_VALUES_SHAPE', class: 'input' } })
      expect(mesh.transcript('bank-a', 'bank-b').filter((m) => m.direction === 'sent')).toEqual([])
    })

    test('a partner that brings other columns than agreed is noticed in the first exchange', async () => {
      const brings = valuesFor(ids(3), [4], 'L')
      const { mesh, found } = startWithValues(ids(3), ids(3), {
        ...by,
        brings: [brings, undefined],
        expectsRight: 2,
      })
      const [, right] = await found
      expect(right).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'columns' } } })
      expect(
        mesh
          .transcript('bank-b', 'bank-a')
          .filter((m) => m.direction === 'sent')
          .map((m) => m.tag),
      ).toEqual(['hello'])
    })

    test('what passes the gate, before anything that carries it', async () => {
      const brings = (n: number, side: string): RowValues => valuesFor(ids(n), [3, 4], side)
      const { mesh } = await runWithValues(ids(10), ids(20, 4), {
        ...by,
        brings: [brings(10, 'L'), brings(20, 'R')],
      })
      expect(mesh.releases('bank-a')).toEqual([
        { disclosure: 'rows-left', to: 'bank-b', count: 1 },
        { disclosure: 'matches', to: 'bank-b', count: 6 },
        { disclosure: 'values', to: 'bank-b', count: 12 },
      ])
      expect(mesh.releases('bank-b')).toEqual([
        { disclosure: 'rows-right', to: 'bank-a', count: 1 },
        { disclosure: 'matches', to: 'bank-a', count: 10 },
        { disclosure: 'values', to: 'bank-a', count: 20 },
      ])
    })

    test.each(['bank-a', 'bank-b'])('a refusal of values at %s: none is sent', async (party) => {
      const refusal = new Error('refused')
      const gate = (id: string) => ({
        release: async (r: { disclosure: string }) => {
          if (id === party && r.disclosure === 'values') throw refusal
        },
      })
      const brings: [RowValues, RowValues] = [valuesFor(ids(10), [3], 'L'), valuesFor(ids(10), [3], 'R')]
      const { mesh, found } = startWithValues(ids(10), ids(10), { ...by, gate, brings })
      const sides = await found
      expect(sides[party === 'bank-a' ? 0 : 1]).toEqual({ status: 'rejected', reason: refusal })
      expect(sides[party === 'bank-a' ? 1 : 0].status).toBe('rejected')
      const peer = party === 'bank-a' ? 'bank-b' : 'bank-a'
      const sent = mesh.transcript(party, peer).filter((m) => m.direction === 'sent')
      expect(sent.filter(({ tag }) => tag === 'sealed' || tag === 'values')).toEqual([])
    })
  })

  describe(`${name} with sizes that hide row counts`, () => {
    const expectPadded = async (
      l: readonly string[],
      r: readonly string[],
      learns: Learns,
      beyond: [number, number],
    ) => {
      const padTo = {
        ...(beyond[0] < 0 ? {} : { left: l.length + beyond[0] }),
        ...(beyond[1] < 0 ? {} : { right: r.length + beyond[1] }),
      }
      const found = await runWithValues(l, r, { ...by, learns, record: false, padTo })
      const ideal = idealIntersection(l, r, learns)
      expect(sorted(found.left.rows)).toEqual(sorted(ideal.left))
      expect(sorted(found.right.rows)).toEqual(sorted(ideal.right))
    }

    test(`${runs} random runs`, async () => {
      const beyond = fc.integer({ min: -1, max: 30 })
      const property = fc.asyncProperty(
        set,
        set,
        set,
        fc.constantFrom(...who),
        beyond,
        beyond,
        async (c, l, r, k, ml, mr) => {
          await expectPadded([...new Set([...l, ...c])], [...new Set([...c.toReversed(), ...r])], k, [ml, mr])
        },
      )
      await fc.assert(property, { numRuns: runs })
    }, 3_600_000)

    test('the partner is told the agreed size, and the lengths of all messages follow from it alone', async () => {
      const shapes = []
      for (const [n, from] of [
        [50, 0],
        [17, 30],
      ] as const) {
        const { mesh } = await runWithValues(ids(n, from), ids(64, 1000), {
          ...by,
          learns: 'right',
          padTo: { left: 64 },
        })
        const own = mesh.transcript('bank-a', 'bank-b').filter((m) => m.direction === 'sent')
        shapes.push(own.map((m) => [m.tag, m.body.length]))
      }
      expect(shapes[0]).toEqual(shapes[1])
    })

    test('with columns: values of stand-ins reach nobody', async () => {
      const [l, r] = [ids(20), ids(30, 10)]
      const brings: [RowValues, RowValues] = [valuesFor(l, [3, 4], 'L'), valuesFor(r, [30], 'R')]
      for (const padTo of [{ left: 64 }, { right: 32 }, { left: 32, right: 64 }]) {
        const found = await runWithValues(l, r, { ...by, padTo, brings })
        expect(sorted(found.left.rows)).toEqual(Array.from({ length: 10 }, (_, i) => i + 10))
        expect(found.left.values!.bytes.length).toBe(300)
        expect(found.right.values!.bytes.length).toBe(70)
      }
    })

    test('more rows than the agreed size are refused before anything is said', async () => {
      const { mesh, found } = startWithValues(ids(20), ids(3), {
        ...by,
        padTo: { left: 16 },
        wire: { timeoutMs: 200 },
      })
      expect((await found)[0]).toMatchObject({ reason: { code: 'PSI_PADDING_TOO_SMALL', class: 'input' } })
      expect(mesh.transcript('bank-a', 'bank-b').filter((m) => m.direction === 'sent')).toEqual([])
    })

    test('other sizes at the two sides are noticed by both in the first exchange', async () => {
      const { mesh, found } = startWithValues(ids(3), ids(3), {
        ...by,
        padTo: { left: 16 },
        padToRight: { left: 32 },
      })
      for (const side of await found)
        expect(side).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'padding' } } })
      expect(mesh.transcript('bank-a', 'bank-b').map((m) => m.tag)).toEqual(['hello', 'hello'])
    })

    test('rows without an id match nothing, and are counted as any other', async () => {
      const [l, r] = [
        ['a', '', 'c', ''],
        ['', 'c', 'a', ''],
      ]
      const absent: [Uint8Array, Uint8Array] = [Uint8Array.of(0, 1, 0, 1), Uint8Array.of(1, 0, 0, 1)]
      const { mesh, left, right } = await runWithValues(l, r, { ...by, absent })
      expect(sorted(left.rows)).toEqual([0, 2])
      expect(sorted(right.rows)).toEqual([1, 2])
      expect(mesh.releases('bank-a')[0]).toEqual({ disclosure: 'rows-left', to: 'bank-b', count: 1 })
    })
  })

  describe(`${name} with keys of several columns`, () => {
    const rules: KeyRule[] = [
      { ...plainRule, case: 'upper', spaces: 'none' },
      { ...plainRule, rule: 'date', order: 'dmy' },
      { ...plainRule, rule: 'phone' },
    ]
    const names = fc.constantFrom('ab', ' A b', 'a', 'abc', 'ｂc', 'bc', '李雷', '李 雷', '', 'é', 'É')
    const dates = fc.constantFrom('1990-01-02', '2/1/1990', '19900102', '1991-01-02', 'unknown', '')
    const phones = fc.constantFrom('138 0013 8000', '+8613800138000', '13900139000', '')
    const row = fc.tuple(names, dates, phones)
    /** As people would write what the rules make of a row; undefined where a value is missing. */
    const written = (values: readonly string[]): string | undefined => {
      const each = values.map((value, k) => normalised(value, rules[k]!))
      return each.includes(undefined) ? undefined : JSON.stringify(each)
    }
    const rowsWithDistinctKeys = fc.uniqueArray(row, {
      maxLength: 30,
      selector: written,
      comparator: (a, b) => a !== undefined && a === b,
    })

    const itemsOf = (rows: readonly (readonly string[])[]) =>
      keyItems(
        rules.map((rule, k) => ({ rule, values: rows.map((values) => values[k]) })),
        async () => {},
      )

    test(`${runs} random runs`, async () => {
      const property = fc.asyncProperty(
        rowsWithDistinctKeys,
        rowsWithDistinctKeys,
        fc.constantFrom(...who),
        async (l, r, learns) => {
          const [left, right] = [await itemsOf(l), await itemsOf(r)]
          const said = sayRules(rules)
          const found = await runWithValues(left.items, right.items, {
            ...by,
            learns,
            record: false,
            normalisation: [said, said],
            absent: [left.absent, right.absent],
          })
          const keys = (rows: readonly (readonly string[])[], side: string) =>
            rows.map((each, i) => written(each) ?? `${side} ${i}`)
          const ideal = idealIntersection(keys(l, 'l'), keys(r, 'r'), learns)
          expect(sorted(found.left.rows)).toEqual(sorted(ideal.left))
          expect(sorted(found.right.rows)).toEqual(sorted(ideal.right))
        },
      )
      await fc.assert(property, { numRuns: runs })
    }, 3_600_000)

    test('other rules at the two sides are noticed by both in the first exchange', async () => {
      const { items } = await itemsOf([['a', '1990-01-02', '13800138000']])
      const others = sayRules(rules.map((rule) => ({ ...rule, order: 'mdy' as const })))
      const { mesh, found } = startWithValues(items, items, { ...by, normalisation: [sayRules(rules), others] })
      for (const side of await found)
        expect(side).toMatchObject({
          reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'normalisation' } },
        })
      expect(mesh.transcript('bank-a', 'bank-b').map((m) => m.tag)).toEqual(['hello', 'hello'])
    })
  })
}
