/**
 * Who signed which head, as far as this node knows, and the proof where somebody signed two of one height.
 *
 * Keys: `c/<height>/<account>` a signature; `s/<account>` the height up to which the account signed the history that is
 * stored here; `e/<height>/<account>` proof of two histories.
 */
import { equalBytes, type Logger, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { ForkEvidence, SignedHead } from './heads.ts'
import { type Entries, heightKey, type LedgerStore } from './store.ts'

const mostEvidence = 64

export class Signatures {
  readonly #store: LedgerStore
  readonly #logger: Logger
  readonly #changed: () => void
  readonly #upTo = new Map<Address, number>()
  #evidence: ForkEvidence[] = []

  private constructor(store: LedgerStore, logger: Logger, changed: () => void) {
    this.#store = store
    this.#logger = logger
    this.#changed = changed
  }

  /** @param changed called when a signature or a proof has come in */
  static async open(store: LedgerStore, logger: Logger, changed: () => void): Promise<Signatures> {
    const signatures = new Signatures(store, logger, changed)
    for await (const [, value] of store.range('e/')) signatures.#evidence.push(value as unknown as ForkEvidence)
    for await (const [account, value] of store.range('s/')) signatures.#upTo.set(account as Address, value as number)
    return signatures
  }

  get evidence(): readonly ForkEvidence[] {
    return this.#evidence
  }

  /** Highest height up to which the account signed the history that is stored here. */
  upTo(account: Address): number {
    return this.#upTo.get(account) ?? 0
  }

  async of(height: number, account: Address): Promise<{ hash: Uint8Array; signature: Uint8Array } | undefined> {
    const found = await this.#store.get(`c/${heightKey(height)}/${account}`)
    return found as { hash: Uint8Array; signature: Uint8Array } | undefined
  }

  async at(height: number): Promise<SignedHead[]> {
    const out: SignedHead[] = []
    for await (const [account, value] of this.#store.range(`c/${heightKey(height)}/`))
      out.push({ height, account: account as Address, ...(value as { hash: Uint8Array; signature: Uint8Array }) })
    return out
  }

  /** What goes to the disk with a signature; `stored` tells that it is there. */
  entriesOf({ height, hash, account, signature }: SignedHead): Entries {
    return { [`c/${heightKey(height)}/${account}`]: { hash, signature }, [`s/${account}`]: height }
  }

  stored({ height, account }: { height: number; account: Address }): void {
    this.#upTo.set(account, height)
  }

  /** Keeps a checked signature under a head that is stored here. */
  async keep(head: SignedHead): Promise<void> {
    if (this.upTo(head.account) >= head.height) return
    await this.#store.put(this.entriesOf(head))
    this.stored(head)
    this.#changed()
  }

  /** Holds a checked signature of a height that is stored here against the account's other one, if there is one. */
  async compare(head: SignedHead): Promise<void> {
    const { height, account } = head
    const own = await this.of(height, account)
    if (own === undefined || equalBytes(own.hash, head.hash)) return
    if (this.#evidence.length >= mostEvidence) return
    if (this.#evidence.some((e) => e.height === height && e.account === account)) return
    const evidence: ForkEvidence = { height, account, heads: [{ height, account, ...own }, head] }
    this.#evidence = [...this.#evidence, evidence]
    await this.#store.put({ [`e/${heightKey(height)}/${account}`]: evidence })
    const seen = { height, account, blocks: [toHex(own.hash), toHex(head.hash)] }
    this.#logger.error(seen, 'two signed histories of the ledger')
    this.#changed()
  }
}
