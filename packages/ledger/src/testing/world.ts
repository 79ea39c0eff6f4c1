/** A network in which every kind of caller exists, and short words for what happens in it. */
import { toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import { type Agreement, agreementDigest, withoutGrants } from '../agreement.ts'
import { assetToChain } from '../client/words.ts'
import { accountChangeDigest, enrolmentDigest } from '../enrolment.ts'
import type { ContractName } from '../genesis.ts'
import type { Enrolment, NewAsset } from '../interface.ts'
import { type Compiled, Machine, type Outcome } from './evm.ts'
import { accountOf, digestOf, signerOfName } from './network.ts'

/** Everyone who may call. `former` is the account that the member `moved` had before. */
export const callers = [
  ...['founder', 'owner', 'grantee', 'operator', 'auditor', 'endorser'],
  ...['suspended', 'removed', 'former', 'candidate', 'stranger'],
] as readonly Caller[]
export type Caller =
  | 'founder'
  | 'owner'
  | 'grantee'
  | 'operator'
  | 'auditor'
  | 'endorser'
  | 'suspended'
  | 'removed'
  | 'former'
  | 'candidate'
  | 'stranger'

export const role = { member: 1, operator: 2, auditor: 4, endorser: 8 } as const
export const action = { admit: 0, suspend: 1, readmit: 2, remove: 3, setRoles: 4, setQuorum: 5 } as const
export const zeroAddress: Address = `0x${'0'.repeat(40)}`
export const hex = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`
export const hash = (text: string): Hex => hex(digestOf(text))
const voteQuorum = 3

export class World {
  readonly machine: Machine

  constructor(machine: Machine) {
    this.machine = machine
  }

  /** Founder, members of each role and state, and a candidate. */
  static async create(mode: 'alone' | 'voting', compiled?: Compiled): Promise<World> {
    const world = new World(await Machine.create(1, compiled))
    for (const name of ['owner', 'grantee', 'operator', 'auditor', 'endorser', 'suspended', 'removed', 'former'])
      await world.do('founder', 'Members', 'addMember', ...(await world.enrolment(name, roleOf(name))))
    await world.propose(action.setRoles, 'auditor', role.auditor)
    await world.propose(action.suspend, 'suspended')
    await world.propose(action.remove, 'removed')
    await world.do('former', 'Members', 'changeAccount', ...(await world.move('former', 'moved')))
    const [enrolment, , consent] = await world.enrolment('candidate')
    await world.do('stranger', 'Members', 'applyForMembership', enrolment, consent)
    if (mode === 'voting') await world.propose(action.setQuorum, undefined, voteQuorum)
    return world
  }

  /** Accepted, or the test is wrong. */
  async do(caller: string, contract: ContractName, name: string, ...args: unknown[]): Promise<unknown> {
    const { error, value } = await this.call(caller, contract, name, args)
    if (error !== undefined) throw new Error(`${caller} ${name}: ${error}`)
    return value
  }

  call(caller: string, contract: ContractName, name: string, args: readonly unknown[]): Promise<Outcome> {
    return this.machine.call(accountOf(caller), contract, name, args)
  }

  get later(): number {
    return this.machine.time + 3600
  }

  async enrolment(name: string, roles = 0, change: Partial<Enrolment> = {}, signer = name) {
    const keys = { certificate: digestOf(`certificate of ${name}`), peerKey: digestOf(`peer key of ${name}`) }
    const enrolment: Enrolment = { name, account: accountOf(name), ...keys, expiry: this.later, ...change }
    const consent = await signerOfName(signer).sign(enrolmentDigest(this.machine.networkId, enrolment))
    const { certificate, peerKey } = enrolment
    const struct = {
      ...enrolment,
      certificate: hex(certificate),
      peerKey: hex(peerKey),
      expiry: BigInt(enrolment.expiry),
    }
    return [struct, roles, hex(consent)] as const
  }

  async move(from: string, to: string, expiry = this.later, signer = to) {
    const digest = accountChangeDigest(this.machine.networkId, { from: accountOf(from), to: accountOf(to), expiry })
    return [accountOf(to), BigInt(expiry), hex(await signerOfName(signer).sign(digest))] as const
  }

  proposal(kind: number, name: string | undefined, value = 0, expiry = this.later) {
    return [kind, name === undefined ? zeroAddress : accountOf(name), value, BigInt(expiry)] as const
  }

  async propose(kind: number, name?: string, value = 0, caller = 'founder'): Promise<bigint> {
    return (await this.do(caller, 'Members', 'propose', ...this.proposal(kind, name, value))) as bigint
  }

  content(name: string, change: Partial<NewAsset> = {}) {
    return assetToChain({ kind: 'dataset', manifestHash: digestOf(name), termsHash: digestOf('terms'), ...change })
  }

  async asset(name: string, caller = 'owner', children: Hex[] = []): Promise<Hex> {
    const content = { ...this.content(name), children: [...children].sort() }
    return (await this.do(caller, 'Assets', 'registerAsset', content)) as Hex
  }

  use(asset: Hex, change: object = {}) {
    return {
      ...{ asset, grantee: accountOf('grantee'), flowHash: hash('flow'), parametersHash: hash('parameters') },
      ...{ quota: 2, expiry: BigInt(this.later), salt: hash('salt') },
      ...change,
    }
  }

  async grant(asset: Hex, change: object = {}): Promise<Hex> {
    return (await this.do('owner', 'Grants', 'grantUse', this.use(asset, change))) as Hex
  }

  /** Arguments of `register`. */
  async agreement(nonce: string, grants: Hex[] = [], change: Partial<Agreement> = {}, signers = runParties) {
    const expiry = this.later
    const agreement: Agreement = {
      ...{ nonce: digestOf(nonce), expiry, deadline: expiry + 3600, bodyHash: digestOf('body'), dealer: zeroAddress },
      ...{ parties: runParties.map(accountOf), attemptLimit: 3, ...withoutGrants() },
      ...(grants.length > 0 && { flowHash: digestOf('flow'), parametersHash: digestOf('parameters') }),
      grants: grants.map((id) => Uint8Array.from(id.slice(2).match(/../g)!, (byte) => Number.parseInt(byte, 16))),
      ...change,
    }
    const digest = agreementDigest(this.machine.networkId, agreement)
    const signatures = await Promise.all(signers.map(async (name) => hex(await signerOfName(name).sign(digest))))
    const struct = {
      ...agreement,
      ...{ nonce: hex(agreement.nonce), expiry: BigInt(agreement.expiry), deadline: BigInt(agreement.deadline) },
      ...{ bodyHash: hex(agreement.bodyHash), grants: agreement.grants.map(hex) },
      ...{ flowHash: hex(agreement.flowHash), parametersHash: hex(agreement.parametersHash) },
    }
    return [hex(this.machine.networkId), struct, signatures] as const
  }

  async run(nonce: string, grants: Hex[] = []): Promise<Hex> {
    return (await this.do('stranger', 'Agreements', 'register', ...(await this.agreement(nonce, grants)))) as Hex
  }
}

export const runParties = ['owner', 'grantee', 'operator']
const roleOf = (name: string): number => (name === 'operator' ? role.operator : name === 'endorser' ? role.endorser : 0)
