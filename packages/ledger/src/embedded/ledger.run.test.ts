/** Three replicas in one process: one proposes, all replay and co-sign; whoever deviates is refused or proven. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BlockData, createBlock, createBlockFromRLP } from '@ethereumjs/block'
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { type Plain, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chainIdOf } from '../genesis.ts'
import type { LedgerClient } from '../interface.ts'
import { MemoryNetwork } from '../testing/memory.ts'
import { accountOf, digestOf, signerOfName, TestNetwork } from '../testing/network.ts'
import { headDigest, provesFork } from './heads.ts'
import type { EmbeddedLedger } from './ledger.ts'
import type { BlockMessage } from './wire.ts'

const names = ['centre', 'bank-a', 'bank-b']
const accounts = names.map(accountOf)
let net: TestNetwork

beforeEach(async () => {
  net = await TestNetwork.create()
})
afterEach(() => net.close())

const code = (expected: string) => expect.objectContaining({ code: expected })
let counter = 0
const asset = () => ({
  kind: 'dataset' as const,
  manifestHash: digestOf(`asset ${counter++}`),
  termsHash: digestOf('t'),
})

/** Three replicas with three members. */
async function three(): Promise<{ ledgers: EmbeddedLedger[]; clients: LedgerClient[] }> {
  const ledgers = await Promise.all(names.map((name) => net.ledger(name)))
  const clients = await Promise.all(ledgers.map((ledger, i) => net.client(ledger, names[i]!)))
  await net.add(clients[0]!, 'bank-a', 'bank-b')
  return { ledgers, clients }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (condition()) return
    await sleep(10)
  }
  throw new Error(`waited in vain: ${what}`)
}

/** The same block with other header fields, signed as the proposer would. */
async function forged(rlp: Uint8Array, change: object, signer = 'centre'): Promise<BlockMessage> {
  const chain = { chainId: chainIdOf(net.networkId), name: 'secureflow' }
  const common = createCustomCommon(chain, Mainnet, { hardfork: Hardfork.Paris })
  const { header, transactions } = createBlockFromRLP(rlp, { common })
  const other = createBlock({ header: { ...header, ...change }, transactions } as BlockData, { common })
  const digest = headDigest(net.networkId, Number(header.number), other.hash())
  return { block: other.serialize(), signature: await signerOfName(signer).sign(digest) }
}

describe('honest members', () => {
  it('replay every block and sign every head', async () => {
    const { ledgers, clients } = await three()
    await Promise.all(
      clients.map((client) => Promise.all([asset(), asset(), asset()].map((a) => client.registerAsset(a)))),
    )
    const height = Math.max(...ledgers.map((l) => l.height))
    await Promise.all(ledgers.map((ledger) => ledger.coSigned(height, accounts, { timeoutMs: 5000 })))
    expect(new Set(ledgers.map((ledger) => toHex(ledger.head.hash))).size).toBe(1)
    for (const ledger of ledgers) {
      expect((await ledger.signaturesAt(height)).map((s) => s.account).sort()).toEqual([...accounts].sort())
      expect(ledger.evidence()).toEqual([])
    }
    for (const client of clients) expect((await client.assets()).length).toBe(9)
  })

  it('tell of each block, and stop when asked', async () => {
    const { ledgers, clients } = await three()
    const seen: number[] = []
    const stop = ledgers[1]!.onBlock((height) => seen.push(height))
    const { height } = await clients[1]!.registerAsset(asset())
    expect(seen.at(-1)).toBe(height)
    stop()
    await clients[1]!.registerAsset(asset())
    expect(seen.at(-1)).toBe(height)
  })

  it('wait for a member that is away, and name it', async () => {
    const { ledgers, clients } = await three()
    net.links.away.add('bank-b')
    const { height } = await clients[1]!.registerAsset(asset())
    await ledgers[1]!.coSigned(height, accounts.slice(0, 2), { timeoutMs: 5000 })
    await expect(ledgers[1]!.coSigned(height, accounts, { timeoutMs: 50 })).rejects.toEqual(code('LEDGER_TIMEOUT'))
    await expect(ledgers[1]!.coSigned(height, accounts, { timeoutMs: 50 })).rejects.toThrow('bank-b')
    const abort = new AbortController()
    const waiting = ledgers[1]!.coSigned(height, accounts, { signal: abort.signal })
    abort.abort(new Error('no longer wanted'))
    await expect(waiting).rejects.toThrow('no longer wanted')
  })

  it('catch up after an absence, from any member', async () => {
    const { ledgers, clients } = await three()
    net.links.away.add('bank-b')
    for (let i = 0; i < 5; i++) await clients[1]!.registerAsset(asset())
    net.links.away.delete('bank-b')
    net.links.filter = (from, to) => !(from === 'bank-b' && to === 'centre') && !(from === 'centre' && to === 'bank-b')
    await until(() => ledgers[2]!.height === ledgers[0]!.height, 'bank-b catches up through bank-a')
    await ledgers[1]!.coSigned(ledgers[0]!.height, accounts, { timeoutMs: 5000 })
  })

  it('cannot add to the ledger while the proposer is away, and can when it is back', async () => {
    const { clients, ledgers } = await three()
    net.links.away.add('centre')
    const late = await net.client(ledgers[1]!, 'bank-a', 100)
    await expect(late.registerAsset(asset())).rejects.toEqual(code('LEDGER_TIMEOUT'))
    const sent = clients[2]!.registerAsset(asset())
    await sleep(50)
    net.links.away.delete('centre')
    await sent
  })

  it('keep everything over a restart', async () => {
    const { ledgers, clients } = await three()
    await clients[1]!.registerAsset(asset())
    await ledgers[1]!.coSigned(ledgers[0]!.height, accounts, { timeoutMs: 5000 })
    const { height, hash } = ledgers[1]!.head
    await Promise.all(ledgers.map((ledger) => ledger.close()))
    const alone = await net.ledger('bank-a', { links: new MemoryNetwork() })
    expect(alone.head).toMatchObject({ height, hash })
    await alone.coSigned(height, accounts) // the signatures were kept
    const again = await net.ledger('centre')
    const client = await net.client(again, 'centre')
    expect((await client.assets()).length).toBe(1)
    await client.registerAsset(asset())
    expect(again.height).toBe(height + 1)
  })

  it('refuse the folder of another network, and other contracts', async () => {
    await net.ledger('centre').then((ledger) => ledger.close())
    const other = await TestNetwork.create('another')
    Object.assign(other, { root: net.root })
    await expect(other.ledger('centre')).rejects.toEqual(code('LEDGER_OTHER_NETWORK'))
  })
})

describe('a proposer that deviates', () => {
  it('is proven when it shows two histories, and no run starts any more', async () => {
    const { ledgers } = await three()
    await ledgers[1]!.coSigned(ledgers[0]!.height, accounts, { timeoutMs: 5000 })
    const [shown, a, b] = ledgers as [EmbeddedLedger, EmbeddedLedger, EmbeddedLedger]
    await shown.close()
    // One key, two histories: bank-a is shown one, bank-b the other. Later the two members hear each other.
    cpSync(join(net.root, 'centre'), join(net.root, 'other'), { recursive: true })
    let apart = ['centre bank-b', 'other bank-a', 'centre other', 'bank-a bank-b']
    net.links.filter = (from, to) => !apart.includes(`${from} ${to}`) && !apart.includes(`${to} ${from}`)
    for (const [name, ledger] of [
      ['centre', a],
      ['other', b],
    ] as const) {
      const proposer = await net.ledger(name, { signer: signerOfName('centre') })
      await (await net.client(proposer, 'centre')).registerAsset(asset())
      await until(() => ledger.height === proposer.height, `${name} is followed`)
    }
    expect(a.height).toBe(b.height)
    expect(a.head.hash).not.toEqual(b.head.hash)
    const refused = [a, b].map((l) =>
      expect(l.coSigned(l.height, accounts, { timeoutMs: 5000 })).rejects.toEqual(code('LEDGER_FORKED')),
    )
    apart = apart.slice(0, 3)
    await Promise.all(refused)
    for (const ledger of [a, b]) {
      const [evidence] = ledger.evidence()
      expect(evidence).toMatchObject({ height: ledger.height, account: accountOf('centre') })
      expect(await provesFork(net.networkId, evidence!)).toBe(true)
      await expect(ledger.coSigned(1, accounts)).rejects.toEqual(code('LEDGER_FORKED'))
    }
    const kept = a.evidence()
    await a.close()
    expect((await net.ledger('bank-a', { links: new MemoryNetwork() })).evidence()).toEqual(kept)
  })

  it('gets no evidence against anybody accepted that proves nothing', async () => {
    const head = (hash: string, signature: Uint8Array, account: Address = accountOf('centre')) => ({
      ...{ height: 3, hash: digestOf(hash), account, signature },
    })
    const sign = (hash: string, height = 3) =>
      signerOfName('centre').sign(headDigest(net.networkId, height, digestOf(hash)))
    const base = { height: 3, account: accountOf('centre') }
    const [one, two] = [head('one', await sign('one')), head('two', await sign('two'))]
    expect(await provesFork(net.networkId, { ...base, heads: [one, two] })).toBe(true)
    expect(await provesFork(net.networkId, { ...base, heads: [one, one] })).toBe(false)
    expect(await provesFork(digestOf('x'), { ...base, heads: [one, two] })).toBe(false)
    expect(await provesFork(net.networkId, { ...base, account: accountOf('bank-a'), heads: [one, two] })).toBe(false)
    const higher = head('two', await sign('two', 4))
    expect(await provesFork(net.networkId, { ...base, heads: [one, higher] })).toBe(false)
  })
})

describe('a block', () => {
  /** Stops bank-a's replica from hearing of a block, and gives the block with its signature. */
  async function withheld(): Promise<{ a: EmbeddedLedger; message: BlockMessage; deliver: typeof send }> {
    const { ledgers, clients } = await three()
    const a = ledgers[1]!
    await until(() => a.height === ledgers[0]!.height, 'bank-a follows')
    let message: BlockMessage | undefined
    net.links.filter = (_, to, kind, body) => {
      if (kind === 'ledger.block') message = body as unknown as BlockMessage
      return to !== 'bank-a' || kind === 'deliver'
    }
    await clients[0]!.registerAsset(asset())
    await until(() => message !== undefined, 'the block')
    const send = async (changed: BlockMessage) => {
      net.links.filter = () => true
      return net.links.transport('outside').request('bank-a', 'ledger.block', changed as unknown as Plain)
    }
    net.links.away.add('centre')
    net.links.away.add('bank-b')
    return { a, message: message!, deliver: send }
  }

  it('is followed when it is right', async () => {
    const { a, message, deliver } = await withheld()
    const before = a.height
    await deliver(message)
    expect(a.height).toBe(before + 1)
  })

  it.each([
    ['another state root', { stateRoot: digestOf('root') }, 'another result'],
    ['another receipts root', { receiptTrie: digestOf('root') }, 'another result'],
    ['gas that was not used', { gasUsed: 5n }, 'another result'],
    ['another parent', { parentHash: digestOf('parent') }, 'does not follow'],
    ['a time 40 s ahead', {}, 'ahead'],
    ['a time before its parent', { timestamp: 1n }, 'older'],
    ['another beneficiary', { coinbase: `0x${'11'.repeat(20)}` }, 'another result'],
  ])('with %s is refused, and nothing is signed', async (_, change, reason) => {
    const { a, message, deliver } = await withheld()
    const before = a.height
    const ahead = { timestamp: BigInt(Math.floor(Date.now() / 1000) + 40) }
    const wrong = await forged(message.block, reason === 'ahead' ? ahead : change)
    await expect(deliver(wrong)).rejects.toThrow(reason)
    expect(a.height).toBe(before)
    expect(await a.signaturesAt(before + 1)).toEqual([])
    await deliver(message) // the state is as it was: the right block still follows
    expect(a.height).toBe(before + 1)
  })

  it('dated more than 30 s before the proposer said that there was none is refused', async () => {
    const { ledgers, clients } = await three()
    const a = ledgers[1]!
    await until(() => a.height === ledgers[0]!.height, 'bank-a follows')
    const before = a.height
    net.ahead.set('bank-a', 40_000)
    await a.compare()
    await clients[0]!.registerAsset(asset())
    await until(() => ledgers[2]!.height === before + 1, 'bank-b follows, whose clock is right')
    await a.compare()
    expect(a.height).toBe(before)
    // Its own clock was wrong: set right, it follows.
    net.ahead.clear()
    await a.compare()
    expect(a.height).toBe(before + 1)
  })

  it('signed by another member is refused', async () => {
    const { a, message, deliver } = await withheld()
    const before = a.height
    await expect(deliver(await forged(message.block, {}, 'bank-b'))).rejects.toThrow('not signed by the proposer')
    expect(a.height).toBe(before)
  })

  it('malformed or oversized is refused before it is decoded', async () => {
    const { a, message, deliver } = await withheld()
    const before = a.height
    const bad: object[] = [
      { block: new Uint8Array(300 << 10), signature: message.signature },
      { block: message.block.subarray(0, 100), signature: message.signature },
      { block: new Uint8Array(0), signature: message.signature },
      { block: message.block, signature: message.signature.subarray(1) },
      { block: 'text', signature: message.signature },
      { ...message, more: 1 },
      {},
    ]
    for (const [i, body] of bad.entries())
      await expect(deliver(body as BlockMessage), `case ${i}`).rejects.toMatchObject({ class: 'peer' })
    const outside = net.links.transport('outside')
    for (const kind of ['ledger.blocks', 'ledger.head'])
      for (const body of [null, [], { from: -1 }, { from: 1.5 }, { head: 7 }, { head: {} }] as Plain[])
        await expect(outside.request('bank-a', kind, body), kind).rejects.toMatchObject({ class: 'peer' })
    expect(a.height).toBe(before)
  })
})

describe('a member', () => {
  it('killed between signing and sending signs no other head at that height', async () => {
    const { ledgers, clients } = await three()
    const a = ledgers[1]!
    await a.coSigned(ledgers[0]!.height, accounts, { timeoutMs: 5000 })
    // Its signature is stored and never leaves: then it is gone.
    net.links.filter = (from) => from !== 'bank-a'
    await clients[0]!.registerAsset(asset())
    await until(() => a.height === ledgers[0]!.height, 'bank-a replays')
    const { height } = a
    const [stored] = (await a.signaturesAt(height)).filter((s) => s.account === accountOf('bank-a'))
    await a.close()
    // Back again, it is asked to sign another block at that height.
    const links = new MemoryNetwork()
    const again = await net.ledger('bank-a', { links })
    const later = Math.floor(Date.now() / 1000) + 5
    const other = await forged(await ledgers[0]!.blockAt(height), { timestamp: later })
    const centre = links.transport('centre')
    await centre.request('bank-a', 'ledger.block', other as unknown as Plain)
    expect((await again.signaturesAt(height)).filter((s) => s.account === accountOf('bank-a'))).toEqual([stored])
    expect(again.head.hash).toEqual(stored!.hash)
    expect(again.evidence()).toHaveLength(1) // and the proposer is caught
    // What it signed before it was killed is what it tells the others now.
    const answer = await centre.request('bank-a', 'ledger.head', { head: null })
    expect(answer).toMatchObject({ head: { hash: stored!.hash, signature: stored!.signature } })
  })

  it('that is suspended cannot send transactions, and its head counts no longer', async () => {
    const { clients, ledgers } = await three()
    await clients[0]!.suspendMember(accountOf('bank-b'))
    await until(() => ledgers[2]!.height === ledgers[0]!.height, 'bank-b follows')
    await expect(clients[2]!.registerAsset(asset())).rejects.toEqual(code('LEDGER_NOT_ACTIVE_MEMBER'))
    await expect(ledgers[0]!.coSigned(ledgers[0]!.height, [accountOf('bank-b')], { timeoutMs: 300 })).rejects.toEqual(
      code('LEDGER_TIMEOUT'),
    )
  })

  it('gets malformed, oversized and foreign transactions refused, and the ledger goes on', async () => {
    const { clients, ledgers } = await three()
    const outside = net.links.transport('outside')
    const submit = (transaction: unknown) => outside.request('centre', 'ledger.submit', { transaction } as Plain)
    expect(await submit(new Uint8Array(65 << 10))).toEqual({ refused: 'malformed' })
    expect(await submit('x')).toEqual({ refused: 'malformed' })
    expect(await submit(new Uint8Array(100))).toEqual({ refused: 'not allowed' })
    expect(await outside.request('bank-a', 'ledger.submit', { transaction: new Uint8Array(9) })).toEqual({
      refused: 'not the proposer',
    })
    await clients[1]!.registerAsset(asset())
    expect(ledgers[0]!.evidence()).toEqual([])
  })
})
