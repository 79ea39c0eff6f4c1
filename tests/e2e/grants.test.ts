/**
 * Grants between real nodes on the real ledger: a revoked one stops a running training at every party; a request outlives
 * the kill of both sides, is decided on the command line, and its run begins by itself.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '@secureflow/api'
import { parseTerms } from '@secureflow/flow'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  begin,
  command,
  creditFlow,
  everywhere,
  findings,
  makeSite,
  outcomes,
  pause,
  type Site,
  untilEvent,
  untilStep,
} from './harness.ts'

let site: Site & { tables: { payments: { path: string; id: string } } }
beforeAll(async () => {
  site = await makeSite()
}, 120_000)
afterAll(() => site?.remove())

/** Task processes of a node. */
function children(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')
        return Number(parent) === pid && state !== 'Z' ? [Number(name)] : []
      } catch {
        return [] // it ended between two looks
      }
    })
}

const eventsOf = async (member: keyof Site['nodes'], run: string): Promise<RunEvent[]> =>
  (await site.nodes[member].client.runs.events({ run, since: 0, waitMs: 0 })).events

it('a revoked grant stops a running training at every party, and nothing is computed after it', async () => {
  const { nodes, client } = site
  const run = await begin(client, creditFlow({ training: 'epochs: 1000, batch: 16' }))
  await Promise.all(site.all.map((n) => untilStep(n.client, run, 'model', 'progress', n.name)))
  const [grant] = (await nodes['bank-b'].client.grants.list()).filter((g) => g.runs.includes(run))
  expect(grant).toMatchObject({ direction: 'given', grantee: 'bank-a', left: 0, status: 'spent' })
  expect(site.all.map((n) => children(n.pid).length)).toEqual([1, 1, 1])

  const sent = Date.now()
  const told = await command(nodes['bank-b'].home, 'grant', 'revoke', grant!.id.slice(0, 12))
  expect(told, told.stderr).toMatchObject({ exitCode: 0 })
  expect(told.stdout).toContain(run.slice(0, 16))
  expect(await outcomes(site, run)).toEqual(everywhere('RUN_GRANT_REVOKED'))
  for (const node of site.all) {
    const { error, tasks } = await node.client.runs.show({ run })
    expect(error).toMatchObject({ code: 'RUN_GRANT_REVOKED', party: 'bank-b', fields: { who: 'bank-b' } })
    expect(tasks.find((t) => t.step === 'model')!.status).toBe('failed')
    for (let left = 100; left > 0 && children(node.pid).length > 0; left--) await pause(20) // killed, and soon gone
    expect(children(node.pid), node.name).toEqual([])
  }
  // What was told of the training was told before it ended, everywhere; and it was far from its end.
  await pause(300)
  for (const { name } of site.all) {
    const events = await eventsOf(name, run)
    const end = events.find((e) => e.kind === 'run-failed')!
    expect(end.at).toBeGreaterThanOrEqual(sent)
    const progress = events.filter((e) => e.kind === 'task-progress' && e.party === name && e.step === 'model')
    expect(progress.length, name).toBeGreaterThan(0)
    for (const e of progress) {
      expect(e.at, name).toBeLessThanOrEqual(end.at)
      expect((e as { fraction: number }).fraction).toBeLessThan(0.9)
    }
  }
  expect((await nodes['bank-a'].client.grants.show({ id: grant!.id })).status).toBe('revoked')
  expect(await findings(site)).toEqual([])
}, 120_000)

it('a request waits through a kill of both sides, is decided on the command line, and its run begins by itself', async () => {
  const { nodes } = site
  const { 'bank-a': a, 'bank-b': b } = nodes
  const { path, id } = site.tables.payments
  const terms = parseTerms(
    JSON.stringify({
      ...{ members: ['bank-a', 'centre'], purposes: ['credit-risk'], components: 'any', minimumRows: 50 },
      disclosures: Object.fromEntries(
        ['row-count', 'matched-rows', 'value-range', 'model-weights', 'score', 'shape'].map((what) => [what, 'any']),
      ),
      ...{ expires: '2999-01-01', approval: 'always' },
    }),
  )
  await b.client.data.add({ path, name: 'guarded', id, terms })
  const file = join(site.folder, 'flow.yaml')
  writeFileSync(file, creditFlow({ payments: 'guarded' }))
  const asked = await command(a.home, 'flow', 'run', file)
  expect(asked, asked.stderr).toMatchObject({ exitCode: 0 })
  expect(asked.stdout).toMatch(/Waiting for bank-b \(approval\)/)
  const [request] = await a.client.requests.list()
  expect(request).toMatchObject({ direction: 'sent', status: 'waiting', owners: ['bank-b'] })
  const short = request!.id.slice(0, 12)

  await Promise.all([a.kill(), b.kill()])
  await b.start()
  const shown = await command(b.home, 'request', 'show', short)
  for (const said of ['bank-a', 'credit-risk', 'guarded', 'matched-rows', 'does not pass', 'use: psi'])
    expect(shown.stdout).toContain(said)
  const draft = join(site.folder, 'draft.json')
  writeFileSync(draft, JSON.stringify({ ...terms, approval: undefined, minimumRows: 10_000 }))
  const checked = await command(b.home, 'terms', 'check', '--terms', draft)
  expect(checked.stdout).toMatch(new RegExp(`${short} +bank-a +joint-credit +guarded +ask people +refuse`))
  expect(await command(b.home, 'request', 'approve', short, '--uses', '2')).toMatchObject({ exitCode: 0 })
  await b.kill()
  await a.start()
  await b.start()

  let run: string | undefined
  for (let left = 600; left > 0 && run === undefined; left--) {
    await pause(100)
    run = (await a.client.requests.show({ id: short })).run
  }
  expect(await outcomes(site, run!)).toEqual(everywhere('succeeded'))
  expect(await b.client.grants.list()).toContainEqual(
    expect.objectContaining({ by: 'person', name: 'guarded', quota: 2, left: 1, runs: [run] }),
  )
  expect((await command(b.home, 'request', 'approve', short)).stderr).toContain('REQUEST_DECIDED')
  await untilEvent(a.client, run!, (e) => e.kind === 'run-succeeded')
  expect(await findings(site)).toEqual([])
}, 300_000)
