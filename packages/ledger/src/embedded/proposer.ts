/** The proposer's work: takes transactions of members, and makes blocks while any wait. Knows no peers. */
import type { TypedTransaction } from '@ethereumjs/tx'
import { asSecureflowError, type Clock, type Logger } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Chain } from './chain.ts'
import { Mempool, type Outcome } from './mempool.ts'
import { hashKey } from './store.ts'

/** How long a transaction waits for one with a lower nonce. */
const nonceGapMs = 3000

export interface ProposerParts {
  chain: Chain
  clock: Clock
  logger: Logger
  /** How long transactions are gathered for one block. */
  batchMs: number
  isMember(account: Address): boolean
  /** Makes, stores and sends one block of those of these transactions that can follow now; says which stand in it. */
  makeBlock(transactions: readonly TypedTransaction[]): Promise<{ height: number; hashes: Uint8Array[] } | undefined>
}

export class Proposer {
  readonly #parts: ProposerParts
  readonly #mempool = new Mempool()
  #working: Promise<void> | undefined
  #closed = false

  /** @param ready before this nothing is proposed */
  constructor(parts: ProposerParts, ready: Promise<void>) {
    this.#parts = parts
    this.#working = ready
    void ready.then(() => this.#rest())
  }

  /** Resolves when the transaction stands in a durable block, or will not. */
  async accept(bytes: Uint8Array): Promise<Outcome> {
    const { chain, clock, isMember } = this.#parts
    const tx = chain.decodeTransaction(bytes)
    if (tx === undefined) return { refused: 'not allowed' }
    if (!isMember(tx.getSenderAddress().toString() as Address)) return { refused: 'not a member' }
    const known = await chain.records.placeOf(hashKey(tx.hash()))
    if (known !== undefined) return { height: known.height }
    const outcome = this.#mempool.add(tx, bytes.length, clock.now())
    this.#work()
    return outcome
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#mempool.clear({ refused: 'busy' })
    await this.#working
  }

  /** One loop at a time; blocks follow each other while transactions wait. */
  #work(): void {
    if (this.#working !== undefined || this.#closed || this.#mempool.size === 0) return
    this.#working = this.#makeBlocks().finally(() => this.#rest())
  }

  #rest(): void {
    this.#working = undefined
    this.#work()
  }

  async #makeBlocks(): Promise<void> {
    const { batchMs, makeBlock, logger } = this.#parts
    while (this.#mempool.size > 0 && !this.#closed) {
      await new Promise((done) => setTimeout(done, batchMs))
      const before = this.#mempool.size
      try {
        const made = await makeBlock(this.#mempool.batch())
        for (const hash of made?.hashes ?? []) this.#mempool.settle(hash, { height: made!.height })
        await this.#expire()
      } catch (error) {
        logger.error({ code: asSecureflowError(error).code }, 'no block could be made')
        this.#mempool.clear({ refused: 'busy' })
      }
      // Only transactions with a nonce too high are left: wait for the missing one, or for the end of their time.
      if (this.#mempool.size === before) await new Promise((done) => setTimeout(done, 50))
    }
  }

  async #expire(): Promise<void> {
    const { chain, clock } = this.#parts
    const before = clock.now() - nonceGapMs
    for (const sender of this.#mempool.senders())
      this.#mempool.expire(sender, Number(await chain.nonce(sender as Address)), before)
  }
}
