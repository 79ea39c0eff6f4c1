/**
 * The replicated ledger at one member: one proposes, members co-sign. Every member keeps and replays every block and signs
 * at most one head a height; heads go from each member to each other directly, so that whoever shows two histories to two
 * members is noticed and proven. A block, once stored, is never taken back.
 */
import type { Block } from '@ethereumjs/block'
import type { TypedTransaction } from '@ethereumjs/tx'
import { asSecureflowError, type Clock, equalBytes, type Logger, type Plain, SecureflowError } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import { ledgerErrors } from '../errors.ts'
import type { NetworkGenesis } from '../genesis.ts'
import type { LedgerTransport } from '../transport.ts'
import { Chain } from './chain.ts'
import { Changes } from './changes.ts'
import type { Executed } from './execute.ts'
import { Follower } from './follower.ts'
import { type ForkEvidence, headDigest, headSigner, type SignedHead } from './heads.ts'
import { Lock } from './lock.ts'
import { type ChainMember, changesMembers, readMembers } from './members.ts'
import type { Outcome } from './mempool.ts'
import { Proposer } from './proposer.ts'
import { type LedgerProvider, ledgerProvider } from './rpc.ts'
import { Signatures } from './signatures.ts'
import { type Entries, heightKey, LedgerStore } from './store.ts'
import {
  type BlockMessage,
  blockMessage,
  blocksRequest,
  type HeadMessage,
  headExchange,
  maxAnswerBlocks,
  maxAnswerBytes,
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

export class EmbeddedLedger {
  readonly provider: LedgerProvider
  readonly #options: EmbeddedLedgerOptions
  readonly #store: LedgerStore
  readonly #chain: Chain
  readonly #proposerAccount: Address
  readonly #self: Address
  readonly #incoming = new Lock()
  readonly #listeners = new Set<(height: number) => void>()
  readonly #changes = new Changes()
  readonly #signatures: Signatures
  readonly #follower: Follower
  #members: ReadonlyMap<Address, ChainMember> = new Map()
  /** The own signature and the proposer's under the head; undefined before the first block. */
  #ownHead: HeadMessage | undefined
  /** Where this node proposes. */
  #proposals: Proposer | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  private constructor(options: EmbeddedLedgerOptions, store: LedgerStore, chain: Chain, signatures: Signatures) {
    const { genesis, signer, transport, clock, logger } = options
    this.#options = options
    this.#store = store
    this.#chain = chain
    this.#signatures = signatures
    this.#proposerAccount = genesis.proposer
    this.#self = signer.address.toLowerCase() as Address
    this.#follower = new Follower({
      ...{ chain, signatures, transport, clock, logger, proposer: genesis.proposer, incoming: this.#incoming },
      isClosed: () => this.#closed,
      sign: (message, block) => this.#sign(message, block),
      adopted: (executed, message, signature) => this.#adopted(executed, message, signature),
    })
    const submit = (transaction: Uint8Array) => this.#submit(transaction)
    this.provider = ledgerProvider({ chain, records: chain.records, clock, submit })
  }

  /** @throws LEDGER_OTHER_NETWORK, LEDGER_DAMAGED, LEDGER_NOT_BUILT */
  static async open(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
    const store = await LedgerStore.open(options.folder)
    try {
      const chain = await Chain.open(store, options.genesis, options.folder)
      const signatures = await Signatures.open(store, options.logger, () => ledger.#changes.tell())
      const ledger = new EmbeddedLedger(options, store, chain, signatures)
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
    return this.#signatures.evidence
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
    const missing = () => accounts.filter((a) => this.signedUpTo(a) < height)
    for (;;) {
      signal?.throwIfAborted()
      if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
      const [forked] = this.#signatures.evidence
      if (forked !== undefined) throw ledgerErrors.LEDGER_FORKED({ height: forked.height })
      if (height === 0 || missing().length === 0) return
      const left = end - this.#options.clock.now()
      if (left <= 0) {
        const names = missing().map((a) => this.#members.get(a.toLowerCase() as Address)?.name ?? a)
        const what = `block ${height} is not yet signed by ${names.join(', ')}`
        throw ledgerErrors.LEDGER_TIMEOUT({ seconds: Math.round(timeoutMs / 1000), what })
      }
      await this.#changes.next(left, signal)
    }
  }

  /** Compares heads with every member that can be reached; afterwards this node has what any of them has. */
  async compare(): Promise<void> {
    await Promise.all(this.#options.transport.members().map((member) => this.#compareWith(member)))
  }

  /** All signatures of members under the block at this height, the proposer's included. */
  signaturesAt(height: number): Promise<SignedHead[]> {
    return this.#signatures.at(height)
  }

  /** Highest height of the stored history under which this node has the member's signature; 0 where it has none. */
  signedUpTo(account: Address): number {
    return this.#signatures.upTo(account.toLowerCase() as Address)
  }

  /** The block at this height in RLP; `signaturesAt` says who signed its hash. */
  async blockAt(height: number): Promise<Uint8Array> {
    return (await this.#chain.block(height)).serialize()
  }

  /** The ledger as it stands, into a folder that `open` takes; for a backup. */
  copyTo(folder: string): Promise<void> {
    return this.#store.copyTo(folder)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    this.#changes.tell()
    await this.#proposals?.close()
    await this.#incoming.run(async () => {})
    await this.#chain.settle()
    await this.#store.close()
  }

  // ---- beginning -------------------------------------------------------------------------------------------------

  async #start(): Promise<void> {
    this.#members = await readMembers(this.#chain)
    const { height, hash } = this.#chain.head
    if (height > 0) {
      const signature = (await this.#signatures.of(height, this.#self))?.signature
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
      if (member === proposer && (head?.height ?? 0) === height) this.#follower.quiet(asked)
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
      message = { block: block.serialize(), signature: await this.#headSignature(block) }
      return this.#entriesOf(message, block, message.signature)
    })
    if (executed === undefined || message === undefined) return undefined
    await this.#adopted(executed, message, message.signature)
    for (const member of this.#options.transport.members())
      this.#options.transport.notify(member, 'ledger.block', plain(message))
    return { height: this.#chain.head.height, hashes: executed.transactions.map((tx) => tx.hash) }
  }

  // ---- following -------------------------------------------------------------------------------------------------

  async #onBlock(from: string, message: BlockMessage): Promise<Plain> {
    if (this.#closed) throw ledgerErrors.LEDGER_CLOSED({})
    if (await this.#follower.onBlock(from, message)) this.#spread()
    return null
  }

  async #catchUp(from: string): Promise<void> {
    if (await this.#follower.catchUp(from)) this.#spread()
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

  // ---- heads -----------------------------------------------------------------------------------------------------

  async #sign(message: BlockMessage, block: Block): Promise<{ signature: Uint8Array; entries: Entries }> {
    const signature = await this.#headSignature(block)
    return { signature, entries: this.#entriesOf(message, block, signature) }
  }

  #headSignature(block: Block): Promise<Uint8Array> {
    return this.#options.signer.sign(headDigest(this.networkId, Number(block.header.number), block.hash()))
  }

  /**
   * What goes to the disk with a block, in the same synced batch: a head is signed once a height because a height is
   * stored once, and no signature leaves before it is stored.
   */
  #entriesOf(message: BlockMessage, block: Block, signature: Uint8Array): Entries {
    const [height, hash] = [Number(block.header.number), block.hash()]
    const { signature: proposed } = message
    return {
      [`b/${heightKey(height)}`]: message,
      ...this.#signatures.entriesOf({ height, hash, account: this.#proposerAccount, signature: proposed }),
      ...this.#signatures.entriesOf({ height, hash, account: this.#self, signature }),
    }
  }

  async #adopted({ block, transactions }: Executed, message: BlockMessage, signature: Uint8Array): Promise<void> {
    const height = Number(block.header.number)
    this.#ownHead = { height, hash: block.hash(), proposer: message.signature, account: this.#self, signature }
    for (const account of [this.#proposerAccount, this.#self]) this.#signatures.stored({ height, account })
    if (changesMembers(this.#chain, transactions)) this.#members = await readMembers(this.#chain)
    for (const listener of this.#listeners) listener(height)
    this.#changes.tell()
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
    if (this.#signatures.upTo(head.account) >= head.height && (await this.#isStored(head))) return
    if ((await headSigner(this.networkId, head, head.signature)) !== head.account)
      throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height: head.height, reason: 'the head is not signed by its member' })
    const { height, hash, proposer, account, signature } = head
    if (!(await this.#isStored(head))) {
      if ((await headSigner(this.networkId, head, proposer)) !== this.#proposerAccount)
        throw ledgerErrors.LEDGER_BLOCK_REFUSED({ height, reason: 'the head is not signed by the proposer' })
      await this.#signatures.compare({ height, hash, account: this.#proposerAccount, signature: proposer })
      await this.#signatures.compare({ height, hash, account, signature })
      return
    }
    if (this.#members.get(account)?.active !== true) return
    await this.#incoming.run(async () => {
      if (!this.#closed) await this.#signatures.keep({ height, hash, account, signature })
    })
  }

  async #isStored({ height, hash }: { height: number; hash: Uint8Array }): Promise<boolean> {
    if (height === this.#chain.head.height) return equalBytes(hash, this.#chain.head.hash)
    return equalBytes((await this.#chain.block(height)).hash(), hash)
  }
}
