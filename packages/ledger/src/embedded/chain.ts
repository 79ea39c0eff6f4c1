/**
 * The chain at one member: executes transactions and blocks with @ethereumjs/vm on the stored state, one block a height,
 * never taken back. Gas costs nothing, and nothing but the network's contracts can be called. Knows no peers.
 */
import { type Block, createBlockHeaderFromBytesArray, createEmptyBlock } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { createAddressFromString } from '@ethereumjs/util'
import { createVM, type VM } from '@ethereumjs/vm'
import { equalBytes, fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import { ledgerErrors } from '../errors.ts'
import {
  chainIdOf,
  constructorArguments,
  contractAddresses,
  contractNames,
  type NetworkGenesis,
  networkIdOf,
} from '../genesis.ts'
import { keccak256 } from './curve.ts'
import { blockOf, type Executed, execute } from './execute.ts'
import { Lock } from './lock.ts'
import { Records } from './records.ts'
import { chainRules } from './rules.ts'
import { LedgerState } from './state.ts'
import { type Entries, heightKey, type LedgerStore } from './store.ts'

const blockGas = 200_000_000n
/** One transaction: two hundred signatures checked, or an endless loop that ends within a second. */
export const transactionGas = 30_000_000n

const mostDecoded = 1024

export interface Head {
  height: number
  hash: Uint8Array
  /** Unix seconds. */
  timestamp: number
  block: Block
}

export interface CallRequest {
  from?: Address
  to: Address
  data: Uint8Array
}

export interface CallResult {
  ok: boolean
  data: Uint8Array
  gas: bigint
}

export class Chain {
  readonly networkId: Uint8Array
  readonly chainId: number
  readonly contracts: ReturnType<typeof contractAddresses>
  readonly records: Records
  readonly #genesis: NetworkGenesis
  readonly #store: LedgerStore
  readonly #common: Common
  readonly #vm: VM
  readonly #lock = new Lock()
  /** Checked transactions by their hash, the latest ones. */
  readonly #decoded = new Map<string, TypedTransaction>()
  #head!: Head

  private constructor(genesis: NetworkGenesis, store: LedgerStore, common: Common, vm: VM) {
    this.networkId = networkIdOf(genesis)
    this.chainId = chainIdOf(this.networkId)
    this.contracts = contractAddresses(genesis)
    this.records = new Records(store)
    this.#genesis = genesis
    this.#store = store
    this.#common = common
    this.#vm = vm
  }

  /** @throws LEDGER_OTHER_NETWORK, LEDGER_DAMAGED */
  static async open(store: LedgerStore, genesis: NetworkGenesis, folder: string): Promise<Chain> {
    const common = chainRules(chainIdOf(networkIdOf(genesis)))
    const stateManager = new LedgerState(store.stateNodes())
    const chain = new Chain(genesis, store, common, await createVM({ common, stateManager }))
    const stored = (await store.get('head')) as { network: Uint8Array; height: number } | undefined
    if (stored === undefined) await chain.#begin()
    else {
      if (!equalBytes(stored.network, chain.networkId)) throw ledgerErrors.LEDGER_OTHER_NETWORK({ folder })
      chain.#head = headOf(await chain.block(stored.height))
      await chain.#vm.stateManager.setStateRoot(chain.#head.block.header.stateRoot).catch((cause: unknown) => {
        throw ledgerErrors.LEDGER_DAMAGED({ what: `state of block ${stored.height}` }, { cause })
      })
    }
    await chain.records.catchUp(chain.head.height)
    return chain
  }

  get head(): Head {
    return this.#head
  }

  /** @throws LEDGER_DAMAGED for a height that should be there */
  async block(height: number): Promise<Block> {
    const stored = (await this.#store.get(`b/${heightKey(height)}`)) as { block: Uint8Array } | undefined
    if (stored === undefined) throw ledgerErrors.LEDGER_DAMAGED({ what: `block ${height} is missing` })
    return this.decodeBlock(stored.block)
  }

  /** @throws anything, for bytes that are not a block */
  decodeBlock(rlp: Uint8Array): Block {
    const [header, transactions, uncles, ...more] = RLP.decode(rlp) as [Uint8Array[], Item[], Item[], ...Item[]]
    if (uncles.length + more.length > 0) throw new Error('more than a header and transactions')
    const decoded = transactions.map((tx) => this.#decode(tx instanceof Uint8Array ? tx : RLP.encode(tx)))
    return blockOf(createBlockHeaderFromBytesArray(header, { common: this.#common }), decoded, this.#common)
  }

  /** @returns undefined unless it is a signed transaction that calls a contract of this network and moves no coins */
  decodeTransaction(bytes: Uint8Array): TypedTransaction | undefined {
    try {
      const tx = this.#decode(bytes)
      return this.#allowed(tx) ? tx : undefined
    } catch {
      return undefined // from the wire: whatever is wrong, the answer is the same
    }
  }

  /** The same bytes come by more than one way, alone and in a block: this node finds out once who signed them. */
  #decode(bytes: Uint8Array): TypedTransaction {
    const key = toHex(keccak256(bytes))
    const known = this.#decoded.get(key)
    if (known !== undefined) return known
    const tx = createTxFromRLP(bytes, { common: this.#common })
    if (this.#decoded.size >= mostDecoded) this.#decoded.delete(this.#decoded.keys().next().value!)
    this.#decoded.set(key, tx)
    return tx
  }

  /**
   * A block of those of these transactions that can follow now, in their order, on the head.
   * `commit` stores it; when it throws, everything is as before. @returns undefined where none can follow
   */
  propose(
    transactions: readonly TypedTransaction[],
    timestamp: number,
    commit: (executed: Executed) => Promise<Entries>,
  ): Promise<Executed | undefined> {
    const start = () => ({ ...this.#fixed(), number: this.#head.height + 1, parentHash: this.#head.hash, timestamp })
    return this.#step(() => execute(this.#vm, start(), transactions, () => {}), commit)
  }

  /**
   * Replays a block on the head and stores it through `commit`. Parent and signature were checked by the caller.
   * @throws whatever is wrong with it; everything is then as before
   */
  async replay(block: Block, commit: (executed: Executed) => Promise<Entries>): Promise<void> {
    await this.#step(async () => {
      const { number, parentHash, timestamp } = block.header
      if (!block.transactions.every((tx) => this.#allowed(tx))) throw new Error('a transaction is not allowed')
      const start = { ...this.#fixed(), number, parentHash, timestamp }
      const executed = await execute(this.#vm, start, block.transactions, (cause) => {
        throw cause
      })
      // Every field of the header follows from the parent, the time and the transactions.
      if (executed === undefined || !equalBytes(executed.block.hash(), block.hash())) throw new Error('another block')
      return executed
    }, commit)
  }

  /** On the state of the head, as if a transaction came next at `timestamp`; changes nothing. */
  call(request: CallRequest, timestamp: number): Promise<CallResult> {
    return this.#lock.run(async () => {
      const { evm } = this.#vm
      await evm.journal.checkpoint()
      try {
        const { execResult } = await evm.runCall({
          block: createEmptyBlock(
            { ...this.#fixed(), number: this.#head.height + 1, timestamp: Math.max(timestamp, this.#head.timestamp) },
            { common: this.#common },
          ),
          ...(request.from === undefined ? {} : { caller: createAddressFromString(request.from) }),
          to: createAddressFromString(request.to),
          data: request.data,
          gasLimit: transactionGas,
        })
        const { exceptionError, returnValue, executionGasUsed } = execResult
        return { ok: exceptionError === undefined, data: returnValue, gas: executionGasUsed }
      } finally {
        // runCall raises the caller's nonce: without this every later state root would differ from the other members'.
        await evm.journal.revert()
        evm.journal.cleanJournal()
      }
    })
  }

  nonce(account: Address): Promise<bigint> {
    return this.#lock.run(
      async () => (await this.#vm.stateManager.getAccount(createAddressFromString(account)))?.nonce ?? 0n,
    )
  }

  code(account: Address): Promise<Uint8Array> {
    return this.#lock.run(() => this.#vm.stateManager.getCode(createAddressFromString(account)))
  }

  /** Waits for what is under way. */
  settle(): Promise<void> {
    return this.#lock.run(async () => {})
  }

  #step(
    execute: () => Promise<Executed | undefined>,
    commit: (executed: Executed) => Promise<Entries>,
  ): Promise<Executed | undefined> {
    return this.#lock.run(async () => {
      try {
        const executed = await execute()
        if (executed === undefined) return undefined
        await this.#store.commit({ ...(await commit(executed)), ...this.#entries(executed) })
        this.#head = headOf(executed.block)
        return executed
      } catch (error) {
        this.#store.discard()
        await this.#vm.stateManager.setStateRoot(this.#head.block.header.stateRoot)
        this.#vm.evm.journal.cleanJournal()
        throw error
      }
    })
  }

  #entries({ block, transactions }: Executed): Entries {
    const height = Number(block.header.number)
    return { head: { network: this.networkId, height }, ...this.records.entriesOf(height, transactions) }
  }

  /** Height 0: the founder's account creates the contracts. */
  async #begin(): Promise<void> {
    const { founder, contracts, createdAt } = this.#genesis
    const { evm, stateManager } = this.#vm
    const initial = constructorArguments(this.#genesis)
    const header = { ...this.#fixed(), timestamp: createdAt, number: 0, extraData: this.networkId }
    for (const name of contractNames) {
      const { execResult, createdAddress } = await evm.runCall({
        block: createEmptyBlock(header, { common: this.#common }),
        caller: createAddressFromString(founder.account),
        data: Uint8Array.of(...contracts[name], ...fromHex(initial[name])),
        gasLimit: blockGas,
      })
      if (execResult.exceptionError !== undefined || createdAddress?.toString() !== this.contracts[name])
        throw ledgerErrors.LEDGER_GENESIS_REFUSED({}, { cause: execResult.exceptionError })
    }
    evm.journal.cleanJournal()
    const stateRoot = await stateManager.getStateRoot()
    const block = blockOf({ ...header, stateRoot }, [], this.#common)
    await this.#store.commit({
      head: { network: this.networkId, height: 0 },
      [`b/${heightKey(0)}`]: { block: block.serialize() },
    })
    this.#head = headOf(block)
  }

  /** Fields that are the same in every block. */
  #fixed() {
    return { coinbase: this.#genesis.proposer as Hex, gasLimit: blockGas, baseFeePerGas: 0n }
  }

  /** Nothing else can be called or created: what the contracts do is all that a member can make the others compute. */
  #allowed(tx: TypedTransaction): boolean {
    const to = tx.to?.toString()
    return (
      (tx.type === 0 || tx.type === 2) &&
      Object.values(this.contracts).some((address) => address === to) &&
      tx.value === 0n &&
      tx.gasLimit <= transactionGas &&
      tx.getUpfrontCost(0n) === 0n &&
      (tx.type !== 0 || tx.supports(155)) &&
      tx.isValid()
    )
  }
}

function headOf(block: Block): Head {
  const { number, timestamp } = block.header
  return { height: Number(number), hash: block.hash(), timestamp: Number(timestamp), block }
}

type Item = Uint8Array | Item[]
