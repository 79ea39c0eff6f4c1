/** The members whose keys this node checked and pinned. Nobody else is talked to. */
import type { MemberCard } from '@secureflow/api'
import { type MemberId, memberId } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { PeerAddress } from '../peers/index.ts'
import type { Database } from '../storage/index.ts'

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

export class Members {
  readonly #db: Database
  readonly #byId = new Map<MemberId, Member>()
  readonly #byKey = new Map<string, MemberId>()

  private constructor(db: Database) {
    this.#db = db
  }

  static async open(db: Database): Promise<Members> {
    const members = new Members(db)
    const rows = await db
      .selectFrom('members')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('pinned_at')
      .execute()
    for (const { id, account, pinned_at: _, removed_at: __, ...rest } of rows)
      members.#remember({ id: memberId(id), account: account as Address, ...rest })
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
    this.#byId.delete(id)
    this.#byKey.delete(known.fingerprint)
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
