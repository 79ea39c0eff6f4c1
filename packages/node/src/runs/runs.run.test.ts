/** Runs over several nodes: agreement, refusal, attempts, crashes, failures. Links, ledger and processes are in memory. */
import type { Terms } from '@secureflow/flow'
import { afterEach, describe, expect, it } from 'vitest'
import type { Runs } from './service.ts'
import { begin as beginIn, ended, flow, openTerms as open, pause, twoBanks } from './testing/two-banks.ts'
import type { World } from './testing/world.ts'

let world: World
const worldOf = (terms?: Terms): World => {
  world = twoBanks(terms)
  return world
}
afterEach(() => world.close())
const begin = (runs: Runs): Promise<string> => beginIn(world, runs)

describe('Runs', () => {
  it('agree, compute, and end alike at every party', async () => {
    worldOf()
    const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const run = await begin(a)
    expect(await ended(a, run)).toBe('succeeded')
    expect(await ended(b, run)).toBe('succeeded')
    const [ofA, ofB] = await Promise.all([a.show(run), b.show(run)])
    const train = ofA.outputs.find((o) => o.port === 'train')!
    expect(ofA.outputs.find((o) => o.step === 'aligned')!.rows).toBe(40)
    expect(train.rows).toBe(30)
    expect(ofB.outputs.find((o) => o.port === 'train')!.rows).toBe(30)
    expect(ofA.tasks.filter((t) => t.parties.length === 2).every((t) => t.status === 'finished')).toBe(true)
  })

  it('ask everybody before anything is signed, and say whose terms refuse and why', async () => {
    worldOf({ ...open, minimumRows: 1000 })
    const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const started = await a.start(flow)
    expect(started.started).toBe(false)
    if (started.started) return
    const refusal = started.report.terms.find((t) => !t.allow)!
    expect(refusal).toMatchObject({ owner: 'bank-b', name: 'payments' })
    expect(refusal.reasons[0]!.code).toBe('TERMS_ROWS')
    expect(await b.list()).toEqual([])
    expect(await a.list()).toEqual([])
  })

  it('tell a partner as much about a refusal as the terms allow', async () => {
    const strict: Terms = { ...open, components: { psi: {}, 'read-table': {}, split: { test: { max: 0.2 } } } }
    worldOf({ ...strict, refusals: 'secret' })
    const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const refusal = async (runs: Runs) => {
      const started = await runs.start(flow)
      if (started.started) throw new Error('started')
      return started.report.terms.find((t) => !t.allow)!
    }
    const secret = await refusal(a)
    expect(secret.reasons.map((r) => r.code)).toEqual(['TERMS_SECRET'])
    expect(JSON.stringify(secret)).not.toContain('0.2')
    // Its own people are told everything.
    expect((await refusal(b)).reasons.map((r) => r.code)).toEqual(['TERMS_PARAMETER'])
    world.get('bank-b').assets[0]!.terms = { ...strict, refusals: 'change' }
    expect((await refusal(a)).change!.en).toEqual(['set test of step parts to 0.2'])
  })

  it('refuse a release that the terms have come to forbid since', async () => {
    worldOf()
    const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    world.get('bank-b').executor.onStart = (step) => {
      if (step === 'aligned') world.get('bank-b').assets[0]!.terms = { ...open, disclosures: {} }
    }
    const run = await begin(a)
    expect(await ended(b, run)).toBe('RUN_TERMS_FORBID')
    expect(await ended(a, run)).toBe('RUN_TERMS_FORBID')
    expect((await a.show(run)).error).toMatchObject({ code: 'RUN_FAILED_AT_PARTNER', party: 'bank-b' })
  })

  it.each(['bank-a', 'bank-b'])('go on after %s crashed while aligning', async (victim) => {
    worldOf()
    let crash: () => void = () => {}
    const crashed = new Promise<void>((resolve) => {
      crash = resolve
    })
    let once = true
    world.get(victim).executor.onStart = (step) => {
      if (step !== 'aligned' || !once) return
      once = false
      crash()
    }
    const [a] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const run = await begin(a)
    await crashed
    await world.down(victim)
    await world.up(victim)
    for (const id of ['bank-a', 'bank-b']) expect(await ended(world.get(id).runs!, run), id).toBe('succeeded')
    const detail = await world.get('bank-a').runs!.show(run)
    expect(detail.tasks.find((t) => t.step === 'aligned')!.attempt).toBe(2)
  })

  it('are registered later where the ledger is away, also by an initiator that crashed meanwhile', async () => {
    worldOf()
    world.ledgerAway = true
    const [a] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const run = await begin(a)
    expect((await a.list())[0]!.status).toBe('proposed')
    await world.down('bank-a')
    world.ledgerAway = false
    await world.up('bank-a')
    for (const id of ['bank-a', 'bank-b']) expect(await ended(world.get(id).runs!, run), id).toBe('succeeded')
  })

  it('end alike where a party was away when another cancelled before registration', async () => {
    worldOf()
    world.ledgerAway = true
    const [a] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const run = await begin(a)
    await world.down('bank-b')
    await a.cancel(run)
    expect(await ended(await world.up('bank-b'), run)).toBe('RUN_CANCELLED')
  })

  it('fail for everybody with the same code where a partner stays away', async () => {
    worldOf()
    let gone: () => void = () => {}
    const left = new Promise<void>((resolve) => {
      gone = resolve
    })
    world.get('bank-b').executor.onStart = (step) => {
      if (step === 'aligned') gone()
    }
    const [a] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const run = await begin(a)
    await left
    await world.down('bank-b')
    expect(await ended(a, run)).toBe('RUN_PARTNER_AWAY')
    const b = await world.up('bank-b')
    expect(await ended(b, run)).toBe('RUN_PARTNER_AWAY')
  }, 30_000)

  it('are cancelled at every party', async () => {
    worldOf()
    const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    world.get('bank-b').executor.onStart = (step, job) =>
      step === 'aligned' ? job.spec().then(() => new Promise((_, reject) => setTimeout(reject, 1000))) : undefined
    const run = await begin(a)
    await pause(300)
    await a.cancel(run)
    expect(await ended(a, run)).toBe('RUN_CANCELLED')
    expect(await ended(b, run)).toBe('RUN_CANCELLED')
  })

  it('stop where the data is no longer what was agreed', async () => {
    worldOf()
    const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
    const { facts } = world.get('bank-b').assets[0]!
    const run = await begin(a)
    facts.digest = '0'.repeat(64)
    expect(await ended(a, run)).toBe('RUN_DATA_CHANGED')
    expect(await ended(b, run)).toBe('RUN_DATA_CHANGED')
  })
})
