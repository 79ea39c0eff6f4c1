/** All tokens of the network in memory, kept up with the ledger by its events: which there are, and how much each is asked for. */
import type { Address } from '@secureflow/crypto'
import type { Demand, LedgerEvent } from '@secureflow/ledger'
import type { Token, TokenLedger } from './on-ledger.ts'

const counters = { UseAsked: 'asked', UseGranted: 'granted', UseRefused: 'refused', GrantUsed: 'used' } as const

export class TokenIndex {
  readonly #ledger: TokenLedger
  /** Accounts of active members. */
  readonly #active: () => Promise<ReadonlySet<Address>>
  readonly #tokens = new Map<string, Token>()
  readonly #demand = new Map<string, Demand>()
  /** Runs that used a grant, by token. */
  readonly #uses = new Map<string, Set<string>>()
  readonly #successors = new Map<string, string>()
  readonly #containers = new Map<string, Set<string>>()
  #owners: ReadonlySet<Address> = new Set()
  #height = 0
  #revision = 0
  #syncing: Promise<void> | undefined

  constructor(ledger: TokenLedger, active: () => Promise<ReadonlySet<Address>>) {
    this.#ledger = ledger
    this.#active = active
  }

  /** Everything that this node's replica holds now. */
  sync(): Promise<void> {
    // Whoever comes while one is under way may have been too late for it.
    const before = this.#syncing ?? Promise.resolve()
    const next = before.catch(() => {}).then(() => this.#catchUp())
    this.#syncing = next
    return next
  }

  /** Another number after anything changed. */
  get revision(): number {
    return this.#revision
  }

  remember(id: string, token: string): void {
    this.#ledger.remember(id, token)
  }

  get(token: string): Token | undefined {
    return this.#tokens.get(token)
  }

  /** In the order in which they were registered. */
  all(): IterableIterator<Token> {
    return this.#tokens.values()
  }

  demand(token: string): Demand {
    return this.#demand.get(token) ?? { asked: 0, granted: 0, refused: 0, used: 0 }
  }

  usesOf(token: string): ReadonlySet<string> {
    return this.#uses.get(token) ?? new Set()
  }

  successorOf(token: string): string | undefined {
    return this.#successors.get(token)
  }

  containersOf(token: string): Token[] {
    return [...(this.#containers.get(token) ?? [])].flatMap((id) => this.#tokens.get(id) ?? [])
  }

  /** All versions, oldest first. */
  versionsOf(token: string): Token[] {
    let first = this.#tokens.get(token)
    while (first?.previous !== undefined && this.#tokens.has(first.previous)) first = this.#tokens.get(first.previous)
    const versions: Token[] = []
    for (let at = first; at !== undefined; at = this.#tokens.get(this.#successors.get(at.token) ?? ''))
      versions.push(at)
    return versions
  }

  /** As the contract decides it: the token, all that it contains, and their owners. */
  isUsable(token: string): boolean {
    const found = this.#tokens.get(token)
    if (found === undefined || found.state !== 'active' || !this.#owners.has(found.owner)) return false
    return found.children.every((child) => this.isUsable(child)) // the contract lets nothing contain itself
  }

  async #catchUp(): Promise<void> {
    const to = this.#ledger.height()
    if (to <= this.#height) return
    const first = this.#height === 0
    const changed = new Set<string>()
    let everything = first
    let members = first
    // The chain may have grown meanwhile: what is beyond is read the next time.
    const events = (await this.#ledger.events(this.#height + 1)).filter((e) => e.height <= to)
    for (const event of events) {
      // An account that moved owns the same tokens under another name.
      if (event.kind === 'AccountChanged') everything = true
      if (event.kind.startsWith('Member') || event.kind === 'AccountChanged') members = true
      if ('asset' in event) changed.add(event.asset)
    }
    const owners = members ? await this.#active() : this.#owners
    const tokens = everything
      ? await this.#ledger.all()
      : (await Promise.all([...changed].map((id) => this.#ledger.get(id)))).filter((t) => t !== undefined)
    // Nothing is counted before everything was read: what failed half-way is read again.
    this.#owners = owners
    for (const token of tokens) this.#keep(token)
    for (const event of events) this.#count(event)
    if (events.length > 0) this.#revision++
    this.#height = to
  }

  #keep(token: Token): void {
    this.#tokens.set(token.token, token)
    if (token.previous !== undefined) this.#successors.set(token.previous, token.token)
    for (const child of token.children) {
      const containers = this.#containers.get(child)
      if (containers === undefined) this.#containers.set(child, new Set([token.token]))
      else containers.add(token.token)
    }
  }

  #count(event: LedgerEvent): void {
    const counter = counters[event.kind as keyof typeof counters]
    if (counter === undefined || !('asset' in event)) return
    const demand = this.demand(event.asset)
    this.#demand.set(event.asset, { ...demand, [counter]: demand[counter] + 1 })
    if (event.kind !== 'GrantUsed') return
    const uses = this.#uses.get(event.asset) ?? new Set()
    this.#uses.set(event.asset, uses.add(event.runId))
  }
}
