/** Transactions that wait at the proposer for their block. */
import type { TypedTransaction } from '@ethereumjs/tx'
import { toHex } from '@secureflow/base'
import type { Refusal } from './wire.ts'

export type Outcome = { height: number } | { refused: Refusal; nonce?: number }

interface Waiting {
  tx: TypedTransaction
  /** Kept: to compute it again costs a hash. */
  sender: string
  bytes: number
  since: number
  outcome: Promise<Outcome>
  settle: (outcome: Outcome) => void
}

const most = 4096
const mostOfOne = 512
const batchBytes = 192 << 10
const batchGas = 150_000_000n
const batchCount = 400

export class Mempool {
  readonly #waiting = new Map<string, Waiting>()
  readonly #countOf = new Map<string, number>()

  get size(): number {
    return this.#waiting.size
  }

  /** Settles when the transaction stands in a durable block, or will not. The same transaction waits once. */
  add(tx: TypedTransaction, bytes: number, now: number): Promise<Outcome> {
    const hash = toHex(tx.hash())
    const known = this.#waiting.get(hash)
    if (known !== undefined) return known.outcome
    const sender = tx.getSenderAddress().toString()
    const own = this.#countOf.get(sender) ?? 0
    if (this.#waiting.size >= most || own >= mostOfOne) return Promise.resolve({ refused: 'busy' })
    const { promise: outcome, resolve: settle } = Promise.withResolvers<Outcome>()
    this.#countOf.set(sender, own + 1)
    this.#waiting.set(hash, { tx, sender, bytes, since: now, outcome, settle })
    return outcome
  }

  /** What fits one block, each sender's in the order of their nonces. */
  batch(): TypedTransaction[] {
    const bySender = new Map<string, Waiting[]>()
    for (const waiting of this.#waiting.values()) {
      const list = bySender.get(waiting.sender)
      if (list === undefined) bySender.set(waiting.sender, [waiting])
      else list.push(waiting)
    }
    for (const list of bySender.values()) list.sort((a, b) => Number(a.tx.nonce - b.tx.nonce))
    const out: TypedTransaction[] = []
    let [bytes, gas] = [0, 0n]
    for (const list of bySender.values())
      for (const { tx, bytes: size } of list) {
        if (out.length === batchCount || bytes + size > batchBytes || gas + tx.gasLimit > batchGas) return out
        out.push(tx)
        bytes += size
        gas += tx.gasLimit
      }
    return out
  }

  senders(): Set<string> {
    return new Set(this.#countOf.keys())
  }

  settle(hash: Uint8Array, outcome: Outcome): void {
    const key = toHex(hash)
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return
    this.#waiting.delete(key)
    const left = this.#countOf.get(waiting.sender)! - 1
    if (left === 0) this.#countOf.delete(waiting.sender)
    else this.#countOf.set(waiting.sender, left)
    waiting.settle(outcome)
  }

  /**
   * Gives up what can never follow (`nonce` is the sender's next), and what waited too long for the one before it. What
   * only waits for its turn in a block is kept, however slow the blocks are.
   */
  expire(sender: string, nonce: number, before: number): void {
    const own = [...this.#waiting.values()].filter((waiting) => waiting.sender === sender)
    own.sort((a, b) => Number(a.tx.nonce - b.tx.nonce))
    let next = BigInt(nonce)
    for (const { tx, since } of own) {
      if (tx.nonce === next) next++
      else if (tx.nonce < nonce || (tx.nonce > next && since < before))
        this.settle(tx.hash(), { refused: 'nonce', nonce })
    }
  }

  clear(outcome: Outcome): void {
    for (const { tx } of [...this.#waiting.values()]) this.settle(tx.hash(), outcome)
  }
}
