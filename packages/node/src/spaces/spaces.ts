/** Spaces at this node: what its people propose, sign and end; what runs may name them; how they look. */
import type { CheckedInputOf, Routes, SpaceDetail, SpaceSummary } from '@secureflow/api'
import { type Clock, type Logger, type MemberId, type Rng, randomBytes, toHex } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import {
  type ComponentRegistry,
  charterHash,
  leftBreaches,
  type Plan,
  periodBreaches,
  type SpaceCharter,
  type SpaceWord,
  spaceBreaches,
} from '@secureflow/flow'
import type { RunAssets, RunPeers } from '../runs/dependencies.ts'
import type { RunService } from '../runs/interface.ts'
import type { Database } from '../storage/index.ts'
import { checkCharterFlows, checkOwnGifts } from './charters.ts'
import { spaceErrors } from './errors.ts'
import { Exchange } from './exchange.ts'
import { type CharterStanding, idOf, type SpaceState } from './fold.ts'
import type { SpaceDesk, SpaceGate, SpaceRefusal } from './interface.ts'
import { SpaceStore } from './store.ts'
import { detailOf, summaryOf } from './views.ts'
import { digestOfRecords, sharedBy, spaceLimits } from './wire.ts'
import { type SignedWord, wordDigest, wordOf } from './word.ts'

export interface SpacesDependencies {
  self: MemberId
  networkId: Uint8Array
  signer: Signer
  db: Database
  components: ComponentRegistry
  accountOf(member: MemberId): Address | undefined
  peers: Pick<RunPeers, 'request' | 'handle' | 'on'>
  assets: RunAssets
  /** Once they are there: for lists only. */
  runs(): RunService | undefined
  tell(topic: string): void
  clock: Clock
  rng: Rng
  logger: Logger
  askAgainMs?: number
}

export class Spaces implements SpaceDesk, SpaceGate {
  readonly #deps: SpacesDependencies
  readonly #store: SpaceStore
  readonly #exchange: Exchange

  constructor(deps: SpacesDependencies) {
    this.#deps = deps
    this.#store = new SpaceStore(deps.db)
    this.#exchange = new Exchange({
      ...deps,
      store: this.#store,
      alone: (work) => this.#alone(work),
      changed: () => deps.tell('spaces'),
    })
  }

  open(): void {
    this.#exchange.open()
  }

  async stop(): Promise<void> {
    await this.#exchange.close()
    await this.#last
  }

  /** One change after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }
  #last: Promise<unknown> = Promise.resolve()

  async list(): Promise<SpaceSummary[]> {
    const runs = (await this.#deps.runs()?.list()) ?? []
    const all: SpaceSummary[] = []
    for (const id of await this.#store.ids()) {
      const state = await this.#store.state(id)
      if (state !== undefined) all.push(summaryOf(state, this.#around(), runs))
    }
    return all.sort((a, b) => b.at - a.at)
  }

  async show(id: string): Promise<SpaceDetail> {
    return this.#detail(await this.#store.find(id))
  }

  propose({ id, draft }: CheckedInputOf<Routes['spaces']['propose']>): Promise<SpaceDetail> {
    return this.#alone(async () => {
      const { self, networkId, clock, rng, components, assets } = this.#deps
      const state = id === undefined ? undefined : await this.#store.find(id)
      const before = state === undefined ? undefined : this.#changeable(state)
      const { members, ...rest } = draft
      const wanted = [...new Set(members)]
      if (wanted.length !== members.length || !wanted.includes(self)) throw memberError(self)
      const named = wanted.map((m) => {
        const account = this.#deps.accountOf(m as MemberId)?.toLowerCase()
        if (account === undefined || state?.left.includes(m)) throw memberError(m)
        return { id: m, account }
      })
      for (const { member } of draft.gives) if (!wanted.includes(member)) throw memberError(member)
      const charter: SpaceCharter = {
        ...rest,
        v: 1,
        network: toHex(networkId),
        nonce: toHex(randomBytes(rng, 32)),
        space: state?.id ?? null,
        revision: (before?.charter.revision ?? 0) + 1,
        previous: before?.hash ?? null,
        founder: state?.founder ?? self,
        proposer: self,
        at: clock.now(),
        members: named,
        signers: this.#signersOf(wanted, state),
      }
      if (charter.terms.until <= charter.at) throw spaceErrors.SPACE_OVER({})
      checkCharterFlows(charter, self, components)
      await checkOwnGifts(charter, self, assets)
      const space = idOf(charter)
      const word = await this.#said(space, charterHash(charter), 'accept', '')
      // One record: nobody is told of a charter that is not signed, whenever this process ends.
      await this.#store.add({ charters: [charter], words: [word] })
      return this.#told(space)
    })
  }

  accept(id: string, charter: string | undefined): Promise<SpaceDetail> {
    return this.#alone(async () => {
      const { self, clock, components, assets } = this.#deps
      const state = await this.#store.find(id)
      const found = this.#awaiting(state, charter)
      const lacking = this.#signersOf(
        found.charter.members.map((m) => m.id),
        state,
      ).find((m) => !found.charter.signers.includes(m))
      if (lacking !== undefined) throw spaceErrors.SPACE_SIGNERS({ who: lacking }, { party: found.charter.proposer })
      for (const { id: member, account } of found.charter.members)
        if (this.#deps.accountOf(member as MemberId)?.toLowerCase() !== account || state.left.includes(member))
          throw memberError(member)
      if (found.charter.terms.until <= clock.now()) throw spaceErrors.SPACE_OVER({})
      checkCharterFlows(found.charter, self, components)
      await checkOwnGifts(found.charter, self, assets)
      return this.#say(state.id, found.hash, 'accept', '')
    })
  }

  refuse(id: string, reason: string): Promise<SpaceDetail> {
    return this.#answer(id, 'refuse', reason)
  }

  change(id: string, text: string): Promise<SpaceDetail> {
    return this.#answer(id, 'change', text)
  }

  #answer(id: string, word: 'refuse' | 'change', text: string): Promise<SpaceDetail> {
    return this.#alone(async () => {
      const state = await this.#store.find(id)
      return this.#say(state.id, this.#awaiting(state, undefined).hash, word, text)
    })
  }

  withdraw(id: string): Promise<SpaceDetail> {
    return this.#alone(async () => {
      const state = await this.#store.find(id)
      const own = state.open.find((c) => c.charter.proposer === this.#deps.self)
      if (own === undefined) throw spaceErrors.SPACE_NOTHING({})
      return this.#say(state.id, own.hash, 'withdraw', '')
    })
  }

  leave(id: string): Promise<SpaceDetail> {
    return this.#end(id, 'leave')
  }

  close(id: string): Promise<SpaceDetail> {
    return this.#end(id, 'close')
  }

  #end(id: string, word: 'leave' | 'close'): Promise<SpaceDetail> {
    return this.#alone(async () => {
      const state = await this.#store.find(id)
      if (isOver(state, this.#deps.self)) throw spaceErrors.SPACE_OVER({})
      if (word === 'close' && state.founder !== this.#deps.self)
        throw spaceErrors.SPACE_NOT_FOUNDER({ who: state.founder })
      const at = state.inForce ?? state.charters[0]!
      return this.#say(state.id, at.hash, word, '')
    })
  }

  /** What the runs of this node ask before they sign. */
  async refusal(plan: Plan, before: { runs: number; epsilon: number }): Promise<SpaceRefusal | undefined> {
    const id = plan.flow.space
    if (id === undefined) return undefined
    const state = await this.#store.state(id)
    if (state?.inForce === undefined || isOver(state, this.#deps.self)) return none(id)
    const facts = {
      now: this.#deps.clock.now(),
      left: state.left,
      runsBefore: before.runs,
      epsilonBefore: before.epsilon,
    }
    return spaceBreaches(state.inForce.charter, plan, facts)[0]
  }

  /** A run that was agreed goes on under a changed charter, and ends with the space, its period, or a member's leave. */
  async ends(plan: Plan): Promise<SpaceRefusal | undefined> {
    const id = plan.flow.space
    if (id === undefined) return undefined
    const state = await this.#store.state(id)
    if (state?.inForce === undefined || isOver(state, this.#deps.self)) return none(id)
    const { charter } = state.inForce
    return [...leftBreaches(plan, state.left), ...periodBreaches(charter, this.#deps.clock.now())][0]
  }

  /** Those of the charter in force sign a change too, though it may be that they leave by it. */
  #signersOf(members: readonly string[], state: SpaceState | undefined): string[] {
    const before = state?.inForce?.charter.members.map((m) => m.id) ?? []
    return [...new Set([...members, ...before])].filter((m) => !state?.left.includes(m))
  }

  /** What a change follows on. @throws SPACE_OVER, SPACE_OPEN */
  #changeable(state: SpaceState): CharterStanding {
    const { self } = this.#deps
    if (isOver(state, self)) throw spaceErrors.SPACE_OVER({})
    const [newest] = state.charters.filter((c) => c.state !== 'replaced')
    const open = state.open[0]
    // Who proposed it changes it; others ask for that.
    if (open !== undefined && open.charter.proposer !== self) throw spaceErrors.SPACE_OPEN({})
    const follows = open ?? state.inForce ?? newest!
    if (!follows.charter.members.some((m) => m.id === self)) throw memberError(self)
    return follows
  }

  /** @throws SPACE_NOTHING, SPACE_OVER */
  #awaiting(state: SpaceState, wanted: string | undefined): CharterStanding {
    const { self } = this.#deps
    if (isOver(state, self)) throw spaceErrors.SPACE_OVER({})
    const found = state.open.find(
      (c) =>
        c.standing.some((s) => s.member === self && s.word !== 'accept') &&
        (wanted === undefined || c.hash.startsWith(wanted)),
    )
    if (found === undefined) throw spaceErrors.SPACE_NOTHING({})
    // Of two that would replace the same, only one is ever signed here: so at most one comes into force.
    const rival = state.open.some(
      (c) =>
        c !== found &&
        c.charter.previous === found.charter.previous &&
        c.standing.some((s) => s.member === self && s.word === 'accept'),
    )
    if (rival) throw spaceErrors.SPACE_OPEN({})
    return found
  }

  async #said(space: string, charter: string, word: SpaceWord, text: string): Promise<SignedWord> {
    const { self, networkId, signer, clock } = this.#deps
    const said = { space, charter, member: self, word, text, at: clock.now() }
    return wordOf(networkId, said, await signer.sign(wordDigest(networkId, said)))
  }

  /** Durable before anybody hears of it. */
  async #say(space: string, charter: string, word: SpaceWord, text: string): Promise<SpaceDetail> {
    const own = (await this.#store.records(space)).words.filter((w) => w.member === this.#deps.self)
    // Two places are kept for the last words: whoever asks for changes without end can still sign and leave.
    if (word === 'change' && own.length >= spaceLimits.wordsEach - 4) throw spaceErrors.SPACE_NOTHING({})
    await this.#store.add({ charters: [], words: [await this.#said(space, charter, word, text)] })
    return this.#told(space)
  }

  async #told(space: string): Promise<SpaceDetail> {
    this.#deps.tell('spaces')
    this.#exchange.tellOf(space)
    return this.#detail((await this.#store.state(space))!)
  }

  #around() {
    const { self, clock } = this.#deps
    return { self, now: clock.now() }
  }

  async #detail(state: SpaceState): Promise<SpaceDetail> {
    const { self, components } = this.#deps
    const runs = this.#deps.runs()
    const [listed = [], requests = [], grants = []] = await Promise.all([
      runs?.list(),
      runs?.desk.requests(),
      runs?.desk.grants(),
    ])
    const records = await this.#store.records(state.id)
    const delivered = await this.#store.delivered(state.id)
    const others = [...new Set(records.charters.flatMap((c) => c.signers))].filter((m) => m !== self)
    const delivery = others.map((member) => {
      const known = delivered.get(member)
      const digest = digestOfRecords(sharedBy(records, self, member))
      return { member, delivered: known?.digest === digest, ...(known === undefined ? {} : { at: known.at }) }
    })
    return detailOf(state, this.#around(), { components, delivery, runs: listed, requests, grants })
  }
}

const none = (id: string): SpaceRefusal => ({ rule: 'none', expected: '-', actual: id.slice(0, 12) })
const memberError = (who: string) => spaceErrors.SPACE_MEMBER({ who })
const isOver = (state: SpaceState, self: string): boolean => state.closed || state.left.includes(self)
