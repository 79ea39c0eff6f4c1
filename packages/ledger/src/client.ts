/** The contracts as typed methods, on any Ethereum JSON-RPC: the embedded chain of this node, or an external one. */
import type { Address, Signer } from '@secureflow/crypto'
import { LedgerAccount } from './account.ts'
import { assetClient } from './client/assets.ts'
import { ContractCalls } from './client/calls.ts'
import { eventClient } from './client/events.ts'
import { grantClient } from './client/grants.ts'
import { memberClient } from './client/members.ts'
import { runClient } from './client/runs.ts'
import { loadContracts } from './contracts.ts'
import type { LedgerProvider } from './embedded/rpc.ts'
import { type ContractName, contractAddresses, type NetworkGenesis, networkIdOf } from './genesis.ts'
import type { LedgerClient } from './interface.ts'

export interface LedgerClientOptions {
  provider: LedgerProvider
  signer: Signer
  genesis: NetworkGenesis
  /** Where the contracts are, if not where the founder's first transactions put them. */
  addresses?: Record<ContractName, Address>
  /** How long to wait for the block of a transaction. Default 60 000. */
  timeoutMs?: number
}

/** @throws LEDGER_NOT_BUILT */
export async function ledgerClient(options: LedgerClientOptions): Promise<LedgerClient> {
  const { provider, signer, genesis, addresses = contractAddresses(genesis), timeoutMs = 60_000 } = options
  const account = new LedgerAccount({ provider, signer, timeoutMs })
  const calls = new ContractCalls({ provider, account, contracts: await loadContracts(), addresses })
  const networkId = networkIdOf(genesis)
  return {
    networkId,
    ...memberClient(calls),
    ...assetClient(calls, signer.address),
    ...grantClient(calls),
    ...runClient(calls, networkId, signer.address),
    ...eventClient(calls),
  }
}
