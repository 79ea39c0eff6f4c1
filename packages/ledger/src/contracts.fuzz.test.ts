/**
 * Calls in random order by anybody, against the few words that must always be true: no token is active or usable with an
 * ungranted child, no quota is overdrawn, no vote counts twice. 500 calls in `npm test`, 100 000 with SECUREFLOW_FULL=1.
 */
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import { expect, it } from 'vitest'
import type { ContractName } from './genesis.ts'
import { accountOf } from './testing/network.ts'
import { action, role, World } from './testing/world.ts'

const calls = process.env.SECUREFLOW_FULL === '1' ? 100_000 : 500
const callsOfWorld = 250
const seed = Number(process.env.SECUREFLOW_SEED ?? 20_261)

interface ChainAsset {
  id: Hex
  owner: number
  missing: number
  status: number
  content: { children: Hex[] }
}
interface ChainMember {
  account: Address
  roles: number
  status: number
}
interface ChainProposal {
  action: number
  subject: number
  executed: boolean
  voters: number[]
}

/** A stream of numbers that the seed fixes. */
function numbers(start: number): (below: number) => number {
  let state = start >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const names = ['founder', 'owner', 'grantee', 'operator', 'endorser', 'moved', 'auditor', 'suspended', 'stranger']

/** In the order in which the world adds them, from 1. */
const byNumber = [
  ...[undefined, 'founder', 'owner', 'grantee', 'operator', 'auditor'],
  ...['endorser', 'suspended', 'removed', 'moved'],
]

class Fuzz {
  readonly world: World
  readonly #pick: (below: number) => number
  readonly #assets: Hex[] = []
  /** Quota given and times used, counted here from what was accepted. */
  readonly #grants = new Map<Hex, { asset: Hex; quota: number; used: number; revoked: boolean }>()
  readonly #proposals: bigint[] = []
  readonly accepted = new Map<string, number>()
  #counter = 0

  constructor(world: World, pick: (below: number) => number) {
    this.world = world
    this.#pick = pick
  }

  async step(): Promise<void> {
    const steps = [
      this.#register,
      this.#register,
      this.#child,
      this.#child,
      this.#child,
      this.#owner,
      this.#grant,
      this.#grant,
      this.#agree,
      this.#agree,
      this.#propose,
      this.#vote,
      this.#vote,
    ] as const
    await steps[this.#pick(steps.length)]!.call(this)
    if (this.#pick(20) === 0) this.world.machine.time += this.#pick(600)
  }

  async #try(contract: ContractName, name: string, ...args: unknown[]): Promise<unknown> {
    return this.#tryAs(this.#one(names), contract, name, ...args)
  }

  /** Mostly by the owner: otherwise hardly a call would be accepted. */
  async #tryOwner(asset: Hex, contract: ContractName, name: string, ...args: unknown[]): Promise<unknown> {
    const { value } = await this.world.call('stranger', 'Assets', 'ownerOf', [asset])
    const owner = byNumber[(value as number | undefined) ?? 0]
    return this.#tryAs(owner !== undefined && this.#pick(4) > 0 ? owner : this.#one(names), contract, name, ...args)
  }

  async #tryAs(caller: string, contract: ContractName, name: string, ...args: unknown[]): Promise<unknown> {
    const { error, value } = await this.world.call(caller, contract, name, args)
    expect(error, `${name}: an error without a name`).not.toBe('a panic')
    if (error !== undefined) return undefined
    this.accepted.set(name, (this.accepted.get(name) ?? 0) + 1)
    return value ?? true
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#pick(list.length)]!
  }

  #anyAsset(): Hex {
    return this.#assets.length === 0 ? `0x${'7'.repeat(64)}` : this.#one(this.#assets.slice(-20))
  }

  async #register(): Promise<void> {
    const children = new Set(Array.from({ length: this.#pick(4) }, () => this.#anyAsset()))
    const content = { ...this.world.content(`asset ${this.#counter++}`), children: [...children].sort() }
    const id = await this.#try('Assets', 'registerAsset', content)
    if (id !== undefined) this.#assets.push(id as Hex)
  }

  async #child(): Promise<void> {
    const id = this.#anyAsset()
    const { value } = await this.world.call('stranger', 'Assets', 'assetOf', [id])
    const children = (value as ChainAsset | undefined)?.content.children ?? []
    const child = children.length > 0 && this.#pick(5) > 0 ? this.#one(children) : this.#anyAsset()
    await this.#tryOwner(child, 'Assets', this.#pick(3) === 0 ? 'revokeChild' : 'grantChild', id, child)
  }

  async #owner(): Promise<void> {
    const id = this.#anyAsset()
    const kind = this.#pick(8)
    if (kind === 0) await this.#tryOwner(id, 'Assets', 'retireAsset', id)
    else if (kind < 4) await this.#tryOwner(id, 'Assets', 'offerAsset', id, accountOf(this.#one(names)))
    else await this.#try('Assets', 'acceptAsset', id)
  }

  async #grant(): Promise<void> {
    const known = [...this.#grants.keys()]
    if (known.length > 0 && this.#pick(5) === 0) {
      const id = this.#one(known)
      if (await this.#tryOwner(this.#grants.get(id)!.asset, 'Grants', 'revokeGrant', id))
        this.#grants.get(id)!.revoked = true
      return
    }
    const quota = this.#pick(4)
    const salt = `0x${(++this.#counter).toString(16).padStart(64, '0')}`
    const expiry = BigInt(this.world.machine.time + this.#pick(2000))
    const asset = this.#anyAsset()
    const id = await this.#tryOwner(asset, 'Grants', 'grantUse', this.world.use(asset, { quota, salt, expiry }))
    if (id !== undefined) this.#grants.set(id as Hex, { asset, quota, used: 0, revoked: false })
  }

  async #agree(): Promise<void> {
    const known = [...this.#grants.keys()]
    if (known.length === 0) return
    const grants = Array.from({ length: 1 + this.#pick(3) }, () => this.#one(known))
    const signers = ['owner', 'grantee']
    const change = { parties: signers.map(accountOf) }
    const agreement = await this.world.agreement(`run ${this.#counter++}`, grants, change, signers)
    if ((await this.#try('Agreements', 'register', ...agreement)) === undefined) return
    for (const id of grants) {
      const grant = this.#grants.get(id)!
      grant.used++
      expect(grant.revoked, 'a revoked grant was used').toBe(false)
      expect(grant.used, 'a quota was overdrawn').toBeLessThanOrEqual(grant.quota)
    }
  }

  async #propose(): Promise<void> {
    const kind = this.#pick(6)
    const value =
      kind === action.setQuorum ? 2 + this.#pick(3) : kind === action.setRoles ? 1 + this.#pick(15) : role.member
    const about = kind === action.setQuorum ? undefined : this.#one([...names.slice(5), 'candidate'])
    const id = await this.#try('Members', 'propose', ...this.world.proposal(kind, about, value))
    if (id !== undefined) this.#proposals.push(id as bigint)
  }

  async #vote(): Promise<void> {
    if (this.#proposals.length > 0) await this.#try('Members', 'vote', this.#one(this.#proposals.slice(-6)))
  }

  async check(): Promise<void> {
    const read = async <T>(contract: ContractName, name: string, ...args: unknown[]) =>
      (await this.world.call('stranger', contract, name, args)).value as T
    const members = await read<ChainMember[]>('Members', 'members')
    const voters = members.filter((m) => m.status === 1 && (m.roles & role.member) !== 0).length
    expect(await read<number>('Members', 'voters'), 'voters are miscounted').toBe(voters)
    expect(voters).toBeGreaterThan(0)
    expect(new Set(members.map((m) => m.account)).size).toBe(members.length)

    for (const id of this.#proposals) {
      const { voters, executed } = await read<ChainProposal>('Members', 'proposalAt', id)
      expect(new Set(voters).size, 'a vote counted twice').toBe(voters.length)
      if (executed) expect(voters.length).toBeGreaterThan(0)
    }

    const assets = await read<ChainAsset[]>('Assets', 'page', 0n, 10_000n)
    for (const { id, status, missing, content } of assets) {
      let ungranted = 0
      for (const child of content.children) if (!(await read<boolean>('Assets', 'isGranted', id, child))) ungranted++
      expect(missing, 'children are miscounted').toBe(ungranted)
      if (status === 2) expect(ungranted, 'active with an ungranted child').toBe(0)
      if (status === 1) expect(ungranted, 'pending with nothing missing').toBeGreaterThan(0)
      if (ungranted > 0) expect(await read<boolean>('Assets', 'isUsable', id)).toBe(false)
    }
    for (const [id, { quota, used }] of this.#grants)
      expect((await read<{ left: number }>('Grants', 'grantOf', id)).left, 'a quota is wrong').toBe(quota - used)
  }
}

it(`holds for ${calls} calls by anybody`, { timeout: 3_600_000 }, async () => {
  const pick = numbers(seed)
  const accepted = new Map<string, number>()
  const base = await World.create('voting')
  for (let done = 0; done < calls; done += callsOfWorld)
    await base.machine.fork(async () => {
      const fuzz = new Fuzz(base, pick)
      for (let i = 0; i < callsOfWorld; i++) {
        await fuzz.step()
        if (i % 125 === 124) await fuzz.check()
      }
      for (const [name, count] of fuzz.accepted) accepted.set(name, (accepted.get(name) ?? 0) + count)
    })
  // Fuzzing that is always refused would show nothing.
  for (const name of ['registerAsset', 'grantChild', 'grantUse', 'register', 'propose', 'vote'])
    expect(accepted.get(name) ?? 0, `${name} was never accepted`).toBeGreaterThan(0)
})
