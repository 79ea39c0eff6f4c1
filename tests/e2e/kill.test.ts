/**
 * A node is killed (SIGKILL) somewhere in a run and started again a moment later: the run succeeds at every party, and
 * every record holds. A node that stays away past the deadlines ends the run, with the same code for everybody.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '@secureflow/api'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  begin,
  creditFlow,
  everywhere,
  findings,
  makeSite,
  memberNames,
  type Name,
  outcomes,
  pause,
  type Site,
  steps,
  taskOf,
  untilEvent,
  untilStep,
} from './harness.ts'

const full = process.env.SECUREFLOW_FULL === '1'

/** Resolves when the phase has come, as the node that is going to be killed sees it. */
type Phase = (site: Site, victim: Name, run: string) => Promise<unknown>

const phases: Record<string, Phase> = {
  // Its signature is written down; that everybody has signed, or that the ledger has the agreement, it does not know yet.
  signed: async () => {},
  registered: ({ nodes }, victim, run) => untilEvent(nodes[victim].client, run, (e) => e.kind === 'registered'),
  ...Object.fromEntries(
    steps.flatMap((step): [string, Phase][] => [
      [`${step} begun`, ({ nodes }, victim, run) => untilStep(nodes[victim].client, run, step, 'started')],
      [`${step} done`, ({ nodes }, victim, run) => untilStep(nodes[victim].client, run, step, 'finished')],
    ]),
  ),
  'inside aligned': ({ nodes }, victim, run) => untilStep(nodes[victim].client, run, 'aligned', 'progress'),
  'inside model': ({ nodes }, victim, run) => untilStep(nodes[victim].client, run, 'model', 'progress'),
  anchored: ({ nodes }, victim, run) => untilEvent(nodes[victim].client, run, (e) => e.kind === 'anchored'),
}

type Kill = [Name, string]
/** One after the other in one run, each of another node; the last of them, as every single kill, in test:full. */
const sample: Kill[][] = [
  [
    ['bank-a', 'signed'],
    ['centre', 'anchored'],
  ],
  [
    ['bank-b', 'aligned begun'],
    ['bank-a', 'inside model'],
  ],
  [
    ['bank-b', 'scaled done'],
    ['centre', 'inside model'],
  ],
]
const singles = Object.keys(phases).flatMap((p) => memberNames.map((m): Kill[] => [[m, p]]))
const cases = full ? [...singles, ...sample] : sample.slice(0, 2)
const titled = cases.map((kills) => ({ title: kills.map((k) => k.join(', ')).join('; then '), kills }))

let template: Site
beforeAll(async () => {
  template = await makeSite()
  await template.stop()
}, 120_000)
afterAll(() => template?.remove())

describe('A run whose node is killed and comes back', () => {
  /** Up, and well so far. */
  let site: Site | undefined
  /** Of the case that goes on, or that did not end well. */
  let current: Site | undefined
  const table: string[][] = []
  afterEach(async () => {
    await current?.remove()
    current = undefined
  })
  afterAll(async () => {
    await site?.remove()
    if (full) console.log(table.map((row) => row.map((cell) => cell.padEnd(16)).join(' ')).join('\n'))
  })

  it.each(titled)(
    'succeeds: $title',
    async ({ title, kills }) => {
      current = site ?? (await template.copy().start())
      site = undefined // the next case takes it only where this one ends well
      const { nodes, client } = current
      const [first] = kills[0]!
      const known = new Set((await nodes[first].client.runs.list()).map((r) => r.run))
      const starting = client.runs.start({ flow: creditFlow() })
      starting.catch(() => {}) // the node that answers may be the one to be killed
      const run = await newRun(current, first, known)
      const reached = kills.map(([victim, phase]) => phases[phase]!(current!, victim, run))
      for (const phase of reached) phase.catch(() => {}) // told below, in its turn
      for (const [i, [victim]] of kills.entries()) {
        await reached[i]
        await nodes[victim].kill()
        await pause(500)
        await nodes[victim].start()
      }
      const ends = await outcomes(current, run)
      const found = await findings(current)
      const { tasks } = await current.client.runs.show({ run })
      const again = tasks.filter((t) => t.attempt > 1).map((t) => `${t.step} ${t.attempt}`)
      table.push([title, ...Object.values(ends), found.join(' ') || 'record holds', again.join(', ')])
      expect(ends).toEqual(everywhere('succeeded'))
      expect(found).toEqual([])
      site = current
      current = undefined
    },
    120_000,
  )
})

describe('A run whose node stays away', () => {
  it('fails with one code at every party, and leaves the nodes fit for the next run', async () => {
    await using site = template.copy()
    for (const node of site.all)
      node.configure((config) => {
        config.runs = { absenceSeconds: 2, messageSeconds: 10 }
      })
    await site.start()
    const { nodes } = site
    const run = await begin(site.client, creditFlow())
    await untilStep(nodes['bank-b'].client, run, 'payments', 'started')
    await nodes['bank-b'].kill()
    await untilEvent(site.client, run, (e) => e.kind === 'run-failed')
    await nodes['bank-b'].start()
    expect(await outcomes(site, run)).toEqual(everywhere('RUN_PARTNER_AWAY'))
    for (const { client } of site.all) {
      const { error } = await client.runs.show({ run })
      expect(error).toMatchObject({ code: 'RUN_PARTNER_AWAY', party: 'bank-b' })
    }
    await site.linked()
    const next = await begin(site.client, creditFlow())
    expect(await outcomes(site, next)).toEqual(everywhere('succeeded'))
    expect(taskOf(await site.client.runs.show({ run: next }), 'model').attempt).toBe(1)
    expect(await findings(site)).toEqual([])
  }, 120_000)
})

describe('A node that is killed between two buckets of an intersection', () => {
  it.runIf(full)(
    'goes on from the last one, and leaves no scratch files (needs test:full)',
    async () => {
      await using site = await template.copy().start()
      const [alignedOf, scratchOf] = [
        (run: string) => untilStep(site.nodes['bank-a'].client, run, 'aligned', 'finished'),
        (name: Name, run: string) => join(site.nodes[name].home, 'runs', run, 'scratch'),
      ]
      const flow = creditFlow().replace('learns: both }', 'learns: both, protocol: rr22, buckets: 32 }')
      const run = await begin(site.client, flow)
      const done = (event: RunEvent): number =>
        event.kind === 'task-progress' && event.step === 'aligned' && event.unit === 'buckets' ? (event.done ?? 0) : 0
      const reached = done(await untilEvent(site.nodes['bank-b'].client, run, (e) => done(e) >= 3))
      await site.nodes['bank-b'].kill()
      const left = readdirSync(join(scratchOf('bank-b', run), readdirSync(scratchOf('bank-b', run))[0]!))
      expect(left.filter((name) => /^done-\d+$/.test(name)).length).toBeGreaterThanOrEqual(reached)
      await site.nodes['bank-b'].start()
      const again = untilEvent(
        site.nodes['bank-a'].client,
        run,
        (e) => done(e) > 0 && e.kind === 'task-progress' && e.attempt > 1,
      )
      expect(done(await again)).toBeGreaterThanOrEqual(reached - 1)
      await alignedOf(run)
      expect(await outcomes(site, run)).toEqual(everywhere('succeeded'))
      const { tasks } = await site.client.runs.show({ run })
      expect(tasks.find((t) => t.step === 'aligned')!.attempt).toBe(2)
      for (const name of ['bank-a', 'bank-b'] as const) await until(() => !existsSync(scratchOf(name, run)))
      expect(await findings(site)).toEqual([])
    },
    240_000,
  )
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(20)
}

/** The run that this node did not know before, as soon as it has signed it. */
async function newRun({ nodes }: Site, victim: Name, known: ReadonlySet<string>): Promise<string> {
  for (;;) {
    const found = (await nodes[victim].client.runs.list()).find((r) => !known.has(r.run))
    if (found !== undefined) return found.run
    await pause(5)
  }
}
