/** This node's one network: founding it, letting members in, joining, and pinning whoever the ledger names. */
import type { MemberCard, MemberView, NetworkView, OutputOf, Routes } from '@secureflow/api'
import {
  type Clock,
  decodeCbor,
  encodeCbor,
  type Logger,
  type MemberId,
  memberId,
  type Rng,
  toHex,
} from '@secureflow/base'
import type { Identity } from '../identity/index.ts'
import { answerWith, type Peers } from '../peers/index.ts'
import { type Database, readSetting, writeSetting } from '../storage/index.ts'
import { kinds } from './enrolment.ts'
import { networkErrors } from './errors.ts'
import type { LedgerHost, LedgerMember, NetworkLedger } from './interface.ts'
import { formatInvitation } from './invitation.ts'
import { Invitations } from './invitations.ts'
import { Joining, joinDeadlineMs } from './joining.ts'
import { type Members, parseAddress } from './members.ts'
import { Pins } from './pins.ts'
import { Reception } from './reception.ts'

export interface NetworkParts {
  identity: Identity
  db: Database
  peers: Peers
  members: Members
  host: LedgerHost
  /** `host:port` of the own peer listener, as partners reach it; empty where there is none. */
  ownAddress: () => string
  clock: Clock
  rng: Rng
  logger: Logger
  /** This node was admitted after it had waited for votes. */
  joined: () => void
  /** Builds what stands on a network; runs once, when the network is founded, joined, or found again at the start. */
  opened: (network: OpenNetwork) => Promise<void>
}

export interface OpenNetwork {
  id: Uint8Array
  founder: MemberId
  ledger: NetworkLedger
  /** What the network began with, as every member has it. */
  genesis: Uint8Array
}

const settingKey = 'network'

export class Network {
  readonly #parts: NetworkParts
  readonly #invitations: Invitations
  #open: OpenNetwork | undefined
  #reception: Reception | undefined
  /** One change of the network at a time. */
  #changing = false
  readonly #pins: Pins
  readonly #joining: Joining

  constructor(parts: NetworkParts) {
    this.#parts = parts
    this.#invitations = new Invitations(parts.db, parts.clock, parts.rng)
    const ownCard = () => this.#ownCard()
    const candidates = () => [...(this.#reception?.candidates.values() ?? [])]
    this.#pins = new Pins({ ...parts, ownCard, candidates })
    this.#joining = new Joining({
      ...parts,
      ownCard,
      enter: (genesis, founder) => this.#enter(genesis, founder, true),
      change: (work) => this.#change(work),
    })
    this.#answer()
  }

  /** Takes up the network that this node is in already. */
  async resume(): Promise<void> {
    const stored = await readSetting(this.#parts.db, settingKey)
    if (stored === undefined) return this.#joining.resume()
    const { genesis, founder } = decodeCbor(stored, 'network', { maxBytes: 8 << 20 }) as {
      genesis: Uint8Array
      founder: string
    }
    for (const member of this.#parts.members.all()) this.#parts.peers.connect(member.id)
    await this.#openLedger(genesis, memberId(founder))
  }

  /** Hears of every change of who may act, after the pins have followed. */
  onStanding(listener: () => void): void {
    this.#pins.onStanding(listener)
  }

  get current(): OpenNetwork | undefined {
    return this.#open
  }

  /** @throws NETWORK_NONE */
  require(): OpenNetwork {
    if (this.#open === undefined) throw networkErrors.NETWORK_NONE({})
    return this.#open
  }

  /** @param quorum votes that carry a proposal; with 1 this node decides alone */
  create(quorum: number): Promise<NetworkView> {
    return this.#change(async () => {
      const { host, identity } = this.#parts
      const genesis = await host.found(quorum)
      await this.#enter(genesis, identity.name)
      return this.view()
    })
  }

  async invite(validForMs: number): Promise<{ invitation: string; expiresAt: number }> {
    const { identity, ownAddress } = this.#parts
    const { founder } = this.require()
    if (founder !== identity.name) throw networkErrors.NETWORK_NOT_FOUNDER({ founder }, { party: founder })
    const address = parseAddress(ownAddress())
    if (address === undefined) throw networkErrors.NETWORK_NO_LISTENER({})
    const { token, expiresAt } = await this.#invitations.issue(validForMs)
    return { invitation: formatInvitation({ address, fingerprint: identity.fingerprint, token }), expiresAt }
  }

  /** One step where the founder decides alone; otherwise this node has applied, and goes on by itself. */
  async join(invitation: string): Promise<NetworkView> {
    await this.#joining.rest()
    const applied = await this.#change(() => this.#joining.join(invitation))
    if (applied === undefined) return this.view()
    const { networkId, founder, waiting } = applied
    return { id: toHex(networkId), founder, height: 0, members: [], waiting }
  }

  application(): OutputOf<Routes['members']['application']> {
    const applied = this.#joining.view()
    // While the ledger is still being fetched it is open already.
    if (applied.state !== 'none' || this.#open === undefined) return applied
    return { state: 'joined', founder: this.#open.founder }
  }

  /** Who has applied may know that it is not a member yet. */
  isCandidate(fingerprint: string): boolean {
    return this.#reception?.candidates.has(fingerprint) === true
  }

  async view(): Promise<NetworkView> {
    const { id, founder, ledger } = this.require()
    const present = (await ledger.everyone()).filter((m) => m.state !== 'removed')
    return { id: toHex(id), founder, height: ledger.height, members: present.map((m) => this.viewOf(m)) }
  }

  /** To every member that is linked: address or certificate have changed. */
  tellCard(): void {
    for (const [member, { connected }] of this.#parts.peers.state()) if (connected) this.#pins.tell(member)
  }

  /** A suspended node may be cut off before the block that says so reaches it: then its partners' refusals tell. */
  get standing(): { state: LedgerMember['state']; by: string[] } {
    const { members, peers, identity } = this.#parts
    const state = members.stateOf(identity.name) ?? 'active'
    if (state !== 'active') return { state, by: ['ledger'] }
    const refused = [...peers.state()].flatMap(([id, { refusedAs }]) =>
      refusedAs === undefined ? [] : [{ id, refusedAs }],
    )
    return { state: refused[0]?.refusedAs ?? 'active', by: refused.map(({ id }) => id) }
  }

  viewOf({ id, account, fingerprint, state, roles }: LedgerMember): MemberView {
    const { peers, members, identity, ownAddress } = this.#parts
    const name = id as MemberId
    return {
      id,
      account: account.toLowerCase(),
      fingerprint,
      address: id === identity.name ? ownAddress() : (members.get(name)?.address ?? ''),
      self: id === identity.name,
      founder: id === this.require().founder,
      connected: peers.state().get(name)?.connected ?? false,
      state,
      roles,
    }
  }

  async close(): Promise<void> {
    await this.#joining.close()
    await this.#pins.close()
    await this.#open?.ledger.close()
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open !== undefined || this.#changing)
      throw networkErrors.NETWORK_EXISTS({ network: toHex(this.#open?.id ?? new Uint8Array()).slice(0, 16) || '?' })
    this.#changing = true
    try {
      return await work()
    } finally {
      this.#changing = false
    }
  }

  /** Opens the ledger, and remembers the network once everything on it stands. */
  async #enter(genesis: Uint8Array, founder: MemberId, joining = false): Promise<void> {
    try {
      await this.#openLedger(genesis, founder, joining)
      await writeSetting(this.#parts.db, settingKey, encodeCbor({ genesis, founder }))
    } catch (error) {
      this.#pins.stop()
      await this.#open?.ledger.close()
      this.#open = undefined
      this.#reception = undefined
      throw error
    }
  }

  async #openLedger(genesis: Uint8Array, founder: MemberId, joining = false): Promise<void> {
    const { host, identity } = this.#parts
    const ledger = await host.open(genesis, joining)
    this.#open = { id: host.networkIdOf(genesis), founder, ledger, genesis }
    if (founder === identity.name)
      this.#reception = new Reception({
        ...this.#parts,
        ledger,
        invitations: this.#invitations,
        ownCard: () => this.#ownCard(),
      })
    if (joining) await this.#ownMembership(ledger)
    await this.#pins.start(ledger)
    await this.#parts.opened(this.#open)
  }

  /** The own replica has caught up with the block that made this node a member. */
  async #ownMembership(ledger: NetworkLedger): Promise<void> {
    const { identity, clock } = this.#parts
    const deadline = clock.now() + joinDeadlineMs
    const isMember = async () => (await ledger.members()).some((m) => m.id === identity.name)
    while (!(await isMember())) {
      if (clock.now() > deadline) throw networkErrors.NETWORK_LEDGER_LATE({ seconds: joinDeadlineMs / 1000 })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  #ownCard(): MemberCard {
    return this.#parts.identity.card(this.#parts.ownAddress())
  }

  #answer(): void {
    const { peers } = this.#parts
    peers.handleStranger(kinds.greet, (from, body) => this.#receive().greet(from, body))
    peers.handleStranger(kinds.join, (from, body) => this.#receive().join(from, body))
    peers.handle('network.genesis', async () => {
      if (this.#open === undefined) throw answerWith('NOT_FOUND')
      return { genesis: this.#open.genesis }
    })
  }

  #receive(): Reception {
    if (this.#reception === undefined) throw answerWith('REFUSED')
    return this.#reception
  }
}
