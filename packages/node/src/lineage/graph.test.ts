/** What members claim of models, against what the own index knows. */
import { expect, onTestFinished, test } from 'vitest'
import type { Directory, Entry } from '../assets/directory.ts'
import { accountOf, describe, tokenFor } from '../assets/testing/tokens.ts'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { LineageWalk } from './graph.ts'

const run = 'ab'.repeat(32)
const names = new Map(['bank-b', 'eve'].map((name) => [accountOf(name) as string, name]))

function modelOf(owner: string): Entry {
  const content = { form: 'model' as const, run, step: 'train', trainedOn: [] }
  const description = describe(owner, { kind: 'model', name: `of-${owner}`, content: content as never })
  const { token } = tokenFor(description)
  return { token, description, owner, availability: 'live', text: '' }
}

test('a model of a run is whose parties were left with it, whatever another member says', async () => {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  const told = { flow: 'credit', flow_hash: 'ff', purpose: 'p', initiator: 'bank-b', parties: '["bank-a","bank-b"]' }
  const row = { run, ...told, status: 'succeeded' as const, started_at: 1, ended_at: 2 }
  await db.insertInto('lineage_runs').values(row).execute()
  await db
    .insertInto('lineage_made')
    .values({ run, step: 'train', port: 'model', type: 'model', holders: '["bank-b"]', assets: '[]', made_at: 2 })
    .execute()
  const [honest, forged] = [modelOf('bank-b'), modelOf('eve')]
  const directory = {
    entries: async () => [honest, forged],
    nameOf: (account: string) => names.get(account) ?? account,
  } as unknown as Directory
  const deps = { db, directory, index: () => undefined, named: () => undefined }
  const made = (await (await LineageWalk.of(deps)).fromRun(row, 'into')).nodes.map((n) => n.label)
  expect(made).toContain('of-bank-b')
  expect(made).not.toContain('of-eve')
  const back = async (entry: Entry) =>
    (await (await LineageWalk.of(deps)).fromAsset(entry, 'from')).nodes.map((n) => n.id)
  expect(await back(honest)).toContain(`run:${run}`)
  expect(await back(forged)).not.toContain(`run:${run}`)
})
