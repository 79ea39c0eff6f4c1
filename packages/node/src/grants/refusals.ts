/** Ends of a run that are about leave: the same sentence at every party, whoever noticed. */
import type { SecureflowError } from '@secureflow/base'
import { runErrors } from '../runs/errors.ts'
import type { Proposal } from '../runs/proposal.ts'
import { grantErrors } from './errors.ts'

/** @returns undefined where the code is about something else */
export function refusalOf(code: string, party: string): SecureflowError | undefined {
  if (!code.startsWith('RUN_') || !Object.hasOwn(grantErrors, code)) return undefined
  return grantErrors[code as 'RUN_GRANT_REVOKED']({ who: party }, { party })
}

const byLedgerCode: Record<string, string> = {
  LEDGER_GRANT_WAS_REVOKED: 'RUN_GRANT_REVOKED',
  LEDGER_GRANT_EXPIRED: 'RUN_GRANT_EXPIRED',
  LEDGER_QUOTA_SPENT: 'RUN_GRANT_SPENT',
  LEDGER_UNKNOWN_GRANT: 'RUN_GRANT_OTHER',
  LEDGER_GRANT_MISMATCH: 'RUN_GRANT_OTHER',
  LEDGER_GRANTEE_NOT_PARTY: 'RUN_GRANT_OTHER',
  LEDGER_ASSET_NOT_USABLE: 'RUN_ASSET_RETIRED',
}

/** What the ledger refused about the grants of a run, as the run ends by it; anything else as it is. */
export function asRefusal(error: SecureflowError, { grants, assets, parties }: Proposal): SecureflowError {
  const id = String(error.fields.id ?? error.fields.party ?? '')
    .replace(/^0x/, '')
    .toLowerCase()
  if (error.code === 'LEDGER_SIGNER_NOT_ACTIVE') {
    const who = parties.find((p) => p.account.toLowerCase() === `0x${id}`)?.id
    return who === undefined ? error : runErrors.RUN_MEMBER_INACTIVE({ who, state: 'inactive' }, { party: who })
  }
  const code = byLedgerCode[error.code]
  const named = grants.find((g) => g.id === id) ?? (grants.length === 1 ? grants[0] : undefined)
  const owner = assets.find((a) => a.id === named?.asset)?.owner
  return (code === undefined || owner === undefined ? undefined : refusalOf(code, owner)) ?? error
}
