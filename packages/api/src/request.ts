/** Requests for the use of data, and the grants that answer them, as lists and pages show them. */
import { z } from 'zod'
import { termsResult } from './flow-report.ts'
import { page } from './text.ts'

/** Who has still to do what. */
const waiting = z.object({
  member: z.string(),
  /** `delivery`: its node has not been reached yet. `answer`: somebody asked something. */
  for: z.enum(['approval', 'endorsement', 'delivery', 'answer', 'grant']),
})
export type RequestWaiting = z.infer<typeof waiting>

const requestStatus = z.enum([
  'waiting',
  /** By the owner: the run may begin. */
  'granted',
  'endorsed',
  'refused',
  'withdrawn',
  /** The run has begun. */
  'started',
  'failed',
])

export const requestSummary = z.object({
  id: z.string(),
  direction: z.enum(['received', 'sent']),
  /** Of a received request: the use of own data, or to vouch for it. */
  kind: z.enum(['use', 'vouch']),
  initiator: z.string(),
  /** Owners of the data, the initiator left out. */
  owners: z.array(z.string()),
  flow: z.string(),
  purpose: z.string(),
  /** The space that the run would be in. */
  space: z.string().optional(),
  status: requestStatus,
  askedAt: z.number(),
  decidedAt: z.number().optional(),
  waiting: z.array(waiting),
  run: z.string().optional(),
  /** Why it ended without a run. */
  code: z.string().optional(),
})

/** One rule of the terms and whether the request passes it. */
const check = z.object({ rule: z.string(), passed: z.boolean() })

const requestedAsset = termsResult.extend({
  rows: z.number(),
  columns: z.array(z.object({ column: z.string(), uses: z.array(z.string()) })),
  /** What others learn from its owner. */
  disclosures: z.array(z.object({ step: z.string(), what: z.string(), to: z.string(), atMost: z.number() })),
  /** Of the own terms; empty for assets of others, whose terms this node does not hold. */
  checks: z.array(check),
  /** Credits that the terms ask for. */
  price: z.number().optional(),
  /** Credits that the run offers. */
  offer: z.number().optional(),
  /** What the run would use up of the own terms; absent for assets of others. */
  budget: z
    .object({
      usesBefore: z.number().int(),
      uses: z.number().int().optional(),
      epsilon: z.number(),
      /** Before this run; absent where the terms set no limit. */
      epsilonLeft: z.number().optional(),
    })
    .optional(),
})

const message = z.object({ from: z.string(), to: z.string(), at: z.number(), text: z.string() })

const grantStanding = z.enum(['standing', 'pending', 'spent', 'expired', 'revoked'])

export const grantSummary = z.object({
  /** Empty until the ledger has it. */
  id: z.string(),
  direction: z.enum(['given', 'received']),
  asset: z.string(),
  name: z.string(),
  owner: z.string(),
  grantee: z.string(),
  flow: z.string(),
  flowHash: z.string(),
  /** Digest of components, versions and parameters. */
  parameters: z.string(),
  quota: z.number().int(),
  /** Further runs. */
  left: z.number().int(),
  at: z.number(),
  expiresAt: z.number(),
  status: grantStanding,
  /** A person agreed, or the terms alone did; not known of a received one. */
  by: z.enum(['person', 'terms']).optional(),
  endorsedBy: z.array(z.string()),
  request: z.string(),
  /** Under it, at this node. */
  runs: z.array(z.string()),
})

export const requestDetail = requestSummary.extend({
  flowHash: z.string(),
  parameters: z.string(),
  flowText: z.string(),
  statement: page,
  assets: z.array(requestedAsset),
  endorsedBy: z.array(z.string()),
  /** The last flow of this name and initiator that was granted before: whether it is the same, or what changed. */
  earlier: z
    .object({ request: z.string(), flowHash: z.string(), sameFlow: z.boolean(), changes: z.array(z.string()) })
    .optional(),
  /** The request of this flow and initiator before, where it was not granted: an amended one is told by what it changes. */
  replaces: z.object({ request: z.string(), sameFlow: z.boolean(), changes: z.array(z.string()) }).optional(),
  messages: z.array(message),
  reasons: z.array(z.object({ from: z.string(), text: z.string() })),
  grants: z.array(grantSummary),
})

/** What draft terms say to one request, and what those in force say. */
export const simulated = z.object({
  /** Empty for a flow that was given with the draft. */
  request: z.string(),
  initiator: z.string(),
  flow: z.string(),
  asset: z.string(),
  name: z.string(),
  draft: z.enum(['allow', 'ask', 'refuse']),
  inForce: z.enum(['allow', 'ask', 'refuse']),
  reasons: termsResult.shape.reasons,
  /** What the asker would be told: the codes of the reasons. */
  told: z.array(z.string()),
  /** The smallest change that would pass: one line an edit. */
  change: page.optional(),
})

export type RequestSummary = z.infer<typeof requestSummary>
export type RequestDetail = z.infer<typeof requestDetail>
export type GrantSummary = z.infer<typeof grantSummary>
export type Simulated = z.infer<typeof simulated>
