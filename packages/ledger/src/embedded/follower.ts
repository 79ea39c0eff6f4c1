/** Blocks that others send: each is held against the head, replayed, signed and stored, or refused with the reason. */
import type { Block } from '@ethereumjs/block'
import { type Clock, equalBytes, type Logger, SecureflowError } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { ledgerErrors } from '../errors.ts'
import type { LedgerTransport } from '../transport.ts'
import type { Chain } from './chain.ts'
import type { Executed } from './execute.ts'
import { headSigner } from './heads.ts'
import type { Lock } from './lock.ts'
import type { Signatures } from './signatures.ts'
import type { Entries } from './store.ts'
import { type BlockMessage, blocksAnswer, maxBlockBytes, read } from './wire.ts'

export interface FollowerParts {
  chain: Chain
  signatures: Signatures
  transport: LedgerTransport
  clock: Clock
  logger: Logger
  /** The account whose signature makes a block. */
  proposer: Address
  /** One block at a time, with those that this node makes itself. */
  incoming: Lock
  isClosed(): boolean
  /** This node's signature under the block, and what goes to the disk with it. */
  sign(message: BlockMessage, block: Block): Promise<{ signature: Uint8Array; entries: Entries }>
  /** The block is stored. */
  adopted(executed: Executed, message: BlockMessage, signature: Uint8Array): Promise<void>
}

/** A block further from this node's clock is refused. */
const clockErrorSeconds = 30

export class Follower {
  readonly #parts: FollowerParts
  readonly #catchingUp = new Map<string, Promise<boolean>>()
  /** Milliseconds, own clock: when the proposer last said that nothing follows the head. */
  #quietAt: number | undefined

  constructor(parts: FollowerParts) {
    this.#parts = parts
  }

  /** The proposer has no block above this head: none that comes later may be dated before this time. */
  quiet(sinceMs: number | undefined): void {
    this.#quietAt = sinceMs
  }

  /** @returns whether the head moved on @throws LEDGER_BLOCK_REFUSED */
  async onBlock(from: string, message: BlockMessage): Promise<boolean> {
    const block = this.#decode(message)
    if (Number(block.header.number) > this.#parts.chain.head.height + 1) return this.catchUp(from)
    return this.#parts.incoming.run(() => this.#follow(block, message))
  }

  /** Fetches what is missing, and replays it. @returns whether the head moved on */
  catchUp(from: string): Promise<boolean> {
    let running = this.#catchingUp.get(from)
    if (running === undefined) {
      running = this.#fetchBlocks(from).finally(() => this.#catchingUp.delete(from))
      this.#catchingUp.set(from, running)
    }
    return running
  }

  async #fetchBlocks(from: string): Promise<boolean> {
    const { chain, transport, incoming, isClosed } = this.#parts
    for (let moved = false; ; ) {
      const answer = await transport.request(from, 'ledger.blocks', { from: chain.head.height + 1 })
      const { blocks } = read(blocksAnswer, answer, 'ledger.blocks')
      let followed = false
      for (const message of blocks) {
        if (isClosed()) return moved
        const block = this.#decode(message)
        if (Number(block.header.number) > chain.head.height + 1) return moved
        followed = (await incoming.run(() => this.#follow(block, message, from))) || followed
      }
      if (!followed) return moved
      moved = true
    }
  }

  /** Replays a block that follows the head; a block of a height that is stored is compared with the stored one. */
  async #follow(block: Block, message: BlockMessage, from?: string): Promise<boolean> {
    const { chain, signatures, proposer: account, isClosed } = this.#parts
    const height = Number(block.header.number)
    const { head } = chain
    if (isClosed() || height > head.height + 1) return false
    if (height === 0) throw this.#refused(block, 'the beginning is not proposed')
    const signed = { height, hash: block.hash(), account, signature: message.signature }
    if ((await headSigner(chain.networkId, signed, message.signature)) !== account)
      throw this.#refused(block, 'it is not signed by the proposer')
    if (height <= head.height) {
      await signatures.compare(signed)
      return false
    }
    if (!equalBytes(block.header.parentHash, head.hash)) {
      // Signed by the proposer, yet it follows another block than the one here: its parent proves the fork.
      if (from !== undefined && head.height > 0) await this.#askForOther(from, head.height)
      throw this.#refused(block, 'it does not follow the block that is stored here')
    }
    this.#checkTime(block)
    await this.#replay(block, message)
    return true
  }

  async #replay(block: Block, message: BlockMessage): Promise<void> {
    const { chain, sign, adopted } = this.#parts
    let done: { executed: Executed; signature: Uint8Array } | undefined
    try {
      await chain.replay(block, async (executed) => {
        const { signature, entries } = await sign(message, block)
        done = { executed, signature }
        return entries
      })
    } catch (cause) {
      if (cause instanceof SecureflowError) throw cause
      throw this.#refused(block, 'replaying it gives another result', cause)
    }
    this.#quietAt = undefined
    await adopted(done!.executed, message, done!.signature)
  }

  /** No block from the future, none dated before the moment when the proposer said that there was none. */
  #checkTime(block: Block): void {
    const timestamp = Number(block.header.timestamp)
    const now = this.#parts.clock.now()
    if (this.#quietAt !== undefined && this.#quietAt > now) this.#quietAt = undefined // this clock was set back
    if (timestamp < this.#parts.chain.head.timestamp) throw this.#refused(block, 'it is older than the block before it')
    if (timestamp > now / 1000 + clockErrorSeconds)
      throw this.#refused(block, `it is dated more than ${clockErrorSeconds} s ahead of this clock`)
    if (this.#quietAt !== undefined && timestamp < this.#quietAt / 1000 - clockErrorSeconds)
      throw this.#refused(block, `it is dated more than ${clockErrorSeconds} s back`)
  }

  async #askForOther(from: string, height: number): Promise<void> {
    const { chain, signatures, transport, proposer: account } = this.#parts
    const answer = await transport.request(from, 'ledger.blocks', { from: height })
    const [message] = read(blocksAnswer, answer, 'ledger.blocks').blocks
    if (message === undefined) return
    const block = this.#decode(message)
    if (Number(block.header.number) !== height) return
    const signed = { height, hash: block.hash(), account, signature: message.signature }
    if ((await headSigner(chain.networkId, signed, message.signature)) === account) await signatures.compare(signed)
  }

  #decode({ block }: BlockMessage): Block {
    if (block.length > maxBlockBytes)
      throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height: '?', reason: 'it is too large' })
    try {
      return this.#parts.chain.decodeBlock(block)
    } catch (cause) {
      throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height: '?', reason: 'it is malformed' }, { cause })
    }
  }

  #refused(block: Block, reason: string, cause?: unknown): SecureflowError {
    const height = Number(block.header.number)
    this.#parts.logger.warn({ height, reason }, 'block refused')
    return ledgerErrors.LEDGER_BLOCK_REFUSED({ height, reason }, { cause })
  }
}
