/**
 * What the transactions of each block did, and where each topic of an event occurs: a question about one asset, one run or
 * one kind of event reads the blocks that tell of it, and no others.
 *
 * Keys: `r/<height>` the records of a block; `t/<transaction>` where it stands; `x/<position><topic>/<height>` the index;
 * `indexed` the height up to which the index is complete.
 */
import { toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { TransactionRecord } from './execute.ts'
import { type Entries, hashKey, heightKey, type LedgerStore } from './store.ts'

export interface LogFilter {
  /** Heights, both included. */
  from: number
  to: number
  addresses?: readonly Address[] | undefined
  /** For each position: null for anything, or the topics that fit, in hexadecimal digits. */
  topics: readonly (readonly string[] | null)[]
}

export interface FoundLog {
  height: number
  /** Place of the transaction in its block, and of the log among all of the block. */
  index: number
  logIndex: number
  hash: Uint8Array
  log: TransactionRecord['logs'][number]
}

/** Written in one piece: blocks that an older release stored without the index. */
const stretch = 256

export class Records {
  readonly #store: LedgerStore

  constructor(store: LedgerStore) {
    this.#store = store
  }

  async at(height: number): Promise<TransactionRecord[]> {
    return ((await this.#store.get(`r/${heightKey(height)}`)) ?? []) as unknown as TransactionRecord[]
  }

  /** Undefined where the transaction stands in no block. */
  async placeOf(hash: string): Promise<{ height: number; index: number } | undefined> {
    return (await this.#store.get(`t/${hash}`)) as { height: number; index: number } | undefined
  }

  /** What is stored with a block. */
  entriesOf(height: number, transactions: readonly TransactionRecord[]): Entries {
    const entries: Entries = { [`r/${heightKey(height)}`]: transactions, ...indexOf(height, transactions) }
    transactions.forEach((tx, index) => {
      entries[`t/${hashKey(tx.hash)}`] = { height, index }
    })
    return entries
  }

  /** Indexes what is not. @param head the highest block that is stored */
  async catchUp(head: number): Promise<void> {
    let done = ((await this.#store.get('indexed')) as number | undefined) ?? 0
    while (done < head) {
      const upTo = Math.min(head, done + stretch)
      const entries: Entries = { indexed: upTo }
      for (let height = done + 1; height <= upTo; height++)
        Object.assign(entries, indexOf(height, await this.at(height)))
      await this.#store.put(entries)
      done = upTo
    }
  }

  /** In the order in which they were made. */
  async *logs({ from, to, addresses, topics }: LogFilter): AsyncGenerator<FoundLog> {
    for await (const height of this.#heights(from, to, topics)) {
      let logIndex = -1
      for (const [index, { hash, logs }] of (await this.at(height)).entries())
        for (const log of logs) {
          logIndex++
          if (addresses !== undefined && !addresses.includes(log.address)) continue
          if (fits(log.topics, topics)) yield { height, index, logIndex, hash, log }
        }
    }
  }

  async *#heights(from: number, to: number, topics: LogFilter['topics']): AsyncGenerator<number> {
    const positions = topics.flatMap((wanted, position) => (wanted === null ? [] : [{ wanted, position }]))
    if (positions.length === 0) {
      for (let height = Math.max(1, from); height <= to; height++) yield height
      return
    }
    let heights: Set<number> | undefined
    for (const { wanted, position } of positions) {
      const found = new Set<number>()
      for (const topic of wanted)
        for await (const [key] of this.#store.range(`x/${position}${topic}/`, heightKey(from))) {
          const height = Number.parseInt(key, 16)
          if (height > to) break
          found.add(height)
        }
      heights = heights === undefined ? found : new Set([...found].filter((height) => heights?.has(height)))
    }
    yield* [...heights!].sort((a, b) => a - b)
  }
}

function indexOf(height: number, transactions: readonly TransactionRecord[]): Entries {
  const entries: Entries = { indexed: height }
  for (const { logs } of transactions)
    for (const { topics } of logs)
      for (const [position, topic] of topics.entries()) entries[`x/${position}${toHex(topic)}/${heightKey(height)}`] = 0
  return entries
}

const fits = (topics: readonly Uint8Array[], wanted: LogFilter['topics']): boolean =>
  wanted.every((w, i) => w === null || (topics[i] !== undefined && w.includes(toHex(topics[i]))))
