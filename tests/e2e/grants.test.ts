/**
 * Grants between real nodes on the real ledger: a revoked one stops a running training at every party; a request outlives
 * the kill of both sides, is decided on the command line, and its run begins by itself.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '@secureflow/api'
import { parseTerms } from '@secureflow/flow'
import { ShapedLink } from '@secureflow/node/peers/shaped'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  begin,
  command,
  creditFlow,
  everywhere,
  findings,
  freePorts,
  makeSite,
  memberNames,
  type Name,
  outcomes,
  pause,
  type Site,
  untilEvent,
  untilStep,
} from './harness.ts'

let site: Site & { tables: { payments: { path: string; id: string } } }
/** In front of every node; and every piece that passed one of them, with the time. */
const lines: ShapedLink[] = []
const passed: { line: Name; at: number; bytes: number }[] = []
beforeAll(async () => {
  const ports = await freePorts()
  const advertise: Partial<Record<Name, string>> = {}
  for (const line of memberNames) {
    const overheard = (bytes: number) => void passed.push({ line, at: Date.now(), bytes })
    const link = await ShapedLink.start({ host: '127.0.0.1', port: ports[line] }, { overheard })
    lines.push(link)
    advertise[line] = `${link.address.host}:${link.address.port}`
  }
  // Large enough that one batch of all rows stands out from everything else that nodes say.
  site = await makeSite({ ports, advertise, tables: { loans: 12_600, payments: 12_700, common: 12_000 } })
}, 120_000)
afterAll(async () => {
  await site?.remove()
  await Promise.all(lines.map((l) => l.close()))
})

/** On all lines together. */
const bytesBetween = (from: number, to: number): number =>
  passed.filter(({ at }) => at > from && at <= to).reduce((sum, { bytes }) => sum + bytes, 0)

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

type Progress = Extract<RunEvent, { kind: 'task-progress' }>
const trainedBy = async (member: Name, run: string): Promise<Progress[]> =>
  (await eventsOf(member, run)).filter(
    (e): e is Progress => e.kind === 'task-progress' && e.party === member && e.step === 'model',
  )

const eventsOf = async (member: keyof Site['nodes'], run: string): Promise<RunEvent[]> =>
  (await site.nodes[member].client.runs.events({ run, since: 0, waitMs: 0 })).events

it('a revoked grant stops a running training at every party within one batch', async () => {
  const { nodes, client } = site
  const run = await begin(client, creditFlow({ training: 'epochs: 1000, batch: 9600' }))
  await Promise.all(site.all.map((n) => untilStep(n.client, run, 'model', 'progress', n.name)))
  // Every batch needs its messages: what one takes is counted on the lines, over some of them.
  const mark = async () => (await trainedBy('bank-b', run)).at(-1)!
  const first = await mark()
  let last = first
  while (last.done! < first.done! + 15) {
    await pause(50)
    last = await mark()
  }
  const oneBatch = bytesBetween(first.at, last.at) / (last.done! - first.done!)
  expect(oneBatch).toBeGreaterThan(500_000)
  const [grant] = (await nodes['bank-b'].client.grants.list()).filter((g) => g.runs.includes(run))
  expect(grant).toMatchObject({ direction: 'given', grantee: 'bank-a', left: 0, status: 'spent' })
  expect(site.all.map((n) => children(n.pid).length)).toEqual([1, 1, 1])

  const sent = Date.now()
  const revoked = await nodes['bank-b'].client.grants.revoke({ id: grant!.id })
  expect(revoked).toMatchObject({ stopped: [run], grant: { status: 'revoked' } })
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
    const progress = await trainedBy(name, run)
    expect(progress.length, name).toBeGreaterThan(0)
    for (const e of progress) {
      expect(e.at, name).toBeLessThanOrEqual(end.at)
      expect(e.fraction).toBeLessThan(0.9)
    }
  }
  // From the moment that the owner's person asked for it, everything that all parties said to each other, the news of the
  // end with it, was less than one batch needs.
  expect(bytesBetween(sent, Number.POSITIVE_INFINITY)).toBeLessThan(oneBatch)
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
  writeFileSync(file, creditFlow({ payments: 'guarded', training: 'epochs: 2, batch: 960' }))
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
  writeFileSync(draft, JSON.stringify({ ...terms, approval: undefined, minimumRows: 20_000 }))
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
