/** Liars, races and crashes around grants: no run without leave, no grant twice, none lost. */
import { fromHex, type MemberId, type Plain, toHex } from '@secureflow/base'
import type { Terms } from '@secureflow/flow'
import { afterEach, describe, expect, it } from 'vitest'
import { decodeProposal, encodeProposal, type Proposal } from '../runs/proposal.ts'
import type { Runs } from '../runs/service.ts'
import type { RunRecord } from '../runs/state.ts'
import { ended, flow, openTerms as open, pause, twoBanks } from '../runs/testing/two-banks.ts'
import { testErrors, type World } from '../runs/testing/world.ts'

let world: World
afterEach(() => world.close())

const worldOf = (terms?: Terms, others?: string[]): World => {
  world = twoBanks(terms, others)
  return world
}
const upBoth = (): Promise<[Runs, Runs]> => Promise.all([world.up('bank-a'), world.up('bank-b')])
const runsOf = (id: string): Runs => world.get(id).runs!
const say = (from: string, to: string, kind: string, body: Plain): Promise<Plain> =>
  world.get(to).handlers.get(kind)!(from as MemberId, body)

interface Answer {
  status?: string
  refused?: string
  differs?: string
  signature?: Uint8Array
  grants?: { asset: string; id: string }[]
}

/** Every proposal that bank A asks bank B to sign. */
function proposalsToSign(): Proposal[] {
  const seen: Proposal[] = []
  const handler = world.get('bank-b').handlers.get('run.propose')!
  world.get('bank-b').handlers.set('run.propose', async (from, body) => {
    const { proposal, sign } = body as { proposal: Uint8Array; sign: boolean }
    if (sign) seen.push(decodeProposal(proposal))
    return handler(from, body)
  })
  return seen
}

const sign = async (proposal: Proposal): Promise<Answer> =>
  (await say('bank-a', 'bank-b', 'run.propose', {
    proposal: encodeProposal({ ...proposal, nonce: crypto.getRandomValues(new Uint8Array(32)) }),
    sign: true,
  })) as unknown as Answer

const ask = async (proposal: Uint8Array, more: Record<string, Plain> = {}): Promise<Answer> =>
  (await say('bank-a', 'bank-b', 'request.ask', {
    ...{ proposal, vouch: false, withdrawn: false, endorsements: [], said: [] },
    ...more,
  })) as unknown as Answer

async function waits(runs: Runs): Promise<string> {
  const started = await runs.start(flow)
  if (started.started || started.request === undefined) throw new Error(JSON.stringify(started))
  return started.request.id
}

const storedRequest = async (member: string, id: string) =>
  world.get(member).db!.selectFrom('requests').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

async function started(member: string, id: string): Promise<string> {
  for (let left = 200; left > 0; left--) {
    const { run } = await runsOf(member).desk.request(id)
    if (run !== undefined) return run
    await pause(25)
  }
  throw new Error('not started')
}

describe('An initiator', () => {
  it('gets no signature for a run that leaves its grants out, or names others than its own for exactly this', async () => {
    worldOf()
    const [a] = await upBoth()
    const seen = proposalsToSign()
    expect(await ended(a, ((await a.start(flow)) as { run: string }).run)).toBe('succeeded')
    const [proposal] = seen
    const [grant] = proposal!.grants
    // A grant for as many runs as one likes: nothing but what it is for is at stake.
    const db = world.get('bank-b').db!
    await db.updateTable('given_grants').set({ quota: 100 }).execute()
    world.grants.given.get(grant!.id)!.left = 100
    expect((await sign(proposal!)).signature).toBeDefined()
    const refusals: [Partial<Proposal>, string][] = [
      [{ grants: [] }, 'RUN_GRANT_MISSING'],
      [{ grants: [{ ...grant!, asset: '0'.repeat(64) }] }, 'RUN_GRANT_MISSING'],
      [{ grants: [grant!, { ...grant!, asset: proposal!.assets[0]!.id }] }, 'RUN_GRANT_MISSING'],
      [{ grants: [{ ...grant!, id: 'f'.repeat(64) }] }, 'RUN_GRANT_OTHER'],
      [{ flow: flow.replace('0.25', '0.3') }, 'RUN_GRANT_OTHER'],
    ]
    for (const [change, code] of refusals)
      expect(await sign({ ...proposal!, ...change }), JSON.stringify(change)).toEqual({ terms: [], refused: code })
    // Somebody else's grant.
    await db.updateTable('given_grants').set({ grantee: 'bank-c' }).execute()
    expect((await sign(proposal!)).refused).toBe('RUN_GRANT_OTHER')
  })

  it('that names one grant in two runs at once has one of them registered, and one code for the other', async () => {
    worldOf({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const request = await waits(a)
    world.ledgerAway = true
    await b.desk.approve(request, 1, undefined)
    const first = await started('bank-a', request)
    // The same grant in another run, by a node that does not count.
    const row = await storedRequest('bank-a', request)
    const final = decodeProposal(fromHex(JSON.parse(row.state).final))
    for (let left = 100; left > 0 && (await b.list()).length === 0; left--) await pause(20)
    expect(await sign(final)).toEqual({ terms: [], refused: 'RUN_GRANT_SPENT' })
    world.ledgerAway = false
    expect(await ended(a, first)).toBe('succeeded')
    expect(await sign(final)).toEqual({ terms: [], refused: 'RUN_GRANT_SPENT' })
  })

  it('that used a grant up elsewhere is told by one code that the ledger does not take the run', async () => {
    worldOf()
    const [a, b] = await upBoth()
    world.ledgerAway = true
    const { run } = (await a.start(flow)) as { run: string }
    for (let left = 100; left > 0 && (await b.list()).length === 0; left--) await pause(20)
    for (const grant of world.grants.given.values()) grant.left = 0
    world.ledgerAway = false
    for (const runs of [a, b]) expect(await ended(runs, run)).toBe('RUN_GRANT_SPENT')
    expect((await a.show(run)).error?.party).toBe('bank-b')
  })

  it('gets no second run out of one approval, however often it asks', async () => {
    worldOf({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const request = await waits(a)
    const { proposal } = await storedRequest('bank-a', request)
    await b.desk.approve(request, 1, undefined)
    expect(await ended(a, await started('bank-a', request))).toBe('succeeded')
    for (let i = 0; i < 3; i++) expect((await ask(proposal)).status).toBe('spent')
    // Nor where the owner has long forgotten the request.
    await world.get('bank-b').db!.deleteFrom('requests').execute()
    expect((await ask(proposal)).status).toBe('waiting')
    expect(world.grants.gifts).toBe(1)
  })

  it('cannot bring an endorsement of another request, or in the name of somebody who gave none', async () => {
    worldOf({ ...open, endorsements: { atLeast: 1, of: ['notary'] } }, ['notary'])
    const [a] = await upBoth()
    await world.up('notary')
    const first = await waits(a)
    const [atNotary] = await runsOf('notary').desk.requests()
    await runsOf('notary').desk.approve(atNotary!.id, 1, undefined)
    expect(await ended(a, await started('bank-a', first))).toBe('succeeded')
    const { state } = await storedRequest('bank-a', first)
    const { signature } = JSON.parse(state).asked.find((x: { kind: string }) => x.kind === 'vouch')
    await world.down('notary')
    const second = await waits(a)
    const { proposal } = await storedRequest('bank-a', second)
    const own = toHex(await world.get('bank-a').signer.sign(fromHex(second)))
    for (const forged of [signature, own])
      expect((await ask(proposal, { endorsements: [{ member: 'notary', signature: fromHex(forged) }] })).status).toBe(
        'waiting',
      )
    expect(world.grants.gifts).toBe(1)
  })

  it('cannot fill the inbox of another member', async () => {
    worldOf({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const request = await waits(a)
    const proposal = decodeProposal((await storedRequest('bank-a', request)).proposal)
    let refused = 0
    for (let i = 0; i < 40; i++)
      await ask(encodeProposal({ ...proposal, nonce: new Uint8Array(32).fill(i) })).catch(() => refused++)
    expect(refused).toBe(9)
    expect((await b.desk.requests()).length).toBe(32)
  })
})

describe('An owner', () => {
  it('whose terms change between its word and its signature signs nothing', async () => {
    worldOf()
    const [a, b] = await upBoth()
    const handler = world.get('bank-b').handlers.get('run.propose')!
    world.get('bank-b').handlers.set('run.propose', (from, body) => {
      const { facts } = world.get('bank-b').assets[0]!
      if ((body as { sign: boolean }).sign) facts.termsHash = '1'.repeat(64)
      return handler(from, body)
    })
    const { run } = (await a.start(flow)) as { run: string }
    expect(await ended(a, run)).toBe('RUN_TERMS_CHANGED')
    expect(await b.list()).toEqual([])
  })

  it('cannot approve what its own terms forbid', async () => {
    worldOf({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const request = await waits(a)
    world.get('bank-b').assets[0]!.terms = { ...open, purposes: [], approval: 'always' }
    await expect(b.desk.approve(request, 1, undefined)).rejects.toMatchObject({ code: 'REQUEST_FORBIDDEN' })
    expect((await b.desk.request(request)).status).toBe('waiting')
    expect(world.grants.gifts).toBe(0)
  })

  it('that is killed between granting and answering grants once, and the run begins when it is back', async () => {
    worldOf()
    const [a] = await upBoth()
    world.grants.onGiven = () => {
      throw testErrors.TEST_CUT({})
    }
    const request = await waits(a)
    expect(await runsOf('bank-b').desk.grants()).toMatchObject([{ status: 'pending' }])
    await world.down('bank-b')
    world.grants.onGiven = () => {}
    await world.up('bank-b')
    const run = await started('bank-a', request)
    for (const id of ['bank-a', 'bank-b']) expect(await ended(runsOf(id), run)).toBe('succeeded')
    expect(world.grants.gifts).toBe(1)
  })
})

describe('An initiator that is killed', () => {
  it.each(['before', 'after'])('%s it has signed what all have granted begins one run', async (when) => {
    worldOf({ ...open, approval: 'always' })
    const [a, b] = await upBoth()
    const request = await waits(a)
    const signed: RunRecord[] = []
    const dead = Promise.withResolvers<void>()
    world.get('bank-a').onWrite = async (record) => {
      if (record.kind !== 'run.signed') return
      signed.push(record)
      if (when === 'before' && signed.length === 1) {
        dead.resolve()
        throw testErrors.TEST_CUT({})
      }
    }
    world.ledgerAway = true
    await b.desk.approve(request, 1, undefined)
    if (when === 'before') await dead.promise
    else await started('bank-a', request)
    await world.down('bank-a')
    if (when === 'after')
      // As if it had not come to writing down that the run has begun.
      await reopened('bank-a', (db) =>
        db.updateTable('requests').set({ status: 'starting' }).where('id', '=', request).execute(),
      )
    world.ledgerAway = false
    await world.up('bank-a')
    const run = await started('bank-a', request)
    for (const id of ['bank-a', 'bank-b']) expect(await ended(runsOf(id), run)).toBe('succeeded')
    expect((await runsOf('bank-b').list()).length).toBe(1)
    expect((await runsOf('bank-a').list()).length).toBe(1)
    expect(world.grants.gifts).toBe(1)
  })
})

async function reopened(id: string, change: (db: NonNullable<ReturnType<World['get']>['db']>) => Promise<unknown>) {
  const { openDatabase } = await import('../storage/index.ts')
  const db = await openDatabase(world.get(id).home)
  try {
    await change(db)
  } finally {
    await db.destroy()
  }
}
