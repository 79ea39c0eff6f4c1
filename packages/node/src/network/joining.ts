/**
 * The joiner's end. Where the founder decides alone, joining is one step. Where the members vote, the signed application is
 * kept: the node asks with it again and again, over restarts, and is in as soon as the founder accepts its link.
 */
import { genesisAnswer, type OutputOf, type Routes, type WaitingForVotes } from '@secureflow/api'
import {
  asSecureflowError,
  decodeCbor,
  encodeCbor,
  type Logger,
  type MemberId,
  type Plain,
  toHex,
} from '@secureflow/base'
import { type Database, deleteSetting, readSetting, writeSetting } from '../storage/index.ts'
import { type Application, askIn, greet, type JoinerParts, signApplication } from './enrolment.ts'
import { networkErrors } from './errors.ts'
import type { Member } from './members.ts'

export interface JoiningParts extends Omit<JoinerParts, 'signal'> {
  db: Database
  logger: Logger
  /** Opens the ledger and remembers the network. */
  enter: (genesis: Uint8Array, founder: MemberId) => Promise<void>
  /** Enters in the background: one change of the network at a time. */
  change: <T>(work: () => Promise<T>) => Promise<T>
  /** What a join by a person would do next. */
  joined: () => void
}

type ApplicationView = Omit<OutputOf<Routes['members']['application']>, 'state'> & {
  state: 'none' | 'waiting' | 'lapsed'
}

const settingKey = 'application'
export const joinDeadlineMs = 60_000
/** Below what a founder's listener takes from one address. */
const askAgainMs = 10_000

export class Joining {
  readonly #parts: JoiningParts & JoinerParts
  readonly #abort = new AbortController()
  #application: Application | undefined
  #founder: Member | undefined
  #waiting: WaitingForVotes | undefined
  #lapsed = false
  #problem: string | undefined
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #closed = false

  constructor(parts: JoiningParts) {
    this.#parts = { ...parts, signal: this.#abort.signal }
    // The founder accepts the link of a member only: the members have admitted this one.
    parts.peers.on('up', (member) => {
      if (member === this.#founder?.id) this.#workSoon(0)
    })
  }

  /** Takes up an application that a stop interrupted. */
  async resume(): Promise<void> {
    const stored = await readSetting(this.#parts.db, settingKey)
    if (stored === undefined) return
    this.#application = decodeCbor(stored, 'application', { maxBytes: 1 << 20 }) as unknown as Application
    this.#workSoon(0)
  }

  view(): ApplicationView {
    if (this.#application === undefined) return { state: 'none' }
    return {
      state: this.#lapsed ? 'lapsed' : 'waiting',
      ...(this.#founder === undefined ? {} : { founder: this.#founder.id }),
      ...(this.#waiting === undefined ? {} : { waiting: this.#waiting }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    }
  }

  /** @returns how many votes are awaited; undefined once this node is a member */
  async join(
    invitation: string,
  ): Promise<{ networkId: Uint8Array; founder: MemberId; waiting: WaitingForVotes } | undefined> {
    const ask = async () => {
      const greeting = await greet(invitation, this.#parts)
      const kept = this.#application?.invitation === invitation && !this.#lapsed ? this.#application : undefined
      const after = this.#application?.expiry
      const fresh = () => signApplication(invitation, { ...greeting, after }, this.#parts)
      try {
        return await this.#ask(kept ?? (await fresh()), greeting.votes > 1)
      } catch (error) {
        if (kept === undefined || asSecureflowError(error).code !== 'NETWORK_APPLICATION_LAPSED') throw error
        return this.#ask(await fresh(), true)
      }
    }
    try {
      return await ask()
    } catch (error) {
      this.#workSoon(askAgainMs) // an application that was made before goes on
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#abort.abort()
    await this.rest()
  }

  /** Until nothing is under way in the background. */
  async rest(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#working
  }

  async #ask(application: Application, keep: boolean) {
    // Before it leaves: whatever is killed when, the same application is asked with again.
    if (keep) await this.#keep(application)
    const { founder, waiting } = await askIn(application, this.#parts)
    if (waiting === undefined) {
      await this.#enter(application, founder)
      return undefined
    }
    if (!keep) await this.#keep(application) // the quorum has changed since the greeting
    this.#founder = founder
    this.#waiting = waiting
    this.#parts.peers.connect(founder.id)
    this.#workSoon(askAgainMs)
    return { networkId: application.networkId, founder: founder.id, waiting }
  }

  async #keep(application: Application): Promise<void> {
    if (this.#application !== application)
      await writeSetting(this.#parts.db, settingKey, encodeCbor(application as unknown as Plain))
    this.#application = application
    this.#lapsed = false
    this.#problem = undefined
  }

  /** A joining that fails leaves this node as it was; the same invitation may then be tried again. */
  async #enter({ networkId }: Application, founder: Member): Promise<void> {
    const { peers, members, host, enter, db } = this.#parts
    try {
      peers.connect(founder.id)
      const answer = await peers.request(founder.id, 'network.genesis', null, {
        timeoutMs: joinDeadlineMs,
        signal: this.#abort.signal,
      })
      const parsed = genesisAnswer.safeParse(answer)
      if (!parsed.success || toHex(host.networkIdOf(parsed.data.genesis)) !== toHex(networkId))
        throw networkErrors.NETWORK_WRONG_GENESIS(
          { founder: founder.id, network: toHex(networkId).slice(0, 16) },
          { party: founder.id },
        )
      await enter(parsed.data.genesis, founder.id)
    } catch (error) {
      await peers.forget(founder.id)
      await members.unpin(founder.id)
      throw error
    }
    await deleteSetting(db, settingKey)
    this.#application = this.#founder = this.#waiting = this.#problem = undefined
  }

  #workSoon(delayMs: number): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#working ??= this.#work().finally(() => {
        this.#working = undefined
      })
    }, delayMs)
  }

  /** Asks once more how the application stands; enters where it was carried. Never rejects. */
  async #work(): Promise<void> {
    const { change, joined, logger } = this.#parts
    const application = this.#application
    if (application === undefined || this.#lapsed) return
    try {
      const waiting = await change(() => this.#ask(application, true))
      this.#problem = undefined
      if (waiting !== undefined) return
      logger.info({}, 'admitted to the network')
      joined()
    } catch (cause) {
      const error = asSecureflowError(cause)
      this.#problem = error.code
      logger.info({ code: error.code }, 'the application waits')
      // What the founder refuses for good is for a person to see.
      this.#lapsed = error.class === 'policy' || error.code === 'NETWORK_NAME_TAKEN'
      if (!this.#lapsed) this.#workSoon(askAgainMs)
    }
  }
}
