import { SecureflowError } from '@secureflow/base'
import { Table } from '@secureflow/tables'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binaryLabel, defaultNormalisation, distinctIds, featureColumns, normaliseIds } from './index.ts'

const codeOf = (work: () => unknown): [string, string] => {
  try {
    work()
  } catch (error) {
    if (error instanceof SecureflowError) return [error.code, error.message]
    throw error
  }
  throw new Error('nothing was refused')
}
const ids = (...values: string[]) => ({ name: 'id', type: 'text', values }) as const

describe('normalisation', () => {
  test('repairs blanks, case and full-width forms, each only where declared', () => {
    const spelled = [' cn12 ', 'ＣＮ１２', '\u3000ｃｎ１２\u00a0', 'CN12']
    expect(normaliseIds(spelled, defaultNormalisation)).toEqual(['CN12', 'CN12', 'CN12', 'CN12'])
    expect(normaliseIds(spelled, { trim: false, case: 'keep', width: false })).toEqual(spelled)
    expect(normaliseIds([' ａB '], { trim: true, case: 'keep', width: false })).toEqual(['ａB'])
    expect(normaliseIds([' ａB '], { trim: false, case: 'lower', width: true })).toEqual([' ab '])
    expect(normaliseIds(['①', 'ﬁ', '客-1 2'], { ...defaultNormalisation, case: 'keep' })).toEqual(['①', 'ﬁ', '客-1 2'])
  })

  test('done twice is done once', () => {
    const rules = fc.record({
      trim: fc.boolean(),
      case: fc.constantFrom('keep', 'upper', 'lower'),
      width: fc.boolean(),
    } as const)
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), rules, (values, r) => {
        const once = normaliseIds(values, r)
        expect(normaliseIds(once, r)).toEqual(once)
      }),
    )
  })
})

describe('ids', () => {
  test('that repeat after normalisation are refused with the first five rows and the count', () => {
    const [code, message] = codeOf(() =>
      distinctIds(ids('a', 'A', 'b', ' a', 'Ａ', 'a', 'a', 'a'), defaultNormalisation),
    )
    expect(code).toBe('DATA_DUPLICATE_IDS')
    expect(message).toMatch(/in 6 rows, after normalisation: 3, 5, 6, 7, 8, …/)
  })

  test('that are missing or blank are refused; a row number counts the header', () => {
    const column = { ...ids('a', ' ', 'c'), missing: Uint8Array.of(0, 0, 1) }
    expect(codeOf(() => distinctIds(column, defaultNormalisation))[1]).toMatch(/DATA_MISSING_IDS.*2 rows: 3, 4/)
    expect(codeOf(() => distinctIds(column, defaultNormalisation, 1))[1]).toMatch(/2 rows: 2, 3/)
  })
})

describe('features and labels', () => {
  const table = new Table([
    { name: 'good', type: 'number', values: Float64Array.of(0, 1, 1) },
    { name: 'gap', type: 'number', values: Float64Array.of(1, 0, 1), missing: Uint8Array.of(0, 1, 0) },
    { name: 'nan', type: 'number', values: Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY) },
    { name: 'word', type: 'text', values: ['0', '1', '1'] },
    { name: 'three', type: 'number', values: Float64Array.of(0, 1, 2) },
    { name: 'ones', type: 'number', values: Float64Array.of(1, 1, 1) },
  ])

  test('that are complete numbers pass', () => {
    expect(featureColumns(table, ['good', 'ones'])).toEqual([table.numbers('good'), table.numbers('ones')])
    expect(binaryLabel(table, 'good')).toBe(table.numbers('good'))
  })

  test.each([
    ['gap', 'DATA_MISSING_VALUE', /1 missing values, at rows 3/],
    ['nan', 'DATA_NOT_FINITE', /2 values .* rows 3, 4/],
    ['word', 'DATA_TEXT_COLUMN', /"word"/],
    ['absent', 'DATA_NO_COLUMN', /"absent"; the table has: good, gap/],
  ])('feature %s is refused: %s', (name, code, sentence) => {
    const [found, message] = codeOf(() => featureColumns(table, ['good', name]))
    expect(found).toBe(code)
    expect(message).toMatch(sentence)
  })

  test.each(['three', 'ones', 'word'])('label %s is refused', (name) => {
    expect(codeOf(() => binaryLabel(table, name))[0]).toBe('DATA_LABEL_NOT_BINARY')
  })
})
