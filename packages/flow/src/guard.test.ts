/** Sequences of queries on a table of 40 rows (some: other sizes), at least k = 5 rows: which are refused, and which are not. */
import { describe, expect, test } from 'vitest'
import { guardRelease, type RowRelease } from './guard.ts'
import { rowSet, rowsWhere } from './row-set.ts'

const n = 40
const k = 5
/** Rows from..to−1; several pairs are united. */
const span = (...ends: number[]): number[] =>
  ends.flatMap((from, i) => (i % 2 === 0 ? Array.from({ length: ends[i + 1]! - from }, (_, j) => from + j) : []))
const without = (rows: number[], ...gone: number[]) => rows.filter((r) => !gone.includes(r))
const every = (step: number, rest = 0) => span(0, n).filter((r) => r % step === rest)
const all = span(0, n)

type Query = number[] | { m?: string; s?: 'sum' | 'other'; r: number[] } | { unknown: string; size: number }
type Sequence = [name: string, ...queries: Query[]]
const release = (q: Query): RowRelease => {
  if ('unknown' in q)
    return { measure: 'sum x', statistic: 'sum', rows: { commitment: q.unknown, size: q.size, of: n } }
  const { m = 'sum x', s = 'sum', r } = Array.isArray(q) ? { r: q } : q
  return { measure: m, statistic: s, rows: rowSet(n, r) }
}
const y = (r: number[]): Query => ({ m: 'sum y', r })
const other = (r: number[]): Query => ({ m: 'median x', s: 'other', r })

const counts = (r: number[]): Query => ({ m: 'count', r })

const attacks: Sequence[] = [
  ['one row', [7]],
  ['k − 1 rows', span(0, 4)],
  ['all but one row', without(all, 7)],
  ['all but k − 1 rows', span(4, 40)],
  ['with and without one row', span(0, 20), span(0, 19)],
  ['without and with one row', span(0, 19), span(0, 20)],
  ['with and without k − 1 rows', span(0, 20), span(0, 16)],
  ['one row exchanged for another', span(0, 10), [...span(0, 9), 30]],
  ['two rows exchanged', span(0, 10), [...span(0, 8), 30, 31]],
  ['two halves, then all but one by another cut', span(0, 20), span(20, 39)],
  ['the complement, less one', span(0, 20), span(19, 40)],
  ['the complement, less four', span(0, 20), span(24, 40)],
  ['two disjoint sets and their union with one more', span(0, 10), span(10, 20), span(0, 21)],
  ['two disjoint sets and their union less one', span(0, 10), span(10, 20), span(0, 19)],
  ['three parts and the whole less one', span(0, 10), span(10, 20), span(20, 30), span(0, 29)],
  ['three parts and a rest less one', span(0, 10), span(10, 20), span(20, 30), span(30, 39)],
  ['four parts, one row moved at last', span(0, 10), span(10, 20), span(20, 30), [...span(30, 39), 0]],
  ['a tracker: the group and its part', span(0, 12), span(4, 24), [...span(4, 24), 0]],
  ['a general tracker: T, not T, C or T, C or not T', span(0, 20), span(20, 40), [...span(0, 20), 33]],
  ['a tracker of a pair', span(0, 20), [...span(0, 20), 33, 34]],
  ['overlap: two sets that share one row, their union', span(0, 11), span(10, 20), span(0, 20)],
  ['overlap: union first', span(0, 20), span(0, 11), span(10, 20)],
  ['overlap of four rows', span(0, 14), span(10, 24), span(0, 24)],
  ['symmetric difference and both', span(0, 12), span(10, 22), span(0, 10, 12, 22)],
  ['a triangle: a+b, b+c, a+c give a', span(0, 6), span(3, 9), span(0, 3, 6, 9)],
  ['a triangle of sets of four', span(0, 8), span(4, 12), span(0, 4, 8, 12)],
  ['a triangle beside a known block', span(0, 3, 20, 30), span(0, 6), span(3, 6, 20, 30)],
  ['a pentagon of sets of three', span(0, 6), span(3, 9), span(6, 12), span(9, 15), span(0, 3, 12, 15)],
  ['a chain of overlaps, unravelled from its end', span(0, 10), span(5, 15), span(10, 17), span(0, 5)],
  ['a ladder down to one row', span(0, 30), span(0, 25), span(0, 20), span(0, 15), span(0, 14)],
  ['a ladder up', span(0, 5), span(0, 10), span(0, 15), span(0, 20), span(0, 22)],
  ['two steps of five, then one of one between', span(0, 10), span(0, 15), span(0, 11)],
  ['a sliding window of ten by one', span(0, 10), span(1, 11)],
  ['a sliding window by five, then by seven', span(0, 10), span(5, 15), span(7, 17)],
  ['even rows, and even rows without one', every(2), without(every(2), 8)],
  ['even rows, odd rows and one even', every(2), [...every(2, 1), 4]],
  ['thirds, and two of them less one', every(3), every(3, 1), without([...every(3), ...every(3, 1)], 0)],
  [
    'a grid: rows and columns, one corner over',
    span(0, 8),
    span(8, 16),
    [...span(0, 4), ...span(8, 12)],
    [...span(0, 4), ...span(12, 16)],
  ],
  ['an attack between repeats', span(0, 20), span(0, 20), span(0, 20), span(0, 19)],
  ['an attack behind harmless ones', span(0, 20), y(span(0, 10)), span(20, 40), every(2), span(0, 19)],
  ['the other measure does not hide it', y(span(0, 20)), span(0, 20), y(span(0, 19))],
  ['after asking for all', all, without(all, 3)],
  ['after asking for none', [], span(0, 3)],
  ['differences of differences', span(0, 12), span(0, 24), span(12, 22)],
  ['coefficients other than one: 2a + b, with a and b of two', span(0, 2, 10, 20), span(2, 4, 10, 20)],
  ['a median with and without one row', other(span(0, 20)), other(span(0, 19))],
  ['a sum after a median, one row apart', other(span(0, 20)), span(0, 19)],
  ['a median after a sum, overlap of one row', span(0, 11), other(span(10, 20))],
  ['medians that overlap in four rows', other(span(0, 14)), other(span(10, 24))],
  ['a median of all, then of all but four', other(all), other(span(4, 40))],
  ['a sum of a part, whose total is known, then a median of all but four', span(10, 30), other(span(4, 40))],
  ['counts with and without one row', counts(span(0, 20)), counts(span(0, 19))],
  ['a match set of unknown rows, then a filter', { unknown: 'm1', size: 20 }, span(0, 20)],
  ['a filter, then a match set of unknown rows', span(0, 20), { unknown: 'm1', size: 20 }],
  ['two match sets of unknown rows', { unknown: 'm1', size: 20 }, { unknown: 'm2', size: 20 }],
  ['a match set of unknown, but few rows', { unknown: 'm1', size: 4 }],
  ['a match set of all but a few', { unknown: 'm1', size: 37 }],
]

const harmless: Sequence[] = [
  ['everything', all],
  ['nothing', []],
  ['k rows', span(0, 5)],
  ['all but k rows', span(5, 40)],
  ['half', span(0, 20)],
  ['the same twice', span(0, 20), span(0, 20)],
  ['the same five times', ...Array(5).fill(span(0, 20))],
  ['both halves', span(0, 20), span(20, 40)],
  ['both halves and all', span(0, 20), span(20, 40), all],
  ['quarters', span(0, 10), span(10, 20), span(20, 30), span(30, 40)],
  ['quarters and halves', span(0, 10), span(10, 20), span(20, 30), span(30, 40), span(0, 20), span(20, 40)],
  ['eighths', ...span(0, 8).map((i) => span(5 * i, 5 * i + 5))],
  [
    'eighths and every union of neighbours',
    ...span(0, 8).map((i) => span(5 * i, 5 * i + 5)),
    ...span(0, 7).map((i) => span(5 * i, 5 * i + 10)),
  ],
  ['with and without k rows', span(0, 20), span(0, 15)],
  ['without and with k rows', span(0, 15), span(0, 20)],
  ['with and without ten', span(0, 30), span(0, 20)],
  ['a ladder of fives', span(0, 5), span(0, 10), span(0, 15), span(0, 20), span(0, 25)],
  ['a ladder of fives, down', span(0, 35), span(0, 30), span(0, 25), span(0, 20)],
  ['a window that slides by five', span(0, 10), span(5, 15), span(10, 20), span(15, 25)],
  ['a window that slides by ten', span(0, 20), span(10, 30), span(20, 40)],
  ['k rows exchanged', span(0, 10), span(0, 5, 20, 25)],
  ['three rows exchanged for three: six are told apart', span(0, 10), [...span(0, 7), 30, 31, 32]],
  ['an overlap of one row without the union', span(0, 11), span(10, 20)],
  ['an overlap of four rows without the union', span(0, 14), span(10, 24)],
  ['even and odd', every(2), every(2, 1)],
  ['even and thirds', every(2), every(3)],
  ['thirds', every(3), every(3, 1), every(3, 2)],
  ['quarters by remainder', every(4), every(4, 1), every(4, 2), every(4, 3)],
  ['remainders of 8: five rows each', ...span(0, 8).map((r) => every(8, r))],
  ['even rows and halves', every(2), span(0, 20)],
  ['even rows, halves, all', every(2), span(0, 20), all],
  ['one row apart, of two measures', span(0, 20), y(span(0, 19))],
  ['halves of either measure', span(0, 20), y(span(0, 20)), span(20, 40), y(span(20, 40))],
  ['one row apart, a repeat and the other measure', span(0, 20), span(0, 20), y(span(0, 21))],
  ['two parts and their union', span(0, 10), span(10, 20), span(0, 20)],
  ['the union and two parts', span(0, 20), span(0, 10), span(10, 20)],
  ['a union, one part, the complement', span(0, 20), span(0, 10), span(20, 40)],
  ['a triangle of fives', span(0, 10), span(5, 15), span(0, 5, 10, 15)],
  ['two sides of a triangle of threes', span(0, 6), span(3, 9)],
  ['four sides of a square of threes: none by itself', span(0, 6), span(3, 9), span(6, 12), span(0, 3, 9, 12)],
  ['a ring of overlaps cannot be unravelled', span(0, 10), span(5, 15), span(10, 17), span(0, 5, 15, 17)],
  ['all, then a part, then the rest', all, span(0, 12), span(12, 40)],
  ['nothing, then something', [], span(0, 12), []],
  ['a median', other(span(0, 20))],
  ['the same median twice', other(span(0, 20)), other(span(0, 20))],
  ['medians of quarters', other(span(0, 10)), other(span(10, 20)), other(span(20, 30)), other(span(30, 40))],
  ['a median and a sum of the same rows', other(span(0, 20)), span(0, 20)],
  ['a median and a sum of the other half', other(span(0, 20)), span(20, 40)],
  ['medians that overlap in five rows', other(span(0, 15)), other(span(10, 25))],
  ['a median of all but four: nothing is known of all', other(span(4, 40))],
  ['a count of all, then a median of all but four', counts(all), other(span(4, 40))],
  ['a count and a median, one row apart', counts(span(0, 20)), other(span(0, 19))],
  ['a match set of unknown rows', { unknown: 'm1', size: 20 }],
  ['the same match set twice', { unknown: 'm1', size: 20 }, { unknown: 'm1', size: 20 }],
  ['a match set of unknown rows after all', all, { unknown: 'm1', size: 20 }],
  ['a cross: halves of halves by remainder', span(0, 20), every(2), span(20, 40), every(2, 1)],
]

const answer = (queries: Query[]): boolean[] => {
  const history: RowRelease[] = []
  return queries.map((q) => {
    const allowed = guardRelease(history, release(q), k).allow
    if (allowed) history.push(release(q))
    return allowed
  })
}

describe('the differencing guard', () => {
  test.each(attacks)('refuses: %s', (_, ...queries) => {
    const answers = answer(queries)
    // Somewhere on the way: what is refused is not part of what is known.
    expect(answers).toContain(false)
    expect(answers[0] || queries.length === 1, 'the first is refused alone').toBe(true)
  })
  test.each(harmless)('allows: %s', (_, ...queries) => {
    expect(answer(queries)).toEqual(queries.map(() => true))
  })
  test('at least fifty of each', () => {
    expect([attacks.length, harmless.length].every((l) => l >= 50)).toBe(true)
  })

  test('is decided over the rationals: a vector of twos and halves is found', () => {
    // a+b+c+B, a+d+B', … : brute force over small coefficients agrees on every pair and triple of small sets.
    const of = 9
    const sets = [0b000111111, 0b111000111, 0b110110110, 0b101101101, 0b111111000, 0b011011011]
    const rows = (bits: number) => span(0, of).filter((r) => (bits >> r) & 1)
    const made = (bits: number): RowRelease => ({ measure: 'm', statistic: 'sum', rows: rowSet(of, rows(bits)) })
    for (let a = 0; a < sets.length; a++)
      for (let b = 0; b < sets.length; b++)
        for (let c = 0; c < sets.length; c++) {
          const three = [sets[a]!, sets[b]!, sets[c]!]
          let lightest = of
          for (let code = 1; code < 7 ** 4; code++) {
            const by = [0, 1, 2, 3].map((i) => (Math.floor(code / 7 ** i) % 7) - 3)
            const vector = span(0, of).map(
              (r) => by[3]! + three.reduce((s, bits, i) => s + by[i]! * ((bits >> r) & 1), 0),
            )
            const weight = vector.filter((v) => v !== 0).length
            if (weight > 0) lightest = Math.min(lightest, weight)
          }
          for (const limit of [2, 3, 4]) {
            const allowed = guardRelease([made(three[0]!), made(three[1]!)], made(three[2]!), limit).allow
            // All these sets lack three rows.
            const repeat = three[2] === three[0] || three[2] === three[1]
            expect(allowed, `${three} k=${limit}`).toBe(lightest >= limit || (repeat && limit <= 3))
          }
        }
  })

  test('filters choose rows by what the asker may know, compared by type', () => {
    const columns = { age: [20, 30, 40, 0], member: [true, false, true, 0], town: ['x', '', 'x', 'y'] }
    const rows = (...conditions: Parameters<typeof rowsWhere>[2]) => rowsWhere(4, columns, conditions).bits[0]
    expect(rows({ column: 'age', range: { min: 30 } })).toBe(0b0110)
    expect(rows({ column: 'age', range: { max: 0 } })).toBe(0b1000)
    expect(rows({ column: 'member', range: { oneOf: [false] } })).toBe(0b0010)
    expect(rows({ column: 'town', range: { oneOf: [''] } }, { column: 'age', range: {} })).toBe(0b0010)
    expect(rows({ column: 'salary', range: {} })).toBe(0)
    expect(rows()).toBe(0b1111)
  })

  test('what it cannot decide it refuses', () => {
    const q = release(span(0, 20))
    const other = { ...q, rows: rowSet(41, span(0, 20)) }
    const code = (...at: Parameters<typeof guardRelease>) => {
      const verdict = guardRelease(...at)
      return verdict.allow ? 'allow' : verdict.reasons[0]!.code
    }
    expect(code([other], q, k)).toBe('GUARD_BOUND')
    expect(code([], q, Number.NaN)).toBe('GUARD_BOUND')
    expect(code([], q, 0)).toBe('GUARD_BOUND')
    // 65 independent sets of one measure, k = 1: nothing isolates, but more than are held in mind.
    const many = span(0, 66).map((i) => ({ ...q, rows: rowSet(200, span(0, i + 1)) }))
    expect(code(many, { ...q, rows: rowSet(200, span(0, 100)) }, 1)).toBe('GUARD_BOUND')
    expect(code(many, many[3]!, 1)).toBe('allow')
  })

  test('a million rows and a history of twenty sets stay quick', () => {
    const of = 1_000_000
    const made = (i: number): RowRelease => ({
      measure: 'm',
      statistic: 'sum',
      rows: rowSet(of, span(i * 10_000, (i + 2) * 10_000)),
    })
    const history = span(0, 20).map(made)
    const began = process.cpuUsage() // whatever else the machine does
    expect(guardRelease(history, made(30), k).allow).toBe(true)
    expect(guardRelease(history, { ...made(0), rows: rowSet(of, span(0, 19_999)) }, k).allow).toBe(false)
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(5000)
  })
})
