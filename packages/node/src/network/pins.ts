/**
 * Pins follow the ledger. At every block, and at the start, each member's pin is brought to what the own replica states:
 * links of whoever was suspended or removed end, links under a key that was exchanged end, newcomers are pinned.
 */
import { cardNotice, cardsAnswer, type MemberCard } from '@secureflow/api'
import { type Clock, type Logger, type MemberId, type Plain, toHex } from '@secureflow/base'
import { checkCard, type Identity } from '../identity/index.ts'
import { answerWith, type Peers } from '../peers/index.ts'
import type { LedgerMember, NetworkLedger } from './interface.ts'
import { certificateHash } from './ledger.ts'
import { cardOf, type Members } from './members.ts'

export interface PinsParts {
  identity: Identity
  peers: Peers
  members: Members
  ownCard: () => MemberCard
  /** Cards of those who have applied here. */
  candidates: () => readonly MemberCard[]
  clock: Clock
  logger: Logger
}

const pinAgainMs = 500

export class Pins {
  readonly #parts: PinsParts
  readonly #listeners = new Set<() => void>()
  /** The last card of each member whose certificate is not taken yet. */
  readonly #heard = new Map<MemberId, MemberCard>()
  #ledger: NetworkLedger | undefined
  #following: Promise<void> = Promise.resolve()
  #followTimer: NodeJS.Timeout | undefined
  #pinning: Promise<void> | undefined
  #pinTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(parts: PinsParts) {
    this.#parts = parts
    const { peers, members } = parts
    peers.handle('network.cards', async () => ({ cards: [parts.ownCard(), ...members.all().map(cardOf)].map(plain) }))
    peers.handle('network.card', (from, body) => this.#hearCard(from, body))
    peers.on('up', (member) => {
      this.tell(member)
      this.#followSoon()
    })
  }

  /** Hears of every change of who may act, once the pins have followed. */
  onStanding(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** Follows this ledger from now on. */
  async start(ledger: NetworkLedger): Promise<void> {
    this.#ledger = ledger
    ledger.onBlock(() => this.#followSoon())
    await this.#follow()
  }

  stop(): void {
    this.#ledger = undefined
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#followTimer)
    clearTimeout(this.#pinTimer)
    await this.#following.catch(() => {})
    await this.#pinning?.catch(() => {})
  }

  /** The own card: where this node is reached now, and its newest certificate. */
  tell(member: MemberId): void {
    const { peers, ownCard } = this.#parts
    peers.notify(member, 'network.card', { card: plain(ownCard()) }).catch(() => {}) // told again when it is up again
  }

  /** A pinned member tells its address and its newest certificate; the key must be the pinned one. */
  async #hearCard(from: MemberId, body: Plain): Promise<null> {
    const { members, clock } = this.#parts
    const { card } = cardNotice.parse(body)
    const { fingerprint } = await checkCard(card, clock.now())
    if (card.name !== from || members.get(from)?.fingerprint !== fingerprint) throw answerWith('REFUSED')
    const stated = (await this.#ledger?.everyone())?.find((m) => m.id === from)
    const address = stated?.gateway || card.address
    if (stated === undefined) await members.update(from, { certificate: card.certificate, address })
    else {
      this.#heard.set(from, card)
      await members.update(from, { certificate: members.get(from)!.certificate, address })
      await this.#takeCertificate(stated)
    }
    return null
  }

  /** A certificate that the ledger does not name yet is none that was issued: it is taken once the block is here. */
  async #takeCertificate({ id, certificateHash: named }: LedgerMember): Promise<void> {
    const { members } = this.#parts
    const [card, known] = [this.#heard.get(id as MemberId), members.get(id as MemberId)]
    if (card === undefined || known === undefined || toHex(certificateHash(card.certificate)) !== named) return
    this.#heard.delete(id as MemberId)
    await members.update(known.id, { certificate: card.certificate, address: known.address })
  }

  /** Blocks that come together are followed together. */
  #followSoon(): void {
    if (this.#closed || this.#followTimer !== undefined) return
    this.#followTimer = setTimeout(() => {
      this.#followTimer = undefined
      this.#follow().catch((err: unknown) => this.#parts.logger.warn({ err }, 'the ledger could not be followed'))
    }, 0)
  }

  #follow(): Promise<void> {
    const followed = this.#following.then(() => this.#followNow())
    this.#following = followed.catch(() => {})
    return followed
  }

  async #followNow(): Promise<void> {
    const { members, peers, identity, logger, clock } = this.#parts
    if (this.#ledger === undefined || this.#closed) return
    const everyone = await this.#ledger.everyone()
    let changed = false
    for (const stated of everyone) {
      const id = stated.id as MemberId
      changed ||= members.stateOf(id) !== stated.state
      const change = await members.follow(stated, clock.now())
      await this.#takeCertificate(stated)
      if (change === undefined || id === identity.name) continue
      logger.info({ member: id, change, state: stated.state, fingerprint: stated.fingerprint }, 'member changed')
      if (change === 'left') await peers.forget(id)
      else if (change === 'rekeyed') peers.drop(id)
      if (change !== 'left') peers.connect(id)
    }
    if (changed) for (const listener of this.#listeners) listener()
    const missing = everyone.filter(
      (m) => m.state === 'active' && m.id !== identity.name && members.get(m.id as MemberId) === undefined,
    )
    if (missing.length > 0) this.#pinMissing(missing)
  }

  /** Beside following: partners may be slow to answer. */
  #pinMissing(missing: readonly LedgerMember[]): void {
    this.#pinning ??= this.#askForCards(missing)
      .catch((err: unknown) => this.#parts.logger.warn({ err }, 'members could not be pinned'))
      .finally(() => {
        this.#pinning = undefined
        if (this.#closed || missing.every((m) => this.#parts.members.get(m.id as MemberId) !== undefined)) return
        clearTimeout(this.#pinTimer)
        this.#pinTimer = setTimeout(() => this.#followSoon(), pinAgainMs)
      })
  }

  /** Pins every member that the ledger names and this node does not know yet: its owner confirmed the key to the ledger and in its card. */
  async #askForCards(missing: readonly LedgerMember[]): Promise<void> {
    const { peers, logger } = this.#parts
    for (const card of this.#parts.candidates()) await this.#pinStated(card, missing)
    const linked = [...peers.state()].filter(([, state]) => state.connected).map(([id]) => id)
    for (const source of linked) {
      const answer = await peers.request(source, 'network.cards', null, { timeoutMs: 5000 }).catch(() => undefined)
      const parsed = cardsAnswer.safeParse(answer)
      if (!parsed.success) continue
      for (const card of parsed.data.cards)
        if (!(await this.#pinStated(card, missing)))
          logger.warn({ member: card.name, source }, 'a card does not match the ledger')
    }
  }

  /** @returns false where the ledger states otherwise */
  async #pinStated(card: MemberCard, missing: readonly LedgerMember[]): Promise<boolean> {
    const { members, peers, logger, clock } = this.#parts
    const stated = missing.find((m) => m.id === card.name)
    if (stated === undefined || members.get(stated.id as MemberId) !== undefined) return true
    if (!(await isStated(card, stated, clock.now()))) return false
    // The ledger may have said otherwise while the card was on its way.
    if (members.stateOf(stated.id as MemberId) !== 'active') return true
    const pinned = await members.pin(card, stated.fingerprint, clock.now())
    logger.info({ member: pinned.id, fingerprint: pinned.fingerprint }, 'member pinned')
    peers.connect(pinned.id)
    return true
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
