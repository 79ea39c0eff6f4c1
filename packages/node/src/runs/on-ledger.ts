/** The ledger as the runs see it, over the client and this node's replica. */
import type { Address } from '@secureflow/crypto'
import { failureCodeOf, type LedgerClient } from '@secureflow/ledger'
import { grantsOnLedger } from '../grants/ledger.ts'
import type { RunLedger } from './dependencies.ts'

/** What the runs need of the own replica of the chain. */
export interface Heads {
  /** Resolves when all these accounts have signed the head at this height. */
  coSigned(height: number, accounts: readonly Address[], options: { signal: AbortSignal }): Promise<void>
  onBlock(listener: () => void): void
}

/** @param named the token that an asset's id was held against, hex */
export function ledgerOfRuns(
  client: LedgerClient,
  heads: Heads,
  named: (asset: string) => string | undefined,
): RunLedger {
  return {
    networkId: client.networkId,
    async register(agreement, signatures) {
      await client.registerAgreement(agreement, signatures)
    },
    registered: (run) => client.agreement(run),
    coSigned: (height, accounts, signal) => heads.coSigned(height, accounts, { signal }),
    anchor: (run, root, size, count) => client.anchor(run, { root, size, count }),
    complete: async (run) => (await client.runStatus(run)).state === 'complete',
    fail: (run, code) => client.fail(run, failureCodeOf(code)),
    onBlock: (listener) => heads.onBlock(listener),
    grants: grantsOnLedger(client, named),
  }
}
