/**
 * The members whose keys this node checked and pinned. Nobody else is talked to. Pins follow the ledger: who is suspended
 * or removed there is pinned no more, and is known only so that it can be told why.
 */
import type { MemberCard } from '@secureflow/api'
import { type MemberId, memberId } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { PeerAddress } from '../peers/index.ts'
import type { Database } from '../storage/index.ts'
import type { LedgerMember } from './interface.ts'

export interface Member {
  id: MemberId
  account: Address
  fingerprint: string
  /** DER. */
  certificate: Uint8Array
  binding: Uint8Array
  /** `host:port`, or empty where it only dials out. */
  address: string
}

/** What became of a pin: `left` and `rekeyed` end the links under it. */
export type PinChange = 'left' | 'returned' | 'rekeyed' | 'moved'

export class Members {
  readonly #db: Database
  readonly #byId = new Map<MemberId, Member>()
  readonly #byKey = new Map<string, MemberId>()
  /** Suspended and removed, as they were pinned last. */
  readonly #away = new Map<MemberId, Member>()
  readonly #states = new Map<MemberId, LedgerMember['state']>()

  private constructor(db: Database) {
    this.#db = db
  }

  static async open(db: Database): Promise<Members> {
    const members = new Members(db)
    const rows = await db.selectFrom('members').selectAll().orderBy('pinned_at').execute()
    for (const { id, account, pinned_at: _, removed_at, ...rest } of rows) {
      const member = { id: memberId(id), account: account as Address, ...rest }
      if (removed_at === null) members.#remember(member)
      else members.#away.set(member.id, member)
    }
    return members
  }

  all(): Member[] {
    return [...this.#byId.values()]
  }

  get(id: MemberId): Member | undefined {
    return this.#byId.get(id)
  }

  ofKey(fingerprint: string): MemberId | undefined {
    return this.#byKey.get(fingerprint)
  }

  /** As the ledger stated it when it was last asked. */
  stateOf(id: MemberId): LedgerMember['state'] | undefined {
    return this.#states.get(id)
  }

  /** Why a key that is pinned no more is refused. */
  whyRefused(fingerprint: string): 'suspended' | 'removed' | undefined {
    const [id] = [...this.#away].find(([, m]) => m.fingerprint === fingerprint) ?? []
    const state = id === undefined ? undefined : this.#states.get(id)
    return state === 'active' ? undefined : state
  }

  /**
   * Brings one pin to what the ledger states. Only its owner can change the key, account or gateway of an active member
   * there, and this node has replayed the owner's signature.
   * @returns undefined where nothing changes for the links, and for whom this node never pinned
   */
  async follow(stated: LedgerMember, now: number): Promise<PinChange | undefined> {
    const id = stated.id as MemberId
    this.#states.set(id, stated.state)
    const pinned = this.#byId.get(id)
    const known = pinned ?? this.#away.get(id)
    if (known === undefined) return undefined
    const { account, fingerprint, gateway, state } = stated
    const member = { ...known, account, fingerprint, address: gateway || known.address }
    const active = state === 'active'
    const isSame = member.account === known.account && fingerprint === known.fingerprint
    if (isSame && member.address === known.address && active === (pinned !== undefined)) return undefined
    const { id: _, ...row } = member
    await this.#db
      .updateTable('members')
      .set({ ...row, removed_at: active ? null : now })
      .where('id', '=', id)
      .execute()
    if (pinned !== undefined) this.#forget(pinned)
    this.#away.delete(id)
    if (active) this.#remember(member)
    else this.#away.set(id, member)
    if (pinned === undefined) return active ? 'returned' : undefined
    if (!active) return 'left'
    return fingerprint === known.fingerprint ? 'moved' : 'rekeyed'
  }

  addressOf(id: MemberId): PeerAddress | undefined {
    const address = this.#byId.get(id)?.address
    return address === undefined || address === '' ? undefined : parseAddress(address)
  }

  /** @param card checked by `checkCard`, and against the ledger */
  async pin(card: MemberCard, fingerprint: string, now: number): Promise<Member> {
    const { name: id, ...rest } = card
    const row = { id, fingerprint, ...rest }
    await this.#db
      .insertInto('members')
      .values({ ...row, pinned_at: now, removed_at: null })
      .onConflict((c) => c.column('id').doUpdateSet({ ...row, removed_at: null }))
      .execute()
    const member = { ...row, id: memberId(id), account: card.account as Address }
    this.#remember(member)
    return member
  }

  /** A pinned member says where it is reached now, with its newest certificate for the same key. */
  async update(id: MemberId, { address, certificate }: Pick<Member, 'address' | 'certificate'>): Promise<void> {
    const known = this.#byId.get(id)
    if (known === undefined) return
    await this.#db.updateTable('members').set({ address, certificate }).where('id', '=', id).execute()
    this.#remember({ ...known, address, certificate })
  }

  /** Undoes a pin, where joining failed after it. */
  async unpin(id: MemberId): Promise<void> {
    const known = this.#byId.get(id)
    if (known === undefined) return
    await this.#db.deleteFrom('members').where('id', '=', id).execute()
    this.#forget(known)
  }

  #forget({ id, fingerprint }: Member): void {
    this.#byId.delete(id)
    this.#byKey.delete(fingerprint)
  }

  #remember(member: Member): void {
    this.#byId.set(member.id, member)
    this.#byKey.set(member.fingerprint, member.id)
  }
}

export const cardOf = ({ id, account, certificate, binding, address }: Member): MemberCard => ({
  name: id,
  account,
  certificate,
  binding,
  address,
})

/** @returns undefined where the text is no `host:port` */
export function parseAddress(text: string): PeerAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port < 1 || port > 65_535) return undefined
  return { host: match[1] ?? match[2]!, port }
}
