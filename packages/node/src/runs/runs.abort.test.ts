/** Partners that lie, ask twice or at the wrong moment, and a ledger that some see later than others. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { decodeReceipt, encodeReceipt, signReceipt } from '@secureflow/audit'
import type { MemberId, Plain } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterEach, describe, expect, it } from 'vitest'
import { decodeProposal, encodeProposal } from './proposal.ts'
import type { Runs } from './service.ts'
import type { RunRecord } from './state.ts'
import { begin as beginIn, ended, flow, openTerms, pause, twoBanks } from './testing/two-banks.ts'
import { testErrors, type World } from './testing/world.ts'

let world: World
afterEach(() => world.close())

const begin = (runs: Runs): Promise<string> => beginIn(world, runs)
const both = ['bank-a', 'bank-b'] as const
const upBoth = (): Promise<[Runs, Runs]> => Promise.all([world.up('bank-a'), world.up('bank-b')])
const runsOf = (id: string): Runs => world.get(id).runs!

/** What `from` says to `to`, whatever its own node would say. */
const say = async (from: string, to: string, kind: string, body: Plain): Promise<Plain> =>
  world.get(to).handlers.get(kind)!(from as MemberId, body)

const ready = (attempt: number): Plain => ({ phase: 'ready', attempt, nonce: new Uint8Array(32) })
const away: Plain = { phase: 'away', attempt: 0 }

/** Resolves when this party begins the step; what it computes then waits for `go`. */
function heldAt(id: string, step: string): { reached: Promise<void>; go: () => void } {
  const reached = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  world.get(id).executor.onStart = async (at) => {
    if (at !== step) return
    reached.resolve()
    await go.promise
  }
  return { reached: reached.promise, go: go.resolve }
}

async function indexOf(runs: Runs, run: string, step: string): Promise<number> {
  return (await runs.show(run)).tasks.find((t) => t.step === step)!.index
}

describe('A partner', () => {
  it('cannot spend the attempts of a task by naming a high one', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    await say('bank-a', 'bank-b', 'run.task', { run, task: await indexOf(a, run, 'aligned'), status: ready(1000) })
    go()
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('succeeded')
    expect((await b.show(run)).tasks.find((t) => t.step === 'aligned')!.attempt).toBe(1)
  })

  it('learns nothing of a task in which it takes no part', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const run = await begin(a)
    await ended(a, run)
    const task = await indexOf(a, run, 'loans')
    expect(await say('bank-b', 'bank-a', 'run.task', { run, task, status: away })).toEqual({ status: away })
  })

  it('cannot blame somebody outside the run', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    await say('bank-b', 'bank-a', 'run.failed', { run, code: 'RUN_DEADLINE', party: 'nobody', step: '' })
    go()
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('succeeded')
  })

  it.each([
    ['RUN_DEADLINE', 'RUN_CANCELLED'],
    ['RUN_CANCELLED', 'RUN_DEADLINE'],
  ])('that says %s to one and %s to another ends the run alike at both', async (toA, toB) => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    await Promise.all([
      say('bank-b', 'bank-a', 'run.failed', { run, code: toA, party: 'bank-b', step: '' }),
      say('bank-a', 'bank-b', 'run.failed', { run, code: toB, party: 'bank-b', step: '' }),
    ])
    go()
    await pause(300)
    expect([(await a.show(run)).code, (await b.show(run)).code]).toEqual(['RUN_CANCELLED', 'RUN_CANCELLED'])
  })

  it('that names two ends at once leaves the one that comes first, as everywhere', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    world.get('bank-a').onWrite = () => pause(20)
    const said = ['RUN_CANCELLED', 'RUN_DEADLINE'].map((code) =>
      say('bank-b', 'bank-a', 'run.failed', { run, code, party: 'bank-b', step: '' }),
    )
    await Promise.all(said)
    go()
    expect((await a.show(run)).code).toBe('RUN_CANCELLED')
  })

  it('cannot make a node write for ever by naming one end after the other', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    let written = 0
    world.get('bank-a').onWrite = () => void written++
    for (let i = 99; i > 9; i--)
      await say('bank-b', 'bank-a', 'run.failed', { run, code: `CODE_${i}`, party: 'bank-b', step: '' })
    go()
    expect(written).toBeGreaterThan(0)
    expect(written).toBeLessThan(10)
  })

  it('cannot show tasks that are not its own in the news', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const run = await begin(a)
    await ended(a, run)
    const at = { task: 0, step: 'loans', attempt: 1 }
    const share = (news: Plain) => say('bank-b', 'bank-a', 'run.news', { run, news })
    await share({ kind: 'task-finished', ...at, bytesSent: 1e9, bytesReceived: 0, seconds: 1 })
    const error = { code: 'X', class: 'peer', say: { en: { what: 'text', fix: '' }, zh: { what: '', fix: '' } } }
    await share({ kind: 'task-failed', ...at, step: 'aligned', error, final: true })
    const { events } = await a.events(run, 0, 0, new AbortController().signal)
    expect(events.filter((e) => 'bytesSent' in e && e.bytesSent === 1e9)).toEqual([])
    expect(events.filter((e) => e.kind === 'task-failed')).toEqual([])
  })

  it('that repeats its news pushes nothing else out', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    const task = await indexOf(a, run, 'aligned')
    const part = (await a.show(run)).tasks[task]!.parties.find((p) => p.id === 'bank-b')!.part
    const news = { kind: 'task-started', task, step: 'aligned', attempt: 1, part, component: 'psi' }
    for (let i = 0; i < 100; i++) await say('bank-b', 'bank-a', 'run.news', { run, news })
    go()
    await ended(a, run)
    const { events } = await a.events(run, 0, 0, new AbortController().signal)
    const started = events.filter((e) => e.kind === 'task-started' && e.task === task && e.party === 'bank-b')
    expect(started.length).toBe(1)
  })

  it('that asks twice at once gets one signature, and the run is followed once', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    world.ledgerAway = true
    const signed: RunRecord[] = []
    world.get('bank-b').onWrite = async (record) => {
      if (record.kind === 'run.signed') signed.push(record)
      await pause(50)
    }
    const request = world.get('bank-b').handlers.get('run.propose')!
    world.get('bank-b').handlers.set('run.propose', async (from, body) => {
      const [first] = await Promise.all([request(from, body), request(from, body)])
      return first!
    })
    const run = await begin(a)
    world.ledgerAway = false
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('succeeded')
    expect(signed.length).toBe(1)
    const { events } = await b.events(run, 0, 0, new AbortController().signal)
    expect(events.filter((e) => e.kind === 'proposed').length).toBe(1)
  })

  it('cannot have more uses of a dataset signed than its terms allow, however many it asks for at once', async () => {
    world = twoBanks({ ...openTerms, uses: 1 })
    world.ledgerAway = true
    const [a, b] = await upBoth()
    await Promise.all([a.start(flow), a.start(flow)])
    await pause(400)
    expect((await b.list()).length).toBe(1)
  })

  it('cannot keep a node busy with more than so many runs at once', async () => {
    world = twoBanks()
    world.ledgerAway = true
    const [a, b] = await upBoth()
    const bodies: { proposal: Uint8Array; sign: boolean }[] = []
    const judge = world.get('bank-b').handlers.get('run.propose')!
    world.get('bank-b').handlers.set('run.propose', async (from, body) => {
      bodies.push(body as (typeof bodies)[0])
      return judge(from, body)
    })
    const { started } = await a.start(flow)
    expect(started).toBe(true)
    await pause(200)
    const proposal = decodeProposal(bodies.find((b) => b.sign)!.proposal)
    // One grant for any number of runs: only their number at once is at stake.
    await world.get('bank-b').db!.updateTable('given_grants').set({ quota: 1000 }).execute()
    for (const grant of world.grants.given.values()) grant.left = 1000
    for (let i = 0; i < 40; i++) {
      const nonce = new Uint8Array(32).fill(i)
      await judge('bank-a' as MemberId, { proposal: encodeProposal({ ...proposal, nonce }), sign: true }).catch(
        () => {},
      )
    }
    expect((await b.list()).length).toBe(16)
  })
})

type Done = { phase: string; receipt: Uint8Array; signature: Uint8Array }

/** Whatever bank A says of its receipts, asked or by itself, reaches bank B changed. */
function forge(change: (done: Done) => Promise<Partial<Done>>): void {
  const forged = async (status: Done): Promise<Done> =>
    status.phase === 'done' ? { ...status, ...(await change(status)) } : status
  for (const id of both) {
    const { handlers } = world.get(id)
    const handler = handlers.get('run.task')!
    handlers.set('run.task', async (from, body) => {
      const said = body as unknown as { status: Done }
      if (id === 'bank-b') return handler(from, { ...said, status: await forged(said.status) } as unknown as Plain)
      const answer = (await handler(from, body)) as unknown as { status?: Done }
      return (answer.status === undefined ? answer : { status: await forged(answer.status) }) as unknown as Plain
    })
  }
}

describe('A receipt', () => {
  it.each<[string, (done: Done) => Promise<Partial<Done>>]>([
    ['of no form', async () => ({ receipt: new Uint8Array([1, 2, 3]) })],
    ['that nobody signed', async () => ({ signature: new Uint8Array(65) })],
    [
      'over other inputs than its signer committed to',
      async ({ receipt }) => {
        const stated = decodeReceipt(receipt)!
        const inputs = stated.inputs.map(({ port }) => ({ port, commitment: new Uint8Array(32) }))
        const other = { ...stated, inputs }
        const signature = await signReceipt(nodePlatform.sha256, other, world.get('bank-a').signer)
        return { receipt: encodeReceipt(other), signature }
      },
    ],
    [
      'that counts other bytes than its channels',
      async ({ receipt }) => {
        const stated = decodeReceipt(receipt)!
        const other = { ...stated, usage: { ...stated.usage!, sentBytes: stated.usage!.sentBytes + 1 } }
        const signature = await signReceipt(nodePlatform.sha256, other, world.get('bank-a').signer)
        return { receipt: encodeReceipt(other), signature }
      },
    ],
  ])('%s ends the run at both, and names who gave it', async (_, change) => {
    world = twoBanks()
    const [a, b] = await upBoth()
    forge(change)
    const run = await begin(a)
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('RUN_RECEIPT_MISMATCH')
    expect((await b.show(run)).error).toMatchObject({ code: 'RUN_RECEIPT_MISMATCH', party: 'bank-a' })
  })
})

describe('A run', () => {
  it('never opens an attempt twice, also where a result is being written as the partner begins the next', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const writing = Promise.withResolvers<void>()
    let once = true
    world.get('bank-a').executor.onEnd = async (step) => {
      if (step !== 'aligned' || !once) return
      once = false
      await writing.promise
      throw testErrors.TEST_CUT({})
    }
    const written: RunRecord[] = []
    let task = -1
    world.get('bank-b').onWrite = async (record) => {
      if (record.kind === 'task.done' && record.task === task) {
        writing.resolve()
        await pause(400)
      }
      written.push(record)
    }
    const run = await begin(a)
    task = await indexOf(a, run, 'aligned')
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('succeeded')
    const attempts = written.flatMap((r) => (r.kind === 'task.attempt' && r.task === task ? [r.attempt] : []))
    expect(attempts).toEqual([1, 2])
  })

  it('leaves nothing of an attempt that did not count', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    let once = true
    world.get('bank-a').executor.onEnd = (step) => {
      if (step !== 'aligned' || !once) return
      once = false
      throw testErrors.TEST_CUT({})
    }
    const run = await begin(a)
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('succeeded')
    const task = await indexOf(a, run, 'aligned')
    expect(readdirSync(join(world.get('bank-a').home, 'runs', run, `${task}-aligned`))).toEqual(['2'])
  })

  it('has succeeded where the ledger says so, though a party cancelled before it saw that', async () => {
    world = twoBanks()
    world.get('bank-b').ledgerLags = true
    const [a, b] = await upBoth()
    const run = await begin(a)
    expect(await ended(a, run)).toBe('succeeded')
    await b.cancel(run)
    await pause(200)
    world.get('bank-b').ledgerLags = false
    expect(await ended(b, run)).toBe('succeeded')
  })

  it('that is told to end while its last result is written is not anchored', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    let run = ''
    world.get('bank-b').onWrite = async ({ kind }) => {
      if (kind === 'run.anchored')
        void say('bank-a', 'bank-b', 'run.failed', { run, code: 'X1', party: 'bank-a', step: '' })
      if (kind === 'run.failed') await pause(300)
    }
    run = await begin(a)
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('X1')
  })

  it('that is cancelled has failed on the ledger too', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    await a.cancel(run)
    go()
    await pause(100)
    expect(world.failures.get(run)).toBe('RUN_CANCELLED')
  })

  it('that failed while the ledger was away has failed there too once it is back', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begin(a)
    await reached
    world.ledgerAway = true
    await a.cancel(run)
    go()
    for (const id of both) await world.down(id)
    world.ledgerAway = false
    await world.up('bank-a')
    await pause(100)
    expect(world.failures.get(run)).toBe('RUN_CANCELLED')
  })

  it('tells how it ended after a restart too, and by the beginning of its id', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const run = await begin(a)
    await ended(a, run)
    expect(await ended(a, run.slice(0, 12))).toBe('succeeded')
    await world.down('bank-a')
    expect(await ended(await world.up('bank-a'), run)).toBe('succeeded')
  })

  it('of an older version that does not compile any more keeps no node from starting', async () => {
    world = twoBanks()
    const [a] = await upBoth()
    const run = await begin(a)
    for (const id of both) await ended(runsOf(id), run)
    await world.down('bank-a')
    world.components = new Map()
    expect(await (await world.up('bank-a')).list()).toEqual([])
  })
})
