/** Requests, approvals, endorsements, grants and their end, over several nodes with real runs. */
import type { RequestDetail } from '@secureflow/api'
import type { Terms } from '@secureflow/flow'
import { afterEach, describe, expect, it } from 'vitest'
import type { Runs } from '../runs/service.ts'
import { ended, flow, openTerms as open, pause, twoBanks } from '../runs/testing/two-banks.ts'
import type { World } from '../runs/testing/world.ts'

let world: World
afterEach(() => world.close())

const upBoth = (): Promise<[Runs, Runs]> => Promise.all([world.up('bank-a'), world.up('bank-b')])
const runsOf = (id: string): Runs => world.get(id).runs!

/** Starts a flow that has to wait for people. */
async function waits(runs: Runs, text = flow): Promise<string> {
  const started = await runs.start(text)
  if (started.started || started.request === undefined) throw new Error(JSON.stringify(started))
  return started.request.id
}

async function begins(runs: Runs, text = flow): Promise<string> {
  const started = await runs.start(text)
  if (!started.started) throw new Error(JSON.stringify(started.report.terms))
  return started.run
}

/** Until the request stands like this at this node. */
async function until(id: string, request: string, status: RequestDetail['status']): Promise<RequestDetail> {
  for (let left = 200; ; left--) {
    const detail = await runsOf(id).desk.request(request)
    if (detail.status === status) return detail
    if (left === 0) throw new Error(`${status} expected, ${detail.status} came: ${JSON.stringify(detail.waiting)}`)
    await pause(25)
  }
}

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

describe('A run', () => {
  it('uses up one grant of each other owner, given without a person, and both sides see it', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const run = await begins(a)
    expect(await ended(a, run)).toBe('succeeded')
    const [given] = await b.desk.grants()
    expect(given).toMatchObject({ direction: 'given', grantee: 'bank-a', left: 0, status: 'spent', by: 'terms' })
    expect(given!.runs).toEqual([run])
    expect(await a.desk.grants()).toMatchObject([{ id: given!.id, direction: 'received', owner: 'bank-b', left: 0 }])
    expect(await a.desk.requests()).toMatchObject([{ direction: 'sent', status: 'started', run }])
    expect(await b.desk.requests()).toMatchObject([{ direction: 'received', status: 'granted', initiator: 'bank-a' }])
    expect(world.grants.demand).toEqual({ asked: 1, refused: 0 })
  })

  it('that costs something begins once the step that reads offers as much, and the grant is for that offer', async () => {
    world = twoBanks({ ...open, price: 5 })
    const [a, b] = await upBoth()
    const offering = (credits: number) => flow.replace('asset: payments', `asset: payments, offer: ${credits}`)
    for (const text of [flow, offering(4)]) {
      const started = await a.start(text)
      expect(started.started ? [] : started.report.terms.flatMap((t) => t.reasons.map((r) => r.code))).toEqual([
        'TERMS_PRICE',
      ])
    }
    expect(await ended(a, await begins(a, offering(5)))).toBe('succeeded')
    expect(await ended(a, await begins(a, offering(7)))).toBe('succeeded')
    // Another offer is another agreement: what was granted for five is not what was used for seven.
    expect(new Set((await b.desk.grants()).map((g) => g.parameters)).size).toBe(2)
  })

  it('that is refused by the terms is seen by the owner, who may think again', async () => {
    world = twoBanks({ ...open, minimumRows: 1000 })
    const [a, b] = await upBoth()
    expect((await a.start(flow)).started).toBe(false)
    expect(await b.desk.requests()).toMatchObject([{ status: 'refused', flow: 'overlap', purpose: 'credit-risk' }])
    await pause(50)
    expect(world.grants.demand).toEqual({ asked: 1, refused: 1 })
    expect(world.grants.gifts).toBe(0)
    const simulated = await b.desk.simulate({ terms: { ...open, minimumRows: 10 } })
    expect(simulated).toMatchObject([{ initiator: 'bank-a', name: 'payments', draft: 'allow', inForce: 'refuse' }])
    const strict = {
      ...open,
      disclosures: {},
      components: { 'read-table': {}, psi: {}, split: { test: { max: 0.1 } } },
    }
    const [harder] = await b.desk.simulate({ terms: strict as Terms, asset: 'payments', flow })
    expect(harder).toMatchObject({ request: '', initiator: 'bank-a', draft: 'refuse', inForce: 'refuse' })
    expect(harder!.told).toContain('TERMS_DISCLOSURE')
    expect(harder!.change!.en.length).toBeGreaterThan(0)
  })
})

describe('A request', () => {
  it('that was amended says what changed since the one before, and what it would use up', async () => {
    world = twoBanks({ ...open, approval: 'always', uses: 3 })
    const [a, b] = await upBoth()
    const first = await waits(a)
    await b.desk.ask(first, 'Is a smaller test part enough?')
    await a.desk.withdraw(first)
    await until('bank-b', first, 'withdrawn')
    const second = await waits(a, flow.replace('test: 0.25', 'test: 0.1'))
    const detail = await b.desk.request(second)
    expect(detail.replaces).toMatchObject({ request: first, sameFlow: false })
    expect(detail.replaces!.changes.join()).toContain('test: 0.1')
    expect(detail.earlier).toBeUndefined()
    expect(detail.assets[0]!.budget).toEqual({ usesBefore: 0, uses: 3, epsilon: 0 })
    await b.desk.approve(second, 1, undefined)
    const { run } = await until('bank-a', second, 'started')
    expect(await ended(a, run!)).toBe('succeeded')
    // Of the next one this is the version that was approved.
    const third = await waits(a, flow.replace('test: 0.25', 'test: 0.2'))
    const next = await b.desk.request(third)
    expect(next).toMatchObject({ earlier: { request: second, sameFlow: false } })
    expect(next.replaces).toBeUndefined()
    expect(next.assets[0]!.budget).toEqual({ usesBefore: 1, uses: 3, epsilon: 0 })
  })

  it('that needs a person waits with everything that it asks for, and its run begins by itself', async () => {
    world = twoBanks({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const started = await a.start(flow)
    expect(started).toMatchObject({ started: false, request: { waiting: [{ member: 'bank-b', for: 'approval' }] } })
    const id = (started as { request: { id: string } }).request.id
    expect(world.grants.gifts).toBe(0)
    const detail = await b.desk.request(id.slice(0, 8))
    expect(detail).toMatchObject({ status: 'waiting', initiator: 'bank-a', kind: 'use', flowText: flow })
    const [asset] = detail.assets
    expect(asset).toMatchObject({ name: 'payments', owner: 'bank-b', ask: { approval: true } })
    expect(asset!.columns).toEqual([{ column: 'id', uses: ['join'] }])
    expect(asset!.disclosures).toContainEqual(expect.objectContaining({ to: 'bank-a' }))
    expect(asset!.checks).toContainEqual({ rule: 'purposes', passed: true })
    expect(asset!.checks).toContainEqual({ rule: 'approval', passed: false })
    expect(detail.statement.en.length).toBeGreaterThan(0)
    const approved = await b.desk.approve(id, 1, undefined)
    expect(approved).toMatchObject({ status: 'granted', grants: [{ by: 'person', quota: 1, grantee: 'bank-a' }] })
    const { run } = await until('bank-a', id, 'started')
    for (const runs of [a, b]) expect(await ended(runs, run!)).toBe('succeeded')
    await expect(b.desk.approve(id, 1, undefined)).rejects.toMatchObject({ code: 'REQUEST_DECIDED' })
    expect(world.grants.gifts).toBe(1)
  })

  it('that a person refused says why to who made it', async () => {
    world = twoBanks({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const id = await waits(a)
    await expect(a.desk.refuse(id, undefined)).rejects.toMatchObject({ code: 'REQUEST_DIRECTION' })
    await b.desk.refuse(id, 'not this quarter')
    const told = await until('bank-a', id, 'refused')
    expect(told.reasons).toEqual([{ from: 'bank-b', text: 'not this quarter' }])
    expect(world.grants.demand.refused).toBe(1)
  })

  it('carries questions and answers', async () => {
    world = twoBanks({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const id = await waits(a)
    await b.desk.ask(id, 'Who sees the result?')
    for (let left = 100; left > 0 && (await a.desk.request(id)).messages.length === 0; left--) await pause(20)
    const asked = await a.desk.request(id)
    expect(asked.messages).toMatchObject([{ from: 'bank-b', to: 'bank-a', text: 'Who sees the result?' }])
    expect(asked.waiting).toContainEqual({ member: 'bank-a', for: 'answer' })
    await a.desk.answer(id, 'Only the risk team.')
    for (let left = 100; left > 0 && (await b.desk.request(id)).messages.length < 2; left--) await pause(20)
    const { messages } = await b.desk.request(id)
    expect(messages.map((m) => m.text)).toEqual(['Who sees the result?', 'Only the risk team.'])
    await a.desk.withdraw(id)
    await until('bank-b', id, 'withdrawn')
    await expect(b.desk.approve(id, 1, undefined)).rejects.toMatchObject({ code: 'REQUEST_DECIDED' })
  })

  it('is granted once enough members vouch, also one that is no party and was away at first', async () => {
    world = twoBanks({ ...open, endorsements: { atLeast: 2, of: ['notary', 'auditor', 'bank-a'] } }, [
      'notary',
      'auditor',
    ])
    const [a, b] = await upBoth()
    await world.up('notary')
    const id = await waits(a)
    const asked = async (member: string) => (await runsOf(member).desk.requests()).find((r) => r.status === 'waiting')
    const atNotary = (await asked('notary'))!
    expect(atNotary).toMatchObject({ kind: 'vouch', initiator: 'bank-a', owners: ['bank-b'] })
    await runsOf('notary').desk.approve(atNotary.id, 1, undefined)
    for (let left = 100; left > 0 && (await b.desk.request(id)).endorsedBy.length === 0; left--) await pause(20)
    expect(await b.desk.request(id)).toMatchObject({ status: 'waiting', endorsedBy: ['notary'] })
    expect((await a.desk.request(id)).waiting).toContainEqual({ member: 'auditor', for: 'delivery' })
    await world.up('auditor')
    for (let left = 200; left > 0 && (await asked('auditor')) === undefined; left--) await pause(20)
    await runsOf('auditor').desk.approve((await asked('auditor'))!.id, 1, undefined)
    const { run } = await until('bank-a', id, 'started')
    expect(await ended(a, run!)).toBe('succeeded')
    expect(await b.desk.grants()).toMatchObject([{ by: 'terms', endorsedBy: ['notary', 'auditor'] }])
  })

  it('outlives its initiator and its owner: decided while one was away, it begins when that one is back', async () => {
    world = twoBanks({ ...open, approval: 'always' })
    const [a] = await upBoth()
    const id = await waits(a)
    await world.down('bank-b')
    const b = await world.up('bank-b')
    await world.down('bank-a')
    await b.desk.approve(id, 1, undefined)
    await world.up('bank-a')
    const { run } = await until('bank-a', id, 'started')
    for (const member of ['bank-a', 'bank-b']) expect(await ended(runsOf(member), run!)).toBe('succeeded')
    expect(world.grants.gifts).toBe(1)
  })

  it('approved for two runs lets the second begin without a person, and not the third', async () => {
    world = twoBanks({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const id = await waits(a)
    await b.desk.approve(id, 2, undefined)
    const { run } = await until('bank-a', id, 'started')
    expect(await ended(a, run!)).toBe('succeeded')
    expect(await ended(a, await begins(a))).toBe('succeeded')
    const third = await waits(a)
    expect(await b.desk.request(third)).toMatchObject({ earlier: { sameFlow: true, changes: [] } })
    const changed = await waits(a, flow.replace('0.25', '0.3'))
    const { earlier } = await b.desk.request(changed)
    expect(earlier!.changes.filter((l) => l.startsWith('+'))).toMatchObject([expect.stringContaining('0.3')])
    expect(world.grants.gifts).toBe(1)
  })

  it('waits for the ledger where that is away, and goes on after it', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    world.grantsAway = true
    const id = await waits(a)
    expect((await a.desk.request(id)).waiting).toEqual([{ member: 'bank-b', for: 'grant' }])
    world.grantsAway = false
    await world.down('bank-b')
    await world.up('bank-b')
    const { run } = await until('bank-a', id, 'started')
    expect(await ended(a, run!)).toBe('succeeded')
    expect(world.grants.gifts).toBe(1)
    expect(b).not.toBe(runsOf('bank-b'))
  })
})

describe('A grant that is taken back', () => {
  it('ends a run under way at every party with one code, before the ledger knows, and is not given again by terms', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const { reached, go } = heldAt('bank-a', 'aligned')
    const run = await begins(a)
    await reached
    world.grantsAway = true
    const [grant] = await b.desk.grants()
    await expect(a.desk.revoke(grant!.id)).rejects.toMatchObject({ code: 'GRANT_NOT_OWN' })
    const revoked = await b.desk.revoke(grant!.id.slice(0, 10))
    expect(revoked).toMatchObject({ stopped: [run], onLedger: false, grant: { status: 'revoked' } })
    go()
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('RUN_GRANT_REVOKED')
    for (const runs of [a, b])
      expect((await runs.show(run)).error).toMatchObject({ code: 'RUN_GRANT_REVOKED', party: 'bank-b' })
    world.grantsAway = false
    await world.down('bank-b')
    await world.up('bank-b')
    for (let left = 100; left > 0 && !world.grants.given.get(grant!.id)!.revoked; left--) await pause(20)
    expect(world.grants.given.get(grant!.id)!.revoked).toBe(true)
    const again = await waits(a)
    expect((await a.desk.request(again)).waiting).toEqual([{ member: 'bank-b', for: 'approval' }])
  })

  it('ends the run at a party that learns of it from the ledger alone', async () => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const { reached, go } = heldAt('bank-b', 'aligned')
    const run = await begins(a)
    await reached
    const [grant] = await b.desk.grants()
    // The owner's node says nothing more: only its transaction is seen.
    const down = world.down('bank-b')
    go()
    await down
    world.grants.given.get(grant!.id)!.revoked = true
    expect(await ended(a, run)).toBe('RUN_GRANT_REVOKED')
    expect(await ended(await world.up('bank-b'), run)).toBe('RUN_GRANT_REVOKED')
  })

  it.each([
    [
      'its asset is retired',
      'RUN_ASSET_RETIRED',
      () => world.grants.retired.add(world.get('bank-b').assets[0]!.facts.id),
    ],
    [
      'the terms come to forbid it',
      'RUN_TERMS_FORBID',
      () => {
        world.get('bank-b').assets[0]!.terms = { ...open, members: [] }
      },
    ],
    [
      'the grant expires',
      'RUN_GRANT_EXPIRED',
      () => {
        for (const grant of world.grants.given.values()) grant.expiry = 1
      },
    ],
  ])('as when %s: the run ends for everybody without waiting for a release', async (_, code, change) => {
    world = twoBanks()
    const [a, b] = await upBoth()
    const { reached, go } = heldAt('bank-a', 'aligned')
    const run = await begins(a)
    await reached
    change()
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe(code)
    go()
    expect((await a.show(run)).error?.party).toBe('bank-b')
  })
})
