/** The contracts through the client, on one embedded chain: every custom error has a case that raises it. */
import { fromHex, toHex } from '@secureflow/base'
import { type Abi, encodeFunctionData } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LedgerAccount } from './account.ts'
import { agreementDigest } from './agreement.ts'
import { loadContracts } from './contracts.ts'
import type { EmbeddedLedger } from './embedded/ledger.ts'
import { accountChangeDigest } from './enrolment.ts'
import { contractAddresses } from './genesis.ts'
import type { LedgerClient } from './interface.ts'
import { accountOf, digestOf, nowSeconds, signerOfName, TestNetwork } from './testing/network.ts'

let net: TestNetwork
let ledger: EmbeddedLedger
let centre: LedgerClient
let a: LedgerClient
let b: LedgerClient
let stranger: LedgerClient
const parties = ['bank-a', 'bank-b', 'centre']

beforeAll(async () => {
  net = await TestNetwork.create()
  ledger = await net.ledger('centre')
  centre = await net.client(ledger, 'centre')
  a = await net.client(ledger, 'bank-a')
  b = await net.client(ledger, 'bank-b')
  stranger = await net.client(ledger, 'stranger')
  await net.add(centre, 'bank-a', 'bank-b')
})
afterAll(() => net.close())

const code = (expected: string) => expect.objectContaining({ code: expected })

async function registered(change = {}): Promise<string> {
  const agreement = net.agreement(parties, change)
  return (await a.registerAgreement(agreement, await net.signAll(agreement, parties))).runId
}

describe('Members', () => {
  it('holds the founder from the beginning and the members in order', async () => {
    const members = await centre.members()
    expect(members.slice(0, 3).map((m) => [m.name, m.account, m.operator, m.active])).toEqual([
      ['centre', accountOf('centre'), true, true],
      ['bank-a', accountOf('bank-a'), false, true],
      ['bank-b', accountOf('bank-b'), false, true],
    ])
    expect(members[1]!.certificate).toEqual(digestOf('certificate of bank-a'))
    expect(members[1]!.peerKey).toEqual(digestOf('peer key of bank-a'))
  })

  it('lets only the founder add and suspend', async () => {
    await expect(a.addMember(...(await net.enrolment('bank-x')))).rejects.toEqual(code('LEDGER_NOT_FOUNDER'))
    await expect(a.suspendMember(accountOf('bank-b'))).rejects.toEqual(code('LEDGER_NOT_FOUNDER'))
    await expect(a.reinstateMember(accountOf('bank-b'))).rejects.toEqual(code('LEDGER_NOT_FOUNDER'))
    await expect(centre.suspendMember(accountOf('centre'))).rejects.toEqual(code('LEDGER_FOUNDER_STAYS'))
    await expect(centre.suspendMember(accountOf('stranger'))).rejects.toEqual(code('LEDGER_UNKNOWN_MEMBER'))
  })

  it('adds nobody without its own consent to exactly this', async () => {
    const [enrolment, consent] = await net.enrolment('bank-x')
    const refused = code('LEDGER_CONSENT_INVALID')
    const [, anothers] = await net.enrolment('bank-y')
    await expect(centre.addMember(enrolment, anothers)).rejects.toEqual(refused)
    await expect(centre.addMember({ ...enrolment, name: 'bank-z' }, consent)).rejects.toEqual(refused)
    await expect(centre.addMember({ ...enrolment, peerKey: digestOf('mine') }, consent)).rejects.toEqual(refused)
    await expect(centre.addMember({ ...enrolment, expiry: enrolment.expiry + 1 }, consent)).rejects.toEqual(refused)
    await expect(centre.addMember(enrolment, consent.subarray(0, 64))).rejects.toEqual(refused)
    const late = await net.enrolment('bank-x', { expiry: nowSeconds() - 1 })
    await expect(centre.addMember(...late)).rejects.toEqual(code('LEDGER_ENROLMENT_EXPIRED'))
  })

  it('refuses names, accounts and keys that are taken, and names that are none', async () => {
    await expect(centre.addMember(...(await net.enrolment('bank-a')))).rejects.toEqual(code('LEDGER_ALREADY_MEMBER'))
    const named = await net.enrolment('bank-x', { name: 'bank-a' })
    await expect(centre.addMember(...named)).rejects.toEqual(code('LEDGER_NAME_TAKEN'))
    const keyed = await net.enrolment('bank-x', { peerKey: digestOf('peer key of bank-a') })
    await expect(centre.addMember(...keyed)).rejects.toEqual(code('LEDGER_KEY_TAKEN'))
    for (const name of ['x', 'Bank', '-bank', 'bank-', 'bank a', 'b'.repeat(33)]) {
      const odd = await net.enrolment('bank-x', { name })
      await expect(centre.addMember(...odd), name).rejects.toEqual(code('LEDGER_NAME_INVALID'))
    }
  })

  it('lets a member exchange its own keys, and frees the old one', async () => {
    await net.add(centre, 'bank-r')
    const renewing = await net.client(ledger, 'bank-r')
    await renewing.renewMember(digestOf('new certificate'), digestOf('new key'))
    const found = (await centre.members()).find((m) => m.name === 'bank-r')!
    expect([found.certificate, found.peerKey]).toEqual([digestOf('new certificate'), digestOf('new key')])
    await expect(renewing.renewMember(digestOf('c'), digestOf('peer key of bank-a'))).rejects.toEqual(
      code('LEDGER_KEY_TAKEN'),
    )
    await expect(stranger.renewMember(digestOf('c'), digestOf('k'))).rejects.toEqual(code('LEDGER_NOT_ACTIVE_MEMBER'))
  })
})

describe('Proposals', () => {
  it('admit, suspend and let in again by vote, once the quorum is above one', async () => {
    const voting = await TestNetwork.create('a voting network')
    const ledger = await voting.ledger('centre')
    const [founder, one, two] = (await Promise.all(
      ['centre', 'bank-a', 'bank-b'].map((name) => voting.client(ledger, name)),
    )) as [LedgerClient, LedgerClient, LedgerClient]
    await voting.add(founder, 'bank-a', 'bank-b')
    const expiry = nowSeconds() + 600
    await founder.propose({ action: 'setQuorum', quorum: 2, expiry })
    await expect(voting.add(founder, 'bank-c')).rejects.toEqual(code('LEDGER_VOTE_NEEDED'))
    const [enrolment, consent] = await voting.enrolment('bank-c')
    await one.applyForMembership(enrolment, consent)
    expect(await two.candidate(enrolment.account)).toEqual(enrolment)
    const account = enrolment.account
    const { id } = await one.propose({ action: 'admit', account, roles: ['member', 'auditor'], expiry })
    await expect(one.vote(id)).rejects.toEqual(code('LEDGER_ALREADY_VOTED'))
    expect((await two.members()).length).toBe(3)
    await two.vote(id)
    expect((await two.members()).at(-1)).toMatchObject({ name: 'bank-c', roles: ['member', 'auditor'], active: true })
    await expect(founder.vote(id)).rejects.toEqual(code('LEDGER_PROPOSAL_EXECUTED'))
    expect((await two.proposals()).at(-1)).toEqual({
      ...{ id, action: 'admit', account, roles: ['member', 'auditor'], quorum: 0, expiry, executed: true },
      voters: [accountOf('bank-a'), accountOf('bank-b')],
    })
    expect(await two.quorum()).toEqual({ quorum: 2, needed: 2 })

    await two.setGateway('bank-b.example:7000')
    const to = accountOf('bank-b anew')
    const moving = accountChangeDigest(voting.networkId, { from: accountOf('bank-b'), to, expiry })
    const open = (await two.propose({ action: 'suspend', account, expiry })).id
    await two.changeAccount(to, expiry, await signerOfName('bank-b anew').sign(moving))
    await expect(two.setGateway('x:1')).rejects.toThrow()
    const anew = await voting.client(ledger, 'bank-b anew')
    await expect(anew.vote(open)).rejects.toEqual(code('LEDGER_ALREADY_VOTED'))
    expect((await anew.members())[2]).toMatchObject({ name: 'bank-b', account: to, gateway: 'bank-b.example:7000' })
    await voting.close()
  })
})

describe('Assets', () => {
  const asset = (id: string) => ({
    kind: 'dataset' as const,
    manifestHash: digestOf(id),
    termsHash: digestOf('terms'),
  })
  const [flowHash, parametersHash] = [digestOf('flow'), digestOf('parameters')]
  const given = { flowHash, parametersHash, quota: 2, expiry: nowSeconds() + 3600, grantee: accountOf('bank-b') }

  it('registers, changes terms and retires, by the owner alone', async () => {
    const { id } = await a.registerAsset(asset('loans'))
    await expect(a.registerAsset(asset('loans'))).rejects.toEqual(code('LEDGER_ASSET_EXISTS'))
    await expect(b.setTerms(id, digestOf('t'))).rejects.toEqual(code('LEDGER_NOT_OWNER'))
    await expect(b.retireAsset(id)).rejects.toEqual(code('LEDGER_NOT_OWNER'))
    await expect(a.retireAsset(digestOf('none'))).rejects.toEqual(code('LEDGER_UNKNOWN_ASSET'))
    await expect(stranger.registerAsset(asset('x'))).rejects.toEqual(code('LEDGER_NOT_ACTIVE_MEMBER'))
    await a.setTerms(id, digestOf('t'))
    const zeros = new Uint8Array(32)
    expect((await b.assets()).at(-1)).toEqual({
      ...asset('loans'),
      ...{ id, owner: accountOf('bank-a'), termsHash: digestOf('t'), storageRef: zeros, proof: zeros },
      ...{ previous: zeros, children: [], version: 1, missing: 0, state: 'active' },
    })
    await a.retireAsset(id)
    expect((await b.assets()).at(-1)).toMatchObject({ state: 'retired' })
    await expect(a.setTerms(id, digestOf('t'))).rejects.toEqual(code('LEDGER_ALREADY_RETIRED'))
  })

  it('makes a composite active when every child is granted, and no longer when one is taken back', async () => {
    const { id: ours } = await a.registerAsset(asset('ours'))
    const { id: theirs } = await b.registerAsset(asset('theirs'))
    const { id } = await a.registerAsset({ ...asset('joint'), kind: 'flow', children: [ours, theirs] })
    expect((await a.assets()).at(-1)).toMatchObject({ state: 'pending', missing: 1 })
    const grant = { ...given, asset: id, salt: digestOf('joint') }
    await expect(a.grantUse(grant)).rejects.toEqual(code('LEDGER_ASSET_NOT_USABLE'))
    await expect(a.grantChild(id, theirs)).rejects.toEqual(code('LEDGER_NOT_OWNER'))
    await b.grantChild(id, theirs)
    expect(await a.isUsable(id)).toBe(true)
    const granted = await a.grantUse(grant)
    await b.revokeChild(id, theirs)
    expect([await a.isUsable(id), await a.stands(granted.id)]).toEqual([false, false])
  })

  it('hands over in two steps, and asks anew for what others granted to the former owner', async () => {
    const { id: child } = await centre.registerAsset(asset('child'))
    const { id } = await a.registerAsset({ ...asset('sold'), children: [child] })
    await centre.grantChild(id, child)
    await expect(b.acceptAsset(id)).rejects.toEqual(code('LEDGER_NOT_OFFERED'))
    await a.offerAsset(id, accountOf('bank-b'))
    await b.acceptAsset(id)
    expect((await a.assets()).at(-1)).toMatchObject({ owner: accountOf('bank-b'), state: 'pending', missing: 1 })
    const { id: next } = await b.registerAsset({ ...asset('sold anew'), previous: id })
    expect((await a.assets()).at(-1)).toMatchObject({ id: next, version: 2, previous: id })
  })

  it('uses a grant up with each agreement, and counts the demand', async () => {
    const { id: data } = await a.registerAsset(asset('granted'))
    await b.askUse(data, flowHash, parametersHash, 2)
    await a.refuseUse(data, accountOf('bank-b'), flowHash, parametersHash)
    const { id } = await a.grantUse({ ...given, asset: data, salt: digestOf('s') })
    const run = async (change = {}) => {
      const agreement = net.agreement(parties, { flowHash, parametersHash, grants: [id], ...change })
      return a.registerAgreement(agreement, await net.signAll(agreement, parties))
    }
    const { runId, height } = await run()
    expect(await a.events(height)).toContainEqual({
      ...{ kind: 'GrantUsed', height, asset: toHex(data), grant: toHex(id), runId, left: 1 },
    })
    const mismatch = code('LEDGER_GRANT_MISMATCH')
    await expect(run({ flowHash: digestOf('another') })).rejects.toEqual(mismatch)
    await expect(run({ parametersHash: digestOf('others') })).rejects.toEqual(mismatch)
    await expect(run({ grants: [digestOf('none')] })).rejects.toEqual(code('LEDGER_UNKNOWN_GRANT'))
    await run()
    expect(await a.grantOf(id)).toEqual({
      ...{ asset: data, grantee: accountOf('bank-b'), flowHash, parametersHash },
      ...{ left: 0, expiry: given.expiry, revoked: false },
    })
    await expect(run()).rejects.toEqual(code('LEDGER_QUOTA_SPENT'))
    expect(await b.demand(data)).toEqual({ asked: 1, granted: 1, refused: 1, used: 2 })
  })

  it('lets no grant be used after it is revoked', async () => {
    const { id: data } = await a.registerAsset(asset('revoked'))
    const { id } = await a.grantUse({ ...given, asset: data, salt: digestOf('r') })
    const agreement = net.agreement(parties, { flowHash, parametersHash, grants: [id] })
    const signatures = await net.signAll(agreement, parties)
    expect(await b.stands(id)).toBe(true)
    await expect(b.revokeGrant(id)).rejects.toEqual(code('LEDGER_NOT_OWNER'))
    await a.revokeGrant(id)
    expect(await b.stands(id)).toBe(false)
    await expect(b.registerAgreement(agreement, signatures)).rejects.toEqual(code('LEDGER_GRANT_WAS_REVOKED'))
  })
})

describe('Agreements', () => {
  it('computes the digest that the parties sign, and keeps everything to check it again', async () => {
    const agreement = net.agreement(parties, { dealer: accountOf('centre') })
    const signatures = await net.signAll(agreement, parties)
    const { runId, height } = await b.registerAgreement(agreement, signatures)
    expect(runId).toBe(toHex(agreementDigest(net.networkId, agreement)))
    expect(await a.agreement(runId)).toEqual({ runId, agreement, signatures, height })
    expect(await a.agreement('ab'.repeat(32))).toBeUndefined()
    expect(await a.events(height)).toContainEqual({
      kind: 'AgreementRegistered',
      height,
      runId,
      parties: agreement.parties,
    })
  })

  it('refuses a replay: the same again, and another with its nonce', async () => {
    const agreement = net.agreement(parties)
    const signatures = await net.signAll(agreement, parties)
    await a.registerAgreement(agreement, signatures)
    const replayed = code('LEDGER_AGREEMENT_REPLAYED')
    await expect(b.registerAgreement(agreement, signatures)).rejects.toEqual(replayed)
    const other = { ...agreement, attemptLimit: 9 }
    await expect(b.registerAgreement(other, await net.signAll(other, parties))).rejects.toEqual(replayed)
  })

  it('refuses another network, by its name and by its signatures', async () => {
    const agreement = net.agreement(parties)
    const foreign = await TestNetwork.create('another network')
    const signatures = await net.signAll(agreement, parties, foreign.networkId)
    await expect(a.registerAgreement(agreement, signatures)).rejects.toEqual(code('LEDGER_SIGNATURE_INVALID'))
    const zeros = hex(new Uint8Array(32))
    const hashes = { flowHash: zeros, parametersHash: zeros, grants: [] }
    const chain = { ...agreement, ...hashes, nonce: hex(agreement.nonce), bodyHash: hex(agreement.bodyHash) }
    const struct = { ...chain, expiry: BigInt(chain.expiry), deadline: BigInt(chain.deadline) }
    await expect(direct('Agreements', 'register', hex(foreign.networkId), struct, signatures.map(hex))).rejects.toEqual(
      code('LEDGER_WRONG_NETWORK'),
    )
  })

  it('refuses what expired, and deadlines that make no sense', async () => {
    const late = net.agreement(parties, { expiry: nowSeconds() - 1 })
    await expect(a.registerAgreement(late, await net.signAll(late, parties))).rejects.toEqual(
      code('LEDGER_AGREEMENT_EXPIRED'),
    )
    const short = net.agreement(parties, { deadline: nowSeconds() + 10 })
    await expect(a.registerAgreement(short, await net.signAll(short, parties))).rejects.toEqual(
      code('LEDGER_DEADLINE_INVALID'),
    )
  })

  it('refuses any altered field', async () => {
    const agreement = net.agreement(parties)
    const signatures = await net.signAll(agreement, parties)
    const altered = {
      nonce: { nonce: digestOf('another nonce') },
      expiry: { expiry: agreement.expiry - 1 },
      deadline: { deadline: agreement.deadline + 1 },
      bodyHash: { bodyHash: digestOf('another body') },
      parties: { parties: [...agreement.parties].reverse() },
      dealer: { dealer: accountOf('centre') },
      attemptLimit: { attemptLimit: 4 },
      flowHash: { flowHash: digestOf('another flow') },
      parametersHash: { parametersHash: digestOf('others') },
      grants: { grants: [digestOf('a grant')] },
    }
    expect(Object.keys(altered).sort()).toEqual(Object.keys(agreement).sort())
    for (const [field, change] of Object.entries(altered))
      await expect(a.registerAgreement({ ...agreement, ...change }, signatures), field).rejects.toEqual(
        code('LEDGER_SIGNATURE_INVALID'),
      )
  })

  it('refuses a missing, a surplus, a foreign and a malleable signature', async () => {
    const agreement = net.agreement(parties)
    const signatures = await net.signAll(agreement, parties)
    const missing = code('LEDGER_MISSING_SIGNATURE')
    await expect(a.registerAgreement(agreement, signatures.slice(0, 2))).rejects.toEqual(missing)
    await expect(a.registerAgreement(agreement, [signatures[0]!, new Uint8Array(0), signatures[2]!])).rejects.toEqual(
      missing,
    )
    await expect(a.registerAgreement(agreement, [...signatures, signatures[0]!])).rejects.toEqual(
      code('LEDGER_PARTIES_INVALID'),
    )
    const invalid = code('LEDGER_SIGNATURE_INVALID')
    const strangers = await signerOfName('stranger').sign(agreementDigest(net.networkId, agreement))
    await expect(a.registerAgreement(agreement, [signatures[0]!, strangers, signatures[2]!])).rejects.toEqual(invalid)
    await expect(a.registerAgreement(agreement, [otherS(signatures[0]!), ...signatures.slice(1)])).rejects.toEqual(
      invalid,
    )
  })

  it('refuses a duplicate party, a stranger among them, nobody at all, and a dealer from outside', async () => {
    const cases: [string[], object, string][] = [
      [['bank-a', 'bank-b', 'bank-a'], {}, 'LEDGER_DUPLICATE_SIGNER'],
      [['bank-a', 'stranger'], {}, 'LEDGER_SIGNER_NOT_ACTIVE'],
      [[], {}, 'LEDGER_PARTIES_INVALID'],
      [['bank-a', 'bank-b'], { dealer: accountOf('centre') }, 'LEDGER_DEALER_NOT_PARTY'],
    ]
    for (const [names, change, expected] of cases) {
      const agreement = net.agreement(names, change)
      await expect(a.registerAgreement(agreement, await net.signAll(agreement, names)), expected).rejects.toEqual(
        code(expected),
      )
    }
  })

  it('refuses a suspended signer until it is reinstated', async () => {
    const agreement = net.agreement(parties)
    const signatures = await net.signAll(agreement, parties)
    const run = await registered()
    await centre.suspendMember(accountOf('bank-b'))
    await expect(a.registerAgreement(agreement, signatures)).rejects.toEqual(code('LEDGER_SIGNER_NOT_ACTIVE'))
    await expect(b.anchor(run, { root: digestOf('r'), size: 1, count: 1 })).rejects.toEqual(
      code('LEDGER_NOT_ACTIVE_MEMBER'),
    )
    await expect(centre.suspendMember(accountOf('bank-b'))).rejects.toEqual(code('LEDGER_NOT_ACTIVE_MEMBER'))
    await centre.reinstateMember(accountOf('bank-b'))
    await a.registerAgreement(agreement, signatures)
  })
})

describe('Receipts', () => {
  const record = (party: string) => ({ root: digestOf(`root of ${party}`), size: 7, count: 3 })

  it('is complete when every party anchored', async () => {
    const run = await registered()
    await a.anchor(run, record('bank-a'))
    await a.anchor(run, record('bank-a')) // the same again: nothing happens
    expect(await b.runStatus(run)).toMatchObject({ state: 'open', anchors: [{ party: accountOf('bank-a') }] })
    await expect(a.anchor(run, record('another'))).rejects.toEqual(code('LEDGER_ALREADY_ANCHORED'))
    await b.anchor(run, record('bank-b'))
    await centre.anchor(run, record('centre'))
    const { state, anchors } = await b.runStatus(run)
    expect(state).toBe('complete')
    expect(anchors.map(({ height: _, ...anchor }) => anchor)).toEqual(
      parties.map((party) => ({ party: accountOf(party), ...record(party) })),
    )
    await expect(a.fail(run, 'CANCELLED')).rejects.toEqual(code('LEDGER_RUN_ALREADY_COMPLETE'))
    expect((await a.events(1)).filter((e) => 'runId' in e && e.runId === run).map((e) => e.kind)).toEqual([
      'AgreementRegistered',
      'Anchored',
      'Anchored',
      'Anchored',
      'RunCompleted',
    ])
  })

  it('fails for everybody by one party’s word, once', async () => {
    const run = await registered()
    await a.anchor(run, record('bank-a'))
    await b.fail(run, 'DATA_CHANGED')
    await centre.fail(run, 'OTHER') // no error, and changes nothing
    expect(await a.runStatus(run)).toMatchObject({
      state: 'failed',
      failure: { party: accountOf('bank-b'), code: 'DATA_CHANGED' },
    })
    await expect(centre.anchor(run, record('centre'))).rejects.toEqual(code('LEDGER_RUN_ALREADY_FAILED'))
    const other = await registered()
    await expect(direct('Receipts', 'fail', `0x${other}`, 0)).rejects.toEqual(code('LEDGER_FAILURE_CODE_MISSING'))
  })

  it('refuses strangers, unknown runs and whoever is not a party', async () => {
    const two = net.agreement(['bank-a', 'centre'])
    const { runId } = await a.registerAgreement(two, await net.signAll(two, ['bank-a', 'centre']))
    await expect(b.anchor(runId, record('bank-b'))).rejects.toEqual(code('LEDGER_NOT_PARTY'))
    await expect(b.fail(runId, 'OTHER')).rejects.toEqual(code('LEDGER_NOT_PARTY'))
    await expect(stranger.anchor(runId, record('x'))).rejects.toEqual(code('LEDGER_NOT_PARTY'))
    await expect(a.anchor('00'.repeat(32), record('bank-a'))).rejects.toEqual(code('LEDGER_UNKNOWN_RUN'))
    expect((await a.runStatus('00'.repeat(32))).state).toBe('unknown')
  })

  it('refuses anchors and failures after the deadline', async () => {
    const expiry = nowSeconds() + 2
    const run = await registered({ expiry, deadline: expiry })
    net.ahead.set('centre', 10_000)
    try {
      await expect(a.anchor(run, record('bank-a'))).rejects.toEqual(code('LEDGER_DEADLINE_PASSED'))
      await expect(b.fail(run, 'OTHER')).rejects.toEqual(code('LEDGER_DEADLINE_PASSED'))
    } finally {
      net.ahead.delete('centre')
    }
  })
})

it('tells the events of a kind, of an asset, of a grant, of a run and of a member, each apart', async () => {
  const all = await a.events(1)
  const plain = (events: unknown[]) => events.map((event) => JSON.stringify(event))
  const told = new Set(all.map((event) => event.kind))
  expect(told.size).toBeGreaterThan(12)
  for (const kind of told)
    expect(plain(await a.events(1, { kinds: [kind] })), kind).toEqual(plain(all.filter((event) => event.kind === kind)))
  const grant = all.find((event) => event.kind === 'GrantUsed')!
  for (const id of [grant.asset, grant.grant, grant.runId])
    expect(plain(await a.events(1, { about: fromHex(id) }))).toEqual(
      plain(all.filter((event) => Object.values(event).includes(id))),
    )
  const kinds = ['GrantUsed', 'GrantRevoked'] as const
  expect(plain(await a.events(grant.height, { kinds, about: fromHex(grant.grant) }))).toEqual(
    plain(all.filter((e) => kinds.some((k) => k === e.kind) && Object.values(e).includes(grant.grant))),
  )
  const suspensions = await a.events(1, { kinds: ['MemberSuspended'], about: accountOf('bank-b') })
  expect(suspensions.length).toBeGreaterThan(0)
  expect(suspensions.every((e) => 'account' in e && e.account === accountOf('bank-b'))).toBe(true)
})

it('takes many transactions of one account at once, in an unbroken row of nonces', async () => {
  const height = (await a.events(1)).length
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      a.registerAsset({
        kind: 'model',
        manifestHash: digestOf(`asset ${i}`),
        termsHash: digestOf('t'),
      }),
    ),
  )
  expect((await a.events(1)).length).toBe(height + 40) // registered and activated
})

it('finds its nonce again when another process of the same account comes first', async () => {
  const twins = await Promise.all([net.client(ledger, 'bank-b'), net.client(ledger, 'bank-b')])
  const asset = (id: string) => ({
    kind: 'flow' as const,
    manifestHash: digestOf(id),
    termsHash: digestOf(id),
  })
  await Promise.all(twins.flatMap((twin, i) => [0, 1, 2].map((j) => twin.registerAsset(asset(`twin ${i} ${j}`)))))
  const found = (await a.assets()).filter((x) => x.kind === 'flow' && x.owner === accountOf('bank-b'))
  expect(found).toHaveLength(6)
})

/** What the client would never send. */
async function direct(name: 'Agreements' | 'Receipts', functionName: string, ...args: unknown[]): Promise<unknown> {
  const abi = (await loadContracts())[name].abi as Abi
  const account = new LedgerAccount({ provider: ledger.provider, signer: signerOfName('bank-a'), timeoutMs: 1000 })
  return account.call(contractAddresses(net.genesis)[name], encodeFunctionData({ abi, functionName, args }), abi)
}

const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}` as const

/** The other valid signature of the same message: s becomes n - s, v flips. */
function otherS(signature: Uint8Array): Uint8Array {
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const s = (n - BigInt(`0x${toHex(signature.subarray(32, 64))}`)).toString(16).padStart(64, '0')
  return Uint8Array.of(
    ...signature.subarray(0, 32),
    ...Uint8Array.from(s.match(/../g)!, (byte) => Number.parseInt(byte, 16)),
    signature[64]! === 27 ? 28 : 27,
  )
}
