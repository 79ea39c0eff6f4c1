import { expect, test } from 'vitest'
import { csvCell, csvTable } from './csv.ts'

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1+cmd|calc', "'+1+cmd|calc"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1+1', "'  =1+1"],
  ['\t=1', "'\t=1"],
  ['-12.5', '-12.5'],
  ['+3e5', '+3e5'],
  ['a,b\n"c"', '"a,b\n""c"""'],
  [null, ''],
  [0, '0'],
])('%j is written as %j', (cell, written) => {
  expect(csvCell(cell)).toBe(written)
})

test('rows end as a spreadsheet expects', () => {
  expect(
    csvTable([
      ['名称', 1],
      ['x', null],
    ]),
  ).toBe('\ufeff名称,1\r\nx,\r\n')
})
