/** Assets as a directory, an asset's page and its lineage show them. */
import { termsSchema } from '@secureflow/flow/terms'
import { z } from 'zod'
import { ddo, jsonObject } from './ddo.ts'

const count = z.number().int()
const kind = z.enum(['dataset', 'flow', 'model', 'compute'])
/** `local`: not on a ledger yet. */
const state = z.enum(['local', 'pending', 'active', 'retired'])

const assetDemand = z.object({ asked: count, granted: count, refused: count, used: count })
export type AssetDemand = z.output<typeof assetDemand>

/**
 * Whence its description is known: `own`; `live`: its owner is linked now; `cached`: as it was last told, the owner is away;
 * `hidden`: not shown to this member; `refused`: what the owner told is not what the ledger holds.
 */
const availability = z.enum(['own', 'live', 'cached', 'hidden', 'refused'])

export const assetCard = z.object({
  /** Token on the ledger; absent where it is not there yet. */
  token: z.string().optional(),
  kind,
  /** Member id, or the account of a former member. */
  owner: z.string(),
  own: z.boolean(),
  availability,
  /** When its owner last showed it; milliseconds since the epoch. */
  seenAt: z.number().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  tags: z.array(z.string()),
  licence: z.string().optional(),
  rows: count.optional(),
  columns: count.optional(),
  version: count,
  /** No newer version of it is on the ledger. */
  newest: z.boolean(),
  state,
  /** It, all that it contains and their owners may be used now. */
  usable: z.boolean(),
  children: count,
  /** Children whose owners have not granted. */
  missing: count,
  demand: assetDemand,
  /** Credits a run, where its owner tells the terms. */
  price: z.number().optional(),
})
export type AssetCard = z.output<typeof assetCard>

/** `granted`: the child's owner lets the composite use it. */
const assetChild = assetCard.extend({ parent: z.string(), granted: z.boolean() })

const visibility = z.union([z.enum(['terms', 'network', 'self']), z.array(z.string())])
export type AssetVisibility = z.output<typeof visibility>

export const assetPage = assetCard.extend({
  /** Digest of the description. */
  id: z.string(),
  creator: z.string().optional(),
  termsHash: z.string(),
  proof: z.string().optional(),
  offeredTo: z.string().optional(),
  /** As it was hashed; absent where it is hidden. */
  description: ddo.optional(),
  /** Its private fields, where this member may read them. */
  private: jsonObject.optional(),
  terms: termsSchema.optional(),
  versions: z.array(z.object({ token: z.string(), version: count, state, current: z.boolean() })),
  /** All that it contains, each under its parent. */
  parts: z.array(assetChild),
  /** Composites that it is a child of. */
  containedIn: z.array(assetChild),
  /** Of an own asset: who may see it, who may open its private fields, whether its terms are told. */
  settings: z.object({ visibility, grantees: z.array(z.string()), tellTerms: z.boolean() }).optional(),
})
export type AssetPage = z.output<typeof assetPage>

export const assetDirectory = z.object({
  /** How many match, on all pages. */
  total: count,
  assets: z.array(assetCard),
  /** Tags of those that match, the most frequent first. */
  tags: z.array(z.object({ tag: z.string(), count })),
})

/** What waits for this member's decision. */
export const assetWaiting = z.object({
  /** Composites that want a child of this member. */
  composites: z.array(z.object({ composite: assetCard, child: assetCard })),
  /** Assets that are offered to this member. */
  offers: z.array(assetCard),
})

export const assetSettings = {
  /** Who may see it: whom its terms name, every member, these members, nobody else. */
  visibility: z.union([z.enum(['terms', 'network', 'self']), z.array(z.string().max(32)).max(1000)]),
  /** Members that may open its private fields. */
  grantees: z.array(z.string().max(32)).max(1000),
  /** Whether whoever sees it is told its terms, price included. */
  tellTerms: z.boolean(),
}

const lineageNode = z.object({
  /** Unique in this graph. */
  id: z.string(),
  kind: z.enum(['dataset', 'flow', 'model', 'compute', 'run', 'report', 'scores', 'table']),
  label: z.string(),
  owner: z.string().optional(),
  token: z.string().optional(),
  run: z.string().optional(),
  /** Of a run: as this node knows it. `elsewhere`: this member takes no part, the ledger alone tells of it. */
  status: z.enum(['proposed', 'running', 'succeeded', 'failed', 'elsewhere']).optional(),
  at: z.number().optional(),
})
const lineageEdge = z.object({
  from: z.string(),
  to: z.string(),
  /** `from` went into `to`; was made by it; is contained in it; was replaced by it; was carried out as it. */
  kind: z.enum(['used', 'made', 'contained', 'replaced', 'planned']),
})
export const lineageGraph = z.object({ root: z.string(), nodes: z.array(lineageNode), edges: z.array(lineageEdge) })
export type LineageGraph = z.output<typeof lineageGraph>
export type LineageNode = LineageGraph['nodes'][number]
export type LineageEdge = LineageGraph['edges'][number]
