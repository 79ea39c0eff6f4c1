/** Tables taken in by a real node: sent in pieces, examined and checked in child processes, registered. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { errorBody, errorFromBody, routes, type TableImport } from '@secureflow/api'
import { expect, test } from 'vitest'
import { ask, type Listening } from '../testing/ask.ts'
import { inMemory, makeHome } from '../testing/nodes.ts'

const { connections, data, imports } = routes
let node: Awaited<ReturnType<ReturnType<typeof inMemory>>>

const csv = 'cust_id,age,sex,default\nC1,31,1,0\nC2,x,2,1\nC3,44,1,1\nC3,45,1,0\nC4,50,2,0\n'

function send(to: Listening, id: string, from: number, content: Buffer): Promise<{ received: number }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${to.token}`, 'content-type': 'application/octet-stream' }
    const path = `/imports/${id}/content?from=${from}`
    const sent = request(to.url + path, { method: 'PUT', headers, ca: to.certPem }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => {
        const json: unknown = JSON.parse(text)
        if (answer.statusCode === 200) resolve(json as { received: number })
        else reject(errorFromBody(errorBody.parse(json)))
      })
    })
    sent.on('error', reject)
    sent.end(content)
  })
}

async function settled(id: string): Promise<TableImport> {
  for (;;) {
    const shown = await ask(node, imports.show, { id })
    if (shown.state !== 'examining' && shown.state !== 'checking') return shown
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
async function uploaded(content: string, name = 'loans.csv'): Promise<TableImport> {
  const bytes = Buffer.from(content)
  const { id } = await ask(node, imports.start, { source: { kind: 'upload', name, sizeBytes: bytes.length } })
  const half = bytes.length >> 1
  if (half > 0) await send(node, id, 0, bytes.subarray(0, half))
  if (bytes.length > 0) await send(node, id, half, bytes.subarray(half))
  return settled(id)
}

const up = async () => {
  node = await inMemory()(await makeHome('bank-a'))
}

test('a file in two pieces becomes a dataset, but for the rows that do not fit', async () => {
  await up()
  const { id, state, found } = await uploaded(csv)
  expect({ state, rows: found?.rows, roles: found?.columns.map((c) => c.role) }).toEqual({
    state: 'examined',
    rows: 5,
    roles: ['id', 'feature', 'sensitive', 'label'],
  })
  const columns = [
    { type: 'text', role: 'id' },
    { type: 'number', role: 'feature' },
    { type: 'number', role: 'ignore' },
    { type: 'number', role: 'label' },
  ] as const
  await ask(node, imports.check, { id, columns: [...columns] })
  expect((await settled(id)).checked).toMatchObject({ rows: 3, bad: 2 })
  expect((await ask(node, imports.bad, { id })).rows).toEqual([
    { line: 3, flaw: 'number', column: 'age', cells: ['C2', 'x', '2', '1'] },
    { line: 5, flaw: 'id-repeated', column: 'cust_id', cells: ['C3', '45', '1', '0'] },
  ])
  const named = { id, name: 'loans' }
  await expect(ask(node, imports.register, named)).rejects.toMatchObject({
    code: 'IMPORT_BAD_ROWS',
    fields: { bad: 2 },
  })
  const made = await ask(node, imports.register, { ...named, leaveOutBad: true })
  expect(made).toMatchObject({
    ...{ name: 'loans', rows: 3, idColumn: 'cust_id', labelColumn: 'default', format: 'parquet' },
    roles: { cust_id: 'id', age: 'feature', default: 'label' },
    origin: { kind: 'upload', name: 'loans.csv' },
  })
  expect(made.columns.map((c) => c.name)).toEqual(['cust_id', 'age', 'default'])
  expect(statSync(made.path).mode & 0o777).toBe(0o600)
  expect(statSync(join(node.home, 'data')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(node.home, 'imports'))).toEqual([])
  await expect(ask(node, imports.show, { id })).rejects.toMatchObject({ code: 'API_NOT_FOUND' })

  // The next version from a path, without the label; roles can be changed, but not those that partners know.
  const path = join(node.home, 'next.csv')
  writeFileSync(path, 'cust_id;age\nC1;1\nC9;2\n')
  const next = await ask(node, imports.start, { source: { kind: 'path', path } })
  expect((await settled(next.id)).found?.delimiter).toBe(';')
  await ask(node, imports.check, { id: next.id, columns: [...columns.slice(0, 2)] })
  await settled(next.id)
  const again = await ask(node, imports.register, { id: next.id, name: 'loans', nextVersion: true })
  expect(again).toMatchObject({ rows: 2, origin: { kind: 'path', path } })
  expect(again.labelColumn).toBeUndefined()
  const roles = { age: 'sensitive', cust_id: 'feature' } as const
  expect((await ask(node, data.setRoles, { name: 'loans', roles })).roles).toEqual({ cust_id: 'id', age: 'sensitive' })
  await expect(ask(node, data.setRoles, { name: 'loans', roles: { no: 'feature' } })).rejects.toMatchObject({
    code: 'DATA_NO_COLUMN',
  })
})

test('pieces that do not fit, and files that are too large, are refused; what is there stays', async () => {
  await up()
  const start = (sizeBytes: number) => ask(node, imports.start, { source: { kind: 'upload', name: 'a', sizeBytes } })
  await expect(start(2 ** 40)).rejects.toMatchObject({ code: 'IMPORT_TOO_LARGE' })
  const { id } = await start(10)
  await expect(send(node, id, 3, Buffer.from('abc'))).rejects.toMatchObject({ code: 'IMPORT_OFFSET' })
  expect(await send(node, id, 0, Buffer.from('id,x\n'))).toEqual({ received: 5 })
  await expect(send(node, id, 5, Buffer.from('1,2\n3,4\n'))).rejects.toMatchObject({ code: 'IMPORT_PIECE' })
  await expect(ask(node, imports.check, { id, columns: [] })).rejects.toMatchObject({ code: 'IMPORT_STATE' })
  expect(await send(node, id, 5, Buffer.from('1,22\n'))).toEqual({ received: 10 })
  expect((await settled(id)).found).toMatchObject({ rows: 1 })
  await expect(ask(node, imports.check, { id, columns: [{ type: 'text', role: 'id' }] })).rejects.toMatchObject({
    code: 'IMPORT_COLUMNS',
  })
  await ask(node, imports.cancel, { id })
  expect(existsSync(join(node.home, 'imports', id))).toBe(false)
})

test('what cannot be read is told by the name that the person knows, and can be read in another way', async () => {
  await up()
  const broken = await uploaded('id,x\n1,"a\n2,b\n', '客户.csv')
  expect(broken).toMatchObject({ state: 'examined', error: { code: 'DATA_OPEN_QUOTE', fields: { path: '客户.csv' } } })
  expect(broken.found).toBeUndefined()
  await ask(node, imports.cancel, { id: broken.id })
  expect(await uploaded('', 'empty.csv')).toMatchObject({
    error: { code: 'DATA_EMPTY', fields: { what: 'empty.csv' } },
  })
  const one = await uploaded('1;2\n3;4\n')
  expect(one.found).toMatchObject({ rows: 1, delimiter: ';' })
  await ask(node, imports.examine, { id: one.id, header: false, delimiter: ',' })
  expect((await settled(one.id)).found).toMatchObject({ rows: 2, columns: [{ name: 'column_1' }] })
})

test('bytes where JSON belongs, and JSON where bytes belong, are refused', async () => {
  await up()
  const { id } = await ask(node, imports.start, { source: { kind: 'upload', name: 'a', sizeBytes: 3 } })
  const sent = ask(node, { ...imports.content, content: undefined } as never, { id, from: 0 } as never)
  await expect(sent).rejects.toMatchObject({ code: 'INVALID_VALUE' })
})

test('a node that closes ends what is under way, and its next life begins without it', async () => {
  const start = inMemory()
  const home = await makeHome('bank-b')
  const first = await start(home)
  const rows = Array.from({ length: 200_000 }, (_, i) => `${i},${i % 97},name ${i}`)
  const path = join(home, 'large.csv')
  writeFileSync(path, `id,x,y\n${rows.join('\n')}\n`)
  const { id } = await ask(first, imports.start, { source: { kind: 'path', path } })
  expect(existsSync(join(home, 'imports', id))).toBe(true)
  await first.close()
  const second = await start(home)
  expect(await ask(second, imports.list, {})).toEqual([])
  expect(existsSync(join(home, 'imports', id))).toBe(false)
})

test('figures and rows of a dataset, as long as its file is the version that was registered', async () => {
  await up()
  const path = join(node.home, 'loans.csv')
  writeFileSync(path, `id,default,income\n${Array.from({ length: 300 }, (_, i) => `c${i},${i % 2},${i}`).join('\n')}\n`)
  await ask(node, data.add, { path, name: 'loans', id: 'id', label: 'default' })
  expect(await ask(node, data.profile, { name: 'loans' })).toEqual({ state: 'none' })
  await ask(node, data.computeProfile, { name: 'loans' })
  let view = await ask(node, data.profile, { name: 'loans' })
  while (view.state === 'computing') view = await ask(node, data.profile, { name: 'loans' })
  expect(view.figures?.columns.map((c) => c.distinct)).toEqual([300, 2, 300])
  const [file] = readdirSync(join(node.home, 'profiles'))
  expect(statSync(join(node.home, 'profiles', file!)).mode & 0o777).toBe(0o600)
  const pages = [0, 100, 299].map((from) => ask(node, data.rows, { name: 'loans', from, count: 100 }))
  const [first, second, last] = await Promise.all(pages)
  expect([first!.rows[0], second!.rows[0], last!.rows]).toEqual([
    ['c0', '0', '0'],
    ['c100', '0', '100'],
    [['c299', '1', '299']],
  ])
  writeFileSync(path, 'id,default,income\nc1,1,2\n')
  await expect(ask(node, data.rows, { name: 'loans' })).rejects.toMatchObject({ code: 'DATA_CHANGED' })
})

test('a password goes in and does not come out; another place needs it again', async () => {
  await up()
  const place = {
    name: 'core',
    kind: 'postgres',
    host: '127.0.0.1',
    port: 1,
    database: 'd',
    user: 'u',
    tls: 'off',
  } as const
  await expect(ask(node, connections.save, place)).rejects.toMatchObject({ code: 'CONNECTION_PASSWORD' })
  const saved = await ask(node, connections.save, { ...place, password: 'a word to hide' })
  expect(await ask(node, connections.save, place)).toMatchObject({ ...saved, savedAt: expect.any(Number) })
  await expect(ask(node, connections.save, { ...place, host: 'elsewhere' })).rejects.toMatchObject({
    code: 'CONNECTION_PASSWORD',
  })
  expect(JSON.stringify(await ask(node, connections.list, {}))).not.toContain('a word')
  await expect(ask(node, connections.test, { name: 'core' })).rejects.toMatchObject({ code: 'DATA_DATABASE' })
  const both = { kind: 'database', connection: 'core', table: 't', query: 'SELECT 1' } as const
  await expect(ask(node, imports.start, { source: both })).rejects.toMatchObject({ code: 'IMPORT_QUESTION' })
  const unknown = { kind: 'database', connection: 'other', table: 't' } as const
  await expect(ask(node, imports.start, { source: unknown })).rejects.toMatchObject({ code: 'CONNECTION_UNKNOWN' })
  const { id } = await ask(node, imports.start, { source: { kind: 'database', connection: 'core', table: 't' } })
  expect((await settled(id)).error).toMatchObject({ code: 'DATA_DATABASE' })
  for (const file of readdirSync(node.home))
    if (statSync(join(node.home, file)).isFile())
      expect(readFileSync(join(node.home, file)).includes('a word to hide'), file).toBe(false)
  await ask(node, connections.remove, { name: 'core' })
  expect(await ask(node, connections.list, {})).toEqual([])
})
