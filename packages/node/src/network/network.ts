/** This node's one network: founding it, letting members in, joining, and pinning whoever the ledger names. */
import {
  cardNotice,
  cardsAnswer,
  genesisAnswer,
  type MemberCard,
  type MemberView,
  type OutputOf,
  type Routes,
} from '@secureflow/api'
import {
  type Clock,
  decodeCbor,
  encodeCbor,
  type Logger,
  type MemberId,
  memberId,
  type Plain,
  type Rng,
  toHex,
} from '@secureflow/base'
import { checkCard, type Identity } from '../identity/index.ts'
import { answerWith, type Peers } from '../peers/index.ts'
import { type Database, readSetting, writeSetting } from '../storage/index.ts'
import { askIn, kinds, Reception } from './enrolment.ts'
import { networkErrors } from './errors.ts'
import type { LedgerHost, LedgerMember, NetworkLedger } from './interface.ts'
import { formatInvitation } from './invitation.ts'
import { Invitations } from './invitations.ts'
import { cardOf, type Members, parseAddress } from './members.ts'

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
  /** Builds what stands on a network; runs once, when the network is founded, joined, or found again at the start. */
  opened: (network: OpenNetwork) => Promise<void>
}

export interface OpenNetwork {
  id: Uint8Array
  founder: MemberId
  ledger: NetworkLedger
}

export type NetworkView = OutputOf<Routes['network']['show']>

const settingKey = 'network'
const pinAgainMs = 500
const joinDeadlineMs = 60_000

export class Network {
  readonly #parts: NetworkParts
  readonly #invitations: Invitations
  #open: (OpenNetwork & { genesis: Uint8Array }) | undefined
  #reception: Reception | undefined
  /** One change of the network at a time. */
  #changing = false
  #pinning: Promise<void> | undefined
  #pinTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(parts: NetworkParts) {
    this.#parts = parts
    this.#invitations = new Invitations(parts.db, parts.clock, parts.rng)
    this.#answer()
  }

  /** Takes up the network that this node is in already. */
  async resume(): Promise<void> {
    const stored = await readSetting(this.#parts.db, settingKey)
    if (stored === undefined) return
    const { genesis, founder } = decodeCbor(stored, 'network', { maxBytes: 8 << 20 }) as {
      genesis: Uint8Array
      founder: string
    }
    for (const member of this.#parts.members.all()) this.#parts.peers.connect(member.id)
    await this.#openLedger(genesis, memberId(founder))
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

  /** A joining that fails leaves this node as it was; the same invitation may then be tried again. */
  join(invitation: string): Promise<NetworkView> {
    return this.#change(async () => {
      const { peers, members, host } = this.#parts
      const { networkId, founder } = await askIn(invitation, { ...this.#parts, ownCard: () => this.#ownCard() })
      try {
        peers.connect(founder.id)
        const answer = await peers.request(founder.id, 'network.genesis', null, { timeoutMs: joinDeadlineMs })
        const parsed = genesisAnswer.safeParse(answer)
        if (!parsed.success || toHex(host.networkIdOf(parsed.data.genesis)) !== toHex(networkId))
          throw networkErrors.NETWORK_WRONG_GENESIS(
            { founder: founder.id, network: toHex(networkId).slice(0, 16) },
            { party: founder.id },
          )
        await this.#enter(parsed.data.genesis, founder.id, true)
      } catch (error) {
        await peers.forget(founder.id)
        await members.unpin(founder.id)
        throw error
      }
      return this.view()
    })
  }

  async view(): Promise<NetworkView> {
    const { id, founder, ledger } = this.require()
    const present = (await ledger.everyone()).filter((m) => m.state !== 'removed')
    return { id: toHex(id), founder, height: ledger.height, members: present.map((m) => this.viewOf(m)) }
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
    this.#closed = true
    clearTimeout(this.#pinTimer)
    await this.#pinning
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
    ledger.onBlock(() => this.#pinSoon())
    if (joining) await this.#ownMembership(ledger)
    await this.#pinFromLedger()
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
    const { peers, members } = this.#parts
    peers.handleStranger(kinds.greet, (from, body) => this.#receive().greet(from, body))
    peers.handleStranger(kinds.join, (from, body) => this.#receive().join(from, body))
    peers.handle('network.genesis', async () => {
      if (this.#open === undefined) throw answerWith('NOT_FOUND')
      return { genesis: this.#open.genesis }
    })
    peers.handle('network.cards', async () => ({ cards: [this.#ownCard(), ...members.all().map(cardOf)].map(plain) }))
    peers.handle('network.card', (from, body) => this.#hearCard(from, body))
    peers.on('up', (member) => {
      peers.notify(member, 'network.card', { card: plain(this.#ownCard()) }).catch(() => {}) // told again when it is up again
      this.#pinSoon()
    })
  }

  #receive(): Reception {
    if (this.#reception === undefined) throw answerWith('REFUSED')
    return this.#reception
  }

  /** A pinned member tells its address and its newest certificate; the key must be the pinned one. */
  async #hearCard(from: MemberId, body: Plain): Promise<null> {
    const { members, clock } = this.#parts
    const { card } = cardNotice.parse(body)
    const { fingerprint } = await checkCard(card, clock.now())
    if (card.name !== from || members.get(from)?.fingerprint !== fingerprint) throw answerWith('REFUSED')
    await members.update(from, card)
    return null
  }

  #pinSoon(): void {
    if (this.#closed || this.#pinTimer !== undefined) return
    this.#pinTimer = setTimeout(() => {
      this.#pinTimer = undefined
      this.#pinFromLedger().catch((err: unknown) => this.#parts.logger.warn({ err }, 'members could not be pinned'))
    }, 0)
  }

  #pinFromLedger(): Promise<void> {
    this.#pinning ??= this.#pinMissing().finally(() => {
      this.#pinning = undefined
    })
    return this.#pinning
  }

  /** Pins every member that the ledger names and this node does not know yet: its owner confirmed the key to the ledger and in its card. */
  async #pinMissing(): Promise<void> {
    const { members, peers, identity, logger, clock } = this.#parts
    if (this.#open === undefined) return
    const missing = (await this.#open.ledger.members()).filter(
      (m) => m.id !== identity.name && members.get(m.id as MemberId) === undefined,
    )
    if (missing.length === 0) return
    const linked = [...peers.state()].filter(([, state]) => state.connected).map(([id]) => id)
    for (const source of linked) {
      const answer = await peers.request(source, 'network.cards', null, { timeoutMs: 5000 }).catch(() => undefined)
      const parsed = cardsAnswer.safeParse(answer)
      if (!parsed.success) continue
      for (const card of parsed.data.cards) {
        const stated = missing.find((m) => m.id === card.name)
        if (stated === undefined || members.get(stated.id as MemberId) !== undefined) continue
        if (!(await isStated(card, stated, clock.now()))) {
          logger.warn({ member: stated.id, source }, 'a card does not match the ledger')
          continue
        }
        const pinned = await members.pin(card, stated.fingerprint, clock.now())
        logger.info({ member: pinned.id, fingerprint: pinned.fingerprint }, 'member pinned')
        peers.connect(pinned.id)
      }
    }
    const left = missing.some((m) => members.get(m.id as MemberId) === undefined)
    if (left && !this.#closed) this.#pinTimer ??= this.#later()
  }

  #later(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#pinTimer = undefined
      this.#pinSoon()
    }, pinAgainMs)
  }
}

async function isStated(card: MemberCard, stated: LedgerMember, now: number): Promise<boolean> {
  if (card.account !== stated.account.toLowerCase()) return false
  try {
    return (await checkCard(card, now)).fingerprint === stated.fingerprint
  } catch {
    return false // the caller logs whose card it was and who sent it
  }
}

const plain = (card: MemberCard): Plain => ({ ...card })
