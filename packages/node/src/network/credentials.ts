/**
 * What this member alone may change of itself: certificate, key, gateway, account. The ledger's record is what counts: the
 * home folder names what is wanted, and this brings the record to it, again after every failure and every restart.
 */
import type { Clock, Logger, MemberId } from '@secureflow/base'
import { asSecureflowError, fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { accountChangeDigest } from '@secureflow/ledger'
import {
  advertise,
  beginAccountChange,
  certificateDays,
  finishAccountChange,
  finishRenewal,
  forgetPrevious,
  type Identity,
  nextCertificate,
  prepareRenewal,
} from '../identity/index.ts'
import type { Peers } from '../peers/index.ts'
import { networkErrors } from './errors.ts'
import type { LedgerMember, NetworkLedger } from './interface.ts'
import { certificateHash } from './ledger.ts'
import { parseAddress } from './members.ts'
import type { Network } from './network.ts'

export interface CredentialParts {
  identity: Identity
  network: Network
  peers: Peers
  /** Runs that have not ended: they were signed with the present account. */
  activeRuns: () => Promise<number>
  /** The certificate in use was exchanged. */
  exchanged: () => void
  clock: Clock
  logger: Logger
}

const againMs = 5000
/** Heads are compared every 2 s. */
const caughtUpMs = 10_000
const consentSeconds = 600

export class Credentials {
  readonly #parts: CredentialParts
  #last: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #closed = false
  /** Since when each member is linked, own clock: long enough, and it has replayed the last rotation. */
  readonly #linkedSince = new Map<MemberId, number>()

  constructor(parts: CredentialParts) {
    this.#parts = parts
    parts.peers.on('up', (member) => {
      this.#linkedSince.set(member, parts.clock.now())
      if (this.#isRotated) this.settleSoon(2 * caughtUpMs)
    })
    parts.peers.on('down', (member) => void this.#linkedSince.delete(member))
  }

  /** Brings the ledger's record of this member to what its home folder says. Never rejects. */
  settleSoon(delayMs = 0): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#one(() => this.#settle()).catch((cause: unknown) => {
        if (this.#closed) return
        this.#parts.logger.info({ code: asSecureflowError(cause).code }, 'own record on the ledger not yet settled')
        this.settleSoon(againMs)
      })
    }, delayMs)
  }

  /** With the same key, or with `rotate` under a new one. In force once the ledger names it. */
  renew({
    rotate,
    days = certificateDays,
  }: {
    rotate: boolean
    days?: number
  }): Promise<{ validTo: number; fingerprint: string }> {
    return this.#one(async () => {
      const { identity, network, clock } = this.#parts
      network.require()
      await this.#settle() // a change that broke off comes first
      await identity.change((home, passphrase) => prepareRenewal(home, passphrase, { rotate, days, now: clock.now() }))
      await identity.reload() // partners that hear of the new key first are shown it
      try {
        await this.#settle()
      } catch (error) {
        this.settleSoon(againMs)
        throw error
      }
      return { validTo: identity.certificate.validTo, fingerprint: identity.fingerprint }
    })
  }

  /** @param address `host:port`; empty: partners are told what the node listens on */
  setAddress(address: string): Promise<void> {
    return this.#one(async () => {
      const { identity, network } = this.#parts
      const { ledger } = network.require()
      if (address !== '' && parseAddress(address) === undefined) throw networkErrors.MEMBER_ADDRESS({ address })
      await identity.change(async (home) => advertise(home, address === '' ? undefined : address))
      await identity.reload()
      await ledger.membership.setGateway(address)
      network.tellCard()
    })
  }

  /**
   * The next start of the node acts under the new account.
   * @throws MEMBER_RUNS_ACTIVE, LEDGER_FOUNDER_ACCOUNT_FIXED
   */
  changeAccount(): Promise<{ account: string }> {
    return this.#one(async () => {
      const { identity, network, clock, activeRuns } = this.#parts
      const { ledger } = network.require()
      const runs = await activeRuns()
      if (runs > 0) throw networkErrors.MEMBER_RUNS_ACTIVE({ runs })
      const next = await identity.change(beginAccountChange)
      const [from, to] = [identity.account as Address, next.address.toLowerCase() as Address]
      const expiry = Math.floor(clock.now() / 1000) + consentSeconds
      const consent = await next.sign(accountChangeDigest(ledger.networkId, { from, to, expiry }))
      await ledger.membership.changeAccount(to, expiry, consent)
      await this.#settle()
      return { account: to }
    })
  }

  /** What is under way changes nothing on the disk any more: the next start takes it up. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  get #isRotated(): boolean {
    return this.#parts.identity.others.some((k) => k.which === 'previous')
  }

  #one<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  async #settle(): Promise<void> {
    const { identity, network, clock } = this.#parts
    const { ledger } = network.require()
    const own = await this.#record(ledger)
    if (this.#closed || own === undefined || own.state !== 'active') return
    if (own.account !== identity.account) {
      // The change stands, and the node was killed before it could take it up; or it waits for its next start.
      const issue = { now: clock.now(), days: certificateDays }
      if (identity.bound !== own.account)
        await identity.change((home, passphrase) => finishAccountChange(home, passphrase, issue))
      await identity.reload()
      this.#parts.exchanged()
      return
    }
    await this.#settleCertificate(own, ledger)
    const stated = identity.config.advertise
    if (own.gateway !== '' && stated !== undefined && own.gateway !== stated) await ledger.membership.setGateway(stated)
    const others = (await ledger.members()).filter((m) => m.id !== identity.name)
    if (this.#closed) return
    // A partner that has not heard of the rotation knows the previous key only.
    if (
      this.#isRotated &&
      others.every(
        (m) => clock.now() - (this.#linkedSince.get(m.id as MemberId) ?? Number.POSITIVE_INFINITY) > caughtUpMs,
      )
    ) {
      await identity.change(forgetPrevious)
      await identity.reload()
    }
  }

  async #settleCertificate(own: LedgerMember, { membership }: NetworkLedger): Promise<void> {
    const { identity, network, peers, logger, exchanged } = this.#parts
    const next = nextCertificate(identity.home)
    const { der, fingerprint } = next ?? { der: identity.certificate.der, fingerprint: identity.fingerprint }
    const hash = certificateHash(der)
    const isNamed = own.certificateHash === toHex(hash) && own.fingerprint === fingerprint
    if (isNamed && next === undefined) return
    if (!isNamed) {
      await membership.renewMember(hash, fromHex(fingerprint))
      if (this.#closed) return
      logger.info({ fingerprint, certificate: toHex(hash) }, 'certificate registered')
    }
    if (next === undefined) {
      network.tellCard()
      return
    }
    await identity.change(finishRenewal)
    await identity.reload()
    if (this.#isRotated) this.settleSoon(2 * caughtUpMs)
    peers.renewed()
    exchanged()
    network.tellCard()
  }

  async #record(ledger: NetworkLedger): Promise<LedgerMember | undefined> {
    return (await ledger.everyone()).find((m) => m.id === this.#parts.identity.name)
  }
}
