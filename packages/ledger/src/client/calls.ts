/** Calls, transactions and logs of the contracts by name, on any Ethereum JSON-RPC. */
import type { Address } from '@secureflow/crypto'
import { type Abi, decodeFunctionResult, encodeFunctionData, type Hex, hexToNumber } from 'viem'
import type { LedgerAccount } from '../account.ts'
import type { Contracts } from '../contracts.ts'
import type { LedgerProvider } from '../embedded/rpc.ts'
import { type ContractName, contractNames } from '../genesis.ts'
import type { Included } from '../interface.ts'

export interface RpcLog {
  address: Address
  topics: [Hex, ...Hex[]]
  data: Hex
  blockNumber: Hex
  logIndex: Hex
  transactionHash: Hex
}

/** For each position of a topic: null for anything, or those that fit. */
export type Topics = (Hex | Hex[] | null)[]

interface Parts {
  provider: LedgerProvider
  account: LedgerAccount
  contracts: Contracts
  addresses: Record<ContractName, Address>
}

export class ContractCalls {
  readonly #parts: Parts
  /** Errors of one contract come through another that calls it. */
  readonly #errors: Abi

  constructor(parts: Parts) {
    this.#parts = parts
    this.#errors = contractNames.flatMap((name) => this.abi(name).filter((item) => item.type === 'error'))
  }

  abi(name: ContractName): Abi {
    return this.#parts.contracts[name].abi as Abi
  }

  /** @throws the contract's own error */
  send(name: ContractName, functionName: string, ...args: unknown[]): Promise<Included> {
    const data = encodeFunctionData({ abi: this.abi(name), functionName, args })
    return this.#parts.account.send(this.#parts.addresses[name], data, this.#errors)
  }

  /** T is the contract's type: the tests read every field back. @throws the contract's own error */
  async read<T>(name: ContractName, functionName: string, ...args: unknown[]): Promise<T> {
    const abi = this.abi(name)
    const call = encodeFunctionData({ abi, functionName, args })
    const data = await this.#parts.account.call(this.#parts.addresses[name], call, this.#errors)
    return decodeFunctionResult({ abi, functionName, data }) as T
  }

  contractAt(address: Address): ContractName {
    return contractNames.find((name) => this.#parts.addresses[name] === address.toLowerCase())!
  }

  /** In the order in which they were made. @param to default: the head */
  async logs(names: readonly ContractName[], topics: Topics, from: number, to?: number): Promise<RpcLog[]> {
    const head = to ?? hexToNumber((await this.#request('eth_blockNumber', [])) as Hex)
    return from > head
      ? []
      : this.#logs({ address: names.map((name) => this.#parts.addresses[name]), topics }, from, head)
  }

  /** In halves where a chain gives no more at once. */
  async #logs(filter: object, from: number, to: number): Promise<RpcLog[]> {
    const range = { fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` }
    try {
      return (await this.#request('eth_getLogs', [{ ...filter, ...range }])) as RpcLog[]
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (from === to || typeof code !== 'number') throw error
      const middle = from + Math.floor((to - from) / 2)
      return [...(await this.#logs(filter, from, middle)), ...(await this.#logs(filter, middle + 1, to))]
    }
  }

  #request(method: string, params: unknown[]): Promise<unknown> {
    return this.#parts.provider.request({ method, params })
  }
}
