import { describe, expect, test } from 'vitest'
import { type KeyRule, sayRules } from './key-rules.ts'
import { compareItems, keyItems, normalised } from './keys.ts'

const rule = (of: Partial<KeyRule>): KeyRule => ({
  rule: 'text',
  trim: true,
  spaces: 'keep',
  case: 'keep',
  width: 'half',
  country: '86',
  order: 'ymd',
  ...of,
})
const turn = async () => {}

test.each<[Partial<KeyRule>, string, string | undefined]>([
  [{}, '  张三\u3000', '张三'],
  [{}, ' \u3000 ', undefined],
  [{ trim: false, width: 'keep' }, ' a ', ' a '],
  [{ case: 'upper' }, 'ａbc', 'ABC'],
  [{ case: 'lower' }, 'ＡBC', 'abc'],
  [{ spaces: 'one' }, 'Anna \t  Maria', 'Anna Maria'],
  [{ spaces: 'none' }, '张 \u3000三', '张三'],
  [{ width: 'nfkc' }, 'ﬁ①㌔', 'fi1キロ'],
  [{ width: 'nfkc' }, 'e\u0301', 'é'],
  [{ width: 'half' }, 'e\u0301', 'e\u0301'],
  [{ width: 'keep' }, 'Ａ', 'Ａ'],
  [{ rule: 'digits' }, ' 12-34（５）', '12345'],
  [{ rule: 'digits' }, 'none', undefined],
  [{ rule: 'phone' }, '138 0013 8000', '+8613800138000'],
  [{ rule: 'phone' }, '+86-138-0013-8000', '+8613800138000'],
  [{ rule: 'phone' }, '0086 13800138000', '+8613800138000'],
  [{ rule: 'phone' }, '8613800138000', '+8613800138000'],
  [{ rule: 'phone' }, '１３８００１３８０００', '+8613800138000'],
  [{ rule: 'phone' }, '(010) 6552-9988', '+861065529988'],
  [{ rule: 'phone', country: '1' }, '(650) 253-0000', '+16502530000'],
  [{ rule: 'phone', country: '1' }, '1-650-253-0000', '+16502530000'],
  [{ rule: 'phone', country: '39' }, '06 6982', '+39066982'],
  [{ rule: 'phone', country: '49' }, '030 123456', '+4930123456'],
  [{ rule: 'phone' }, '13800138000 ext 5', undefined],
  [{ rule: 'phone' }, '110', undefined],
  [{ rule: 'phone' }, '', undefined],
  [{ rule: 'date' }, '1990-1-2', '1990-01-02'],
  [{ rule: 'date' }, '1990/01/02 00:00:00', '1990-01-02'],
  [{ rule: 'date' }, '19900102', '1990-01-02'],
  [{ rule: 'date' }, '1990年1月2日', '1990-01-02'],
  [{ rule: 'date' }, '2000-02-29', '2000-02-29'],
  [{ rule: 'date' }, '1900-02-29', undefined],
  [{ rule: 'date' }, '02/01/1990', undefined],
  [{ rule: 'date', order: 'dmy' }, '02/01/1990', '1990-01-02'],
  [{ rule: 'date', order: 'mdy' }, '02/01/1990', '1990-02-01'],
  [{ rule: 'date', order: 'mdy' }, '1990-01-02T10:00Z', '1990-01-02'],
  [{ rule: 'date', order: 'dmy' }, '2/1/90', undefined],
  [{ rule: 'china-id' }, '11010519491231002x', '11010519491231002X'],
  [{ rule: 'china-id' }, '110105 491231 002', '11010519491231002X'],
  [{ rule: 'china-id' }, '110105194912310021', undefined],
  [{ rule: 'china-id' }, '110105194902310021', undefined],
  [{ rule: 'china-id' }, '1101051949123100', undefined],
  [{ rule: 'email' }, ' Li.Lei@Example.COM ', 'li.lei@example.com'],
  [{ rule: 'email' }, 'no address', undefined],
  [{ rule: 'email' }, 'a@b@c', undefined],
])('%j reads %j as %j', (of, value, expected) => {
  expect(normalised(value, rule(of))).toBe(expected)
  // Written alike once, it stays so.
  if (expected !== undefined) expect(normalised(expected, rule(of))).toBe(expected)
})

describe('items', () => {
  const two = (rows: [string | undefined, string | undefined][]) =>
    keyItems(
      [0, 1].map((k) => ({ rule: rule({ trim: false, width: 'keep' }), values: rows.map((row) => row[k]) })),
      turn,
    )

  test('no two rows of different values give one item', async () => {
    const rows: [string, string][] = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc', ' '],
      ['a\u0001\u0000\u0000\u0000b', 'c'],
      ['a', '\u0001\u0000\u0000\u0000bc'],
      ['c', 'ab'],
    ]
    const { items } = await two(rows)
    const texts = rows.map((_, i) => String(items.bytes.subarray(items.offsets[i]!, items.offsets[i + 1]!)))
    expect(new Set(texts.filter((text) => text !== '')).size).toBe(rows.length - 1) // one has a blank
    for (const [a] of rows.entries())
      for (const [b] of rows.entries()) expect(compareItems(items, a, b) === 0).toBe(texts[a] === texts[b])
  })

  test('a row with a value missing has no item', async () => {
    const { items, absent, present } = await two([
      ['a', 'b'],
      ['a', undefined],
      [undefined, undefined],
      ['', 'b'],
    ])
    expect([...absent]).toEqual([0, 1, 1, 1])
    expect(present).toBe(1)
    expect([...items.offsets.slice(1)]).toEqual(new Array(4).fill(items.bytes.length))
  })

  test('text that is not Unicode is refused with its row', async () => {
    await expect(
      two([
        ['a', 'b'],
        ['a', '\ud800'],
      ]),
    ).rejects.toMatchObject({ code: 'PSI_INVALID_ID', fields: { row: 2 } })
  })
})

test('what the two sides compare names every choice that counts, and no other', () => {
  const say = (of: Partial<KeyRule>) => sayRules([rule(of)])
  expect(sayRules([rule({ case: 'upper', spaces: 'one' }), rule({ rule: 'date' }), rule({ rule: 'phone' })])).toBe(
    'keys 1: text(trim, one space, upper, half) + date(ymd) + phone(+86)',
  )
  const different: Partial<KeyRule>[] = [
    {},
    { trim: false },
    { spaces: 'one' },
    { spaces: 'none' },
    { case: 'upper' },
    { case: 'lower' },
    { width: 'keep' },
    { width: 'nfkc' },
    { rule: 'digits' },
    { rule: 'phone' },
    { rule: 'phone', country: '1' },
    { rule: 'date' },
    { rule: 'date', order: 'dmy' },
    { rule: 'china-id' },
    { rule: 'email' },
  ]
  expect(new Set(different.map(say)).size).toBe(different.length)
  expect(say({ rule: 'email', country: '1' })).toBe(say({ rule: 'email' }))
})
