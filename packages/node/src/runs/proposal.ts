/**
 * A proposal is all that a node needs to come to the same agreement by itself: the flow's text, the facts of the assets,
 * the links as the initiator measured them, and the times. Everybody compiles it alike and signs only its own result.
 */
import { baseErrors, decodeCbor, encodeCbor, fromHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import {
  type AssetFacts,
  agreementBody,
  type ComponentRegistry,
  compile,
  type LinkFacts,
  type Plan,
  parametersDigest,
  parseFlow,
} from '@secureflow/flow'
import { type Agreement, withoutGrants } from '@secureflow/ledger/agreement'
import { nodePlatform } from '@secureflow/platform'
import { z } from 'zod'

const bytes32 = z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === 32)
const seconds = z
  .number()
  .int()
  .min(0)
  .max(2 ** 40)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().min(1).max(128)

const assetFacts = z.strictObject({
  id: digest,
  name,
  owner: name,
  rows: z.number().int().min(0),
  schema: z.strictObject({ columns: z.array(z.strictObject({ name, type: z.enum(['number', 'text']) })).max(10_000) }),
  digest,
  termsHash: digest,
})

const proposalSchema = z.strictObject({
  v: z.literal(1),
  network: bytes32,
  nonce: bytes32,
  initiator: name,
  /** Unix seconds: signatures count until `expiry`, the run must be complete by `deadline`. */
  expiry: seconds,
  deadline: seconds,
  /** Each attempt may open again what the statement names. */
  attemptLimit: z.number().int().min(1).max(3),
  flow: z.string().max(256 * 1024),
  assets: z.array(assetFacts).max(256),
  links: z.record(
    z.string().max(80),
    z.strictObject({ roundTripMs: z.number().min(0).max(60_000), bytesPerSecond: z.number().min(1).max(1e12) }),
  ),
  /** Every party's ledger account, in the order of the plan's members. */
  parties: z
    .array(z.strictObject({ id: name, account: z.string().regex(/^0x[0-9a-fA-F]{40}$/) }))
    .min(1)
    .max(64),
  /** For each asset of somebody else than the initiator, in the plan's order: the grant that this run uses up. */
  grants: z
    .array(z.strictObject({ asset: digest, id: digest }))
    .max(64)
    .default([]),
})

export type Proposal = z.output<typeof proposalSchema>

export const encodeProposal = (proposal: Proposal): Uint8Array => encodeCbor(proposal)

/** @throws {PeerError} MALFORMED */
export function decodeProposal(bytes: Uint8Array): Proposal {
  const parsed = proposalSchema.safeParse(decodeCbor(bytes, 'proposal', { maxBytes: 4 << 20, maxDepth: 8 }))
  if (!parsed.success)
    throw baseErrors.MALFORMED({ label: 'proposal', reason: parsed.error.issues[0]?.path.join('.') ?? 'form' })
  return parsed.data
}

/** What the proposal comes to at this node. @throws the flow's problems, as compiling throws them */
export function planOf(proposal: Proposal, components: ComponentRegistry): Plan {
  return compile({
    flow: parseFlow(proposal.flow),
    components,
    assets: proposal.assets as AssetFacts[],
    links: proposal.links as Record<string, LinkFacts>,
    initiator: proposal.initiator,
  })
}

/** Whose use stands under a grant: every asset but the initiator's own. */
export const grantedAssets = ({ assets, initiator }: Plan): AssetFacts[] => assets.filter((a) => a.owner !== initiator)

/** One grant for each of these assets, in their order, none twice and no more: nothing else may be used up by the run. */
export function namesItsGrants({ grants }: Proposal, plan: Plan): boolean {
  const needed = grantedAssets(plan)
  return (
    grants.length === needed.length &&
    needed.every((a, i) => grants[i]!.asset === a.id) &&
    new Set(grants.map((g) => g.id)).size === grants.length
  )
}

/** The struct that every party signs and the ledger registers. */
export function agreementOf(proposal: Proposal, plan: Plan): Agreement {
  const body = agreementBody(plan, { attemptLimit: proposal.attemptLimit })
  const accountOf = (id: string) => proposal.parties.find((p) => p.id === id)!.account as Address
  return {
    nonce: proposal.nonce,
    expiry: proposal.expiry,
    deadline: proposal.deadline,
    bodyHash: nodePlatform.sha256(body),
    parties: plan.members.map(accountOf),
    dealer: plan.dealer === undefined ? '0x0000000000000000000000000000000000000000' : accountOf(plan.dealer),
    attemptLimit: proposal.attemptLimit,
    ...(proposal.grants.length === 0
      ? withoutGrants()
      : {
          flowHash: fromHex(plan.flowHash),
          parametersHash: fromHex(parametersDigest(plan)),
          grants: proposal.grants.map((g) => fromHex(g.id)),
        }),
  }
}
