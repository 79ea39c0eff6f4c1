/** What people do with assets: publish, compose, settle who sees them, let others use them, hand them over, end them. */
import type { AssetCard, AssetPage, CheckedInputOf, Ddo, DdoContent, InputOf, OutputOf, Routes } from '@secureflow/api'
import type { Clock, MemberId } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type ComponentRegistry, type Terms, termsHash } from '@secureflow/flow'
import { networkErrors } from '../network/errors.ts'
import { inspected } from './assets.ts'
import { cardOf, pageOf, search } from './cards.ts'
import { descriptionHash, encodeDescription } from './description.ts'
import type { Directory, Entry } from './directory.ts'
import { assetErrors } from './errors.ts'
import { flowContent } from './flow-content.ts'
import { closedTerms } from './initial-terms.ts'
import type { TokenLedger } from './on-ledger.ts'
import { contentOf, metadataOf, type Publisher } from './publisher.ts'
import type { FileRow, OwnRow, OwnStore } from './store.ts'
import type { TokenIndex } from './token-index.ts'

type AssetRoutes = Routes['assets']
type PublishRequest = CheckedInputOf<AssetRoutes['publish']>

export interface MarketDependencies {
  self: MemberId
  store: OwnStore
  publisher: Publisher
  directory: Directory
  components: ComponentRegistry
  /** Once this node is in a network. */
  network: () => { ledger: TokenLedger; index: TokenIndex } | undefined
  accountOf: (member: MemberId) => Address | undefined
  /** What a run left of a model here. @throws RUN_UNKNOWN, ASSET_NO_MODEL */
  modelOf: (run: string, step: string | undefined) => Promise<Extract<DdoContent, { form: 'model' }>>
  clock: Clock
}

export class Market {
  readonly #deps: MarketDependencies

  constructor(deps: MarketDependencies) {
    this.#deps = deps
  }

  async list(query: CheckedInputOf<AssetRoutes['list']>): Promise<OutputOf<AssetRoutes['list']>> {
    const { directory } = this.#deps
    await directory.sync()
    return search(await directory.entries(), query, directory)
  }

  async show(reference: string): Promise<AssetPage> {
    return this.#page(await this.#deps.directory.resolve(reference))
  }

  async waiting(): Promise<OutputOf<AssetRoutes['waiting']>> {
    const { directory, self } = this.#deps
    const network = this.#deps.network()
    await directory.sync()
    if (network === undefined) return { composites: [], offers: [] }
    const entries = await directory.entries()
    const byToken = new Map(entries.flatMap((e) => (e.token === undefined ? [] : [[e.token.token, e] as const])))
    const composites: { composite: AssetCard; child: AssetCard }[] = []
    for (const entry of entries) {
      const { token } = entry
      if (token === undefined || token.state === 'retired' || token.missing === 0) continue
      for (const id of token.children) {
        const child = byToken.get(id)
        if (child?.availability !== 'own' || (await network.ledger.isGranted(token.token, id))) continue
        composites.push({ composite: cardOf(entry, directory), child: cardOf(child, directory) })
      }
    }
    const offers = entries.filter(
      (e) => e.token?.offeredTo !== undefined && directory.nameOf(e.token.offeredTo) === self,
    )
    return { composites, offers: offers.map((e) => cardOf(e, directory)) }
  }

  async publish(request: PublishRequest): Promise<AssetPage> {
    const { store, publisher, directory, clock } = this.#deps
    this.#network()
    await directory.sync()
    const instead = request.previous === undefined ? undefined : await this.#own(request.previous)
    const taken = await store.byName(request.name)
    if (taken !== undefined && taken.id !== instead?.id) throw assetErrors.ASSET_EXISTS({ name: request.name })
    const { kind, content, children, hidden } = await this.#contentOf(request)
    for (const reference of request.children) children.push(await this.#tokenOf(reference))
    const row = await publisher.publish({
      kind,
      name: request.name,
      content,
      metadata: metadataOf(request.metadata),
      parameters: request.parameters,
      endpoint: request.endpoint,
      private: hidden === undefined ? request.private : { ...request.private, ...hidden },
      children,
      terms: request.terms ?? closedTerms(clock.now()),
      visibility: request.visibility,
      grantees: request.grantees,
      tellTerms: request.tellTerms,
      instead,
    })
    return this.show(row.token ?? row.id)
  }

  /** Whoever saw it and may not any more is asked to forget it; what it has read it has read. */
  async change({ asset, ...change }: InputOf<AssetRoutes['change']>): Promise<AssetPage> {
    const { store, directory } = this.#deps
    const row = await this.#own(asset)
    await store.update(row.id, {
      ...(change.visibility === undefined ? {} : { visibility: JSON.stringify(change.visibility) }),
      ...(change.grantees === undefined ? {} : { grantees: JSON.stringify(change.grantees) }),
      ...(change.tellTerms === undefined ? {} : { tell_terms: change.tellTerms ? 1 : 0 }),
    })
    if (row.token !== null) directory.exchange.tellChanged([row.token])
    return this.show(row.token ?? row.id)
  }

  async retire(reference: string): Promise<void> {
    await this.#deps.publisher.retire(await this.#own(reference))
  }

  async offer(reference: string, to: string | undefined): Promise<void> {
    const token = onLedger(await this.#own(reference))
    const account = to === undefined ? undefined : this.#deps.accountOf(to as MemberId)
    if (to !== undefined && account === undefined) throw networkErrors.MEMBER_UNKNOWN({ name: to! })
    await this.#network().ledger.offer(token, account)
  }

  /** The data does not move with the token: of a dataset the new owner says where its copy of the same file lies. */
  async accept({ asset, path, terms }: InputOf<AssetRoutes['accept']>): Promise<AssetPage> {
    const { store, directory, clock } = this.#deps
    const { token, description, contentKey } = await directory.resolve(asset)
    if (token === undefined) throw assetErrors.ASSET_NOT_ON_LEDGER({ name: asset })
    if (description === undefined) throw assetErrors.ASSET_HIDDEN({ name: asset })
    const { ledger } = this.#network()
    const taken = await store.byName(description.name)
    if (taken !== undefined && taken.token !== token.token) throw assetErrors.ASSET_EXISTS({ name: description.name })
    const file = path === undefined ? undefined : await fileOf(description, path)
    const row = takenOver(description, token.token, terms ?? closedTerms(clock.now()), contentKey, clock.now())
    // Kept first: a node that is killed in between finds it when it has become the owner's.
    await store.insert(row, file === undefined ? undefined : { ...file, id: row.id })
    try {
      await ledger.accept(token.token)
    } catch (error) {
      await store.update(row.id, { given_at: clock.now() })
      throw error
    }
    await directory.sync()
    await this.#deps.publisher.settle() // the former owner's terms stand there
    return this.show(token.token)
  }

  async grantChild(composite: string, child: string): Promise<AssetCard> {
    const token = onLedger(await this.#own(child))
    const of = await this.#tokenOf(composite)
    await this.#network().ledger.grantChild(of, token)
    return this.#card(of)
  }

  async revokeChild(composite: string, child: string): Promise<AssetCard> {
    const token = onLedger(await this.#own(child))
    const of = await this.#tokenOf(composite)
    await this.#network().ledger.revokeChild(of, token)
    return this.#card(of)
  }

  async #contentOf({ content }: PublishRequest): Promise<{
    kind: Ddo['kind']
    content: DdoContent
    children: string[]
    hidden?: { text: string }
  }> {
    switch (content.form) {
      case 'compute':
        return { kind: 'compute', content, children: [] }
      case 'composition':
        return { kind: content.kind, content: { form: 'composition' }, children: [] }
      case 'model': {
        const model = await this.#deps.modelOf(content.run, content.step)
        const children = [...new Set(model.trainedOn.flatMap((a) => a.token ?? []))]
        return { kind: 'model', content: model, children }
      }
      case 'flow': {
        const { content: flow, children } = await flowContent(content.text, this.#deps.components, (member, asset) =>
          this.#datasetOf(member, asset),
        )
        if (!content.hideText) return { kind: 'flow', content: flow, children }
        const { text, ...open } = flow
        return { kind: 'flow', content: open, children, hidden: { text: text! } }
      }
    }
  }

  /** The token of a member's dataset, by name or id, if it is known and stands. */
  async #datasetOf(member: string, asset: string): Promise<string | undefined> {
    const entries = await this.#deps.directory.entries()
    return entries.find(
      (e) =>
        e.owner === member &&
        e.token?.kind === 'dataset' &&
        e.token.state !== 'retired' &&
        (e.token.manifestHash === asset || (e.description?.name === asset && this.#deps.directory.isNewest(e))),
    )?.token?.token
  }

  async #tokenOf(reference: string): Promise<string> {
    const { token } = await this.#deps.directory.resolve(reference)
    if (token === undefined) throw assetErrors.ASSET_NOT_ON_LEDGER({ name: reference })
    return token.token
  }

  async #card(token: string): Promise<AssetCard> {
    return cardOf(await this.#deps.directory.resolve(token), this.#deps.directory)
  }

  #page(entry: Entry): Promise<AssetPage> {
    return pageOf(entry, this.#deps.directory, this.#deps.network())
  }

  /** @throws ASSET_NOT_OWN */
  async #own(reference: string): Promise<OwnRow> {
    const { owner, row } = await this.#deps.directory.resolve(reference)
    const own = row === undefined ? undefined : await this.#deps.store.anyById(row.id)
    if (own === undefined) throw assetErrors.ASSET_NOT_OWN({ name: reference, owner })
    return own
  }

  #network(): { ledger: TokenLedger; index: TokenIndex } {
    const network = this.#deps.network()
    if (network === undefined) throw networkErrors.NETWORK_NONE({})
    return network
  }
}

function onLedger(row: OwnRow): string {
  if (row.token === null) throw assetErrors.ASSET_NOT_ON_LEDGER({ name: row.name })
  return row.token
}

/** @throws ASSET_FILE_DIFFERS unless it is, byte for byte, what was registered */
async function fileOf({ name, content }: Ddo, path: string): Promise<Omit<FileRow, 'id'>> {
  if (content.form !== 'dataset') throw assetErrors.ASSET_FILE_DIFFERS({ name, what: 'kind' })
  const { idColumn, labelColumn, digest } = content
  const file = await inspected({ path, id: idColumn, ...(labelColumn === undefined ? {} : { label: labelColumn }) })
  const found = contentOf(file)
  if (found.form !== 'dataset' || found.digest !== digest)
    throw assetErrors.ASSET_FILE_DIFFERS({ name, what: 'digest' })
  return file
}

function takenOver(
  description: Ddo,
  token: string,
  terms: Terms,
  contentKey: Uint8Array | undefined,
  now: number,
): OwnRow {
  const bytes = encodeDescription(description)
  return {
    id: descriptionHash(bytes),
    name: description.name,
    kind: description.kind,
    description: bytes,
    terms: JSON.stringify(terms),
    terms_hash: termsHash(terms),
    visibility: JSON.stringify('terms'),
    tell_terms: 0,
    grantees: '[]',
    content_key: contentKey ?? null,
    added_at: now,
    token,
    registered_at: now,
    superseded_at: null,
    retired_at: null,
    given_at: null,
  }
}
