/**
 * The chain at one member: executes transactions and blocks with @ethereumjs/vm on the stored state, one block a height,
 * never taken back. Gas costs nothing, and nothing but the network's contracts can be called. Knows no peers.
 */
import {
  type Block,
  createBlock,
  createBlockFromRLP,
  createEmptyBlock,
  genTransactionsTrieRoot,
} from '@ethereumjs/block'
import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createMPT, MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { bytesToHex, createAddressFromString, ValueEncoding } from '@ethereumjs/util'
import { Bloom, createVM, encodeReceipt, type RunTxResult, runBlock, runTx, type VM } from '@ethereumjs/vm'
import { keccak_256 } from '@noble/hashes/sha3.js'
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
import { Lock } from './lock.ts'
import { type Entries, hashKey, heightKey, type LedgerStore } from './store.ts'

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

/** What a transaction did, as it is stored. */
export interface TransactionRecord {
  hash: Uint8Array
  from: Address
  to: Address
  ok: boolean
  gas: number
  logs: { address: Address; topics: Uint8Array[]; data: Uint8Array }[]
  /** Of a reverted transaction. */
  revert: Uint8Array
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

/** A block that was executed on the head, and is not yet stored. */
export interface Executed {
  block: Block
  transactions: TransactionRecord[]
}

export class Chain {
  readonly networkId: Uint8Array
  readonly chainId: number
  readonly contracts: ReturnType<typeof contractAddresses>
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
    this.#genesis = genesis
    this.#store = store
    this.#common = common
    this.#vm = vm
  }

  /** @throws LEDGER_OTHER_NETWORK, LEDGER_DAMAGED */
  static async open(store: LedgerStore, genesis: NetworkGenesis, folder: string): Promise<Chain> {
    // Paris: the newest instruction set without staking, blobs and system contracts, which a network of members lacks.
    const common = createCustomCommon({ chainId: chainIdOf(networkIdOf(genesis)), name: 'secureflow' }, Mainnet, {
      hardfork: Hardfork.Paris,
    })
    const trie = await createMPT({
      db: store.stateNodes(),
      useKeyHashing: true,
      valueEncoding: ValueEncoding.Bytes,
      cacheSize: 20_000,
      common,
    })
    const stateManager = new MerkleStateManager({ trie, common, caches: new Caches() })
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
    return createBlockFromRLP(rlp, { common: this.#common })
  }

  /** @returns undefined unless it is a signed transaction that calls a contract of this network and moves no coins */
  decodeTransaction(bytes: Uint8Array): TypedTransaction | undefined {
    try {
      // The same bytes come by more than one way; they are decoded, and the signature under them is checked, once.
      const key = toHex(keccak_256(bytes))
      const known = this.#decoded.get(key)
      if (known !== undefined) return known
      const tx = createTxFromRLP(bytes, { common: this.#common })
      if (!this.#allowed(tx)) return undefined
      if (this.#decoded.size >= mostDecoded) this.#decoded.delete(this.#decoded.keys().next().value!)
      this.#decoded.set(key, tx)
      return tx
    } catch {
      return undefined // from the wire: whatever is wrong, the answer is the same
    }
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
    return this.#step(() => this.#build(transactions, timestamp), commit)
  }

  /**
   * Replays a block on the head and stores it through `commit`. Parent and signature were checked by the caller.
   * @throws whatever is wrong with it; everything is then as before
   */
  async replay(block: Block, commit: (executed: Executed) => Promise<Entries>): Promise<void> {
    await this.#step(async () => {
      const { coinbase, gasLimit, baseFeePerGas } = this.#fixed()
      const { header } = block
      if (
        header.coinbase.toString() !== coinbase ||
        header.gasLimit !== gasLimit ||
        header.baseFeePerGas !== baseFeePerGas ||
        header.extraData.length > 0 ||
        block.transactions.length === 0 ||
        !block.transactions.every((tx) => this.#allowed(tx))
      )
        throw new Error('a field of the header or a transaction is not allowed')
      const { results } = await runBlock(this.#vm, { block, skipHeaderValidation: true, skipHardForkValidation: true })
      return { block, transactions: block.transactions.map((tx, i) => recordOf(tx, results[i]!)) }
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

  async #build(transactions: readonly TypedTransaction[], timestamp: number): Promise<Executed | undefined> {
    const { evm, stateManager } = this.#vm
    const { height, hash } = this.#head
    const header = { ...this.#fixed(), number: height + 1, parentHash: hash, timestamp }
    // Not the library's block builder: it makes every transaction anew for each one that is added.
    const empty = createBlock({ header }, { common: this.#common })
    const included: TypedTransaction[] = []
    const results: RunTxResult[] = []
    const logsBloom = new Bloom()
    let gasUsed = 0n
    await evm.journal.checkpoint()
    try {
      for (const tx of transactions) {
        if (gasUsed + tx.gasLimit > blockGas) continue
        const options = { tx, block: empty, blockGasUsed: gasUsed, skipHardForkValidation: true }
        // A nonce that does not follow, or too little gas: it stays out.
        const result = await runTx(this.#vm, options).catch(() => undefined)
        if (result === undefined) continue
        included.push(tx)
        results.push(result)
        logsBloom.or(result.bloom)
        gasUsed += result.totalGasSpent
      }
      if (included.length === 0) {
        await evm.journal.revert()
        return undefined
      }
      const roots = {
        stateRoot: await stateManager.getStateRoot(),
        transactionsTrie: await genTransactionsTrieRoot(included),
        receiptTrie: await receiptRoot(included, results),
      }
      const block = createBlock(
        { header: { ...header, ...roots, gasUsed, logsBloom: logsBloom.bitvector }, transactions: included },
        { common: this.#common },
      )
      await evm.journal.commit()
      return { block, transactions: included.map((tx, i) => recordOf(tx, results[i]!)) }
    } catch (error) {
      await evm.journal.revert()
      throw error
    }
  }

  #entries({ block, transactions }: Executed): Entries {
    const height = Number(block.header.number)
    const entries: Entries = {
      head: { network: this.networkId, height },
      [`r/${heightKey(height)}`]: transactions,
    }
    transactions.forEach((tx, index) => {
      entries[`t/${hashKey(tx.hash)}`] = { height, index }
    })
    return entries
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
    const block = createBlock({ header: { ...header, stateRoot } }, { common: this.#common })
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

async function receiptRoot(transactions: readonly TypedTransaction[], results: readonly RunTxResult[]) {
  const trie = new MerklePatriciaTrie()
  for (const [i, { receipt }] of results.entries())
    await trie.put(RLP.encode(i), encodeReceipt(receipt, transactions[i]!.type))
  return trie.root()
}

function recordOf(tx: TypedTransaction, { receipt, execResult, totalGasSpent }: RunTxResult): TransactionRecord {
  const ok = execResult.exceptionError === undefined
  return {
    hash: tx.hash(),
    from: tx.getSenderAddress().toString(),
    to: tx.to!.toString(),
    ok,
    gas: Number(totalGasSpent),
    logs: receipt.logs.map(([address, topics, data]) => ({ address: bytesToHex(address) as Address, topics, data })),
    revert: ok ? new Uint8Array(0) : execResult.returnValue,
  }
}
