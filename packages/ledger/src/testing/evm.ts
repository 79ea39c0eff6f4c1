/** The contracts on a bare machine, without blocks, signatures of transactions or a disk: for tables and fuzzing. */
import { createEmptyBlock } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { createEVM, type EVM } from '@ethereumjs/evm'
import { createAddressFromString } from '@ethereumjs/util'
import { fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type Abi, decodeEventLog, decodeFunctionResult, encodeFunctionData, type Hex, toFunctionSelector } from 'viem'
import { type Contracts, loadContracts } from '../contracts.ts'
import { chainRules } from '../embedded/rules.ts'
import { LedgerState } from '../embedded/state.ts'
import {
  type ContractName,
  constructorArguments,
  contractAddresses,
  contractNames,
  createGenesis,
  type NetworkGenesis,
  networkIdOf,
} from '../genesis.ts'
import { accountOf, digestOf } from './network.ts'

export interface Outcome {
  /** Name of the custom error; undefined where the call was accepted. */
  error?: string
  /** What the function returned. */
  value?: unknown
  events: { name: string; args: Record<string, unknown> }[]
}

/** Code and interface of each contract, where a test brings others than those of this release. */
export type Compiled = Record<ContractName, { abi: Abi; bytecode: Hex }>

export class Machine {
  readonly genesis: NetworkGenesis
  readonly networkId: Uint8Array
  readonly addresses: Record<ContractName, Address>
  /** Unix seconds of the next call. */
  time = 1_800_000_000
  readonly #evm: EVM
  readonly #common: Common
  readonly #compiled: Compiled
  /** Names by selector: viem would compute all selectors anew for each refusal. */
  readonly #errors: ReadonlyMap<string, string>

  private constructor(genesis: NetworkGenesis, evm: EVM, common: Common, compiled: Compiled) {
    this.genesis = genesis
    this.networkId = networkIdOf(genesis)
    this.addresses = contractAddresses(genesis)
    this.#evm = evm
    this.#common = common
    this.#compiled = compiled
    this.#errors = new Map(
      contractNames.flatMap((name) =>
        compiled[name].abi.flatMap((e) => (e.type === 'error' ? [[selectorOf(e), e.name]] : [])),
      ),
    )
  }

  static async create(quorum = 1, compiled?: Compiled): Promise<Machine> {
    const used = compiled ?? ((await loadContracts()) as Contracts as unknown as Compiled)
    const keys = { certificate: digestOf('certificate of founder'), peerKey: digestOf('peer key of founder') }
    const founder = { name: 'founder', account: accountOf('founder'), ...keys }
    const made = await createGenesis({ nonce: digestOf('a machine'), createdAt: 1_700_000_000, founder, quorum })
    const contracts = Object.fromEntries(contractNames.map((name) => [name, fromHex(used[name].bytecode)]))
    const genesis = { ...made, contracts } as NetworkGenesis
    const common = chainRules(1)
    const stateManager = new LedgerState({ get: async () => undefined, put: () => {} }) // no root is ever asked for
    const evm = await createEVM({ common, stateManager })
    const machine = new Machine(genesis, evm, common, used)
    await machine.#begin()
    return machine
  }

  async call(
    caller: Address,
    contract: ContractName,
    functionName: string,
    args: readonly unknown[],
  ): Promise<Outcome> {
    const { abi } = this.#compiled[contract]
    const { execResult } = await this.#evm.runCall({
      block: this.#block(),
      caller: createAddressFromString(caller),
      to: createAddressFromString(this.addresses[contract]),
      data: fromHex(encodeFunctionData({ abi, functionName, args })),
      gasLimit: 30_000_000n,
    })
    this.#evm.journal.cleanJournal()
    const data: Hex = `0x${toHex(execResult.returnValue)}`
    if (execResult.exceptionError !== undefined) return { error: this.#errorOf(data), events: [] }
    const value = decodeFunctionResult({ abi, functionName, data })
    return { value, events: (execResult.logs ?? []).map((log) => this.#event(log)) }
  }

  /** Afterwards everything is as before. */
  async fork<T>(work: () => Promise<T>): Promise<T> {
    const { time } = this
    await this.#evm.journal.checkpoint()
    try {
      return await work()
    } finally {
      await this.#evm.journal.revert()
      this.#evm.journal.cleanJournal()
      this.time = time
    }
  }

  #block() {
    const header = { number: 1, timestamp: this.time, gasLimit: 200_000_000n, baseFeePerGas: 0n }
    return createEmptyBlock(header, { common: this.#common })
  }

  #errorOf(data: Hex): string {
    return this.#errors.get(data.slice(0, 10)) ?? 'a panic' // never expected: arithmetic, a bad index, no gas
  }

  #event([address, topics, data]: [Uint8Array, Uint8Array[], Uint8Array]): Outcome['events'][number] {
    const name = contractNames.find((n) => this.addresses[n] === `0x${toHex(address)}`)!
    const decoded = decodeEventLog({
      abi: this.#compiled[name].abi,
      topics: topics.map((topic) => `0x${toHex(topic)}` as Hex) as [Hex, ...Hex[]],
      data: `0x${toHex(data)}`,
    }) as unknown as { eventName: string; args: Record<string, unknown> }
    return { name: decoded.eventName, args: decoded.args ?? {} }
  }

  async #begin(): Promise<void> {
    const initial = constructorArguments(this.genesis)
    for (const name of contractNames) {
      const { execResult } = await this.#evm.runCall({
        block: this.#block(),
        caller: createAddressFromString(this.genesis.founder.account),
        data: Uint8Array.of(...this.genesis.contracts[name], ...fromHex(initial[name])),
        gasLimit: 200_000_000n,
      })
      if (execResult.exceptionError !== undefined) throw new Error(`${name} was not created`)
    }
    this.#evm.journal.cleanJournal()
  }
}

/** Errors have selectors as functions have. */
const selectorOf = ({ name, inputs }: Extract<Abi[number], { type: 'error' }>): Hex =>
  toFunctionSelector({ type: 'function', name, inputs, outputs: [], stateMutability: 'view' })
