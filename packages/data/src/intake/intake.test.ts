import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, test } from 'vitest'
import { readTable } from '../read.ts'
import {
  type CellType,
  convert,
  type DatasetRole,
  readBadRows,
  type Staged,
  type StageOptions,
  stage,
} from './index.ts'
import { workbook, zip } from './testing/workbooks.ts'

const root = mkdtempSync(join(tmpdir(), 'intake-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let made = 0

function file(content: string | Buffer, name = 'table'): string {
  const path = join(root, `${made++}-${name}`)
  writeFileSync(path, content)
  return path
}
const folder = (): string => mkdtempSync(join(root, 'import-'))

async function staged(content: string | Buffer, options: StageOptions & { maxBytes?: number } = {}) {
  const into = folder()
  const found = await stage({ path: file(content), folder: into, maxBytes: 1 << 30, ...options })
  return { ...found, folder: into }
}

/** Taken in as it was guessed, but for what is given. */
async function taken(
  from: Staged & { folder: string },
  id: string,
  types: Record<string, CellType> = {},
  label?: string,
) {
  const columns = from.columns.map(({ name, type, role, groups }) => ({
    name,
    groups,
    type: types[name] ?? type,
    leaveOut: (role as DatasetRole) === 'ignore' && name !== id,
  }))
  const result = await convert({ source: from.source, columns, id, label, folder: from.folder })
  return { ...result, table: await readTable(result.path, { id }), bad: (await readBadRows(from.folder, 'bad')).rows }
}
const code = (name: string) => expect.objectContaining({ code: name })

describe('text', () => {
  test.each([
    ['comma', 'id,name\n1,a\n2,b\n', ','],
    ['tab', 'id\tname\n1\ta,b,c\n2\tb\n', '\t'],
    ['semicolon', 'id;name\r\n1;a\r\n2;b', ';'],
    ['bar', 'id|name\r1|a\r2|b\r', '|'],
    ['nothing to divide', 'id\n1\n2\n', ','],
  ])('%s is found as the delimiter, with any line end', async (_, text, delimiter) => {
    expect(await staged(text)).toMatchObject({ delimiter, rows: 2, bad: 0, format: 'csv' })
  })

  test('quotes hold delimiters, line ends and doubled quotes; lines are counted as an editor does', async () => {
    const s = await staged('id,text\n1,"a ""b"", c\r\nsecond line"\n2,plain "inside"\n3\n4,d\n')
    expect(s).toMatchObject({ rows: 3, bad: 1 })
    expect(s.preview).toEqual([
      ['1', 'a "b", c\r\nsecond line'],
      ['2', 'plain "inside"'],
      ['4', 'd'],
    ])
    expect((await readBadRows(s.folder, 'unread')).rows).toEqual([{ line: 5, flaw: 'cells', cells: ['3'] }])
  })

  test('pieces may end anywhere: inside a quote, between CR and LF, inside a character', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},"客户 ""${i}""\r\n",甲`)
    const s = await staged(`id,姓名,x\r\n${rows.join('\r\n')}\r\n`)
    expect(s).toMatchObject({ rows: 30_000, bad: 0, encoding: 'utf-8' })
    const { table } = await taken(s, 'id')
    expect(table.column('姓名').values[29_999]).toBe('客户 "29999"\r\n')
  })

  test('GB18030, UTF-16 and a byte order mark are read as text', async () => {
    const gb = Buffer.from([0xbf, 0xcd, 0xbb, 0xa7, 0x2c, 0x78, 0x0a, 0xd5, 0xc5, 0xc8, 0xfd, 0x2c, 0x31, 0x0a])
    expect(await staged(gb)).toMatchObject({
      encoding: 'gb18030',
      columns: [{ name: '客户' }, {}],
      preview: [['张三', '1']],
    })
    expect(await staged('\ufeffid,x\n1,2\n')).toMatchObject({ columns: [{ name: 'id' }, { name: 'x' }], renamed: [] })
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('客户,x\n张三,1\n', 'utf16le')])
    expect(await staged(wide)).toMatchObject({ encoding: 'utf-16le', preview: [['张三', '1']] })
  })

  test('a broken byte in UTF-8 costs its row, not the file', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i},客户`).join('\n')
    const s = await staged(Buffer.concat([Buffer.from(`id,x\n${rows}\n`), Buffer.from([0x61, 0x2c, 0xff, 0x0a])]))
    expect(s).toMatchObject({ encoding: 'utf-8', rows: 100, bad: 1 })
    expect((await readBadRows(s.folder, 'unread')).rows[0]).toMatchObject({ line: 102, flaw: 'bytes' })
  })

  test('a null byte or a cell of a megabyte costs its row', async () => {
    const s = await staged(`id,x\n1,a\0b\n2,${'y'.repeat((1 << 20) + 1)}\n3,c\n`)
    expect(s).toMatchObject({ rows: 1, bad: 2 })
    const { rows } = await readBadRows(s.folder, 'unread')
    expect(rows.map((r) => r.flaw)).toEqual(['bytes', 'long'])
    expect(rows[1]!.cells[1]!.length).toBeLessThan(5000)
  })

  test('names that are empty, repeated (in any case), padded or endless become names', async () => {
    const s = await staged(`id,ID,,x,${'n'.repeat(300)}\n1,2,3,4,5\n`)
    expect(s.columns.map((c) => c.name)).toEqual(['id', 'ID_2', 'column_3', 'x', 'n'.repeat(200)])
    expect(s.renamed).toEqual([2, 3, 5])
  })

  test('5,000 columns are taken in; 10,001 are not', async () => {
    const wide = (n: number) => `${Array.from({ length: n }, (_, i) => `c${i}`).join(',')}\n${'1,'.repeat(n - 1)}1\n`
    const s = await staged(wide(5000))
    expect(s.columns).toHaveLength(5000)
    const columns = s.columns.map(({ name }, i) => ({
      name,
      type: i % 100 === 0 ? ('number' as const) : ('text' as const),
    }))
    expect(await convert({ source: s.source, columns, id: 'c0', folder: s.folder })).toMatchObject({ rows: 1, bad: 0 })
    await expect(staged(wide(10_001))).rejects.toEqual(code('DATA_TOO_LARGE'))
  })

  test.each([
    ['nothing', '', 'DATA_EMPTY'],
    ['a header alone', 'id,x\n', 'DATA_EMPTY'],
    ['blank lines', '\n\n\r\n', 'DATA_EMPTY'],
    ['a quote that is never closed', 'id,x\n1,"a\n2,b\n', 'DATA_OPEN_QUOTE'],
    ['a quote that is never closed in megabytes', `id,x\n1,"${'a\n'.repeat(1 << 20)}`, 'DATA_OPEN_QUOTE'],
    [
      'random bytes',
      Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * 7919 + (i >> 3) * 31) % 256)),
      'DATA_NO_TABLE',
    ],
    ['the old Excel form', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'DATA_OLD_EXCEL'],
    ['a Parquet file cut short', Buffer.from('PAR1 and then nothing of the kind'), 'DATA_NOT_PARQUET'],
    ['an archive cut short', Buffer.from('PK\x03\x04rest'), 'DATA_NOT_XLSX'],
    ['an archive that is no workbook', zip([{ name: 'a.txt', content: 'a' }]), 'DATA_NOT_XLSX'],
    ['a SQLite file cut short', Buffer.from('SQLite format 3\0rest'), 'DATA_ENGINE'],
    ['a DuckDB file cut short', Buffer.from('12345678DUCKrest'), 'DATA_ENGINE'],
  ])('%s is one clear error', async (_, content, wanted) => {
    await expect(staged(content)).rejects.toEqual(code(wanted))
  })

  test('one line is a table of one row once it is said to have no header', async () => {
    expect(await staged('a,1\n', { header: false })).toMatchObject({ rows: 1, columns: [{ name: 'column_1' }, {}] })
  })
})

describe('workbooks', () => {
  const cell = (at: string, value: string | number, more = '') => `<c r="${at}" ${more}><v>${value}</v></c>`
  const head = `<row r="1">${cell('A1', 0, 't="s"')}${cell('B1', 1, 't="s"')}${cell('C1', 2, 't="s"')}</row>`
  const texts = ['编号', 'when &amp; where', 'sum']

  test('shared texts, dates, truth values, gaps and saved values of formulas', async () => {
    const rows = `${head}<row r="3">${cell('A3', 17)}${cell('B3', 45292, 's="1"')}<c r="C3"><f>A3+1</f><v>18</v></c></row><row r="5">${cell('A5', 18)}${cell('C5', 1, 't="b"')}</row>`
    const s = await staged(workbook({ rows, texts, formats: [0, 14] }))
    expect(s).toMatchObject({ format: 'xlsx', sheet: '客户', sheets: ['客户', 'Other'], rows: 2, bad: 0 })
    expect(s.columns.map((c) => c.name)).toEqual(['编号', 'when & where', 'sum'])
    expect(s.preview).toEqual([
      ['17', '2024-01-01', '18'],
      ['18', null, 'true'],
    ])
  })

  test('a formula without its value and an error cost their rows, by the numbers of the sheet', async () => {
    const rows = `${head}<row r="9">${cell('A9', 1)}<c r="B9"><f>HYPERLINK()</f></c></row><row r="12">${cell('A12', 2)}${cell('B12', '#DIV/0!', 't="e"')}</row><row r="13">${cell('A13', 3)}</row>`
    const s = await staged(workbook({ rows, texts }))
    expect(s).toMatchObject({ rows: 1, bad: 2 })
    expect((await readBadRows(s.folder, 'unread')).rows.map((r) => [r.line, r.flaw])).toEqual([
      [9, 'formula'],
      [12, 'error'],
    ])
  })

  test('another sheet is read where it is asked for; one that is not there is named', async () => {
    const book = workbook({ rows: `${head}<row r="2">${cell('A2', 1)}</row>`, texts })
    await expect(staged(book, { sheet: 'None' })).rejects.toEqual(code('DATA_NO_SHEET'))
    await expect(staged(book, { sheet: 'Other' })).rejects.toEqual(code('DATA_EMPTY'))
  })

  test('a bomb is stopped while it unpacks, whatever size it says it has', async () => {
    const rows = `${head}${`<row r="0">${cell('A2', 1)}</row>`.repeat(200_000)}`
    const honest = workbook({ rows, texts })
    expect(honest.length).toBeLessThan(200_000)
    await expect(staged(honest, { maxBytes: 1 << 20 })).rejects.toEqual(code('DATA_TOO_LARGE'))
    const liar = workbook({
      rows: head,
      texts,
      more: [{ name: 'xl/x.xml', content: 'x'.repeat(1 << 20), saidSize: 10 }],
    })
    expect((await staged(liar).catch((e: { code: string }) => e.code)) as unknown).toBe('DATA_EMPTY')
    const lying = zip([
      { name: 'xl/workbook.xml', content: `<workbook>${' '.repeat(1 << 20)}</workbook>`, saidSize: 10 },
    ])
    await expect(staged(lying)).rejects.toEqual(code('DATA_NOT_XLSX'))
  })

  test('entities by entities, and cells beyond the last column, are refused', async () => {
    const bomb = zip([
      {
        name: 'xl/workbook.xml',
        content: '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><workbook>&c;</workbook>',
      },
    ])
    await expect(staged(bomb)).rejects.toEqual(code('DATA_NOT_XLSX'))
    const far = workbook({ rows: `${head}<row r="2">${cell('ZZZ2', 1)}</row>`, texts })
    await expect(staged(far)).rejects.toEqual(code('DATA_TOO_LARGE'))
  })
})

describe('database files and Parquet', () => {
  test('a SQLite file: its tables, whole numbers beyond 2^53, and blobs as bad rows', async () => {
    const path = file('', 'db.sqlite')
    const db = new DatabaseSync(path)
    db.exec(
      'CREATE TABLE a (id INTEGER, b); CREATE TABLE z (x); INSERT INTO a VALUES (9007199254740993, 1.5), (2, NULL)',
    )
    db.exec("INSERT INTO a VALUES (3, x'00ff')")
    db.close()
    const s = await stage({ path, folder: folder(), maxBytes: 1 << 30 })
    expect(s).toMatchObject({ format: 'sqlite', tables: ['a', 'z'], table: 'a', rows: 2, bad: 1 })
    expect(s.preview).toEqual([
      ['9007199254740993', '1.5'],
      ['2', null],
    ])
  })

  test('a DuckDB file, and what it becomes: types are its own', async () => {
    const path = join(root, 'given.duckdb')
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    await connection.run(
      "CREATE TABLE t AS SELECT i AS id, i % 2 = 0 AS even, DATE '2024-01-01' + i::INT AS day, 'nan'::DOUBLE AS gap FROM range(5) r(i)",
    )
    connection.closeSync()
    instance.closeSync()
    const into = folder()
    const s = { ...(await stage({ path, folder: into, maxBytes: 1 << 30 })), folder: into }
    expect(s).toMatchObject({ format: 'duckdb', tables: ['t'], rows: 5 })
    expect(s.columns.map((c) => c.type)).toEqual(['number', 'truth', 'date', 'number'])
    const { table, bad } = await taken(s, 'id')
    expect(bad).toEqual([])
    expect([...table.column('even').values]).toEqual([1, 0, 1, 0, 1])
    expect(table.column('day').values[4]).toBe('2024-01-05')
  })
})

describe('rows that do not fit', () => {
  const text =
    'id,age,day,ok,default\n1,10,2024-1-5,是,0\n2,ten,2024年3月1日,no,1\n3,nan,20240301,no,1\n4,4,2024-02-30,no,1\n5,5,2024-03-01,maybe,1\n6,6,2024-03-01,y,\n 1 ,7,2024-03-01,y,1\n,8,2024-03-01,y,1\n9,1234.5,2024/3/1 10:20,n,1\n'
  const types: Record<string, CellType> = { age: 'number', day: 'date', ok: 'truth', default: 'number' }

  test('are listed with line, column and reason; the rest is the dataset, in its order', async () => {
    const s = await staged(text)
    const { table, bad, rows, sizeBytes, path } = await taken(s, 'id', types, 'default')
    expect(bad.map((b) => [b.line, b.flaw, b.column])).toEqual([
      [3, 'number', 'age'],
      [4, 'number', 'age'],
      [5, 'date', 'day'],
      [6, 'truth', 'ok'],
      [7, 'label-missing', 'default'],
      [8, 'id-repeated', 'id'],
      [9, 'id-missing', 'id'],
    ])
    expect(rows).toBe(2)
    expect(table.column('id').values).toEqual(['1', '9'])
    expect(table.column('day').values).toEqual(['2024-01-05', '2024-03-01 10:20:00'])
    expect([...table.column('age').values]).toEqual([10, 1234.5])
    const { size, mode } = statSync(path)
    expect([size, mode & 0o777]).toEqual([sizeBytes, 0o600])
  })

  test('numbers in groups are read where the sample has them', async () => {
    const { table } = await taken(await staged('id;n\na;"1,234.5"\nb;2\n'), 'id')
    expect([...table.column('n').values]).toEqual([1234.5, 2])
  })

  test('the same rows give the same file', async () => {
    const digests = await Promise.all(
      [0, 1].map(async () => (await taken(await staged(text), 'id', types, 'default')).digest),
    )
    expect(digests[0]).toBe(digests[1])
  })

  test('where none fits it is one error that says so', async () => {
    const s = await staged('id,x\n1,a\n2,b\n')
    await expect(taken(s, 'id', { x: 'number' })).rejects.toEqual(code('DATA_NO_GOOD_ROWS'))
  })

  test('the order of a hundred thousand rows stays, with some taken out of the middle', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `k${i},${i === 50_000 || i === 7 ? 'x' : i}`)
    const s = await staged(`id,n\n${lines.join('\n')}\n`)
    const { table, bad } = await taken(s, 'id')
    expect(bad.map((b) => b.line)).toEqual([9, 50_002])
    expect(table.rows).toBe(99_998)
    const n = table.column('n').values as Float64Array
    expect(n.every((v, i) => i === 0 || v > n[i - 1]!)).toBe(true)
  })

  test('a file that shrinks while it waits does not pass unseen', async () => {
    const s = await staged('id,x\n1,2\n2,3\n')
    truncateSync((s.source as { path: string }).path, 3)
    await expect(taken(s, 'id')).rejects.toMatchObject({ class: expect.stringMatching(/input|internal/) })
  })
})
