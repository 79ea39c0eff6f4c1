/**
 * How charters and words come to every member. There is one question, `space.sync`: here is all that I have of this space,
 * what do you have? It is asked after every change, when a partner comes up, and now and then, until both have the same; what
 * members say is signed, so whoever has it may pass it on. A message that is lost or repeated changes nothing.
 */
import { asSecureflowError, type Clock, fromHex, type Logger, type MemberId, type Plain, toHex } from '@secureflow/base'
import { charterHash, type SpaceCharter } from '@secureflow/flow'
import { answerWith } from '../peers/index.ts'
import type { RunPeers } from '../runs/dependencies.ts'
import { idOf, takesPart } from './fold.ts'
import type { Records, SpaceStore } from './store.ts'
import {
  digestOfRecords,
  lackedBy,
  type SyncMessage,
  sharedBy,
  spaceLimits,
  syncAnswer,
  syncMessage,
  toWire,
} from './wire.ts'
import { checkedWord, type SignedWord } from './word.ts'

export interface ExchangeDependencies {
  self: MemberId
  networkId: Uint8Array
  accountOf(member: MemberId): string | undefined
  peers: Pick<RunPeers, 'request' | 'handle' | 'on'>
  store: SpaceStore
  /** One change of the spaces after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>
  changed(space: string): void
  clock: Clock
  logger: Logger
  askAgainMs?: number
}

/** Spaces of one founder that this member has not answered. */
const maxInvitations = 32
/** And in all: whoever founds more has to talk to this member first. */
const maxSpacesOfFounder = 256
const askMs = 30_000
const firstWaitMs = 1000
const longestWaitMs = 60_000

export class Exchange {
  readonly #deps: ExchangeDependencies
  readonly #abort = new AbortController()
  readonly #asking = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: ExchangeDependencies) {
    this.#deps = deps
  }

  open(): void {
    const { peers, askAgainMs = 60_000 } = this.#deps
    peers.handle('space.sync', (from, body) => this.#answer(from, body))
    peers.on('up', (member) => {
      this.#waitMs = firstWaitMs
      this.tellOf(undefined, member)
    })
    this.#timer = setInterval(() => this.tellOf(), askAgainMs)
    this.tellOf()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#abort.abort(asSecureflowError(new DOMException('closing', 'AbortError')))
    await Promise.allSettled(this.#asking.values())
  }

  /** Brings this space, or all, to this member, or to all: those who have it are not asked. Never rejects. */
  tellOf(space?: string, member?: MemberId): void {
    void this.#tell(space, member).catch((cause: unknown) => {
      if (!this.#abort.signal.aborted)
        this.#deps.logger.warn({ code: asSecureflowError(cause).code }, 'spaces not told')
    })
  }

  async #tell(space: string | undefined, member: MemberId | undefined): Promise<void> {
    const { store, self } = this.#deps
    for (const id of space === undefined ? await store.ids() : [space]) {
      const records = await store.records(id)
      const others = new Set(records.charters.flatMap((c) => [...c.signers, ...c.members.map((m) => m.id)]))
      for (const other of member === undefined ? others : [member])
        if (other !== self && others.has(other)) this.#ask(id, other as MemberId)
    }
  }

  /** Who did not answer is asked again after a while that grows. */
  #tellSoon(): void {
    if (this.#soon !== undefined || this.#abort.signal.aborted) return
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      this.tellOf()
    }, this.#waitMs)
    this.#waitMs = Math.min(2 * this.#waitMs, longestWaitMs)
  }
  #soon: NodeJS.Timeout | undefined
  #waitMs = firstWaitMs

  /** One question at a time for each space and member; what changed meanwhile is asked after it. */
  #ask(space: string, member: MemberId): void {
    if (this.#abort.signal.aborted) return
    const key = `${space} ${member}`
    if (this.#asking.has(key)) {
      this.#again.add(key)
      return
    }
    const asking = this.#askOnce(space, member)
      .catch((cause: unknown) => {
        if (!this.#abort.signal.aborted)
          this.#deps.logger.info({ space, member, code: asSecureflowError(cause).code }, 'space not yet delivered')
        this.#tellSoon()
      })
      .then(() => {
        this.#asking.delete(key)
        if (this.#again.delete(key)) this.#ask(space, member)
      })
    this.#asking.set(key, asking)
  }

  async #askOnce(space: string, member: MemberId): Promise<void> {
    const { store, self, peers, clock, alone, changed } = this.#deps
    const shared = sharedBy(await store.records(space), self, member)
    if (shared.charters.length === 0) return
    if ((await store.delivered(space)).get(member)?.digest === digestOfRecords(shared)) return
    const body = { space, ...toWire(shared, fromHex) } as unknown as Plain
    const answer = syncAnswer.parse(
      await peers.request(member, 'space.sync', body, { timeoutMs: askMs, signal: this.#abort.signal }),
    )
    await alone(async () => {
      await this.#take(member, { space, charters: answer.charters, words: answer.words })
      const now = sharedBy(await store.records(space), self, member)
      if (digestOfRecords(now) !== answer.digest) return
      await store.setDelivered(space, member, answer.digest, clock.now())
      changed(space)
    })
  }

  /** Answers `space.sync`. */
  async #answer(from: MemberId, body: Plain): Promise<Plain> {
    const parsed = syncMessage.safeParse(body)
    if (!parsed.success) throw answerWith('INVALID')
    const { store, self, clock, alone, changed } = this.#deps
    const message = parsed.data
    return alone(async () => {
      const told = await this.#take(from, message)
      const shared = sharedBy(await store.records(message.space), self, from)
      if (shared.charters.length === 0) throw answerWith('NOT_FOUND')
      const lacking = lackedBy(shared, { charters: message.charters, words: told })
      const digest = digestOfRecords(shared)
      // It will have all once it has this answer; where it does not come, it asks again.
      if (lacking.charters.length + lacking.words.length === 0) {
        const known = (await store.delivered(message.space)).get(from)?.digest
        await store.setDelivered(message.space, from, digest, clock.now())
        if (known !== digest) changed(message.space)
      }
      return { digest, ...toWire(lacking, fromHex) } as unknown as Plain
    })
  }

  /** Adds what is new and stands up to every check; anything else is left out. @returns the words that were told */
  async #take(from: MemberId, { space, charters, words }: SyncMessage): Promise<SignedWord[]> {
    const { store, networkId, accountOf } = this.#deps
    const known = await store.records(space)
    const all = new Map(known.charters.map((c) => [charterHash(c), c]))
    const fresh: SpaceCharter[] = []
    for (const charter of [...charters].sort((a, b) => a.revision - b.revision)) {
      const hash = charterHash(charter)
      if (all.has(hash) || !this.#stands(charter, space, all, known)) continue
      if (all.size >= spaceLimits.charters || JSON.stringify(charter).length > spaceLimits.charterBytes) continue
      all.set(hash, charter)
      fresh.push(charter)
    }
    const told: SignedWord[] = []
    for (const { signature, ...said } of words) {
      const charter = all.get(said.charter)
      if (charter === undefined || !takesPart(charter, said.member)) continue
      const stated = charter.members.find((m) => m.id === said.member)?.account
      const accounts = [stated, accountOf(said.member as MemberId)]
      const word = await checkedWord(networkId, { space, ...said }, signature, accounts)
      if (word !== undefined) told.push(word)
    }
    // Nobody is bound, or bothered, by a charter that its proposer has not signed.
    const proposed = (c: SpaceCharter) =>
      told.some((w) => w.charter === charterHash(c) && w.member === c.proposer && w.word === 'accept')
    const charters_ = fresh.filter(proposed)
    if (known.charters.length === 0 && charters_.length > 0) await this.#checkRoom(from, charters_[0]!)
    const has = new Set([...known.charters, ...charters_].map(charterHash))
    const ids = new Set(known.words.map((w) => w.id))
    const count = new Map<string, number>()
    for (const w of known.words) count.set(w.member, (count.get(w.member) ?? 0) + 1)
    const newWords = told.filter((w) => {
      const n = count.get(w.member) ?? 0
      if (ids.has(w.id) || !has.has(w.charter) || n >= spaceLimits.wordsEach) return false
      ids.add(w.id)
      count.set(w.member, n + 1)
      return true
    })
    if (charters_.length + newWords.length === 0) return told
    await store.add({ charters: charters_, words: newWords })
    this.#deps.changed(space)
    this.tellOf(space)
    return told
  }

  /** Whether the charter is one of this space, names this member, and names everybody as this node knows them. */
  #stands(charter: SpaceCharter, space: string, all: ReadonlyMap<string, SpaceCharter>, known: Records): boolean {
    const { self, networkId, accountOf } = this.#deps
    if (idOf(charter) !== space || charter.network !== toHex(networkId) || !takesPart(charter, self)) return false
    const ids = charter.members.map((m) => m.id)
    const isFirst = charter.revision === 1
    if (isFirst !== (charter.previous === null) || isFirst !== (charter.space === null)) return false
    if (new Set(ids).size !== ids.length || !ids.every((id) => charter.signers.includes(id))) return false
    if (!charter.signers.includes(charter.proposer) || charter.gives.some((g) => !ids.includes(g.member))) return false
    if (charter.members.some((m) => accountOf(m.id as MemberId)?.toLowerCase() !== m.account)) return false
    if (isFirst) return charter.proposer === charter.founder && ids.includes(charter.founder)
    const before = all.get(charter.previous!)
    // Who joins later does not know what was before: it reads what it signs.
    if (before === undefined) return known.charters.length === 0
    return (
      charter.revision === before.revision + 1 &&
      charter.founder === before.founder &&
      before.members.some((m) => m.id === charter.proposer)
    )
  }

  /** @throws the answer BUSY */
  async #checkRoom(from: MemberId, { founder }: SpaceCharter): Promise<void> {
    const { store, self } = this.#deps
    let [spaces, waiting] = [0, 0]
    for (const id of await store.ids()) {
      const state = await store.state(id)
      if (state === undefined || (state.founder !== founder && state.founder !== from)) continue
      spaces++
      if (state.open.some((c) => c.standing.some((s) => s.member === self && s.word !== 'accept'))) waiting++
    }
    if (waiting >= maxInvitations || spaces >= maxSpacesOfFounder) throw answerWith('BUSY')
  }
}
