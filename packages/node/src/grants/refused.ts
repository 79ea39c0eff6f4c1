/**
 * Refusals that this owner puts on the ledger, so that everybody sees how often an asset was refused. Each costs it a
 * signed transaction that a partner can cause: of one partner so many an hour count, however often it asks.
 */
import { asSecureflowError, type Logger, type MemberId } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { GrantLedger } from './ledger.ts'
import type { RequestStore } from './requests.ts'

export interface RefusedDependencies {
  ledger: GrantLedger
  accountOf: (member: MemberId) => Address | undefined
  store: Pick<RequestStore, 'now'>
  logger: Logger
}

const hourMs = 3_600_000
export const refusalsAnHour = 60

export class Refused {
  readonly #deps: RefusedDependencies
  /** By member: when, the oldest first. */
  readonly #told = new Map<string, number[]>()

  constructor(deps: RefusedDependencies) {
    this.#deps = deps
  }

  /** Resolves when the ledger knows, or cannot be told; never rejects. */
  async tell(
    request: { initiator: string; flow_hash: string; parameters: string },
    assets: readonly string[],
  ): Promise<void> {
    const { ledger, accountOf, logger } = this.#deps
    const { initiator, flow_hash: flowHash, parameters } = request
    const grantee = accountOf(initiator as MemberId)
    if (grantee === undefined) return
    for (const asset of assets) {
      if (!this.#counts(initiator)) return logger.info({ member: initiator }, 'refusal not on the ledger: too many')
      await ledger.refuse({ asset, grantee, flowHash, parameters }).catch((cause: unknown) => {
        logger.info({ code: asSecureflowError(cause).code }, 'refusal not on the ledger')
      })
    }
  }

  #counts(member: string): boolean {
    const now = this.#deps.store.now()
    const told = (this.#told.get(member) ?? []).filter((at) => at > now - hourMs)
    this.#told.set(member, told)
    if (told.length >= refusalsAnHour) return false
    told.push(now)
    return true
  }
}
