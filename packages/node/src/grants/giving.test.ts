import { type MemberId, silentLogger } from '@secureflow/base'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { Giving } from './giving.ts'
import type { GrantLedger } from './ledger.ts'

test('a grant whose taking back could not be written is taken back for good when it is tried again', async () => {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  const deps = { self: 'bank-a' as MemberId, db, clock: { now: () => 5 }, logger: silentLogger }
  const giving = new Giving({ ...deps, ledger: { give: async () => 'ab'.repeat(32) } as unknown as GrantLedger })
  await giving.write({
    ...{ request: '11'.repeat(32), asset: '22'.repeat(32), asset_name: 'loans', grantee: 'bank-b', account: '0x' },
    ...{ flow: 'f', flow_hash: '', parameters: '', quota: 1, expiry: 1000, given_by: 'person', endorsed_by: '[]' },
  })
  const carried = await giving.carry((await giving.list())[0]!)
  const { id } = carried
  await sql`create trigger full before update on given_grants begin select raise(abort, 'disk full'); end`.execute(db)
  await expect(giving.revoke(carried)).rejects.toThrow('disk full')
  expect(giving.isRevoked(id!)).toBe(true)
  await sql`drop trigger full`.execute(db)
  expect(await giving.revoke(carried)).toBe(true)
  expect(await giving.revoke(carried)).toBe(false)
  const next = new Giving({ ...deps, ledger: {} as GrantLedger })
  await next.open()
  expect(next.isRevoked(id!)).toBe(true)
})

test('a grant on its way to the ledger is taken back: not brought there, or taken back as soon as it is there', async () => {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  const id = 'ab'.repeat(32)
  const said: string[] = []
  const answer = Promise.withResolvers<string>()
  const asked = Promise.withResolvers<void>()
  const ledger = {
    give: () => {
      said.push('give')
      asked.resolve()
      return answer.promise
    },
    revoke: async (which: string) => void said.push(`revoke ${which.slice(0, 2)}`),
  } as unknown as GrantLedger
  const deps = { self: 'bank-a' as MemberId, db, clock: { now: () => 5 }, logger: silentLogger }
  const giving = new Giving({ ...deps, ledger })
  const of = (request: string) => ({
    ...{ request, asset: '22'.repeat(32), asset_name: 'loans', grantee: 'bank-b', account: '0x' },
    ...{
      flow: 'f',
      flow_hash: '',
      parameters: '',
      quota: 1,
      expiry: 1000,
      given_by: 'person' as const,
      endorsed_by: '[]',
    },
  })
  await giving.write(of('11'.repeat(32)))
  await giving.revoke((await giving.list())[0]!)
  expect(await giving.settle()).toBe(true)
  expect(said).toEqual([])

  await giving.write(of('33'.repeat(32)))
  const settling = giving.settle('33'.repeat(32))
  await asked.promise
  const [given] = await giving.ofRequest('33'.repeat(32))
  expect(given!.id).toBe(null)
  await giving.revoke(given!)
  answer.resolve(id)
  expect(await settling).toBe(true)
  expect(said).toEqual(['give', 'revoke ab'])
  expect(giving.isRevoked(id)).toBe(true)
  const use = { asset: given!.asset, grantee: 'bank-b' as MemberId, flowHash: '', parameters: '' }
  expect(await giving.standing(use, () => 0)).toBe(undefined)
  const next = new Giving({ ...deps, ledger })
  await next.open()
  expect(next.isRevoked(id)).toBe(true)
})
