/** Descriptions between members: telling those who may see them, and asking for those of others. */
import {
  assetChangedNotice,
  assetDescribeAnswer,
  assetDescribeRequest,
  type Ddo,
  describeLimit,
  type SealingKey,
} from '@secureflow/api'
import type { MemberId, Plain } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type Terms, termsHash, termsSchema } from '@secureflow/flow'
import { answerWith, type PeerHandler } from '../peers/index.ts'
import { describedBy } from './description.ts'
import { isSealingKeyOf, type SealingIdentity, sealKey } from './sealing.ts'
import { granteesOf, isVisibleTo, type OwnRow, type OwnStore, termsOf } from './store.ts'

/** What an owner showed of one token. */
export interface Shown {
  description: Ddo
  bytes: Uint8Array
  terms?: Terms
  contentKey?: Uint8Array
}

export interface AssetPeers {
  request(to: MemberId, kind: string, body: Plain, options?: { timeoutMs?: number }): Promise<Plain>
  notify(to: MemberId, kind: string, body: Plain): Promise<unknown>
  handle(kind: string, handler: PeerHandler): void
  onUp(listener: (member: MemberId) => void): void
  /** Members that are linked now. */
  linked(): ReadonlySet<string>
}

export interface ExchangeDependencies {
  self: MemberId
  store: OwnStore
  peers: AssetPeers
  accountOf: (member: MemberId) => Address | undefined
  /** What goes with the network; undefined while there is none. */
  network: () => { id: Uint8Array; sealing: SealingIdentity } | undefined
  /** An owner says that these are to be asked for again. */
  onChanged: (owner: MemberId, tokens: string[]) => void
}

const askMs = 15_000
/** Of one answer, well below what a link carries in one message. */
const answerBytes = 4 << 20

export class Exchange {
  readonly #deps: ExchangeDependencies

  constructor(deps: ExchangeDependencies) {
    this.#deps = deps
    deps.peers.handle('asset.describe', (from, body) => this.#answer(from, body))
    deps.peers.handle('asset.changed', async (from, body) => {
      const parsed = assetChangedNotice.safeParse(body)
      if (!parsed.success) throw answerWith('INVALID')
      deps.onChanged(from, parsed.data.tokens)
      return null
    })
  }

  /**
   * Asks the owner for its descriptions. @returns by token: what it shows, or `refused` where that is not the token's;
   * a token that is absent is hidden from this member
   */
  async ask(owner: MemberId, tokens: readonly string[]): Promise<Map<string, Shown | 'refused'>> {
    const network = this.#deps.network()
    const heard = new Map<string, Shown | 'refused'>()
    if (network === undefined) return heard
    const waiting = [...tokens]
    // Each answer settles one at least, or the owner is not taken seriously any further.
    while (waiting.length > 0) {
      const asked = waiting.splice(0, describeLimit)
      const body = { tokens: asked, sealingKey: { ...network.sealing.publicKey } }
      const answer = await this.#deps.peers.request(owner, 'asset.describe', body, { timeoutMs: askMs })
      const parsed = assetDescribeAnswer.safeParse(answer)
      if (!parsed.success) {
        for (const token of asked) heard.set(token, 'refused')
        continue
      }
      for (const found of parsed.data.found)
        if (asked.includes(found.token)) heard.set(found.token, (await this.#checked(found, network)) ?? 'refused')
      const later = parsed.data.later.filter((token) => asked.includes(token) && !heard.has(token))
      if (later.length < asked.length) waiting.push(...later)
    }
    return heard
  }

  /** Tells whoever is linked that these are to be asked for again; the others ask when they are back. */
  tellChanged(tokens: string[]): void {
    for (const member of this.#deps.peers.linked())
      this.#deps.peers.notify(member as MemberId, 'asset.changed', { tokens }).catch(() => {}) // asked for at the next link
  }

  async #checked(
    found: { token: string; description: Uint8Array; terms?: string | undefined; box?: Uint8Array | undefined },
    network: { id: Uint8Array; sealing: SealingIdentity },
  ): Promise<Shown | undefined> {
    const { token, description: bytes } = found
    const description = describedBy(bytes, network.id, { token })
    if (description === undefined) return undefined
    const terms = found.terms === undefined ? undefined : parseTold(found.terms)
    const purpose = { networkId: network.id, token, member: this.#deps.self }
    const contentKey = found.box === undefined ? undefined : await network.sealing.openKey(found.box, purpose)
    return {
      description,
      bytes,
      ...(terms === undefined ? {} : { terms }),
      ...(contentKey === undefined ? {} : { contentKey }),
    }
  }

  async #answer(from: MemberId, body: Plain): Promise<Plain> {
    const parsed = assetDescribeRequest.safeParse(body)
    if (!parsed.success) throw answerWith('INVALID')
    const { tokens, sealingKey } = parsed.data
    const found: { [key: string]: Plain }[] = []
    const later: string[] = []
    let bytes = 0
    for (const token of new Set(tokens)) {
      if (bytes > answerBytes) {
        later.push(token)
        continue
      }
      const row = await this.#deps.store.byToken(token)
      if (row?.description == null || row.given_at !== null) continue
      if (!isVisibleTo(row, from) && !granteesOf(row).includes(from)) continue
      const box = await this.#boxFor(from, row, token, sealingKey)
      found.push({
        token,
        description: row.description,
        ...(row.tell_terms === 1 ? { terms: JSON.stringify(termsOf(row)) } : {}),
        ...(box === undefined ? {} : { box }),
      })
      bytes += row.description.length
    }
    return { found, later }
  }

  async #boxFor(to: MemberId, row: OwnRow, token: string, key: SealingKey): Promise<Uint8Array | undefined> {
    const network = this.#deps.network()
    const account = this.#deps.accountOf(to)
    if (network === undefined || account === undefined || row.content_key === null) return undefined
    if (!granteesOf(row).includes(to)) return undefined
    if (!(await isSealingKeyOf(key, { networkId: network.id, name: to, account }))) throw answerWith('REFUSED')
    return sealKey(row.content_key, key.key, { networkId: network.id, token, member: to })
  }
}

function parseTold(text: string): Terms | undefined {
  try {
    const parsed = termsSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined // from a peer
  }
}

/** Terms that an owner told count only while they are those on the ledger. */
export const isTold = (terms: Terms | undefined, hash: string): terms is Terms =>
  terms !== undefined && termsHash(terms) === hash
