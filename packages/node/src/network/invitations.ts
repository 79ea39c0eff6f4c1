/** The invitations that this founder issued: each lets one key in, once, until it expires. */
import { createHash } from 'node:crypto'
import { type Clock, type Rng, randomBytes } from '@secureflow/base'
import type { Database } from '../storage/index.ts'

export type InvitationStanding = 'open' | 'unknown' | 'expired' | 'used'

export class Invitations {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng

  constructor(db: Database, clock: Clock, rng: Rng) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
  }

  /** @returns the token; only its hash is kept */
  async issue(validForMs: number): Promise<{ token: Uint8Array; expiresAt: number }> {
    const token = randomBytes(this.#rng, 16)
    const now = this.#clock.now()
    const expiresAt = now + validForMs
    await this.#db
      .insertInto('invitations')
      .values({ token_hash: hashOf(token), created_at: now, expires_at: expiresAt, used_at: null, used_by: null })
      .execute()
    return { token, expiresAt }
  }

  /** @param fingerprint the key that asks: whoever used the invitation may ask again after a broken joining */
  async standing(token: Uint8Array, fingerprint: string): Promise<InvitationStanding> {
    const row = await this.#db
      .selectFrom('invitations')
      .selectAll()
      .where('token_hash', '=', hashOf(token))
      .executeTakeFirst()
    if (row === undefined) return 'unknown'
    if (row.used_by === fingerprint) return 'open'
    if (row.used_by !== null) return 'used'
    return row.expires_at > this.#clock.now() ? 'open' : 'expired'
  }

  /** Uses it up, in one statement, so that of two who ask at once one is let in. */
  async claim(token: Uint8Array, fingerprint: string): Promise<InvitationStanding> {
    const now = this.#clock.now()
    const { numUpdatedRows } = await this.#db
      .updateTable('invitations')
      .set({ used_at: now, used_by: fingerprint })
      .where('token_hash', '=', hashOf(token))
      .where('used_by', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n ? 'open' : await this.standing(token, fingerprint)
  }
}

const hashOf = (token: Uint8Array): string => createHash('sha256').update(token).digest('hex')
