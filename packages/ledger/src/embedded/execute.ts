/** What a block does: transactions run on the state one after the other, and the header that follows from them. */
import { Block, createBlockHeader, createEmptyBlock, type HeaderData } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import type { TypedTransaction } from '@ethereumjs/tx'
import { bytesToHex } from '@ethereumjs/util'
import { Bloom, encodeReceipt, type RunTxResult, runTx, type VM } from '@ethereumjs/vm'
import type { Address } from '@secureflow/crypto'
import { Trie } from './trie.ts'

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

/** A block that was executed on the head, and is not yet stored. */
export interface Executed {
  block: Block
  transactions: TransactionRecord[]
}

/** Fields of a header that do not follow from the transactions. */
export type BlockStart = HeaderData & { gasLimit: bigint }

/**
 * Runs the transactions on the state and makes their block. The state is afterwards that of the block.
 * @param unfit what to do with one that cannot follow: it throws, or returns to leave the transaction out
 * @returns undefined where none is left
 */
export async function execute(
  vm: VM,
  start: BlockStart,
  transactions: readonly TypedTransaction[],
  unfit: (cause: unknown) => void,
): Promise<Executed | undefined> {
  const { common } = vm
  const empty = createEmptyBlock(start, { common })
  const included: TypedTransaction[] = []
  const results: RunTxResult[] = []
  const logsBloom = new Bloom(undefined, common)
  let gasUsed = 0n
  for (const tx of transactions) {
    const options = { tx, block: empty, blockGasUsed: gasUsed, skipHardForkValidation: true }
    try {
      if (gasUsed + tx.gasLimit > start.gasLimit) throw new Error('more gas than a block has')
      results.push(await runTx(vm, options))
    } catch (cause) {
      unfit(cause) // a nonce that does not follow, or too little gas
      continue
    }
    included.push(tx)
    const { bloom, totalGasSpent } = results.at(-1)!
    logsBloom.or(bloom)
    gasUsed += totalGasSpent
  }
  if (included.length === 0) return undefined
  const header = {
    ...start,
    stateRoot: await vm.stateManager.getStateRoot(),
    transactionsTrie: await orderedRoot(included.map((tx) => tx.serialize())),
    receiptTrie: await orderedRoot(results.map(({ receipt }, i) => encodeReceipt(receipt, included[i]!.type))),
    gasUsed,
    logsBloom: logsBloom.bitvector,
  }
  return {
    block: blockOf(header, included, common),
    transactions: included.map((tx, i) => recordOf(tx, results[i]!)),
  }
}

/** Of these very transactions: `createBlock` would make them anew, and recover their senders again. */
export function blockOf(header: HeaderData, transactions: TypedTransaction[], common: Common): Block {
  return new Block(createBlockHeader(header, { common }), transactions, [], undefined, { common })
}

/** Root over a list, by place. The encoded places are no beginnings of each other, as the tree wants it. */
async function orderedRoot(values: readonly Uint8Array[]): Promise<Uint8Array> {
  const trie = new Trie({ get: async () => undefined, put: () => {} })
  for (const [place, value] of values.entries()) await trie.set(RLP.encode(place), value)
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
