/** Entries of the directory as lists and pages show them. */
import type { AssetCard, AssetPage, CheckedInputOf, OutputOf, Routes } from '@secureflow/api'
import type { Directory, Entry } from './directory.ts'
import type { Token, TokenLedger } from './on-ledger.ts'
import { openFields } from './sealing.ts'
import { granteesOf, visibilityOf } from './store.ts'
import type { TokenIndex } from './token-index.ts'

type Query = CheckedInputOf<Routes['assets']['list']>

export function cardOf(entry: Entry, directory: Directory): AssetCard {
  const { token, row, description, terms, availability, owner, seenAt } = entry
  const content = description?.content
  return {
    ...(token === undefined ? {} : { token: token.token }),
    kind: token?.kind ?? row!.kind,
    owner,
    own: availability === 'own',
    availability,
    ...(seenAt === undefined ? {} : { seenAt }),
    ...(description === undefined ? {} : { name: description.name, title: description.metadata.title }),
    tags: description?.metadata.tags ?? [],
    ...(description === undefined ? {} : { licence: description.metadata.licence }),
    ...(content?.form === 'dataset' ? { rows: content.rows, columns: content.schema.columns.length } : {}),
    version: token?.version ?? 1,
    newest: directory.isNewest(entry),
    state: token?.state ?? 'local',
    usable: directory.isUsable(token?.token),
    children: token?.children.length ?? description?.children.length ?? 0,
    missing: token?.missing ?? 0,
    demand: directory.demand(token?.token),
    ...(terms?.price === undefined ? {} : { price: terms.price }),
  }
}

/** @param entries the newest first */
export function search(
  entries: readonly Entry[],
  query: Query,
  directory: Directory,
): OutputOf<Routes['assets']['list']> {
  const words = (query.text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '')
  const matching = entries.filter((e) => {
    if (query.kind !== undefined && (e.token?.kind ?? e.row?.kind) !== query.kind) return false
    if (query.owner !== undefined && e.owner !== query.owner) return false
    if (query.all === 'no' && (e.description === undefined || e.token?.state === 'retired' || !directory.isNewest(e)))
      return false
    if (query.tag !== undefined && !e.description?.metadata.tags.includes(query.tag)) return false
    return words.every((w) => e.text.includes(w) || e.token?.token.startsWith(w))
  })
  const tags = new Map<string, number>()
  for (const { description } of matching)
    for (const tag of description?.metadata.tags ?? []) tags.set(tag, (tags.get(tag) ?? 0) + 1)
  return {
    total: matching.length,
    assets: matching.slice(query.from, query.from + query.limit).map((e) => cardOf(e, directory)),
    tags: [...tags]
      .map(([tag, count]) => ({ tag, count }))
      .sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1))
      .slice(0, 100),
  }
}

export async function pageOf(
  entry: Entry,
  directory: Directory,
  network: { index: TokenIndex; ledger: TokenLedger } | undefined,
): Promise<AssetPage> {
  const { token, row, description, terms, contentKey } = entry
  const opened = description === undefined || contentKey === undefined ? undefined : openFields(description, contentKey)
  const related =
    token === undefined || network === undefined
      ? { versions: [], parts: [], containedIn: [] }
      : await relatedTo(token, directory, network)
  return {
    ...cardOf(entry, directory),
    id: token?.manifestHash ?? row!.id,
    termsHash: token?.termsHash ?? row!.terms_hash,
    ...(token === undefined ? {} : { proof: token.proof }),
    ...(description === undefined ? {} : { creator: directory.nameOf(description.creator), description }),
    ...(token?.offeredTo === undefined ? {} : { offeredTo: directory.nameOf(token.offeredTo) }),
    ...(opened === undefined ? {} : { private: opened }),
    ...(terms === undefined ? {} : { terms }),
    ...related,
    ...(row === undefined || entry.availability !== 'own'
      ? {}
      : {
          settings: {
            visibility: visibilityOf(row),
            grantees: granteesOf(row),
            tellTerms: row.tell_terms === 1,
          },
        }),
  }
}

async function relatedTo(
  token: Token,
  directory: Directory,
  { index, ledger }: { index: TokenIndex; ledger: TokenLedger },
): Promise<Pick<AssetPage, 'versions' | 'parts' | 'containedIn'>> {
  type Child = AssetPage['parts'][number]
  const childOf = async (parent: string, child: string, shown: string): Promise<Child[]> => {
    const entry = await directory.entry(shown)
    if (entry === undefined) return []
    return [{ ...cardOf(entry, directory), parent, granted: await ledger.isGranted(parent, child) }]
  }
  const parts: Child[] = []
  // The contract bounds what a composite holds and lets nothing contain itself; a replica that lies is not followed twice.
  const walked = new Set<string>()
  const walk = async (parent: Token): Promise<void> => {
    if (walked.has(parent.token)) return
    walked.add(parent.token)
    for (const child of parent.children) {
      parts.push(...(await childOf(parent.token, child, child)))
      const next = index.get(child)
      if (next !== undefined) await walk(next)
    }
  }
  await walk(token)
  const containedIn: Child[] = []
  for (const { token: composite } of index.containersOf(token.token))
    containedIn.push(...(await childOf(composite, token.token, composite)))
  const versions = index
    .versionsOf(token.token)
    .map(({ token: id, version, state }) => ({ token: id, version, state, current: id === token.token }))
  return { versions, parts, containedIn }
}
