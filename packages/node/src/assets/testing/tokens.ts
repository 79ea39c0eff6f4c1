/** Tokens of a test without a chain, and descriptions that fit them. */
import type { Ddo } from '@secureflow/api'
import { toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { LedgerEvent } from '@secureflow/ledger'
import { encodeDescription, newAssetOf, tokenOf } from '../description.ts'
import type { Token, TokenLedger } from '../on-ledger.ts'

export const networkId = new Uint8Array(32).fill(7)
export const accountOf = (name: string): Address =>
  `0x${toHex(new TextEncoder().encode(name)).padEnd(40, '0').slice(0, 40)}`

export const describe = (creator: string, change: Partial<Ddo> = {}): Ddo => ({
  v: 1,
  kind: 'dataset',
  name: 'loans',
  creator: accountOf(creator),
  created: 1,
  salt: '00'.repeat(16),
  metadata: { title: '', description: '', tags: [], licence: '' },
  content: {
    form: 'dataset',
    rows: 3,
    schema: { columns: [{ name: 'id', type: 'text' }] },
    idColumn: 'id',
    digest: '11'.repeat(32),
  },
  parameters: {},
  children: [],
  ...change,
})

/** What the ledger says of it, if its creator registered it and still has it. */
export function tokenFor(description: Ddo, change: Partial<Token> = {}): { token: Token; bytes: Uint8Array } {
  const bytes = encodeDescription(description)
  const asset = newAssetOf(description, bytes, '22'.repeat(32))
  const token: Token = {
    token: tokenOf(description, bytes, networkId),
    kind: description.kind,
    owner: description.creator as Address,
    manifestHash: toHex(asset.manifestHash),
    storageRef: toHex(asset.manifestHash),
    termsHash: '22'.repeat(32),
    proof: toHex(asset.proof!),
    ...(description.previous === undefined ? {} : { previous: description.previous }),
    children: description.children,
    version: 1,
    missing: 0,
    state: 'active',
    ...change,
  }
  return { token, bytes }
}

/** A ledger of exactly these tokens; `tell` adds a block. */
export class ListedTokens implements TokenLedger {
  readonly networkId = networkId
  readonly tokens: Token[]
  readonly #events: LedgerEvent[] = []
  readonly #names = new Map<string, string>()
  #height = 1

  constructor(tokens: Token[] = []) {
    this.tokens = tokens
  }

  tell(event: Record<string, unknown>): void {
    this.#events.push({ height: ++this.#height, ...event } as LedgerEvent)
  }

  height = (): number => this.#height
  all = async (): Promise<Token[]> => [...this.tokens]
  get = async (token: string): Promise<Token | undefined> => this.tokens.find((t) => t.token === token)
  events = async (from: number): Promise<LedgerEvent[]> => this.#events.filter((e) => e.height >= from)
  isGranted = async (): Promise<boolean> => false
  onBlock(): void {}
  remember = (id: string, token: string): void => void this.#names.set(id, token)
  named = (id: string): string | undefined => this.#names.get(id)
  register = refuse
  setTerms = refuse
  retire = refuse
  offer = refuse
  accept = refuse
  grantChild = refuse
  revokeChild = refuse
}

async function refuse(): Promise<never> {
  throw new RangeError('these tokens do not change')
}
