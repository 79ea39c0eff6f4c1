/** The tokens of the network's assets, as this node uses them. Ids are 64 hexadecimal digits. */
import { fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { LedgerAsset, LedgerClient, LedgerEvent, NewAsset } from '@secureflow/ledger'
import { tokenIdOf } from '@secureflow/ledger'

/** A token in hexadecimal. What is zero on the ledger is absent. */
export interface Token {
  token: string
  kind: LedgerAsset['kind']
  owner: Address
  offeredTo?: Address
  manifestHash: string
  storageRef: string
  termsHash: string
  proof: string
  previous?: string
  children: string[]
  version: number
  missing: number
  state: LedgerAsset['state']
}

export interface TokenLedger {
  readonly networkId: Uint8Array
  /** Of this node's replica. */
  height(): number
  /** Registering the same again is no error. @returns the token */
  register(asset: NewAsset): Promise<string>
  setTerms(token: string, termsHash: string): Promise<void>
  retire(token: string): Promise<void>
  offer(token: string, to: Address | undefined): Promise<void>
  accept(token: string): Promise<void>
  grantChild(composite: string, child: string): Promise<void>
  revokeChild(composite: string, child: string): Promise<void>
  isGranted(composite: string, child: string): Promise<boolean>
  /** All there are, in the order in which they were registered. */
  all(): Promise<Token[]>
  get(token: string): Promise<Token | undefined>
  /** What happened to assets, their use and their owners from this height on. */
  events(from: number): Promise<LedgerEvent[]>
  onBlock(listener: () => void): void
  /** The description of this hash was held against this token: whoever names an asset by it means this one. */
  remember(id: string, token: string): void
  /** Another member can register the same hash, so that the ledger alone does not tell which token is meant. */
  named(id: string): string | undefined
}

/** Sixteen, which is what a chain takes at once. What activates or deactivates a composite is always one of these too. */
const kinds: readonly LedgerEvent['kind'][] = [
  ...(['AssetRegistered', 'TermsChanged', 'AssetRetired'] as const),
  ...(['AssetOffered', 'AssetTransferred', 'ChildGranted', 'ChildRevoked'] as const),
  ...(['UseAsked', 'UseRefused', 'UseGranted', 'GrantUsed'] as const),
  ...(['MemberAdded', 'MemberSuspended', 'MemberReinstated', 'MemberRemoved', 'AccountChanged'] as const),
]

interface Replica {
  readonly height: number
  onBlock(listener: () => void): void
}

/** @param self whose client it is */
export function tokenLedger(client: LedgerClient, replica: Replica, self: Address): TokenLedger {
  const get = async (token: string) => {
    const found = await client.asset(fromHex(token))
    return found && tokenOf(found)
  }
  const names = new Map<string, string>()
  return {
    networkId: client.networkId,
    height: () => replica.height,
    async register(asset) {
      const token = toHex(tokenIdOf(client.networkId, self, asset))
      // A node that was killed after it had sent the transaction comes here again.
      if ((await get(token)) === undefined) await client.registerAsset(asset)
      return token
    },
    async setTerms(token, termsHash) {
      await client.setTerms(fromHex(token), fromHex(termsHash))
    },
    async retire(token) {
      await client.retireAsset(fromHex(token))
    },
    async offer(token, to) {
      await client.offerAsset(fromHex(token), to)
    },
    async accept(token) {
      await client.acceptAsset(fromHex(token))
    },
    async grantChild(composite, child) {
      await client.grantChild(fromHex(composite), fromHex(child))
    },
    async revokeChild(composite, child) {
      await client.revokeChild(fromHex(composite), fromHex(child))
    },
    isGranted: (composite, child) => client.isGranted(fromHex(composite), fromHex(child)),
    all: async () => (await client.assets()).map(tokenOf),
    get,
    events: (from) => client.events(from, { kinds }),
    onBlock: (listener) => replica.onBlock(listener),
    remember: (id, token) => void names.set(id, token),
    named: (id) => names.get(id),
  }
}

const tokenOf = (asset: LedgerAsset): Token => ({
  token: toHex(asset.id),
  kind: asset.kind,
  owner: asset.owner,
  ...(asset.offeredTo === undefined ? {} : { offeredTo: asset.offeredTo }),
  manifestHash: toHex(asset.manifestHash),
  storageRef: toHex(asset.storageRef),
  termsHash: toHex(asset.termsHash),
  proof: toHex(asset.proof),
  ...(asset.previous.some((b) => b !== 0) ? { previous: toHex(asset.previous) } : {}),
  children: asset.children.map((child) => toHex(child)),
  version: asset.version,
  missing: asset.missing,
  state: asset.state,
})
