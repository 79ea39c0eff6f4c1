import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecureflowError } from '@secureflow/base'
import { Table } from '@secureflow/tables'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withDuckDb } from './duckdb.ts'
import { datasetDigest, inspect, readParquet, readSchema, readTable, writeParquet } from './index.ts'
import { writeError } from './write.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secureflow-data-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function refusal(work: Promise<unknown>): Promise<SecureflowError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(SecureflowError)
  return error as SecureflowError
}

describe('reading CSV', () => {
  test('types come from the rows, and identifiers keep every digit', async () => {
    const path = await file(
      'types.csv',
      'id,code,long,amount,flag,note,gap\n7,007,12345678901234567,1.5,TRUE,"a, ""b""",\n8,008,12345678901234568,-2e3,false,,NA\n',
    )
    const table = await readTable(path, { id: 'id' })
    expect(table.schema.columns.map((c) => c.type)).toEqual([
      'text',
      'text',
      'text',
      'number',
      'number',
      'text',
      'number',
    ])
    expect(table.texts('id')).toEqual(['7', '8'])
    expect(table.texts('code')).toEqual(['007', '008'])
    expect(table.texts('long')).toEqual(['12345678901234567', '12345678901234568'])
    expect([...table.numbers('amount')]).toEqual([1.5, -2000])
    expect([...table.numbers('flag')]).toEqual([1, 0])
    expect(table.texts('note')).toEqual(['a, "b"', ''])
    expect(table.column('note').missing).toEqual(Uint8Array.of(0, 1))
    expect([...table.numbers('gap')]).toEqual([Number.NaN, Number.NaN])
    expect(table.column('gap').missing).toEqual(Uint8Array.of(1, 1))
  })

  test('columns are chosen and ordered; a type that is stated wins', async () => {
    const path = await file('choice.csv', 'a;b;c\r\n1;2;x\r\n3;4;y\r\n')
    const table = await readTable(path, { columns: ['c', 'a'], types: { a: 'text' } })
    expect(table.columns).toEqual([
      { name: 'c', type: 'text', values: ['x', 'y'] },
      { name: 'a', type: 'text', values: ['1', '3'] },
    ])
    expect((await readSchema(path)).columns.map((c) => c.name)).toEqual(['a', 'b', 'c'])
  })

  test('byte order mark, quoted header, tabs, and no line end at the end', async () => {
    const path = await file('bom.tsv', '\ufeff"the id"\tx\n1\t2')
    const table = await readTable(path)
    expect(table.schema.columns.map((c) => c.name)).toEqual(['the id', 'x'])
    expect([...table.numbers('x')]).toEqual([2])
  })

  test('any file name works, is taken literally, and a folder named a=1 adds no column', async () => {
    await mkdir(join(folder, 'a=1'), { recursive: true })
    await file('a=1/wild1.csv', 'x\n1\n')
    for (const name of [
      `it's "5*".csv`,
      'wild*.csv',
      '[ab]?.csv',
      '[!a].csv',
      'back\\slash.csv',
      '客户 表.csv',
      `'); DROP TABLE t; --.csv`,
    ]) {
      const path = await file(`a=1/${name}`, 'x\n42\n')
      const table = await readTable(path)
      expect(table.columns, name).toEqual([{ name: 'x', type: 'number', values: Float64Array.of(42) }])
      const stored = path.replace(/csv$/, 'parquet')
      await writeParquet(stored, table)
      expect((await readParquet(stored)).columns, name).toEqual(table.columns)
    }
  })

  test('order of rows is that of the file, also across the engine’s blocks', async () => {
    const n = 300_000
    const path = await file('long.csv', `id,x\n${Array.from({ length: n }, (_, i) => `r${i},${i}`).join('\n')}\n`)
    const table = await readTable(path, { id: 'id' })
    expect(table.rows).toBe(n)
    expect(table.numbers('x').every((v, i) => v === i)).toBe(true)
    expect(table.texts('id').every((v, i) => v === `r${i}`)).toBe(true)
  })
})

describe('files that cannot be used', () => {
  const secret = 'S3CRET-CELL'
  const cases: [string, string, () => Promise<unknown>, RegExp][] = [
    ['a missing file', 'DATA_FILE_MISSING', () => readTable(join(folder, 'nowhere.csv')), /nowhere\.csv/],
    [
      'a folder',
      'DATA_FILE_UNREADABLE',
      async () => {
        await mkdir(join(folder, 'dir.csv'), { recursive: true })
        await readTable(join(folder, 'dir.csv'))
      },
      /not a file/,
    ],
    ['an unknown ending', 'DATA_UNKNOWN_FORMAT', async () => readTable(await file('x.xlsx', 'a')), /x\.xlsx/],
    ['an empty file', 'DATA_EMPTY', async () => readTable(await file('empty.csv', '')), /0 rows/],
    ['a header and no rows', 'DATA_EMPTY', async () => readTable(await file('header.csv', 'a,b\n')), /0 rows/],
    [
      'the wrong delimiter',
      'DATA_WRONG_DELIMITER',
      async () => readTable(await file('semi.csv', 'a;b\n1;2\n'), { delimiter: ',' }),
      /";"/,
    ],
    [
      'no such column',
      'DATA_NO_COLUMN',
      async () => readTable(await file('cols.csv', 'a,b\n1,2\n'), { columns: ['a', 'kind'] }),
      /"kind".*a, b/,
    ],
    [
      'no such id column',
      'DATA_NO_COLUMN',
      async () => readTable(await file('ids.csv', 'a,b\n1,2\n'), { id: 'id' }),
      /"id".*a, b/,
    ],
    [
      'two columns of one name',
      'DATA_DUPLICATE_COLUMN',
      async () => readTable(await file('twice.csv', 'a,b,a\n1,2,3\n')),
      /column 3 "a"/,
    ],
    [
      'a row too long',
      'DATA_BAD_CSV',
      async () => readTable(await file('long-row.csv', `a,b\n1,2\n${secret},4,5\n`)),
      /Line 3.*2 columns/,
    ],
    [
      'a row too short',
      'DATA_BAD_CSV',
      async () => readTable(await file('short.csv', `a,b\n1,2\n${secret}\n`)),
      /Line 3/,
    ],
    [
      'text where numbers are stated',
      'DATA_NOT_A_NUMBER',
      async () => readTable(await file('text.csv', `a,b\n1,2\n2,${secret}\n3,${secret}\n`), { types: { b: 'number' } }),
      /"b".*row 3 \(2 rows/,
    ],
    [
      'text after the sample',
      'DATA_NOT_A_NUMBER',
      async () => readTable(await file('late.csv', `a\n${'1\n'.repeat(30_000)}${secret}\n`)),
      /"a".*row 30002/,
    ],
    [
      'another encoding',
      'DATA_NOT_UTF8',
      async () => readTable(await file('gbk.csv', Uint8Array.of(0x61, 0x0a, 0xbf, 0xcd, 0xbb, 0xa7, 0x0a))),
      /UTF-8/,
    ],
    [
      'another encoding in the header',
      'DATA_NOT_UTF8',
      async () => readTable(await file('gbk-header.csv', Uint8Array.of(0xbf, 0xcd, 0xbb, 0xa7, 0x0a, 0x31))),
      /UTF-8/,
    ],
    [
      'Parquet that is none',
      'DATA_NOT_PARQUET',
      async () => readTable(await file('fake.parquet', `a,b\n1,${secret}\n`.repeat(9))),
      /Parquet/,
    ],
  ]
  test.each(cases)('%s: %s', async (_, code, work, sentence) => {
    const error = await refusal(work())
    expect(error.code).toBe(code)
    expect(error.message).toMatch(sentence)
    expect(JSON.stringify([error.message, error.fields, error.say('zh'), String(error.cause ?? '')])).not.toContain(
      secret,
    )
    expect(error.cause).toBeUndefined()
    for (const locale of ['en', 'zh'] as const) expect(Object.values(error.say(locale)).join()).not.toMatch(/[{}]/)
  })

  test.skipIf(process.getuid?.() === 0)(
    'a file without the right to read it (needs a user other than root)',
    async () => {
      const path = await file('locked.csv', 'a\n1\n')
      await chmod(path, 0)
      expect((await refusal(readTable(path))).code).toBe('DATA_FILE_UNREADABLE')
    },
  )

  test('a Parquet file cut short', async () => {
    const path = join(folder, 'cut.parquet')
    await writeParquet(path, new Table([{ name: 'x', type: 'number', values: new Float64Array(1000).fill(3) }]))
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, bytes.length - 20))
    expect((await refusal(readTable(path))).code).toBe('DATA_NOT_PARQUET')
  })
})

describe('Parquet', () => {
  test('brings back what was written, gaps included', async () => {
    const table = new Table([
      { name: 'i"d', type: 'text', values: ['a', '', '客'], missing: Uint8Array.of(0, 1, 0) },
      { name: 'x', type: 'number', values: Float64Array.of(1.1, Number.NaN, -0), missing: Uint8Array.of(0, 1, 0) },
      { name: 'full', type: 'number', values: Float64Array.of(Number.POSITIVE_INFINITY, 2 ** 60, 5e-324) },
    ])
    const path = join(folder, 'round.parquet')
    await writeParquet(path, table)
    expect((await readParquet(path)).columns).toEqual(table.columns)
    expect((await readParquet(path, { columns: ['x'] })).columns).toEqual([table.column('x')])
    expect((await refusal(readParquet(path, { columns: ['y'] }))).code).toBe('DATA_NO_COLUMN')
  })

  test('a table of many blocks, with no rows, and over an older file', async () => {
    const path = join(folder, 'blocks.parquet')
    const values = Float64Array.from({ length: 5001 }, (_, i) => i / 3)
    await writeParquet(path, new Table([{ name: 'x', type: 'number', values }]))
    expect((await readParquet(path)).numbers('x')).toEqual(values)
    await writeParquet(path, new Table([{ name: 'x', type: 'number', values: new Float64Array() }]))
    expect((await refusal(readParquet(path))).code).toBe('DATA_EMPTY')
  })

  test('ids stored as whole numbers or as floating point read as plain digits', async () => {
    const path = join(folder, 'numeric-ids.parquet')
    await writeParquet(path, new Table([{ name: 'id', type: 'number', values: Float64Array.of(17, 9007199254740991) }]))
    expect((await readTable(path, { id: 'id' })).texts('id')).toEqual(['17', '9007199254740991'])
  })

  test('a full disk and a missing folder are said in one sentence, and leave the old file', async () => {
    const table = new Table([{ name: 'x', type: 'number', values: Float64Array.from({ length: 50_000 }, Math.sin) }])
    const path = join(folder, 'kept.parquet')
    await writeParquet(path, table.take(Uint32Array.of(1)))
    const before = await datasetDigest(path)
    await symlink('/dev/full', `${path}.part`)
    expect((await refusal(writeParquet(path, table))).code).toBe('DATA_DISK_FULL')
    expect(await datasetDigest(path)).toBe(before)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
    expect((await refusal(writeParquet(join(folder, 'no/such/x.parquet'), table))).code).toBe('DATA_NOT_WRITABLE')
    const system = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    expect(writeError(system, 'x')).toMatchObject({ code: 'DATA_DISK_FULL' })
    const engine = writeError(new Error('Conversion Error: Could not convert S3CRET'), 'x') as SecureflowError
    expect([engine.code, engine.fields.reason]).toEqual(['DATA_NOT_WRITABLE', 'Conversion Error'])
    expect(engine.cause).toBeUndefined()
  })
})

test('inspect tells size, gaps, distinct values and probable roles', async () => {
  const path = await file(
    'profile.csv',
    'customer_id,default,income,city,same\nA,0,1,x,5\nB,1,,y,5\nC,0,3,x,5\nD,1,3,,5\n',
  )
  expect(await inspect(path)).toEqual({
    rows: 4,
    columns: [
      { name: 'customer_id', type: 'text', missing: 0, distinct: 4, role: 'id' },
      { name: 'default', type: 'number', missing: 0, distinct: 2, role: 'label' },
      { name: 'income', type: 'number', missing: 1, distinct: 2, role: 'feature' },
      { name: 'city', type: 'text', missing: 1, distinct: 2, role: 'other' },
      { name: 'same', type: 'number', missing: 0, distinct: 1, role: 'other' },
    ],
  })
})

test('the engine reaches the files it was opened for and nothing else, for good', async () => {
  const mine = await file('mine.csv', 'x\n1\n')
  const other = await file('other.csv', 'x\n2\n')
  await withDuckDb([mine], async (connection) => {
    await connection.run(`SELECT * FROM read_csv('${mine}')`)
    for (const sql of [
      `SELECT * FROM read_csv('${other}')`,
      `SELECT * FROM read_text('/etc/hostname')`,
      `COPY (SELECT 1) TO '${other}'`,
      `ATTACH '${other}.db'`,
      'SET enable_external_access = true',
      `SET allowed_paths = ['${other}']`,
      'INSTALL httpfs',
    ])
      await expect(connection.run(sql), sql).rejects.toThrow()
  })
  expect(await readFile(other, 'utf8')).toBe('x\n2\n')
})
