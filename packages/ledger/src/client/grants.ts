/** The part of the client that speaks with Grants. */
import { fromHex } from '@secureflow/base'
import type { Hex } from 'viem'
import type { LedgerClient } from '../interface.ts'
import type { ContractCalls } from './calls.ts'
import { memberAccounts } from './members.ts'
import { grantToChain, hex } from './words.ts'

interface ChainGrant {
  asset: Hex
  flowHash: Hex
  parametersHash: Hex
  grantee: number
  left: number
  expiry: bigint
  revoked: boolean
}

type Part = Pick<LedgerClient, 'askUse' | 'refuseUse' | 'grantUse' | 'revokeGrant' | 'grantOf' | 'stands'>

export function grantClient(calls: ContractCalls): Part {
  return {
    askUse: (asset, flowHash, parametersHash, quota) =>
      calls.send('Grants', 'askUse', hex(asset), hex(flowHash), hex(parametersHash), quota),
    refuseUse: (asset, account, flowHash, parametersHash) =>
      calls.send('Grants', 'refuseUse', hex(asset), account, hex(flowHash), hex(parametersHash)),
    async grantUse(grant) {
      const struct = grantToChain(grant)
      const id = await calls.read<Hex>('Grants', 'grantId', struct)
      return { ...(await calls.send('Grants', 'grantUse', struct)), id: fromHex(id) }
    },
    revokeGrant: (id) => calls.send('Grants', 'revokeGrant', hex(id)),
    async grantOf(id) {
      const [grant, accounts] = await Promise.all([
        calls.read<ChainGrant>('Grants', 'grantOf', hex(id)),
        memberAccounts(calls),
      ])
      return {
        asset: fromHex(grant.asset),
        grantee: accounts[grant.grantee - 1]!,
        flowHash: fromHex(grant.flowHash),
        parametersHash: fromHex(grant.parametersHash),
        left: grant.left,
        expiry: Number(grant.expiry),
        revoked: grant.revoked,
      }
    },
    stands: (id) => calls.read<boolean>('Grants', 'stands', hex(id)),
  }
}
