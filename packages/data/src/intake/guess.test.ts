import { expect, test } from 'vitest'
import { guessColumns, isIdCard } from './guess.ts'

const column = (name: string, cells: (string | null)[]) =>
  guessColumns(
    [name],
    cells.map((c) => [c]),
  )[0]!

test.each([
  ['whole numbers', ['1', '-20', '3,000', '+4'], 'whole', 'number'],
  ['decimals among whole numbers', ['1', '2.5', '1e3', '.5'], 'decimal', 'number'],
  ['identifiers that begin with 0', ['001', '002', '103', '4'], 'digits', 'text'],
  ['numbers of 16 digits and more', ['1234567890123456', '2'], 'digits', 'text'],
  ['truth values', ['是', '否', null], 'truth', 'truth'],
  ['days', ['2024-1-5', '2024/12/31', '2024年1月2日', '2024-01-02 10:20'], 'date', 'date'],
  ['phones', ['13812345678', '+86 15987654321'], 'phone', 'text'],
  ['e-mail', ['a@b.cn', 'c.d@e.com'], 'email', 'text'],
  ['text', ['a', '1', '2'], 'text', 'text'],
  ['nothing', [null, '', 'NA'], 'empty', 'text'],
])('%s', (_, cells, kind, type) => {
  expect(column('x', cells)).toMatchObject({ kind, type })
})

test('one misspelt number in a hundred is a bad row, one in ten is text', () => {
  const numbers = Array.from({ length: 99 }, (_, i) => String(i))
  expect(column('x', [...numbers, 'n.a.'])).toMatchObject({ kind: 'whole', fit: 0.99 })
  expect(column('x', [...numbers.slice(0, 9), 'n.a.'])).toMatchObject({ kind: 'text' })
})

test('identity cards are told by their check character', () => {
  expect(isIdCard('11010519491231002X')).toBe(true)
  expect(isIdCard('110105194912310021')).toBe(false)
  expect(isIdCard('11010519491331002X')).toBe(false)
})

test('roles, with reasons, in Chinese and English', () => {
  const rows = Array.from({ length: 60 }, (_, i) => [
    ...[String(i), `C${1000 + i}`, '张三', String(20 + (i % 30)), i % 3 === 0 ? '男' : '女'],
    ...[
      `1381234${String(5000 + i)}`,
      String(i % 2),
      '常数',
      `text ${i} of its own`,
      i % 4 === 0 ? 'a' : 'b',
      String(i % 2),
    ],
  ])
  const names = ['序号', '客户编号', '姓名', 'age', '性别', 'contact', 'flag_x', 'bank', 'remark', 'grade', '是否违约']
  const roles = guessColumns(names, rows).map((g) => [g.name, g.role, g.because.join('+')])
  expect(roles).toEqual([
    ['序号', 'ignore', 'counter'],
    ['客户编号', 'id', 'name+unique'],
    ['姓名', 'sensitive', 'name'],
    ['age', 'feature', 'numbers'],
    ['性别', 'sensitive', 'name'],
    ['contact', 'sensitive', 'personal'],
    ['flag_x', 'feature', 'numbers'],
    ['bank', 'ignore', 'constant'],
    ['remark', 'ignore', 'unique'],
    ['grade', 'feature', 'categories'],
    ['是否违约', 'label', 'name+binary'],
  ])
})

test('identity cards are the id where nothing else is; a sex of 1 and 2 is no label', () => {
  const rows = [
    ['11010519491231002X', '1'],
    ['440524188001010014', '2'],
    ['110101199003070134', '1'],
  ]
  const [card, sex] = guessColumns(['number of it', 'sex'], rows)
  expect([card!.role, sex!.role]).toEqual(['id', 'sensitive'])
})
