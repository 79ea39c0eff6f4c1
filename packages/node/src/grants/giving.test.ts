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
  const { id } = await giving.carry((await giving.list())[0]!)
  await sql`create trigger full before update on given_grants begin select raise(abort, 'disk full'); end`.execute(db)
  await expect(giving.revoke(id!)).rejects.toThrow('disk full')
  expect(giving.isRevoked(id!)).toBe(true)
  await sql`drop trigger full`.execute(db)
  expect(await giving.revoke(id!)).toBe(true)
  expect(await giving.revoke(id!)).toBe(false)
  const next = new Giving({ ...deps, ledger: {} as GrantLedger })
  await next.open()
  expect(next.isRevoked(id!)).toBe(true)
})
