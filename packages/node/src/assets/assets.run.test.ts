/** Datasets between two whole nodes: what an owner registers, and what a partner gets to know of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '@secureflow/api'
import type { MemberId } from '@secureflow/base'
import { expect, test } from 'vitest'
import type { RunsFoundation } from '../node.ts'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, noRuns, start } from '../testing/nodes.ts'

const { network, data } = routes
const loans = 'id,default,income\ncustomer-1,0,4710\ncustomer-2,1,4711\ncustomer-3,0,4712\n'

function file(content: string, name = 'loans.csv'): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** Two members; `facts` is how a run at bank-b asks for a dataset of bank-a. */
async function pair() {
  let foundation: RunsFoundation | undefined
  const createRuns = async (given: RunsFoundation) => {
    foundation = given
    return noRuns()
  }
  const a = await start(await makeHome('bank-a'))
  const b = await start(await makeHome('bank-b'), { createRuns })
  await ask(a, network.create, {})
  const { invitation } = await ask(a, network.invite, {})
  await ask(b, network.join, { invitation })
  return { a, b, facts: (name: string) => foundation!.assets.facts('bank-a' as MemberId, name) }
}

const loansOf = (path: string) => ({ path, name: 'loans', id: 'id', label: 'default' })

test('a dataset is registered with its public facts; whom its terms name may know them, nobody else', async () => {
  const { a, b, facts } = await pair()
  const path = file(loans)
  const open = await ask(a, data.add, { ...loansOf(path), allow: ['bank-b'] })
  expect(open).toMatchObject({ name: 'loans', rows: 3, idColumn: 'id', labelColumn: 'default', registered: true })
  expect(open.columns.map((c) => `${c.name}:${c.type}`)).toEqual(['id:text', 'default:number', 'income:number'])
  const closed = await ask(a, data.add, { ...loansOf(path), name: 'closed' })
  await ask(a, data.add, { ...loansOf(path), name: 'others', allow: ['bank-c'] })

  const seen = await facts('loans')
  expect(seen).toMatchObject({ id: open.id, owner: 'bank-a', rows: 3, digest: open.digest, termsHash: open.termsHash })
  expect(JSON.stringify(seen)).not.toMatch(/customer/)
  expect(await facts(open.id)).toEqual(seen)
  expect(await ask(b, data.offered, { member: 'bank-a' })).toEqual([seen])
  await expect(ask(b, data.offered, { member: 'bank-c' })).rejects.toMatchObject({ code: 'API_NOT_FOUND' })
  for (const hidden of ['closed', 'others', 'nothing', closed.id]) expect(await facts(hidden), hidden).toBeUndefined()
})

test('adding the same again changes nothing; other content or terms under one name are refused', async () => {
  const { a } = await pair()
  const path = file(loans)
  const first = await ask(a, data.add, { ...loansOf(path), allow: ['bank-b'] })
  expect(await ask(a, data.add, { ...loansOf(path), allow: ['bank-b'] })).toMatchObject({ id: first.id })
  await expect(ask(a, data.add, { ...loansOf(path), allow: [] })).rejects.toMatchObject({ code: 'ASSET_EXISTS' })
  writeFileSync(path, `${loans}c4,1,40\n`)
  await expect(ask(a, data.add, loansOf(path))).rejects.toMatchObject({ code: 'ASSET_EXISTS' })
  expect(await ask(a, data.list, {})).toHaveLength(1)
})

test('what was added before there was a network is registered as soon as there is one', async () => {
  const a = await start(await makeHome('bank-a'))
  expect((await ask(a, data.add, loansOf(file(loans)))).registered).toBe(false)
  await ask(a, network.create, {})
  expect((await ask(a, data.show, { name: 'loans' })).registered).toBe(true)
})

test('without terms everything is denied, for a year', async () => {
  const a = await start(await makeHome('bank-a'))
  await ask(a, data.add, loansOf(file(loans)))
  const { terms } = await ask(a, data.show, { name: 'loans' })
  expect(terms).toMatchObject({ members: [], purposes: [], components: [], disclosures: {} })
  expect(Date.parse(terms.expires) - Date.now()).toBeGreaterThan(360 * 86_400_000)
})

test('what is refused leaves nothing behind', async () => {
  const a = await start(await makeHome('bank-a'))
  const some = { members: [], purposes: [], components: [], disclosures: {}, minimumRows: 0, expires: '2030-01-01' }
  const path = file(loans)
  for (const [wrong, code] of [
    [{ path: '/nowhere/loans.csv' }, 'DATA_FILE_MISSING'],
    [{ label: 'income' }, 'DATA_LABEL_NOT_BINARY'],
    [{ name: 'a/b' }, 'ASSET_NAME'],
    [{ allow: [], terms: some }, 'ASSET_TERMS_TWICE'],
  ] as const)
    await expect(ask(a, data.add, { ...loansOf(path), ...wrong } as never), code).rejects.toMatchObject({
      code,
      class: 'input',
    })
  expect(await ask(a, data.list, {})).toEqual([])
})
