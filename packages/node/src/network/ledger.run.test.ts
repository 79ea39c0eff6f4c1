/** Members, keys and datasets on the replicated ledger of whole nodes on loopback. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '@secureflow/api'
import type { MemberId } from '@secureflow/base'
import { expect, test } from 'vitest'
import type { RunsFoundation } from '../node.ts'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, noRuns, start } from '../testing/nodes.ts'

const { network, data, audit } = routes

test('two nodes share a ledger: membership, a dataset, a record that verifies, and all of it after a restart', async () => {
  const centre = await start(await makeHome('centre'), { createRuns: async () => noRuns() })
  const { id } = await ask(centre, network.create, {})
  const home = await makeHome('bank-a')
  const first = await start(home, { createRuns: async () => noRuns() })
  const { invitation } = await ask(centre, network.invite, {})
  const joined = await ask(first, network.join, { invitation })
  expect(joined).toMatchObject({ id, founder: 'centre' })
  expect(joined.members.map((m) => m.id)).toEqual(['centre', 'bank-a'])

  const path = join(temporaryFolder(), 'loans.csv')
  writeFileSync(path, 'id,default\nc1,0\nc2,1\n')
  const added = await ask(first, data.add, { path, name: 'loans', id: 'id', label: 'default', allow: ['centre'] })
  expect(added.registered).toBe(true)
  await first.close()

  let foundation: RunsFoundation | undefined
  await centre.close()
  const again = await start(centre.home, {
    createRuns: async (given) => {
      foundation = given
      return noRuns()
    },
  })
  const second = await start(home, { createRuns: async () => noRuns() })
  await expect
    .poll(async () => (await ask(again, network.show, {})).members.find((m) => m.id === 'bank-a')?.connected, {
      timeout: 10_000,
    })
    .toBe(true)
  const facts = await foundation!.assets.facts('bank-a' as MemberId, 'loans')
  expect(facts).toMatchObject({ id: added.id, termsHash: added.termsHash, rows: 2 })
  expect(await ask(second, audit.verify, {})).toMatchObject({ findings: [], entries: 0, runs: 0 })
})

test('a joining that breaks off after the founder let the key in is taken up again with the same invitation', async () => {
  const centre = await start(await makeHome('centre'), { createRuns: async () => noRuns() })
  await ask(centre, network.create, {})
  const { invitation } = await ask(centre, network.invite, {})
  const home = await makeHome('bank-a')
  const broken = await start(home, {
    createRuns: () => Promise.reject(new RangeError('the disk gave up')),
  })
  await expect(ask(broken, network.join, { invitation })).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(ask(broken, network.show, {})).rejects.toMatchObject({ code: 'NETWORK_NONE' })
  await broken.close()
  const again = await start(home, { createRuns: async () => noRuns() })
  expect((await ask(again, network.join, { invitation })).members.map((m) => m.id)).toEqual(['centre', 'bank-a'])
})

test('a member starts, and keeps what it has, while the founder is away', async () => {
  const centre = await start(await makeHome('centre'), { createRuns: async () => noRuns() })
  await ask(centre, network.create, {})
  const { invitation } = await ask(centre, network.invite, {})
  const home = await makeHome('bank-a')
  const first = await start(home, { createRuns: async () => noRuns() })
  await ask(first, network.join, { invitation })
  await first.close()
  await centre.close()
  const alone = await start(home, { createRuns: async () => noRuns() })
  const { members } = await ask(alone, network.show, {})
  expect(members.map((m) => [m.id, m.connected])).toEqual([
    ['centre', false],
    ['bank-a', false],
  ])
})
