/**
 * The replicated ledger at one member: one proposes, members co-sign. Every member keeps and replays every block and signs
 * at most one head a height; heads go from each member to each other directly, so that whoever shows two histories to two
 * members is noticed and proven. A block, once stored, is never taken back.
 */
import type { Block } from '@ethereumjs/block'
import type { TypedTransaction } from '@ethereumjs/tx'
import {
  asSecureflowError,
  type Clock,
  equalBytes,
  type Logger,
  type Plain,
  SecureflowError,
  toHex,
} from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import { ledgerErrors } from '../errors.ts'
import type { NetworkGenesis } from '../genesis.ts'
import type { LedgerTransport } from '../transport.ts'
import { Chain } from './chain.ts'
import type { Executed } from './execute.ts'
import { type ForkEvidence, headDigest, headSigner, type SignedHead } from './heads.ts'
import { Lock } from './lock.ts'
import { type ChainMember, changesMembers, readMembers } from './members.ts'
import type { Outcome } from './mempool.ts'
import { Proposer } from './proposer.ts'
import { type LedgerProvider, ledgerProvider } from './rpc.ts'
import { type Entries, heightKey, LedgerStore } from './store.ts'
import {
  type BlockMessage,
  blockMessage,
  blocksAnswer,
  blocksRequest,
  type HeadMessage,
  headExchange,
  maxAnswerBlocks,
  maxAnswerBytes,
  maxBlockBytes,
  plain,
  read,
  submission,
  submitted,
} from './wire.ts'

export interface EmbeddedLedgerOptions {
  /** Of this ledger alone. */
  folder: string
  genesis: NetworkGenesis
  signer: Signer
  transport: LedgerTransport
  clock: Clock
  logger: Logger
  /** How long the proposer gathers transactions for one block. Default 10. */
  batchMs?: number
  /** How often heads are compared with the other members beside the notices. Default 2 000. */
  compareMs?: number
}

export interface CoSignedOptions {
  signal?: AbortSignal
  /** Default: 60 000, or as long as `signal` lets it. */
  timeoutMs?: number
}

/** A block further from this node's clock is refused. */
const clockErrorSeconds = 30
const maxEvidence = 64

export class EmbeddedLedger {
  readonly provider: LedgerProvider
  readonly #options: EmbeddedLedgerOptions
  readonly #store: LedgerStore
  readonly #chain: Chain
  readonly #proposerAccount: Address
  readonly #self: Address
  readonly #incoming = new Lock()
  readonly #listeners = new Set<(height: number) => void>()
  readonly #changed = new Set<() => void>()
  /** Highest height up to which each member signed the history that is stored here. */
  readonly #signedUpTo = new Map<Address, number>()
  readonly #catchingUp = new Map<string, Promise<void>>()
  #members: ReadonlyMap<Address, ChainMember> = new Map()
  #evidence: ForkEvidence[] = []
  /** The own signature and the proposer's under the head; undefined before the first block. */
  #ownHead: HeadMessage | undefined
  /** Milliseconds, own clock: when the proposer last said that nothing follows the head. */
  #quietAt: number | undefined
  /** Where this node proposes. */
  #proposals: Proposer | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  private constructor(options: EmbeddedLedgerOptions, store: LedgerStore, chain: Chain) {
    this.#options = options
    this.#store = store
    this.#chain = chain
    this.#proposerAccount = options.genesis.proposer
    this.#self = options.signer.address.toLowerCase() as Address
    this.provider = ledgerProvider({
      chain,
      records: chain.records,
      clock: options.clock,
      submit: (transaction) => this.#submit(transaction),
    })
  }

  /** @throws LEDGER_OTHER_NETWORK, LEDGER_DAMAGED, LEDGER_NOT_BUILT */
  static async open(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
    const store = await LedgerStore.open(options.folder)
    try {
      const ledger = new EmbeddedLedger(options, store, await Chain.open(store, options.genesis, options.folder))
      await ledger.#start()
      return ledger
    } catch (error) {
      await store.close()
      throw error
    }
  }

  get networkId(): Uint8Array {
    return this.#chain.networkId
  }

  get height(): number {
    return this.#chain.head.height
  }

  get head(): { height: number; hash: Uint8Array; timestamp: number } {
    const { height, hash, timestamp } = this.#chain.head
    return { height, hash, timestamp }
  }

  get isProposer(): boolean {
    return this.#self === this.#proposerAccount
  }

  /** Two signed histories that this node has seen; empty in an honest network. */
  evidence(): readonly ForkEvidence[] {
    return this.#evidence
  }

  /** @returns how to stop listening */
  onBlock(listener: (height: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Resolves when all these accounts have signed the history that this node has, at least up to this height.
   * @throws LEDGER_FORKED as soon as two histories are known, LEDGER_TIMEOUT, what `signal` was aborted with
   */
  async coSigned(
    height: number,
    accounts: readonly Address[],
    { signal, timeoutMs = signal === undefined ? 60_000 : Number.POSITIVE_INFINITY }: CoSignedOptions = {},
  ): Promise<void> {
    const end = this.#options.clock.now() + timeoutMs
    const missing = () => accounts.filter((a) => (this.#signedUpTo.get(a.toLowerCase() as Address) ?? 0) < height)
    for (;;) {
      signal?.throwIfAborted()
      if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
      if (this.#evidence[0] !== undefined) throw ledgerErrors.LEDGER_FORKED({ height: this.#evidence[0].height })
      if (height === 0 || missing().length === 0) return
      const left = end - this.#options.clock.now()
      if (left <= 0) {
        const names = missing().map((a) => this.#members.get(a.toLowerCase() as Address)?.name ?? a)
        const what = `block ${height} is not yet signed by ${names.join(', ')}`
        throw ledgerErrors.LEDGER_TIMEOUT({ seconds: Math.round(timeoutMs / 1000), what })
      }
      await this.#change(left, signal)
    }
  }

  /** Compares heads with every member that can be reached; afterwards this node has what any of them has. */
  async compare(): Promise<void> {
    await Promise.all(this.#options.transport.members().map((member) => this.#compareWith(member)))
  }

  /** All signatures of members under the block at this height, the proposer's included. */
  async signaturesAt(height: number): Promise<SignedHead[]> {
    const out: SignedHead[] = []
    for await (const [account, value] of this.#store.range(`c/${heightKey(height)}/`))
      out.push({ height, account: account as Address, ...(value as { hash: Uint8Array; signature: Uint8Array }) })
    return out
  }

  /** The block at this height in RLP; `signaturesAt` says who signed its hash. */
  async blockAt(height: number): Promise<Uint8Array> {
    return (await this.#chain.block(height)).serialize()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    this.#tell()
    await this.#proposals?.close()
    await this.#incoming.run(async () => {})
    await this.#chain.settle()
    await this.#store.close()
  }

  // ---- beginning -------------------------------------------------------------------------------------------------

  async #start(): Promise<void> {
    this.#members = await readMembers(this.#chain)
    for await (const [, value] of this.#store.range('e/')) this.#evidence.push(value as unknown as ForkEvidence)
    for await (const [account, value] of this.#store.range('s/'))
      this.#signedUpTo.set(account as Address, value as number)
    const { height, hash } = this.#chain.head
    if (height > 0) {
      const signature = (await this.#signatureOf(height, this.#self))?.signature
      const { signature: proposer } = (await this.#store.get(`b/${heightKey(height)}`)) as unknown as BlockMessage
      if (signature !== undefined) this.#ownHead = { height, hash, proposer, account: this.#self, signature }
    }
    const { transport } = this.#options
    transport.handle('ledger.submit', (_, body) => this.#onSubmit(body))
    transport.handle('ledger.block', async (from, body) =>
      this.#onBlock(from, read(blockMessage, body, 'ledger.block')),
    )
    transport.handle('ledger.blocks', async (_, body) =>
      this.#onBlocks(read(blocksRequest, body, 'ledger.blocks').from),
    )
    transport.handle('ledger.head', async (from, body) =>
      this.#onHead(from, read(headExchange, body, 'ledger.head').head),
    )
    // A proposer that was restored from an older copy must not sign again what it has signed: it asks first.
    const asked = Promise.race([this.#keepComparing(), new Promise<void>((done) => setTimeout(done, 1000).unref())])
    if (this.isProposer) this.#proposals = this.#proposer(asked)
  }

  #proposer(ready: Promise<void>): Proposer {
    const { clock, logger, batchMs = 10 } = this.#options
    return new Proposer(
      {
        ...{ chain: this.#chain, clock, logger, batchMs },
        isMember: (account) => this.#members.get(account)?.active === true,
        makeBlock: (transactions) => this.#incoming.run(() => this.#makeBlock(transactions)),
      },
      ready,
    )
  }

  /** Again and again: notices may be lost. */
  async #keepComparing(): Promise<void> {
    await this.compare()
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.#keepComparing(), this.#options.compareMs ?? 2000)
    this.#timer.unref()
  }

  async #compareWith(member: string): Promise<void> {
    const asked = this.#options.clock.now()
    const { height } = this.#chain.head
    try {
      const answer = await this.#options.transport.request(
        member,
        'ledger.head',
        plain({ head: this.#ownHead ?? null }),
      )
      const { head } = read(headExchange, answer, 'ledger.head')
      if (this.#closed) return
      if (head !== null) await this.#consider(member, head)
      const proposer = this.#members.get(this.#proposerAccount)?.name
      if (member === proposer && (head?.height ?? 0) === height) this.#quietAt = asked
    } catch (error) {
      this.#options.logger.debug({ member, code: asSecureflowError(error).code }, 'heads not compared')
    }
  }

  // ---- proposing -------------------------------------------------------------------------------------------------

  /** Resolves when the transaction stands in a durable block. */
  async #submit(transaction: Uint8Array): Promise<Outcome> {
    if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
    if (this.#proposals !== undefined) return this.#proposals.accept(transaction)
    const proposer = this.#members.get(this.#proposerAccount)?.name
    if (proposer === undefined) throw ledgerErrors.LEDGER_UNREACHABLE({})
    let answer: Plain
    try {
      answer = await this.#options.transport.request(proposer, 'ledger.submit', plain({ transaction }))
    } catch (cause) {
      throw ledgerErrors.LEDGER_UNREACHABLE({}, { cause, party: proposer })
    }
    const outcome = read(submitted, answer, 'ledger.submit')
    if (!('height' in outcome)) {
      const { refused, nonce } = outcome
      return nonce === undefined ? { refused } : { refused, nonce }
    }
    // The block is usually here already; if its notice was lost, it is fetched now.
    if (outcome.height > this.height)
      await this.#catchUp(proposer).catch((cause: unknown) => {
        // Gone before it gave the block: the transaction counts, and is found once the block has come.
        throw cause instanceof SecureflowError ? cause : ledgerErrors.LEDGER_UNREACHABLE({}, { cause, party: proposer })
      })
    return outcome
  }

  async #onSubmit(body: Plain): Promise<Plain> {
    const parsed = submission.safeParse(body)
    if (!parsed.success) return plain({ refused: 'malformed' })
    if (this.#closed || this.#proposals === undefined) return plain({ refused: 'not the proposer' })
    return plain(await this.#proposals.accept(parsed.data.transaction))
  }

  async #makeBlock(transactions: readonly TypedTransaction[]) {
    const timestamp = Math.max(Math.floor(this.#options.clock.now() / 1000), this.#chain.head.timestamp)
    let message: BlockMessage | undefined
    const executed = await this.#chain.propose(transactions, timestamp, async ({ block }) => {
      const signature = await this.#sign(block)
      message = { block: block.serialize(), signature }
      return this.#stored(message, block, signature)
    })
    if (executed === undefined || message === undefined) return undefined
    await this.#adopted(executed, message.signature, message.signature)
    for (const member of this.#options.transport.members())
      this.#options.transport.notify(member, 'ledger.block', plain(message))
    return { height: this.#chain.head.height, hashes: executed.transactions.map((tx) => tx.hash) }
  }

  // ---- following -------------------------------------------------------------------------------------------------

  async #onBlock(from: string, message: BlockMessage): Promise<Plain> {
    if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
    const block = this.#decode(message)
    if (Number(block.header.number) > this.height + 1) await this.#catchUp(from)
    else if (await this.#incoming.run(() => this.#follow(block, message))) this.#spread()
    return null
  }

  async #onBlocks(from: number): Promise<Plain> {
    if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
    const blocks: BlockMessage[] = []
    let bytes = 0
    for await (const [, value] of this.#store.range('b/', heightKey(from), maxAnswerBlocks)) {
      const { block, signature } = value as unknown as BlockMessage
      bytes += block.length
      if (blocks.length > 0 && bytes > maxAnswerBytes) break
      blocks.push({ block, signature })
    }
    return plain({ blocks })
  }

  /** Fetches what is missing, and replays it. */
  #catchUp(from: string): Promise<void> {
    let running = this.#catchingUp.get(from)
    if (running === undefined) {
      running = this.#fetchBlocks(from).finally(() => this.#catchingUp.delete(from))
      this.#catchingUp.set(from, running)
    }
    return running
  }

  async #fetchBlocks(from: string): Promise<void> {
    for (;;) {
      const answer = await this.#options.transport.request(from, 'ledger.blocks', { from: this.height + 1 })
      const { blocks } = read(blocksAnswer, answer, 'ledger.blocks')
      let followed = false
      for (const message of blocks) {
        if (this.#closed) return
        const block = this.#decode(message)
        if (Number(block.header.number) > this.height + 1) return
        followed = (await this.#incoming.run(() => this.#follow(block, message, from))) || followed
      }
      if (followed) this.#spread()
      else return
    }
  }

  /**
   * Replays a block that follows the head; a block of a height that is stored is compared with the stored one.
   * @returns whether the head moved on
   */
  async #follow(block: Block, message: BlockMessage, from?: string): Promise<boolean> {
    const { number, parentHash } = block.header
    const height = Number(number)
    const { head } = this.#chain
    if (this.#closed || height > head.height + 1) return false
    if (height === 0) throw this.#refused(block, 'the beginning is not proposed')
    const hash = block.hash()
    if ((await headSigner(this.networkId, { height, hash }, message.signature)) !== this.#proposerAccount)
      throw this.#refused(block, 'it is not signed by the proposer')
    if (height <= head.height) {
      await this.#compareSigned({ height, hash, account: this.#proposerAccount, signature: message.signature })
      return false
    }
    if (!equalBytes(parentHash, head.hash)) {
      // Signed by the proposer, yet it follows another block than the one here: its parent proves the fork.
      if (from !== undefined && head.height > 0) await this.#askForOther(from, head.height)
      throw this.#refused(block, 'it does not follow the block that is stored here')
    }
    this.#checkTime(block)
    let signature!: Uint8Array
    let executed!: Executed
    try {
      await this.#chain.replay(block, async (result) => {
        executed = result
        signature = await this.#sign(block)
        return this.#stored(message, block, signature)
      })
    } catch (cause) {
      if (cause instanceof SecureflowError) throw cause
      throw this.#refused(block, 'replaying it gives another result', cause)
    }
    await this.#adopted(executed, message.signature, signature)
    return true
  }

  /** No block from the future, none dated before the moment when the proposer said that there was none. */
  #checkTime(block: Block): void {
    const timestamp = Number(block.header.timestamp)
    const now = this.#options.clock.now()
    if (this.#quietAt !== undefined && this.#quietAt > now) this.#quietAt = undefined // this clock was set back
    if (timestamp < this.#chain.head.timestamp) throw this.#refused(block, 'it is older than the block before it')
    if (timestamp > now / 1000 + clockErrorSeconds)
      throw this.#refused(block, `it is dated more than ${clockErrorSeconds} s ahead of this clock`)
    if (this.#quietAt !== undefined && timestamp < this.#quietAt / 1000 - clockErrorSeconds)
      throw this.#refused(block, `it is dated more than ${clockErrorSeconds} s back`)
  }

  #decode({ block }: BlockMessage): Block {
    if (block.length > maxBlockBytes)
      throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height: '?', reason: 'it is too large' })
    try {
      return this.#chain.decodeBlock(block)
    } catch (cause) {
      throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height: '?', reason: 'it is malformed' }, { cause })
    }
  }

  #refused(block: Block, reason: string, cause?: unknown): SecureflowError {
    const height = Number(block.header.number)
    this.#options.logger.warn({ height, reason }, 'block refused')
    return ledgerErrors.LEDGER_BLOCK_REFUSED({ height, reason }, { cause })
  }

  // ---- heads -----------------------------------------------------------------------------------------------------

  #sign(block: Block): Promise<Uint8Array> {
    return this.#options.signer.sign(headDigest(this.networkId, Number(block.header.number), block.hash()))
  }

  /**
   * What goes to the disk with a block, in the same synced batch: a head is signed once a height because a height is
   * stored once, and no signature leaves before it is stored.
   */
  #stored(message: BlockMessage, block: Block, signature: Uint8Array): Entries {
    const height = Number(block.header.number)
    const hash = block.hash()
    return {
      [`b/${heightKey(height)}`]: message,
      [`c/${heightKey(height)}/${this.#proposerAccount}`]: { hash, signature: message.signature },
      [`c/${heightKey(height)}/${this.#self}`]: { hash, signature },
      [`s/${this.#proposerAccount}`]: height,
      [`s/${this.#self}`]: height,
    }
  }

  async #adopted({ block, transactions }: Executed, proposer: Uint8Array, signature: Uint8Array): Promise<void> {
    const height = Number(block.header.number)
    this.#ownHead = { height, hash: block.hash(), proposer, account: this.#self, signature }
    this.#quietAt = undefined
    this.#signedUpTo.set(this.#proposerAccount, height)
    this.#signedUpTo.set(this.#self, height)
    if (changesMembers(this.#chain, transactions)) this.#members = await readMembers(this.#chain)
    for (const listener of this.#listeners) listener(height)
    this.#tell()
  }

  /** To every member directly, never through the proposer alone. */
  #spread(): void {
    if (this.#closed || this.#ownHead === undefined) return
    const body = plain({ head: this.#ownHead })
    for (const member of this.#options.transport.members()) this.#options.transport.notify(member, 'ledger.head', body)
  }

  async #onHead(from: string, head: HeadMessage | null): Promise<Plain> {
    if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
    const own = this.#ownHead ?? null
    if (head !== null) await this.#consider(from, head)
    return plain({ head: own })
  }

  async #consider(from: string, head: HeadMessage): Promise<void> {
    if (head.height > this.height) await this.#catchUp(from)
    if (head.height > this.height || !this.#members.has(head.account)) return
    if ((this.#signedUpTo.get(head.account) ?? 0) >= head.height && (await this.#isStored(head))) return
    if ((await headSigner(this.networkId, head, head.signature)) !== head.account)
      throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height: head.height, reason: 'the head is not signed by its member' })
    const { height, hash, proposer, account, signature } = head
    if (!(await this.#isStored(head))) {
      if ((await headSigner(this.networkId, head, proposer)) !== this.#proposerAccount)
        throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height, reason: 'the head is not signed by the proposer' })
      await this.#compareSigned({ height, hash, account: this.#proposerAccount, signature: proposer })
      await this.#compareSigned({ height, hash, account, signature })
      return
    }
    if (this.#members.get(account)?.active !== true) return
    await this.#incoming.run(async () => {
      if ((this.#signedUpTo.get(account) ?? 0) >= height || this.#closed) return
      await this.#store.put({ [`c/${heightKey(height)}/${account}`]: { hash, signature }, [`s/${account}`]: height })
      this.#signedUpTo.set(account, height)
    })
    this.#tell()
  }

  async #isStored({ height, hash }: { height: number; hash: Uint8Array }): Promise<boolean> {
    if (height === this.#chain.head.height) return equalBytes(hash, this.#chain.head.hash)
    return equalBytes((await this.#chain.block(height)).hash(), hash)
  }

  async #signatureOf(height: number, account: Address) {
    const found = await this.#store.get(`c/${heightKey(height)}/${account}`)
    return found as { hash: Uint8Array; signature: Uint8Array } | undefined
  }

  /** Holds a checked signature of a height that is stored here against the account's other one, if there is one. */
  async #compareSigned(head: SignedHead): Promise<void> {
    const { height, account } = head
    const own = await this.#signatureOf(height, account)
    if (own === undefined || equalBytes(own.hash, head.hash)) return
    if (this.#evidence.length >= maxEvidence) return
    if (this.#evidence.some((e) => e.height === height && e.account === account)) return
    const evidence: ForkEvidence = { height, account, heads: [{ height, account, ...own }, head] }
    this.#evidence = [...this.#evidence, evidence]
    await this.#store.put({ [`e/${heightKey(height)}/${account}`]: evidence })
    const seen = { height, account, blocks: [toHex(own.hash), toHex(head.hash)] }
    this.#options.logger.error(seen, 'two signed histories of the ledger')
    this.#tell()
  }

  async #askForOther(from: string, height: number): Promise<void> {
    const answer = await this.#options.transport.request(from, 'ledger.blocks', { from: height })
    const [message] = read(blocksAnswer, answer, 'ledger.blocks').blocks
    if (message === undefined) return
    const block = this.#decode(message)
    const head = { height, hash: block.hash() }
    if (Number(block.header.number) !== height) return
    if ((await headSigner(this.networkId, head, message.signature)) !== this.#proposerAccount) return
    await this.#compareSigned({ ...head, account: this.#proposerAccount, signature: message.signature })
  }

  // ---- waiting ---------------------------------------------------------------------------------------------------

  #tell(): void {
    for (const wake of this.#changed) wake()
  }

  #change(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        this.#changed.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(timeoutMs, 2 ** 31 - 1))
      signal?.addEventListener('abort', wake, { once: true })
      this.#changed.add(wake)
    })
  }
}
