/**
 * The directory over all members' assets: every token of the ledger, with the description that its owner shows. What was seen
 * once is kept for when the owner is away; descriptions are asked for when a link comes up, when the ledger tells of a new
 * token, and when an owner says that something changed.
 */
import { type AssetDemand, apiErrors, type Ddo, describeLimit } from '@secureflow/api'
import type { Clock, Logger, MemberId } from '@secureflow/base'
import type { Terms } from '@secureflow/flow'
import { descriptionHash } from './description.ts'
import { assetErrors } from './errors.ts'
import { type AssetPeers, type Exchange, isTold, type Shown } from './exchange.ts'
import type { Known, Owned } from './known.ts'
import type { Token } from './on-ledger.ts'
import { isCurrent, type OwnHead, type OwnStore, termsOf } from './store.ts'
import type { TokenIndex } from './token-index.ts'

export interface Entry {
  /** Absent where it is not on the ledger yet. */
  token?: Token
  /** Of an own asset. */
  row?: OwnHead
  description?: Ddo
  /** Own, or told and as the ledger has them. */
  terms?: Terms
  contentKey?: Uint8Array
  seenAt?: number
  text: string
  availability: 'own' | 'live' | 'cached' | 'hidden' | 'refused'
  /** Member id, or the account of a former member. */
  owner: string
}

export interface DirectoryDependencies {
  self: MemberId
  store: OwnStore
  known: Known
  /** Once this node is in a network. */
  index: () => TokenIndex | undefined
  peers: AssetPeers
  exchange: (onChanged: (owner: MemberId, tokens: string[]) => void) => Exchange
  /** Members by account. */
  members: () => Promise<ReadonlyMap<string, MemberId>>
  /** What is shown may have changed. */
  tell: () => void
  clock: Clock
  logger: Logger
}

/** How long whoever looks waits for owners that are linked; what comes later is there the next time. */
const waitMs = 2000

export class Directory {
  readonly #deps: DirectoryDependencies
  readonly exchange: Exchange
  /** Tokens that their owner does not show, or not truly; forgotten when it is linked anew. */
  readonly #without = new Map<string, 'hidden' | 'refused'>()
  /** To be asked for although they were seen. */
  readonly #again = new Set<string>()
  readonly #fetching = new Map<string, Promise<void>>()
  #members: ReadonlyMap<string, MemberId> = new Map()
  #wanted = false
  #following: Promise<void> | undefined
  #closed = false

  constructor(deps: DirectoryDependencies) {
    this.#deps = deps
    this.exchange = deps.exchange((owner, tokens) => this.#onChanged(owner, tokens))
    deps.peers.onUp((member) => {
      for (const token of deps.index()?.all() ?? [])
        if (this.#members.get(token.owner) === member) this.#without.delete(token.token)
      this.follow()
    })
  }

  /** In the background: what the ledger and the owners have to tell. Many calls in a row are one. */
  follow(): void {
    this.#wanted = true
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
  }

  async #follow(): Promise<void> {
    while (this.#wanted && !this.#closed) {
      this.#wanted = false
      await this.sync().catch((err: unknown) => {
        if (!this.#closed) this.#deps.logger.warn({ err }, 'the directory is not up to date')
      })
    }
  }

  /** As the ledger is now; owners that are linked are asked for what is not known of them. */
  async sync(): Promise<void> {
    const index = this.#deps.index()
    await this.#deps.known.load()
    if (index === undefined || this.#closed) return
    const before = index.revision
    await index.sync()
    if (index.revision !== before) this.#deps.tell()
    this.#members = await this.#deps.members()
    await this.#noticeTransfers(index)
    const linked = this.#deps.peers.linked()
    const waiting = [...linked].map((member) => this.#fetch(member as MemberId, index))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([Promise.all(waiting), late])
    clearTimeout(timer)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#following, ...this.#fetching.values()])
  }

  demand(token: string | undefined): AssetDemand {
    const none = { asked: 0, granted: 0, refused: 0, used: 0 }
    return token === undefined ? none : (this.#deps.index()?.demand(token) ?? none)
  }

  isUsable(token: string | undefined): boolean {
    return token !== undefined && this.#deps.index()?.isUsable(token) === true
  }

  nameOf(account: string): string {
    return this.#members.get(account.toLowerCase()) ?? account
  }

  /** All there are, the newest first; call `sync` before. */
  async entries(): Promise<Entry[]> {
    const own = new Map((await this.#deps.known.own()).map((o) => [o.row.token ?? o.row.id, o]))
    const tokens = [...(this.#deps.index()?.all() ?? [])].reverse()
    const local = [...own.values()].reverse().filter((o) => o.row.token === null && isCurrent(o.row))
    return [
      ...local.map((o) => this.#entry(undefined, o)),
      ...tokens.map((token) => this.#entry(token, own.get(token.token))),
    ]
  }

  async entry(token: string): Promise<Entry | undefined> {
    const found = this.#deps.index()?.get(token)
    if (found === undefined) return undefined
    return this.#entry(
      found,
      (await this.#deps.known.own()).find((o) => o.row.token === token),
    )
  }

  /**
   * By token or its beginning, id of a description, `owner/name`, or the name of an own asset: the newest that stands.
   * @throws API_NOT_FOUND, ASSET_AMBIGUOUS
   */
  async resolve(reference: string): Promise<Entry> {
    await this.sync()
    const entries = await this.entries()
    const [owner, name] = reference.includes('/') ? reference.split('/', 2) : [this.#deps.self, reference]
    const named = entries.filter((e) => e.owner === owner && e.description?.name === name)
    const standing = named.find((e) => this.isNewest(e) && e.token?.state !== 'retired') ?? named[0]
    if (standing !== undefined) return standing
    const prefix = /^(0x)?[0-9a-f]{6,64}$/.test(reference) ? reference.replace(/^0x/, '') : undefined
    const meant = prefix === undefined ? [] : entries.filter((e) => e.token?.token.startsWith(prefix))
    // The hash of a description may stand under several tokens: another member can register the same.
    const byId = prefix?.length === 64 && meant.length === 0 ? entries.filter((e) => idOf(e) === prefix) : []
    const found = byId.length > 1 ? byId.filter((e) => e.description !== undefined) : [...meant, ...byId]
    if (found.length > 1) throw assetErrors.ASSET_AMBIGUOUS({ name: reference, count: found.length })
    if (found.length === 0) throw apiErrors.API_NOT_FOUND({ name: reference })
    return found[0]!
  }

  isNewest({ token, row }: Entry): boolean {
    if (token === undefined) return row !== undefined && isCurrent(row)
    return this.#deps.index()?.successorOf(token.token) === undefined
  }

  #entry(token: Token | undefined, own: Owned | undefined): Entry {
    const { self } = this.#deps
    if (own !== undefined && (token === undefined || this.#members.get(token.owner) === self)) {
      const { row, description, text } = own
      const secret = row.content_key === null ? {} : { contentKey: row.content_key }
      const known = { description, terms: termsOf(row), text: `${text}\n${self}`, ...secret }
      return { ...(token === undefined ? {} : { token }), row, ...known, availability: 'own', owner: self }
    }
    if (token === undefined) throw new RangeError('neither own nor on the ledger')
    const owner = this.nameOf(token.owner)
    const seen = this.#deps.known.seen(token.token)
    if (seen === undefined) {
      const description = own?.description // of an asset that this member gave away
      const availability = this.#without.get(token.token) ?? 'hidden'
      return { token, ...(description === undefined ? {} : { description }), availability, owner, text: owner }
    }
    const { description, terms, contentKey, seenAt, text } = seen
    return {
      token,
      description,
      ...(isTold(terms, token.termsHash) ? { terms } : {}),
      ...(contentKey === undefined ? {} : { contentKey }),
      seenAt,
      text: `${text}\n${owner}`,
      availability: this.#deps.peers.linked().has(owner) ? 'live' : 'cached',
      owner,
    }
  }

  #onChanged(owner: MemberId, tokens: string[]): void {
    for (const token of tokens) {
      const found = this.#deps.index()?.get(token)
      if (found === undefined || this.#members.get(found.owner) !== owner) continue
      this.#without.delete(token)
      this.#again.add(token)
    }
    this.follow()
  }

  /** One at a time for each member; whatever comes up meanwhile is asked for by the next. */
  #fetch(member: MemberId, index: TokenIndex): Promise<void> {
    const present = this.#fetching.get(member)
    if (present !== undefined) return present
    const fetching = this.#fetchFrom(member, index)
      .catch((err: unknown) => {
        if (!this.#closed) this.#deps.logger.debug({ member, err }, 'its assets are not known yet')
      })
      .finally(() => this.#fetching.delete(member))
    this.#fetching.set(member, fetching)
    return fetching
  }

  async #fetchFrom(member: MemberId, index: TokenIndex): Promise<void> {
    const { known } = this.#deps
    const wanted = [...index.all()].filter(
      ({ token, owner }) =>
        this.#members.get(owner) === member &&
        (this.#again.has(token) || (known.seen(token) === undefined && !this.#without.has(token))),
    )
    for (let from = 0; from < wanted.length && !this.#closed; from += describeLimit) {
      const tokens = wanted.slice(from, from + describeLimit).map((t) => t.token)
      const again = tokens.filter((token) => this.#again.delete(token))
      const heard = await this.exchange.ask(member, tokens).catch((error: unknown) => {
        for (const token of again) this.#again.add(token)
        throw error
      })
      if (!this.#closed) await this.#take(member, tokens, heard, index)
    }
    // Its owner changed it after it had answered.
    if (wanted.some(({ token }) => this.#again.has(token))) this.follow()
  }

  async #take(
    member: MemberId,
    tokens: readonly string[],
    heard: ReadonlyMap<string, Shown | 'refused'>,
    index: TokenIndex,
  ): Promise<void> {
    const { known, clock, logger } = this.#deps
    const kept = new Map<string, Shown>()
    for (const token of tokens) {
      const shown = heard.get(token)
      if (shown === 'refused') {
        this.#without.set(token, 'refused')
        logger.warn({ member, token }, 'what the owner shows is not the description of its token')
      } else if (shown === undefined) {
        this.#without.set(token, 'hidden')
        await known.forget(token)
      } else {
        this.#without.delete(token)
        index.remember(descriptionHash(shown.bytes), token)
        kept.set(token, shown)
      }
    }
    await known.keep(kept, clock.now())
    this.#deps.tell()
  }

  /** What another member accepted is no longer served from here; what this one accepted is. */
  async #noticeTransfers(index: TokenIndex): Promise<void> {
    const { store, self, clock } = this.#deps
    for (const row of await store.heads()) {
      const token = row.token === null ? undefined : index.get(row.token)
      if (token === undefined) continue
      const owner = this.#members.get(token.owner)
      if (owner === undefined || (owner === self) === (row.given_at === null)) continue
      await store.update(row.id, { given_at: owner === self ? null : clock.now() })
    }
  }
}

const idOf = ({ token, row }: Entry): string | undefined => row?.id ?? token?.manifestHash
