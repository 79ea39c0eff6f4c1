/**
 * A proposer that puts into a block what it should not, against a member that replays it: what breaks the rules of blocks is
 * refused and not signed; what breaks those of the contracts stands there without effect.
 */
import { join } from 'node:path'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { fromHex, type Plain } from '@secureflow/base'
import { decodeErrorResult, type Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agreementToChain, hex } from '../client/words.ts'
import { loadContracts } from '../contracts.ts'
import { accountChangeDigest } from '../enrolment.ts'
import { type ContractName, chainIdOf, contractNames } from '../genesis.ts'
import type { LedgerClient } from '../interface.ts'
import { accountOf, digestOf, nowSeconds, signerOfName, TestNetwork } from '../testing/network.ts'
import { signedCall, signedTransaction } from '../testing/transactions.ts'
import { Chain } from './chain.ts'
import { blockOf, type Executed } from './execute.ts'
import { headDigest } from './heads.ts'
import type { EmbeddedLedger } from './ledger.ts'
import { chainRules } from './rules.ts'
import { LedgerStore } from './store.ts'

type Call = [by: string, contract: ContractName, functionName: string, ...args: unknown[]]

const names = ['centre', 'bank-a', 'bank-b']
let net: TestNetwork
let replica: EmbeddedLedger
let client: LedgerClient
let chain: Chain
let store: LedgerStore

/** What the honest members did before: `deeds` by their clients. Then the centre's key and disk are the attacker's. */
async function begin(deeds: (clients: Record<string, LedgerClient>) => Promise<void> = async () => {}): Promise<void> {
  const ledgers = await Promise.all(names.map((name) => net.ledger(name)))
  const clients = await Promise.all(ledgers.map((ledger, i) => net.client(ledger, names[i]!)))
  await net.add(clients[0]!, 'bank-a', 'bank-b')
  await deeds({ centre: clients[0]!, 'bank-a': clients[1]!, 'bank-b': clients[2]! })
  replica = ledgers[1]!
  client = clients[1]!
  await replica.compare()
  expect(replica.head).toEqual(ledgers[0]!.head)
  await ledgers[0]!.close()
  await ledgers[2]!.close()
  store = await LedgerStore.open(join(net.root, 'centre'))
  chain = await Chain.open(store, net.genesis, '')
}

const decoded = (raw: Hex): TypedTransaction =>
  createTxFromRLP(fromHex(raw), { common: chainRules(chainIdOf(net.networkId)) })

/** Signed by their callers, in this order. */
async function signed(calls: readonly Call[]): Promise<Hex[]> {
  const nonces = new Map<string, number>()
  const out: Hex[] = []
  for (const [by, ...call] of calls) {
    const nonce = nonces.get(by) ?? Number(await chain.nonce(accountOf(by)))
    nonces.set(by, nonce + 1)
    out.push(await signedCall(net, by, nonce, call))
  }
  return out
}

/** The block that the attacker's machine makes of them: it checks neither who sends nor where to. */
async function blockWith(raws: readonly Hex[]): Promise<Executed> {
  let made: Executed | undefined
  const stop = new Error('not to be stored')
  const proposed = chain.propose(raws.map(decoded), nowSeconds(), async (executed) => {
    made = executed
    throw stop
  })
  await expect(proposed).rejects.toBe(stop)
  return made!
}

async function deliver({ block }: Pick<Executed, 'block'>): Promise<void> {
  const signature = await signerOfName('centre').sign(
    headDigest(net.networkId, Number(block.header.number), block.hash()),
  )
  const body = { block: block.serialize(), signature }
  await net.links.transport('outside').request('bank-a', 'ledger.block', body as unknown as Plain)
}

/** Delivers a block of these; what each of them came to. */
async function outcomes(...calls: Call[]): Promise<string[]> {
  const made = await blockWith(await signed(calls))
  await deliver(made)
  expect(replica.head.hash, 'a block that breaks no rule is followed').toEqual(made.block.hash())
  const contracts = await loadContracts()
  const errors = contractNames.flatMap((name) => contracts[name].abi.filter((item) => item.type === 'error'))
  return made.transactions.map(({ ok, revert }) =>
    ok ? 'done' : decodeErrorResult({ abi: errors, data: hex(revert) }).errorName,
  )
}

async function isRefused(block: Pick<Executed, 'block'>): Promise<void> {
  const { height, hash } = replica.head
  await expect(deliver(block)).rejects.toMatchObject({ code: 'LEDGER_BLOCK_REFUSED' })
  expect(replica.head).toMatchObject({ height, hash })
  expect(await replica.signaturesAt(height + 1)).toEqual([])
}

beforeEach(async () => {
  net = await TestNetwork.create()
})
afterEach(async () => {
  await store.close()
  await net.close()
})

const asset = (name: string) => ({ kind: 'dataset' as const, manifestHash: digestOf(name), termsHash: digestOf('t') })
const chainAsset = (name: string) => {
  const [hash, zero] = [hex(digestOf(name)), hex(new Uint8Array(32))]
  return { kind: 0, manifestHash: hash, storageRef: zero, proof: zero, termsHash: hash, previous: zero, children: [] }
}

describe('a block with transactions of a suspended member', () => {
  it('does nothing for it: no asset, no vote, no grant, no anchor', async () => {
    let proposal = 0
    let id: Uint8Array = new Uint8Array(0)
    let run = ''
    await begin(async (clients) => {
      id = (await clients['bank-b']!.registerAsset(asset('b’s'))).id
      const agreement = net.agreement(['bank-a', 'bank-b'])
      run = (await clients['bank-b']!.registerAgreement(agreement, await net.signAll(agreement, ['bank-a', 'bank-b'])))
        .runId
      await clients.centre!.suspendMember(accountOf('bank-b'))
      const expiry = nowSeconds() + 600
      await clients.centre!.propose({ action: 'setQuorum', quorum: 2, expiry })
      const account = accountOf('bank-b')
      proposal = (await clients.centre!.propose({ action: 'readmit', account, expiry })).id
    })
    const grant = {
      ...{
        asset: hex(id),
        grantee: accountOf('bank-a'),
        flowHash: hex(digestOf('f')),
        parametersHash: hex(digestOf('p')),
      },
      ...{ quota: 1, expiry: BigInt(nowSeconds() + 600), salt: hex(digestOf('s')) },
    }
    const before = JSON.stringify([await client.members(), await client.proposals(), await client.assets()])
    expect(
      await outcomes(
        ['bank-b', 'Assets', 'registerAsset', chainAsset('another')],
        ['bank-b', 'Members', 'vote', BigInt(proposal)],
        ['bank-b', 'Grants', 'grantUse', grant],
        ['bank-b', 'Receipts', 'anchor', hex(run), hex(digestOf('root')), 1n, 1],
        ['bank-b', 'Members', 'setGateway', 'elsewhere:1'],
      ),
    ).toEqual(Array(5).fill('NotActiveMember'))
    expect(JSON.stringify([await client.members(), await client.proposals(), await client.assets()])).toBe(before)
    expect((await client.runStatus(run)).anchors).toEqual([])
  })
})

describe('a vote', () => {
  let proposal = 0
  beforeEach(() =>
    begin(async (clients) => {
      const expiry = nowSeconds() + 600
      await net.add(clients.centre!, 'bank-c')
      await clients.centre!.propose({ action: 'setQuorum', quorum: 3, expiry })
      proposal = (await clients.centre!.propose({ action: 'suspend', account: accountOf('bank-c'), expiry })).id
    }),
  )
  const voters = async () => (await client.proposals())[proposal]!.voters

  it('replayed in one block, and in a later one, makes the block refused', async () => {
    const [vote, other] = await signed([
      ['bank-b', 'Members', 'vote', BigInt(proposal)],
      ['bank-a', 'Assets', 'registerAsset', chainAsset('x')],
    ])
    const { block } = await blockWith([vote!])
    const { common } = block
    await isRefused({ block: blockOf(block.header, [...block.transactions, ...block.transactions], common) })
    await deliver({ block })
    expect(await voters()).toEqual([accountOf('centre'), accountOf('bank-b')])
    const again = { ...block.header, number: block.header.number + 1n, parentHash: block.hash() }
    await isRefused({ block: blockOf(again, [...block.transactions], common) })
    await isRefused({ block: blockOf(again, [decoded(other!), ...block.transactions], common) })
    expect(await voters()).toHaveLength(2)
  })

  it('cast again under a new nonce has no effect, nor has one from the account that the voter had', async () => {
    const expiry = nowSeconds() + 600
    const change = { from: accountOf('bank-b'), to: accountOf('bank-b anew'), expiry }
    const consent = await signerOfName('bank-b anew').sign(accountChangeDigest(net.networkId, change))
    const vote: [ContractName, string, bigint] = ['Members', 'vote', BigInt(proposal)]
    expect(
      await outcomes(
        ['bank-b', ...vote],
        ['bank-b', ...vote],
        ['bank-b', 'Members', 'changeAccount', change.to, BigInt(expiry), hex(consent)],
        ['bank-b', ...vote],
        ['bank-b anew', ...vote],
      ),
    ).toEqual(['done', 'AlreadyVoted', 'done', 'NotActiveMember', 'AlreadyVoted'])
    expect(await voters()).toEqual([accountOf('centre'), accountOf('bank-b anew')])
    expect((await client.members()).find((m) => m.name === 'bank-c')).toMatchObject({ state: 'active' })
  })
})

describe('a grant', () => {
  const [flowHash, parametersHash] = [digestOf('flow'), digestOf('parameters')]
  let id: Hex
  beforeEach(() =>
    begin(async (clients) => {
      const { id: data } = await clients['bank-a']!.registerAsset(asset('data'))
      const expiry = nowSeconds() + 600
      const grant = { asset: data, grantee: accountOf('bank-b'), flowHash, parametersHash, quota: 2, expiry }
      id = hex((await clients['bank-a']!.grantUse({ ...grant, salt: digestOf('s') })).id)
    }),
  )
  const left = async () => (await client.grantOf(fromHex(id))).left

  /** A registration of an agreement between these, that uses the grant `times` times. */
  async function use(parties: string[], times = 1): Promise<Call> {
    const grants = Array.from({ length: times }, () => fromHex(id))
    const agreement = net.agreement(parties, { flowHash, parametersHash, grants })
    const signatures = (await net.signAll(agreement, parties)).map(hex)
    return ['centre', 'Agreements', 'register', hex(net.networkId), agreementToChain(agreement), signatures]
  }

  it('revoked earlier in the same block is used no more; used before, the run stands and nothing follows', async () => {
    const both = ['bank-a', 'bank-b']
    const revoke: Call = ['bank-a', 'Grants', 'revokeGrant', id]
    const calls = [await use(both), revoke, await use(both)]
    expect(await outcomes(...calls)).toEqual(['done', 'done', 'GrantWasRevoked'])
    expect(await left()).toBe(1)
    expect(await client.stands(fromHex(id))).toBe(false)
    expect(await client.events(1, { kinds: ['AgreementRegistered'] })).toHaveLength(1)
  })

  it('of another grantee is not used, and a quota not overspent within one block or one agreement', async () => {
    const both = ['bank-a', 'bank-b']
    const calls = [
      await use(['bank-a', 'centre']),
      await use(['bank-a']),
      await use(both, 3),
      await use(both),
      await use(both),
      await use(both),
    ]
    expect(await outcomes(...calls)).toEqual([
      ...['GranteeNotParty', 'GranteeNotParty', 'QuotaSpent'],
      ...['done', 'done', 'QuotaSpent'],
    ])
    expect(await left()).toBe(0)
  })
})

describe('a block that calls something else', () => {
  it.each([
    ['no contract of the network', { to: accountOf('stranger') }],
    ['an account, with coins', { to: accountOf('bank-a'), value: 1n }],
    ['nothing: it creates a contract', { to: undefined }],
  ])('%s is refused', async (_, change) => {
    await begin()
    const nonce = Number(await chain.nonce(accountOf('bank-b')))
    const raw = await signedTransaction(net, 'bank-b', nonce, { data: '0x', ...change })
    expect(chain.decodeTransaction(fromHex(raw))).toBeUndefined()
    // The first gives a block that is right but for this rule; the others no machine would execute.
    const honest = await signed([['bank-b', 'Assets', 'registerAsset', chainAsset('y')]])
    const { block } = await blockWith(change.to === accountOf('stranger') ? [raw] : honest)
    await isRefused({ block: blockOf(block.header, [decoded(raw)], block.common) })
  })

  it('is followed when it calls what it may', async () => {
    await begin()
    expect(await outcomes(['bank-b', 'Assets', 'registerAsset', chainAsset('z')])).toEqual(['done'])
  })
})
