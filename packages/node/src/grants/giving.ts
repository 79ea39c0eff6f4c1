/**
 * What this member grants. A grant is written down before the ledger is asked for it, with a salt that follows from request
 * and asset: a node that is killed in between asks again for the same grant, and the ledger gives it once.
 */
import {
  asSecureflowError,
  type Clock,
  fromHex,
  type Logger,
  type MemberId,
  type SecureflowError,
  toHex,
  utf8,
} from '@secureflow/base'
import { evaluateGrant, type Grant } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import type { Database, Tables } from '../storage/index.ts'
import { grantErrors } from './errors.ts'
import type { GrantLedger } from './ledger.ts'

export type GivenGrant = Tables['given_grants']

/** What one use of an asset is: grants that hold for it are found by it. */
export interface Use {
  asset: string
  grantee: MemberId
  flowHash: string
  parameters: string
}

export interface GivingDependencies {
  self: MemberId
  db: Database
  ledger: GrantLedger
  clock: Clock
  logger: Logger
}

export class Giving {
  readonly #deps: GivingDependencies
  /** Ids and salts of grants that were taken back here: asked at every release, before the ledger knows. */
  readonly #revoked = new Set<string>()
  readonly #carrying = new Map<string, Promise<GivenGrant>>()
  /** By salt: requests that were told of a grant and whose run is not signed yet, until when (ms) it is kept for each. */
  readonly #promised = new Map<string, Map<string, number>>()

  constructor(deps: GivingDependencies) {
    this.#deps = deps
  }

  async open(): Promise<void> {
    for (const { id, salt, revoked_at } of await this.list()) if (revoked_at !== null) this.#revoked.add(id ?? salt)
  }

  list(): Promise<GivenGrant[]> {
    return this.#deps.db.selectFrom('given_grants').selectAll().orderBy('given_at').execute()
  }

  ofRequest(request: string): Promise<GivenGrant[]> {
    return this.#deps.db.selectFrom('given_grants').selectAll().where('request', '=', request).execute()
  }

  /**
   * @param usesOf runs under a grant, by its id
   * @param request for which the grant may be kept already
   * @returns the grant that holds for one more use: the one that is kept for it, else the one that ends first
   */
  async standing(use: Use, usesOf: (id: string) => number, request = ''): Promise<GivenGrant | undefined> {
    const all = await this.#deps.db.selectFrom('given_grants').selectAll().where('asset', '=', use.asset).execute()
    const kept = (g: GivenGrant) => (this.#promised.get(g.salt)?.has(request) ? 0 : 1)
    return all
      .filter((g) => g.id !== null && this.#verdict(g, use, usesOf(g.id) + this.#promisedToOthers(g, request)).allow)
      .sort((a, b) => kept(a) - kept(b) || a.expiry - b.expiry || (a.salt < b.salt ? -1 : 1))[0]
  }

  #promisedToOthers({ salt }: GivenGrant, request: string): number {
    const now = this.#deps.clock.now()
    return [...(this.#promised.get(salt) ?? [])].filter(([to, until]) => to !== request && until > now).length
  }

  /** Keeps one use of a grant for a request, so that another at the same time gets a grant of its own. */
  promise(request: string, asset: string, standing: GivenGrant | undefined, untilMs: number): void {
    const salt = standing?.salt ?? saltOf(request, asset)
    const promised = this.#promised.get(salt) ?? new Map<string, number>()
    this.#promised.set(salt, promised.set(request, untilMs))
  }

  /** A run under it is signed: from now on that counts. */
  signed({ salt }: GivenGrant): void {
    const promised = this.#promised.get(salt)
    const [first] = promised?.keys() ?? []
    if (first !== undefined) promised!.delete(first)
    if (promised?.size === 0) this.#promised.delete(salt)
  }

  /** Whether a person took back what the terms alone had given: they alone do not give it again. */
  async wasTakenBack({ asset, grantee, flowHash }: Use): Promise<boolean> {
    const found = await this.#deps.db
      .selectFrom('given_grants')
      .select('salt')
      .where('asset', '=', asset)
      .where('grantee', '=', grantee)
      .where('flow_hash', '=', flowHash)
      .where('revoked_at', 'is not', null)
      .executeTakeFirst()
    return found !== undefined
  }

  /** What speaks against a run under this grant. @param uses other runs under it */
  async problem(
    id: string,
    use: Use,
    { uses, signedBefore }: { uses: number; signedBefore: boolean },
  ): Promise<SecureflowError | undefined> {
    const { self, ledger } = this.#deps
    const at = [{ who: self }, { party: self }] as const
    const given = await this.find(id)
    if (given === undefined) return grantErrors.RUN_GRANT_OTHER(...at)
    const verdict = this.#verdict(given, use, uses)
    if (!verdict.allow) {
      const codes = verdict.reasons.map((r) => r.code)
      if (codes.includes('GRANT_OTHER')) return grantErrors.RUN_GRANT_OTHER(...at)
      if (codes.includes('GRANT_REVOKED')) return grantErrors.RUN_GRANT_REVOKED(...at)
      if (codes.includes('GRANT_TIME')) return grantErrors.RUN_GRANT_EXPIRED(...at)
      return grantErrors.RUN_GRANT_SPENT(...at)
    }
    // Its grantee may have used it up with others; what is signed already may stand on the ledger by now.
    return signedBefore || ((await ledger.get(id))?.left ?? 0) > 0 ? undefined : grantErrors.RUN_GRANT_SPENT(...at)
  }

  async find(id: string): Promise<GivenGrant | undefined> {
    return this.#deps.db.selectFrom('given_grants').selectAll().where('id', '=', id).executeTakeFirst()
  }

  isRevoked(id: string): boolean {
    return this.#revoked.has(id)
  }

  #verdict(given: GivenGrant, use: Use, usesBefore: number) {
    const { self, clock } = this.#deps
    const now = clock.now()
    return evaluateGrant(asGrant(given, self), { ...use, usesBefore, now })
  }

  /** Durable when it resolves; `carry` brings it to the ledger. The same request is written once for each asset. */
  async write(grant: Omit<GivenGrant, 'salt' | 'id' | 'given_at' | 'revoked_at' | 'revoked_on_ledger_at'>) {
    const salt = saltOf(grant.request, grant.asset)
    const row = { ...grant, salt, id: null, given_at: this.#deps.clock.now(), revoked_at: null }
    await this.#deps.db
      .insertInto('given_grants')
      .values({ ...row, revoked_on_ledger_at: null })
      .onConflict((c) => c.column('salt').doNothing())
      .execute()
  }

  /** Until the ledger has it; asked for again after a stop. */
  carry(given: GivenGrant): Promise<GivenGrant> {
    if (given.id !== null) return Promise.resolve(given)
    let carrying = this.#carrying.get(given.salt)
    if (carrying === undefined) {
      carrying = this.#carry(given).finally(() => this.#carrying.delete(given.salt))
      this.#carrying.set(given.salt, carrying)
    }
    return carrying
  }

  async #carry(given: GivenGrant): Promise<GivenGrant> {
    const { db, ledger } = this.#deps
    const { asset, account, flow_hash: flowHash, parameters, quota, expiry, salt } = given
    const grantee = account as `0x${string}`
    const id = await ledger.give({ asset, grantee, flowHash, parameters, quota, expiry, salt: fromHex(salt) })
    if (this.#revoked.has(salt)) this.#revoked.add(id) // while the ledger was asked
    await db.updateTable('given_grants').set({ id }).where('salt', '=', salt).execute()
    return { ...given, id }
  }

  /**
   * Takes a grant back at this node, at once and for good; `settle` tells the ledger. One that is on its way to the ledger
   * is not brought there any more, or taken back as soon as it is there.
   * @returns false where it was taken back before
   */
  async revoke({ id, salt }: Pick<GivenGrant, 'id' | 'salt'>): Promise<boolean> {
    this.#revoked.add(salt)
    if (id !== null) this.#revoked.add(id)
    const { numUpdatedRows } = await this.#deps.db
      .updateTable('given_grants')
      .set({ revoked_at: this.#deps.clock.now() })
      .where('salt', '=', salt)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  /** Brings to the ledger what it does not know yet, of one request or of all. @returns whether it knows everything */
  async settle(request?: string): Promise<boolean> {
    const { db, ledger, clock, logger } = this.#deps
    let settled = true
    for (const given of request === undefined ? await this.list() : await this.ofRequest(request)) {
      const { salt, revoked_on_ledger_at, expiry } = given
      let { id } = given
      const isTakenBack = () => this.#revoked.has(salt) || given.revoked_at !== null
      const open = id === null ? !isTakenBack() : isTakenBack() && revoked_on_ledger_at === null
      if (!open || expiry * 1000 <= clock.now()) continue
      try {
        if (id === null) id = (await this.carry(given)).id!
        if (!isTakenBack()) continue
        await ledger.revoke(id)
        const at = clock.now()
        await db.updateTable('given_grants').set({ revoked_on_ledger_at: at }).where('salt', '=', salt).execute()
      } catch (cause) {
        settled = false
        logger.warn({ grant: id ?? '', code: asSecureflowError(cause).code }, 'grant not yet on the ledger')
      }
    }
    return settled
  }
}

const saltOf = (request: string, asset: string): string =>
  toHex(nodePlatform.sha256(utf8('secureflow/grant-salt/1'), fromHex(request), fromHex(asset)))

const asGrant = (g: GivenGrant, owner: string): Grant => ({
  id: g.id ?? '',
  asset: g.asset,
  owner,
  flowHash: g.flow_hash,
  parameters: g.parameters,
  grantee: g.grantee,
  quota: g.quota,
  notBefore: 0,
  expires: g.expiry * 1000,
  revoked: g.revoked_at !== null,
})
