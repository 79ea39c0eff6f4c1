/**
 * Proposer and member in processes of their own, killed with -9 at any moment while members vote, grant and use quotas up:
 * what was acknowledged stands, what was not is asked again, and nothing counts twice. 4 kills in `npm test`, 100 with
 * SECUREFLOW_FULL=1.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@secureflow/base'
import { expect, it } from 'vitest'
import { ledgerClient } from '../client.ts'
import { encodeGenesis } from '../genesis.ts'
import type { LedgerClient, NewGrant } from '../interface.ts'
import { MemoryNetwork } from '../testing/memory.ts'
import { accountOf, digestOf, nowSeconds, signerOfName, TestNetwork } from '../testing/network.ts'
import { Killed, Switch } from '../testing/switch.ts'
import { EmbeddedLedger } from './ledger.ts'

const kills = process.env.SECUREFLOW_FULL === '1' ? 100 : 4
const seed = Number(process.env.SECUREFLOW_SEED ?? 4711)
const names = ['centre', 'bank-a', 'bank-b'] as const
/** In processes of their own; bank-b is here, and is not killed: its replica tells what came of it all. */
const mortal = ['centre', 'bank-a'] as const
const quota = 2
const [flowHash, parametersHash] = [digestOf('flow'), digestOf('parameters')]

/** A stream of numbers that the seed fixes. */
function numbers(start: number): (below: number) => number {
  let state = start >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

class Network {
  readonly net: TestNetwork
  readonly switch: Switch
  readonly client: LedgerClient
  readonly ledger: EmbeddedLedger

  private constructor(net: TestNetwork, joined: Switch, ledger: EmbeddedLedger, client: LedgerClient) {
    this.net = net
    this.switch = joined
    this.ledger = ledger
    this.client = client
  }

  /** Three members of whom each must agree, and a fourth that is voted on. */
  static async create(): Promise<Network> {
    const net = await TestNetwork.create()
    const alone = await net.ledger('centre', { links: new MemoryNetwork() })
    const founder = await net.client(alone, 'centre')
    await net.add(founder, 'bank-a', 'bank-b', 'bank-c')
    await founder.propose({ action: 'setQuorum', quorum: 3, expiry: nowSeconds() + 3600 })
    await alone.close()

    const genesisFile = join(net.root, 'genesis')
    writeFileSync(genesisFile, encodeGenesis(net.genesis))
    const joined = new Switch({ names, own: 'bank-b', genesisFile, root: net.root })
    const signer = signerOfName('bank-b')
    const ledger = await EmbeddedLedger.open({
      ...{ folder: join(net.root, 'bank-b'), genesis: net.genesis, signer, transport: joined.transport },
      ...{ clock: { now: () => Date.now() }, logger: silentLogger, compareMs: 200 },
    })
    await Promise.all(mortal.map((name) => joined.start(name)))
    const client = await ledgerClient({ provider: ledger.provider, signer, genesis: net.genesis })
    return new Network(net, joined, ledger, client)
  }

  /** The same wherever the client is. */
  call(name: (typeof names)[number], method: keyof LedgerClient, ...args: unknown[]): Promise<unknown> {
    if (name !== 'bank-b') return this.switch.call(name, method, ...args)
    return (this.client[method] as (...args: unknown[]) => Promise<unknown>)(...args)
  }

  async close(): Promise<void> {
    await this.switch.close()
    await this.ledger.close()
    await this.net.close()
  }
}

interface Deed {
  what: string
  by: (typeof names)[number]
  method: keyof LedgerClient
  args: readonly unknown[]
  /** What it is told when it is asked for again although it counted. */
  again: string
  /** What else may become of it. */
  orElse?: string
  state: 'open' | 'acknowledged' | 'counted before' | 'refused'
}

async function attempt(network: Network, deed: Deed): Promise<void> {
  try {
    await network.call(deed.by, deed.method, ...deed.args)
    deed.state = 'acknowledged'
  } catch (error) {
    if (error instanceof Killed) return
    const { code } = error as { code?: string }
    if (code === deed.again) deed.state = 'counted before'
    else if (code !== undefined && code === deed.orElse) deed.state = 'refused'
    else throw new Error(`${deed.by}: ${deed.what}`, { cause: error })
  }
}

it(`counts every vote, grant and use once, killed ${kills} times`, { timeout: 1_800_000 }, async () => {
  const pick = numbers(seed)
  const network = await Network.create()
  const { net, client, ledger } = network
  const data = (await network.call('bank-a', 'registerAsset', {
    ...{ kind: 'dataset', manifestHash: digestOf('data'), termsHash: digestOf('terms') },
  })) as { id: Uint8Array }
  let granted: Uint8Array | undefined
  let suspended = false
  const tally = { acknowledged: 0, 'counted before': 0, refused: 0, open: 0 }

  for (let kill = 0; kill < kills; kill++) {
    const action = suspended ? 'readmit' : 'suspend'
    const expiry = nowSeconds() + 600
    const { id: proposal, height: asked } = await client.propose({ action, account: accountOf('bank-c'), expiry })
    await ledger.coSigned(asked, names.map(accountOf))
    const deeds: Deed[] = mortal.map((by) => ({
      ...{ what: 'vote', by, method: 'vote', args: [proposal], again: 'LEDGER_ALREADY_VOTED' },
      ...{ orElse: 'LEDGER_PROPOSAL_EXECUTED', state: 'open' },
    }))
    const grant: NewGrant = {
      ...{ asset: data.id, grantee: accountOf('bank-b'), flowHash, parametersHash, quota },
      ...{ expiry: nowSeconds() + 3600, salt: digestOf(`salt ${kill}`) },
    }
    const given = {
      what: 'grant',
      by: 'bank-a',
      method: 'grantUse',
      args: [grant],
      again: 'LEDGER_GRANT_EXISTS',
    } as const
    deeds.push({ ...given, state: 'open' })
    // One use more than the quota, by three members at once: one of them is refused.
    if (granted !== undefined)
      for (const by of names) {
        const agreement = net.agreement(['bank-a', 'bank-b'], { flowHash, parametersHash, grants: [granted] })
        const args = [agreement, await net.signAll(agreement, ['bank-a', 'bank-b'])]
        const use = { what: 'use', by, method: 'registerAgreement', args, again: 'LEDGER_AGREEMENT_REPLAYED' } as const
        deeds.push({ ...use, orElse: 'LEDGER_QUOTA_SPENT', state: 'open' })
      }

    const victims = [mortal.slice(0, 1), mortal.slice(1), mortal][pick(3)]!
    const under = Promise.allSettled(deeds.map((deed) => attempt(network, deed)))
    await sleep(pick(60))
    await Promise.all(victims.map((name) => network.switch.kill(name)))
    await Promise.all(victims.map((name) => network.switch.start(name)))
    for (const done of await under) if (done.status === 'rejected') throw done.reason
    tally.open += deeds.filter((deed) => deed.state === 'open').length
    // What was not acknowledged may have counted: it is asked for again, and then it is known.
    for (const deed of deeds) if (deed.state === 'open') await attempt(network, deed)

    for (const deed of deeds) tally[deed.state]++
    const { transaction: _, height } = await client.setGateway(`bank.example:${1 + kill}`)
    await ledger.coSigned(height, names.map(accountOf))
    const where = `kill ${kill} of ${victims.join(' and ')}: ${deeds.map((d) => `${d.what} ${d.state}`).join(', ')}`
    expect(ledger.evidence(), where).toEqual([])
    const held = (await client.proposals())[proposal]!
    expect(held.voters.toSorted(), where).toEqual(names.map(accountOf).toSorted())
    expect(held.executed, where).toBe(true)
    suspended = !suspended
    const member = (await client.members()).find((m) => m.name === 'bank-c')!
    expect(member.state, where).toBe(suspended ? 'suspended' : 'active')
    if (granted !== undefined) {
      const agreed = deeds.filter((deed) => deed.what === 'use' && deed.state !== 'refused')
      expect(agreed, where).toHaveLength(quota)
      expect((await client.grantOf(granted)).left, where).toBe(0)
      const used = await client.events(1, { kinds: ['GrantUsed'], about: granted })
      expect(
        used.map((e) => 'left' in e && e.left),
        where,
      ).toEqual([1, 0])
    }
    granted = (await client.events(1, { kinds: ['UseGranted'] })).flatMap((e) =>
      e.kind === 'UseGranted' ? [Uint8Array.from(Buffer.from(e.grant, 'hex'))] : [],
    )[kill]
    expect((await client.grantOf(granted!)).left, where).toBe(quota)
  }
  // Kills that fall between the deeds, or always after them, would show nothing.
  if (kills >= 50) for (const [state, count] of Object.entries(tally)) expect(count, state).toBeGreaterThan(0)
  // A replica that hears of all this only now replays it from the beginning.
  const { head } = ledger
  await network.switch.close()
  await ledger.close()
  const proposer = await net.ledger('centre')
  const follower = await net.ledger('bank-d')
  await follower.compare()
  expect([proposer.head, follower.head]).toEqual([head, head])
  await net.close()
})
