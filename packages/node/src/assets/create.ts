/** Fits the assets of a node together: datasets, directory, market and lineage, before and after there is a network. */
import type { Clock, Logger, MemberId, Rng } from '@secureflow/base'
import { toHex } from '@secureflow/base'
import { components } from '@secureflow/components/declarations'
import type { Address, Signer } from '@secureflow/crypto'
import { LineageIndex } from '../lineage/index-log.ts'
import { Lineage } from '../lineage/lineage.ts'
import { modelContent } from '../lineage/model.ts'
import type { NetworkLedger } from '../network/interface.ts'
import type { Peers } from '../peers/index.ts'
import type { Database } from '../storage/index.ts'
import { Assets } from './assets.ts'
import { descriptionHash, encodeDescription } from './description.ts'
import { Directory } from './directory.ts'
import { type AssetPeers, Exchange, type Shown } from './exchange.ts'
import { Known } from './known.ts'
import { Market } from './market.ts'
import type { TokenLedger } from './on-ledger.ts'
import { Publisher } from './publisher.ts'
import { SealingIdentity } from './sealing.ts'
import { OwnStore } from './store.ts'
import { TokenIndex } from './token-index.ts'

export interface AssetsFoundation {
  self: MemberId
  account: Address
  signer: Signer
  /** 32 bytes that outlive restarts: the key that private fields are sealed to is derived from them. */
  secret: Uint8Array
  db: Database
  peers: AssetPeers
  accountOf: (member: MemberId) => Address | undefined
  /** Tells pages that the directory changed. */
  tell: (topic: string) => void
  clock: Clock
  rng: Rng
  logger: Logger
}

interface OnNetwork {
  ledger: TokenLedger
  index: TokenIndex
  sealing: SealingIdentity
  /** Suspended and former ones too: they keep their names. */
  everyone: NetworkLedger['everyone']
}

export interface AssetService {
  readonly datasets: Assets
  readonly market: Market
  readonly lineage: Lineage
  readonly directory: Directory
  /** From now on there is a ledger. */
  enter(ledger: Pick<NetworkLedger, 'tokens' | 'members' | 'everyone'>): Promise<void>
  /** Brings onto the ledger what it does not hold as it is kept here. */
  settle(): Promise<void>
  close(): Promise<void>
}

export function createAssets(foundation: AssetsFoundation): AssetService {
  const { self, account, signer, secret, db, peers, accountOf, tell, clock, rng, logger } = foundation
  let network: OnNetwork | undefined
  const ledger = () => network?.ledger
  const index = () => network?.index
  const store = new OwnStore(db)
  const known = new Known(db, store)
  const publisher = new Publisher({
    ...{ store, account, ledger, clock, rng },
    registered: (token) => directory.exchange.tellChanged([token]),
  })
  const confirmed = async (token: string, shown: Shown): Promise<void> => {
    if (known.seen(token) === undefined) await known.keep(new Map([[token, shown]]), clock.now())
  }
  const datasets = new Assets({ self, store, publisher, ledger, accountOf, peers, confirmed, clock, logger })
  const directory = new Directory({
    self,
    store,
    known,
    index,
    peers,
    exchange: (onChanged) =>
      new Exchange({
        self,
        store,
        peers,
        accountOf,
        network: () => network && { id: network.ledger.networkId, sealing: network.sealing },
        onChanged,
      }),
    members: async () => new Map((await network?.everyone())?.map((m) => [m.account.toLowerCase(), m.id as MemberId])),
    tell: () => tell('assets'),
    clock,
    logger,
  })
  const tokenOf = (owner: string, id: string): string | undefined => {
    for (const token of network?.index.all() ?? [])
      if (token.manifestHash === id && directory.nameOf(token.owner) === owner) return token.token
    return undefined
  }
  const market = new Market({
    self,
    store,
    publisher,
    directory,
    components,
    network: () => network,
    accountOf,
    modelOf: (run, step) => modelContent(db, components, { run, step }, tokenOf),
    clock,
  })
  const log = new LineageIndex(db, components, logger)
  const networkId = () => (network === undefined ? 'none' : toHex(network.ledger.networkId))
  const lineage = new Lineage({ db, directory, index, named: (id) => network?.ledger.named(id), log, networkId })
  let closed = false
  const settle = () => (closed ? Promise.resolve() : publisher.settle())
  // The ledger may have been out of reach when something was published.
  peers.onUp(() => {
    settle().catch((err: unknown) => logger.warn({ err }, 'own assets are not yet on the ledger'))
  })
  return {
    datasets,
    market,
    lineage,
    directory,
    async enter({ tokens, members, everyone }) {
      const sealing = await SealingIdentity.derive(secret, tokens.networkId, self, signer)
      const active = async () => new Set((await members()).map((m) => m.account.toLowerCase() as Address))
      await known.load()
      for (const [token, { description }] of known.tokens())
        tokens.remember(descriptionHash(encodeDescription(description)), token)
      for (const { id, token } of await store.heads()) if (token !== null) tokens.remember(id, token)
      network = { ledger: tokens, index: new TokenIndex(tokens, active), sealing, everyone }
      tokens.onBlock(() => directory.follow())
    },
    settle,
    async close() {
      closed = true
      await directory.close()
    },
  }
}

/** The links of a node, as far as assets need them. */
export const assetPeers = (peers: Peers): AssetPeers => ({
  request: (to, kind, body, options) => peers.request(to, kind, body, options),
  notify: (to, kind, body) => peers.notify(to, kind, body),
  handle: (kind, handler) => peers.handle(kind, handler),
  onUp: (listener) => void peers.on('up', (member) => listener(member)),
  linked: () => new Set([...peers.state()].filter(([, state]) => state.connected).map(([member]) => member)),
})
