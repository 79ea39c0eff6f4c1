/** The compiled contracts. They are made by `build.ts`, so a checkout without a build has none. */
import { ledgerErrors } from './errors.ts'

export type Contracts = typeof import('./generated/contracts.ts')

/** @throws LEDGER_NOT_BUILT */
export async function loadContracts(): Promise<Contracts> {
  try {
    return await import('./generated/contracts.ts')
  } catch (cause) {
    throw ledgerErrors.LEDGER_NOT_BUILT({}, { cause })
  }
}
