/** Spaces between whole nodes: real links, the replicated ledger, real runs. */
import { routes } from '@secureflow/api'
import { generateDemoTables } from '@secureflow/data'
import type { SpaceDraft } from '@secureflow/flow'
import { beforeEach, describe, expect, test } from 'vitest'
import { createRuns } from '../runs/create.ts'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'
import { overlapFlow, overlapSpace } from './testing.ts'

const { spaces, data, network, runs } = routes
const slow = { timeout: 60_000 }
/** Other tests share the machine: a limit that only a fault reaches. */
const patience = 240_000

let a: TestNode
let b: TestNode
let draft: SpaceDraft

const up = (home: string): Promise<TestNode> => start(home, { createRuns })

beforeEach(async () => {
  ;[a, b] = [await up(await makeHome('bank-a')), await up(await makeHome('bank-b'))]
  await ask(a, network.create, {})
  const { invitation } = await ask(a, network.invite, {})
  await ask(b, network.join, { invitation })
  const tables = await generateDemoTables({ seed: 1, folder: temporaryFolder(), loans: 60, payments: 70, common: 40 })
  const [loans, payments] = [
    await ask(a, data.add, { path: tables.loans.path, name: 'loans', id: tables.loans.id, allow: ['bank-b'] }),
    await ask(b, data.add, { path: tables.payments.path, name: 'payments', id: tables.payments.id, allow: ['bank-a'] }),
  ]
  draft = overlapSpace({ 'bank-a': loans, 'bank-b': payments })
}, patience)

const statusAt = async (at: TestNode, id: string) =>
  (await ask(at, spaces.list, {})).find((s) => s.id === id)?.status ?? 'unknown'
const until = (at: TestNode, id: string, status: string) => expect.poll(() => statusAt(at, id), slow).toBe(status)
const begin = (at: TestNode, flow: string) => ask(at, runs.start, { flow })

async function signed(wanted = draft): Promise<string> {
  const { id } = await ask(a, spaces.propose, { draft: wanted })
  await until(b, id, 'invited')
  await ask(b, spaces.accept, { id })
  await until(a, id, 'active')
  return id
}

async function ended(at: TestNode, run: string): Promise<string> {
  for (;;) {
    const { status, code } = await ask(at, runs.show, { run })
    if (status === 'succeeded' || status === 'failed') return code ?? status
    await ask(at, runs.events, { run, since: 0, waitMs: 200 })
  }
}

describe('A space', { timeout: patience }, () => {
  test('is in force once everybody has signed, carries its runs, and refuses what its charter does not name', async () => {
    const id = await signed()
    const seen = await ask(b, spaces.show, { id: id.slice(0, 8) })
    expect(seen.charters[0]!.flows[0]!.leaves.map((l) => l.en)).toContain(
      'which of its own rows bank-b also has (at most 60)',
    )
    expect(seen.delivery).toEqual([{ member: 'bank-a', delivered: true, at: expect.any(Number) }])

    const started = await begin(a, overlapFlow('overlap', id))
    if (!started.started) throw new Error(JSON.stringify(started.report))
    expect(await ended(a, started.run)).toBe('succeeded')
    const after = await ask(b, spaces.show, { id })
    expect(after).toMatchObject({
      runsUsed: 1,
      runsIn: [{ run: started.run, space: id }],
      grants: [{ owner: 'bank-b' }],
    })

    const refused = (flow: string) =>
      begin(a, flow).then(
        () => 'started',
        (error: { code: string }) => error.code,
      )
    expect(await refused(overlapFlow('marketing', id))).toBe('RUN_SPACE_PURPOSE')
    expect(await refused(overlapFlow('overlap', id).replace('learns: both', 'learns: left'))).toBe('RUN_SPACE_FLOW')
    expect(await refused(overlapFlow('overlap', 'f'.repeat(64)))).toBe('RUN_SPACE_NONE')
    const second = await begin(b, overlapFlow('overlap', id))
    expect(second.started && (await ended(b, second.run))).toBe('succeeded')
    expect(await refused(overlapFlow('overlap', id))).toBe('RUN_SPACE_RUNS')

    await ask(b, spaces.leave, { id })
    await until(a, id, 'closed')
    expect(await refused(overlapFlow('overlap', id))).toBe('RUN_SPACE_NONE')
  })
})
