/** What runs took, by whom it was measured; and what was done with a dataset, with the proofs. */
import { z } from 'zod'
import { text } from './text.ts'

/** What one party took of one run, as far as this node can know it. */
export const partyUsage = z.object({
  party: z.string(),
  part: z.array(z.string()),
  /** `here`: measured by this node. `receipts`: what the party signed in its receipts; time and memory are its word. */
  by: z.enum(['here', 'receipts']),
  /** Tasks with a receipt, of those in which the party takes part. */
  tasks: z.number().int(),
  /** Tasks of the party without a receipt at this node: its own work, of which nothing is known here, or not finished. */
  unseen: z.number().int(),
  /** Attempts that ended without a receipt at this node; what they took was not measured. */
  failedAttempts: z.number().int(),
  /** From start to end of each task, added up. */
  seconds: z.number(),
  /** Absent where a receipt does not say. */
  cpuSeconds: z.number().optional(),
  /** Of the hungriest task. */
  peakMemoryBytes: z.number().optional(),
  /** Equal to what the partner received, by digest. */
  bytesSent: z.number(),
  bytesReceived: z.number(),
  /** Datasets that the party agreed to read, with their rows; `read` says that a receipt at this node shows it. */
  datasets: z.array(z.object({ asset: z.string(), name: z.string(), rows: z.number(), read: z.boolean() })),
})

const runUsage = z.object({
  run: z.string(),
  flow: z.string(),
  purpose: z.string(),
  initiator: z.string(),
  startedAt: z.number(),
  status: z.enum(['proposed', 'running', 'succeeded', 'failed']),
  parties: z.array(partyUsage),
})

const assetUsage = z.object({
  asset: z.string(),
  name: z.string(),
  /** Runs that this node signed and that were not given up before they were registered. */
  uses: z.number().int(),
  succeeded: z.number().int(),
  failed: z.number().int(),
  /** Rows read in all tasks with a receipt. */
  rows: z.number(),
  /** How often anything of it was released. */
  releases: z.number().int(),
  /** Privacy spent, noise only. */
  epsilon: z.number(),
  /** Runs of which it is not known; they are not in the sum. */
  epsilonUnknown: z.number().int(),
  askers: z.array(z.object({ member: z.string(), uses: z.number().int() })),
  /** How often other members asked whether a flow may run on it, and what they were told; by whole days, UTC. */
  demand: z.object({
    allowed: z.number().int(),
    /** Told that a person or endorsements are needed. */
    waits: z.number().int(),
    refused: z.number().int(),
    /** Credits that the terms asked for. */
    prices: z.array(z.object({ price: z.number(), asked: z.number().int() })),
  }),
  lastUsedAt: z.number().optional(),
})

const partnerUsage = z.object({
  partner: z.string(),
  runs: z.number().int(),
  /** By this node, to and from the partner. */
  bytesSent: z.number(),
  bytesReceived: z.number(),
  /** By the partner's receipts. */
  seconds: z.number(),
  cpuSeconds: z.number(),
})

export const usageReport = z.object({
  since: z.number().optional(),
  /** Runs whose record could not be read by this version: they are missing below. */
  unreadable: z.number().int(),
  runs: z.array(runUsage).optional(),
  assets: z.array(assetUsage).optional(),
  partners: z.array(partnerUsage).optional(),
})

const release = z.object({
  step: z.string(),
  attempt: z.number().int(),
  disclosure: z.string(),
  what: z.string(),
  to: z.string(),
  /** Elements: rows, weights, scores, bits. */
  count: z.number().int(),
  at: z.number(),
  /** Of the signed log; without it nothing was opened. */
  entry: z.number().int(),
})

/** An entry of the owner's signed log, and its place under a root that stands on the ledger. */
const provenEntry = z.object({
  /** Canonical CBOR with the signature, hexadecimal. */
  bytes: z.string(),
  index: z.number().int(),
  /** Absent until a later run is anchored. */
  under: z.object({ run: z.string(), root: z.string(), size: z.number().int(), path: z.array(z.string()) }).optional(),
})

const assetRun = z.object({
  run: z.string(),
  flow: z.string(),
  flowHash: z.string(),
  purpose: z.string(),
  initiator: z.string(),
  parties: z.array(z.string()),
  /** Under which the owner signed. */
  termsHash: z.string(),
  /** The owner's leave on the ledger, where another member asked. */
  grant: z.string().optional(),
  /** Version of the dataset, and how many rows it has. */
  asset: z.string(),
  rows: z.number().int(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  status: z.enum(['proposed', 'running', 'succeeded', 'failed']),
  code: z.string().optional(),
  /** Steps that the data went through, and which columns they used for what. */
  steps: z.array(
    z.object({
      step: z.string(),
      component: z.string(),
      parties: z.array(z.string()),
      columns: z.array(z.object({ column: z.string(), use: z.string() })),
    }),
  ),
  /** What the agreement allowed others to learn from it, in words. */
  agreed: z.array(z.object({ step: z.string(), what: z.string(), to: z.string(), atMost: z.number(), say: text })),
  released: z.array(release),
  /** SHA-256 of every receipt about it and by whom it is signed. */
  receipts: z.array(z.object({ step: z.string(), party: z.string(), digest: z.string(), signature: z.string() })),
})

/** `secureflow data uses`: what was done with a dataset, for a person who asks. */
export const datasetUses = z.object({
  format: z.literal('secureflow-dataset-uses/1'),
  dataset: z.string(),
  owner: z.string(),
  /** Ledger account that signs the log. */
  account: z.string(),
  network: z.string(),
  at: z.number(),
  unreadable: z.number().int(),
  runs: z.array(assetRun),
  /** Every release above, as it was signed before it left. */
  entries: z.array(provenEntry),
})

export type RunUsage = z.infer<typeof runUsage>
export type PartyUsage = z.infer<typeof partyUsage>
export type UsageReport = z.infer<typeof usageReport>
export type DatasetUses = z.infer<typeof datasetUses>
export type AssetRun = z.infer<typeof assetRun>
