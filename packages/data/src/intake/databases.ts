/**
 * Tables of databases: one statement in a transaction that can only read, with a limit of time; its rows as they come are the
 * snapshot that a dataset's version is made of.
 */
import { SecureflowError } from '@secureflow/base'
import { createConnection } from 'mysql2'
import { Client, type ClientConfig } from 'pg'
import Cursor from 'pg-cursor'
import { dataErrors } from '../errors.ts'
import { cellsOf } from './embedded.ts'
import type { RawRow, RowSource } from './rows.ts'
import { type Progress, type Staged, stageRows } from './stage.ts'

export interface DatabaseLogin {
  kind: 'postgres' | 'mysql'
  host: string
  port: number
  database: string
  user: string
  password: string
  /** `verify`: the server's certificate must be valid; `encrypt`: any certificate. */
  tls: 'off' | 'encrypt' | 'verify'
}

/** One of the two. */
export interface DatabaseQuestion {
  table?: string | undefined
  query?: string | undefined
}

export interface DatabaseRequest {
  login: DatabaseLogin
  question: DatabaseQuestion
  /** How the connection is called. */
  name: string
  folder: string
  maxBytes: number
}

const connectMs = 10_000
/** Of the one statement, its rows included. */
const statementMs = 30 * 60_000
const batchRows = 1000

interface Session {
  tables(): Promise<string[]>
  /** The first row holds the names. */
  rows(sql: string): RowSource['rows']
  /** A table's name as SQL. */
  quote(table: string): string
  close(): Promise<void>
}

/** @throws DATA_DATABASE */
export async function stageDatabase(request: DatabaseRequest, progress: Progress = () => {}): Promise<Staged> {
  const { login, question, name, folder, maxBytes } = request
  return await withSession(login, name, async (session) => {
    let rows = 0
    async function* counted(): RowSource['rows'] {
      for await (const batch of session.rows(statementOf(question, session))) {
        rows += batch.length
        yield batch
      }
    }
    const source: RowSource = { rows: counted(), done: () => rows, total: 0 }
    return {
      format: 'database',
      ...(await stageRows(source, { path: name, folder, maxBytes, header: true }, progress)),
    }
  })
}

/** Whether it can be reached, and what it has. @throws DATA_DATABASE */
export async function listTables({ login, name }: { login: DatabaseLogin; name: string }): Promise<string[]> {
  return await withSession(login, name, (session) => session.tables())
}

/** As a table to select from: whatever else a person writes does not fit there. */
function statementOf({ table, query }: DatabaseQuestion, session: Session): string {
  if (table !== undefined) return `SELECT * FROM ${session.quote(table)}`
  const text = query!.trim().replace(/;\s*$/, '')
  if (!/^(select|with|values|table)\b/i.test(text)) throw dataErrors.DATA_QUERY({})
  return `SELECT * FROM (\n${text}\n) AS given`
}

async function withSession<T>(login: DatabaseLogin, name: string, work: (session: Session) => Promise<T>): Promise<T> {
  let session: Session | undefined
  try {
    session = login.kind === 'postgres' ? await postgres(login) : await mysql(login)
    return await work(session)
  } catch (error) {
    if (error instanceof SecureflowError) throw error
    // Messages of servers may quote cells; the code says what is wrong.
    const { code, errno } = error as { code?: unknown; errno?: unknown }
    throw dataErrors.DATA_DATABASE({ name, reason: String(code ?? errno ?? 'unknown').slice(0, 60) })
  } finally {
    await session?.close().catch(() => {}) // it is given up in any case
  }
}

const tlsOf = (tls: DatabaseLogin['tls']) => (tls === 'off' ? undefined : { rejectUnauthorized: tls === 'verify' })

/** `schema.table` or `table`, each part in quotes. */
const quotedParts = (table: string, mark: string): string =>
  table
    .split('.')
    .map((part) => mark + part.replaceAll(mark, mark + mark) + mark)
    .join('.')

async function postgres({ tls, kind, ...login }: DatabaseLogin): Promise<Session> {
  // Every value as the server writes it: numbers keep their digits, days their form.
  const asText = { getTypeParser: () => (value: string) => value }
  const client = new Client({
    ...login,
    ssl: tlsOf(tls) ?? false,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    types: asText as unknown as NonNullable<ClientConfig['types']>,
  })
  client.on('error', () => {}) // whatever waits for it hears it too
  await client.connect()
  await client.query("SET datestyle = 'ISO, YMD'")
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
  return {
    async tables() {
      const found = await client.query<{ s: string; t: string }>(
        "SELECT table_schema AS s, table_name AS t FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 5000",
      )
      return found.rows.map(({ s, t }) => (s === 'public' ? t : `${s}.${t}`))
    },
    async *rows(sql) {
      // A cursor takes one statement and no more.
      const cursor = client.query(new Cursor<unknown[]>(sql, [], { rowMode: 'array' }))
      try {
        let line = 0
        let named = false
        for (;;) {
          const { rows, fields } = await new Promise<{ rows: unknown[][]; fields: Field[] }>((resolve, reject) =>
            cursor.read(batchRows, (error, found, result) =>
              error ? reject(error) : resolve({ rows: found, fields: (result?.fields ?? []) as Field[] }),
            ),
          )
          // A cursor at its end says no more of what it was.
          if (!named) yield [{ line: 0, cells: fields.map((f) => f.name) }]
          named = true
          if (rows.length === 0) return
          yield rows.map((row) => truths(cellsOf(row, ++line), fields))
        }
      } finally {
        await cursor.close().catch(() => {})
      }
    },
    quote: (table) => quotedParts(table, '"'),
    close: () => client.end(),
  }
}

interface Field {
  name: string
  dataTypeID: number
}
const booleanOid = 16

function truths(row: RawRow, fields: readonly Field[]): RawRow {
  fields.forEach(({ dataTypeID }, i) => {
    if (dataTypeID === booleanOid && row.cells[i] !== null) row.cells[i] = row.cells[i] === 't' ? 'true' : 'false'
  })
  return row
}

async function mysql({ tls, kind, ...login }: DatabaseLogin): Promise<Session> {
  const connection = createConnection({
    ...login,
    ...(tls === 'off' ? {} : { ssl: { rejectUnauthorized: tls === 'verify' } }),
    connectTimeout: connectMs,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: false,
    multipleStatements: false,
    charset: 'utf8mb4',
  })
  connection.on('error', () => {}) // whatever waits for it hears it too
  const run = (sql: string) =>
    new Promise<Record<string, unknown>[]>((resolve, reject) =>
      connection.query(sql, (error: Error | null, rows: unknown) =>
        error === null ? resolve(rows as Record<string, unknown>[]) : reject(error),
      ),
    )
  await new Promise<void>((resolve, reject) =>
    connection.connect((error: Error | null) => (error === null || error === undefined ? resolve() : reject(error))),
  )
  // MySQL counts milliseconds, MariaDB seconds under another name.
  await run(`SET SESSION max_execution_time = ${statementMs}`).catch(() =>
    run(`SET SESSION max_statement_time = ${statementMs / 1000}`),
  )
  await run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
  return {
    async tables() {
      const rows = await run(
        'SELECT table_name AS t FROM information_schema.tables WHERE table_schema = database() ORDER BY 1 LIMIT 5000',
      )
      return rows.map((row) => String(row.t))
    },
    async *rows(sql) {
      const query = connection.query({ sql, rowsAsArray: true })
      const names = new Promise<string[]>((resolve) =>
        query.once('fields', (fields: { name: string }[]) => resolve(fields.map((f) => f.name))),
      )
      let line = 0
      let batch: RawRow[] = []
      let named = false
      for await (const row of query.stream({ highWaterMark: batchRows }) as AsyncIterable<unknown[]>) {
        if (!named) yield [{ line: 0, cells: await names }]
        named = true
        batch.push(cellsOf(row, ++line))
        if (batch.length < batchRows) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    },
    quote: (table) => quotedParts(table, '`'),
    close: async () => connection.destroy(),
  }
}
