import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseLogin, listTables, stageDatabase } from './index.ts'
import { noPostgres, startPostgres, type TestPostgres } from './testing/postgres.ts'

const root = mkdtempSync(join(tmpdir(), 'databases-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const nowhere: DatabaseLogin = {
  ...{ kind: 'postgres', host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'hidden word', tls: 'off' },
}
const ask = (login: DatabaseLogin, question: { table?: string; query?: string }) =>
  stageDatabase({ login, question, name: 'core', folder: mkdtempSync(join(root, 'i-')), maxBytes: 1 << 28 })

test.each(['postgres', 'mysql'] as const)('a %s that is not there is one error, without the password', async (kind) => {
  const error = await listTables({ login: { ...nowhere, kind }, name: 'core' }).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'DATA_DATABASE', fields: { name: 'core', reason: 'ECONNREFUSED' } })
  expect(JSON.stringify(error)).not.toContain('hidden word')
})

describe.skipIf(noPostgres !== undefined)(`PostgreSQL (${noPostgres ?? 'a cluster of the test'})`, () => {
  let postgres: TestPostgres
  let login: DatabaseLogin
  beforeAll(async () => {
    postgres = await startPostgres()
    login = { ...nowhere, port: postgres.port, user: 'postgres', database: 'postgres', password: postgres.password }
    await postgres.run(`
      CREATE SCHEMA crm;
      CREATE TABLE crm."Kunden" (id bigint, "名称" text, balance numeric(20,4), member boolean, joined date, seen timestamptz, raw bytea);
      INSERT INTO crm."Kunden" SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE '客户"' || i || E'"\\n,' END, 12345678901234.5678 + i, i % 2 = 0, date '2024-01-01' + i::int, now(), NULL FROM generate_series(1, 2500) i;
      CREATE TABLE two (a int, "A" int); INSERT INTO two VALUES (1, 2);
      CREATE TABLE none (a int)`)
  })
  afterAll(() => postgres?.close())

  test('a table becomes rows of text with the digits and days that it has', async () => {
    expect(await listTables({ login, name: 'core' })).toEqual(['crm.Kunden', 'none', 'two'])
    const s = await ask(login, { table: 'crm.Kunden' })
    expect(s).toMatchObject({ format: 'database', rows: 2500, bad: 0 })
    expect(s.preview[1]!.slice(0, 5)).toEqual(['2', '客户"2"\n,', '12345678901236.5678', 'true', '2024-01-03'])
    expect(s.preview[2]![1]).toBeNull()
    expect(s.columns.map((c) => [c.name, c.type]).slice(0, 5)).toEqual([
      ['id', 'number'],
      ['名称', 'text'],
      ['balance', 'number'],
      ['member', 'truth'],
      ['joined', 'date'],
    ])
  })

  test('a query is one statement that reads', async () => {
    expect(await ask(login, { query: 'SELECT a, "A" FROM two -- both\n;' })).toMatchObject({ rows: 1, renamed: [2] })
    for (const query of [
      'SELECT 1) AS g; DROP TABLE two; SELECT * FROM (SELECT 1',
      'SELECT * FROM two) AS given; DELETE FROM two --',
      'WITH gone AS (DELETE FROM two RETURNING *) SELECT * FROM gone',
      "SELECT lo_create(1), nextval('none_seq')",
      'SELECT 1 / 0',
      'SELECT nothing FROM two',
    ])
      await expect(ask(login, { query }), query).rejects.toMatchObject({ code: 'DATA_DATABASE' })
    await expect(ask(login, { query: "COPY two TO PROGRAM 'true'" })).rejects.toMatchObject({ code: 'DATA_QUERY' })
    await expect(ask(login, { query: 'DROP TABLE two' })).rejects.toMatchObject({ code: 'DATA_QUERY' })
    expect(await ask(login, { table: 'two' })).toMatchObject({ rows: 1 })
  })

  test('no rows, no table, a wrong password, and a server without TLS are one clear error each', async () => {
    await expect(ask(login, { table: 'none' })).rejects.toMatchObject({ code: 'DATA_EMPTY' })
    await expect(ask(login, { table: 'two"; DROP TABLE two' })).rejects.toMatchObject({ fields: { reason: '42P01' } })
    const wrong = { ...login, password: 'wrong' }
    await expect(ask(wrong, { table: 'two' })).rejects.toMatchObject({ fields: { reason: '28P01' } })
    await expect(ask({ ...login, tls: 'verify' }, { table: 'two' })).rejects.toMatchObject({ code: 'DATA_DATABASE' })
  })
})
