/** The part of the client that speaks with Assets. */
import { fromHex, SecureflowError } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import { assetKinds, assetStates, type LedgerAsset, type LedgerClient } from '../interface.ts'
import type { ContractCalls } from './calls.ts'
import { memberAccounts } from './members.ts'
import { assetToChain, hex, zeroAddress } from './words.ts'

interface ChainAsset {
  id: Hex
  owner: number
  offeredTo: number
  version: number
  missing: number
  status: number
  content: ReturnType<typeof assetToChain>
}

type Part = Pick<
  LedgerClient,
  | 'registerAsset'
  | 'setTerms'
  | 'retireAsset'
  | 'grantChild'
  | 'revokeChild'
  | 'offerAsset'
  | 'acceptAsset'
  | 'isUsable'
  | 'isGranted'
  | 'assets'
  | 'asset'
>

const pageSize = 200n

export function assetClient(calls: ContractCalls, self: Address): Part {
  return {
    async registerAsset(asset) {
      const content = assetToChain(asset)
      const id = await calls.read<Hex>('Assets', 'tokenId', self, content)
      return { ...(await calls.send('Assets', 'registerAsset', content)), id: fromHex(id) }
    },
    setTerms: (id, termsHash) => calls.send('Assets', 'setTerms', hex(id), hex(termsHash)),
    retireAsset: (id) => calls.send('Assets', 'retireAsset', hex(id)),
    grantChild: (composite, child) => calls.send('Assets', 'grantChild', hex(composite), hex(child)),
    revokeChild: (composite, child) => calls.send('Assets', 'revokeChild', hex(composite), hex(child)),
    offerAsset: (id, to) => calls.send('Assets', 'offerAsset', hex(id), to ?? zeroAddress),
    acceptAsset: (id) => calls.send('Assets', 'acceptAsset', hex(id)),
    isUsable: (id) => calls.read<boolean>('Assets', 'isUsable', hex(id)),

    isGranted: (composite, child) => calls.read<boolean>('Assets', 'isGranted', hex(composite), hex(child)),

    async assets() {
      const accounts = await memberAccounts(calls)
      const out: LedgerAsset[] = []
      for (let from = 0n; ; from += pageSize) {
        const page = await calls.read<ChainAsset[]>('Assets', 'page', from, pageSize)
        out.push(...page.map((asset) => assetFromChain(asset, accounts)))
        if (page.length < pageSize) return out
      }
    },
    async asset(id) {
      const accounts = await memberAccounts(calls)
      try {
        return assetFromChain(await calls.read<ChainAsset>('Assets', 'assetOf', hex(id)), accounts)
      } catch (error) {
        if (error instanceof SecureflowError && error.code === 'LEDGER_UNKNOWN_ASSET') return undefined
        throw error
      }
    },
  }
}

function assetFromChain(asset: ChainAsset, accounts: readonly Address[]): LedgerAsset {
  const { id, owner, offeredTo, version, missing, status, content } = asset
  return {
    id: fromHex(id),
    owner: accounts[owner - 1]!,
    ...(offeredTo === 0 ? {} : { offeredTo: accounts[offeredTo - 1]! }),
    kind: assetKinds[content.kind]!,
    manifestHash: fromHex(content.manifestHash),
    termsHash: fromHex(content.termsHash),
    storageRef: fromHex(content.storageRef),
    proof: fromHex(content.proof),
    previous: fromHex(content.previous),
    children: content.children.map((child) => fromHex(child)),
    version,
    missing,
    state: assetStates[status - 1]!,
  }
}
