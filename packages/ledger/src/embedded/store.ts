/**
 * The ledger on disk: one LevelDB. State nodes are gathered in memory and written with the block that made them, in one
 * synced batch, so that a process killed at any moment finds the last whole block and nothing of the next.
 */
import { decodeCbor, encodeCbor, type Plain, toHex } from '@secureflow/base'
import { Level } from 'level'
import { ledgerErrors } from '../errors.ts'
import type { NodeStore } from './trie.ts'

/** Values that belong to no state node, by key; `undefined` is never written. */
export type Entries = Record<string, unknown>

/** Records. */
const copiedTogether = 500

export class LedgerStore {
  readonly #db: Level<string, Uint8Array>
  /** State nodes and code of the block in the making. Named by their hash, so they are never changed or removed. */
  readonly #pending = new Map<string, Uint8Array>()

  private constructor(db: Level<string, Uint8Array>) {
    this.#db = db
  }

  static async open(folder: string): Promise<LedgerStore> {
    const db = new Level<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' })
    await db.open()
    return new LedgerStore(db)
  }

  async get(key: string): Promise<Plain | undefined> {
    const bytes = await this.#db.get(key)
    if (bytes === undefined) return undefined
    try {
      return decodeCbor(bytes, key, { maxBytes: 64 << 20 })
    } catch (cause) {
      throw ledgerErrors.LEDGER_DAMAGED({ what: `record ${key}` }, { cause })
    }
  }

  /** Values whose key begins with `prefix` and is at least `prefix + from`, in the order of their keys. */
  async *range(prefix: string, from = '', limit = -1): AsyncGenerator<[key: string, value: Plain]> {
    for await (const [key, bytes] of this.#db.iterator({ gte: prefix + from, lt: `${prefix}\uffff`, limit }))
      yield [key.slice(prefix.length), decodeCbor(bytes, key, { maxBytes: 64 << 20 })]
  }

  /** Durable when it resolves; with it the state nodes gathered so far. */
  async commit(entries: Entries): Promise<void> {
    const batch = [...this.#pending].map(([key, value]) => ({ type: 'put' as const, key, value }))
    for (const [key, value] of Object.entries(entries)) batch.push({ type: 'put', key, value: encodeCbor(value) })
    await this.#db.batch(batch, { sync: true })
    this.#pending.clear()
  }

  /** Durable when it resolves; leaves the block in the making alone. */
  async put(entries: Entries): Promise<void> {
    const batch = Object.entries(entries).map(([key, value]) => ({
      type: 'put' as const,
      key,
      value: encodeCbor(value),
    }))
    await this.#db.batch(batch, { sync: true })
  }

  /** Forgets the state nodes gathered since the last commit. */
  discard(): void {
    this.#pending.clear()
  }

  /** A copy in a folder of its own, as of one moment between two blocks, while this one is written on. */
  async copyTo(folder: string): Promise<void> {
    const copy = new Level<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' })
    await copy.open()
    try {
      const all = this.#db.iterator()
      for (let some = await all.nextv(copiedTogether); some.length > 0; some = await all.nextv(copiedTogether))
        await copy.batch(some.map(([key, value]) => ({ type: 'put', key, value })))
      await all.close()
    } finally {
      await copy.close()
    }
  }

  close(): Promise<void> {
    return this.#db.close()
  }

  /** State nodes and code: what is put is written with the next commit. */
  stateNodes(): NodeStore {
    return {
      get: async (hash) => this.#pending.get(`n/${hash}`) ?? (await this.#db.get(`n/${hash}`)),
      put: (hash, node) => void this.#pending.set(`n/${hash}`, node),
    }
  }
}

/** Heights as keys sort like numbers. */
export const heightKey = (height: number): string => height.toString(16).padStart(12, '0')
export const hashKey = (hash: Uint8Array): string => toHex(hash)
