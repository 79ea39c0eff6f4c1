/** The members as the state of the head names them: whose transactions and head signatures count. */
import { fromHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { decodeFunctionResult, encodeFunctionData } from 'viem'
import { loadContracts } from '../contracts.ts'
import type { Chain } from './chain.ts'
import type { TransactionRecord } from './execute.ts'

export interface ChainMember {
  name: string
  account: Address
  active: boolean
}

const activeStatus = 1

export async function readMembers(chain: Chain): Promise<ReadonlyMap<Address, ChainMember>> {
  const { Members } = await loadContracts()
  const { data } = await chain.call(
    { to: chain.contracts.Members, data: fromHex(encodeFunctionData({ abi: Members.abi, functionName: 'members' })) },
    chain.head.timestamp,
  )
  const members = decodeFunctionResult({ abi: Members.abi, functionName: 'members', data: toData(data) })
  return new Map(
    members.map(({ name, account, status }) => {
      const address = account.toLowerCase() as Address
      return [address, { name, account: address, active: status === activeStatus }]
    }),
  )
}

export const changesMembers = (chain: Chain, transactions: readonly TransactionRecord[]): boolean =>
  transactions.some((tx) => tx.logs.some((log) => log.address === chain.contracts.Members))

const toData = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}` as const
