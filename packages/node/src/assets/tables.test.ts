/** A home of the first release: its datasets get a description and are registered anew. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '@secureflow/api'
import { termsHash } from '@secureflow/flow'
import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, start } from '../testing/nodes.ts'
import { openTerms } from './initial-terms.ts'
import { assetMigrations } from './tables.ts'

const { network, data, assets } = routes

test('datasets of the first release are there, described, and registered once there is a ledger', async () => {
  const home = await makeHome('bank-a')
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'loans.csv')
  writeFileSync(path, 'id,default\nc1,0\nc2,1\n')
  const terms = openTerms(['bank-b'], Date.now())

  // biome-ignore lint/suspicious/noExplicitAny: the form of the first release
  const db: Kysely<any> = await openDatabase(home)
  for (const table of ['own_assets', 'dataset_files', 'seen_assets']) await db.schema.dropTable(table).execute()
  await db.deleteFrom('kysely_migration').where('name', 'in', ['assets-002-tokens', 'assets-003-roles']).execute()
  await assetMigrations[0]!.up(db)
  await db
    .insertInto('assets')
    .values({
      ...{ id: 'ab'.repeat(32), name: 'loans', path, format: 'csv', id_column: 'id', label_column: 'default' },
      schema: JSON.stringify({ columns: [{ name: 'id', type: 'text' }] }),
      ...{ rows: 2, digest: 'cd'.repeat(32), terms: JSON.stringify(terms), terms_hash: termsHash(terms) },
      ...{ added_at: 1, registered_at: 2 },
    })
    .execute()
  await db.destroy()

  const node = await start(home)
  expect(await ask(node, data.list, {})).toMatchObject([{ name: 'loans', path, labelColumn: 'default' }])
  await ask(node, network.create, {})
  const now = await ask(node, data.show, { name: 'loans' })
  expect(now).toMatchObject({ registered: true, rows: 2, termsHash: termsHash(terms), terms: { members: ['bank-b'] } })
  expect(now.id).not.toBe('ab'.repeat(32))
  expect(await ask(node, assets.show, { asset: 'loans' })).toMatchObject({
    token: now.token,
    state: 'active',
    version: 1,
  })
})
