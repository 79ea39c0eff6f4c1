/** What a flow comes to before anything is sent to be computed: problems, or the statement, the cost and each owner's answer. */
import { z } from 'zod'
import { errorBody } from './errors.ts'
import { page, text } from './text.ts'

const flowProblem = z.object({
  step: z.string().optional(),
  /** A port, a parameter or a column. */
  field: z.string().optional(),
  line: z.number().int().optional(),
  error: errorBody,
})

const denialReason = z.object({
  code: z.string(),
  rule: z.string(),
  step: z.string().optional(),
  column: z.string().optional(),
  party: z.string().optional(),
  expected: z.union([z.string(), z.number()]),
  actual: z.union([z.string(), z.number()]),
  what: text,
  fix: text,
})

export const termsResult = z.object({
  asset: z.string(),
  name: z.string(),
  owner: z.string(),
  allow: z.boolean(),
  reasons: z.array(denialReason),
  /** Nothing forbids it, and it waits for this. */
  ask: z
    .object({
      approval: z.boolean(),
      endorsements: z.object({ missing: z.number().int(), of: z.array(z.string()) }).optional(),
    })
    .optional(),
  /** The smallest change that would pass, where the owner tells it: one line an edit. */
  change: page.optional(),
})

export const estimate = z.object({
  seconds: z.number(),
  /** From one member to another: `bank-a>bank-b`. */
  bytes: z.record(z.string(), z.number()),
  rounds: z.number(),
  memoryBytes: z.number(),
  scratchBytes: z.number().optional(),
})

export const plannedTask = z.object({
  index: z.number().int(),
  step: z.string(),
  component: z.string(),
  parties: z.array(z.object({ id: z.string(), part: z.string() })),
  /** Where each input comes from. */
  inputs: z.record(z.string(), z.object({ task: z.number().int(), port: z.string() })),
  seconds: z.number(),
})

export const flowReport = z.object({
  flow: z.string(),
  problems: z.array(flowProblem),
  /** Absent where there are problems. The page that people approve. */
  statement: page.optional(),
  tasks: z.array(plannedTask),
  estimate: estimate.optional(),
  terms: z.array(termsResult),
})

export type PlannedTaskView = z.infer<typeof plannedTask>
export type FlowProblem = z.infer<typeof flowProblem>
export type TermsResult = z.infer<typeof termsResult>
export type FlowReport = z.infer<typeof flowReport>

/** Whether the flow may be proposed. */
export const mayRun = (r: FlowReport): boolean => r.problems.length === 0 && r.terms.every((t) => t.allow)

/** Whether it may be proposed, and may then have to wait for people; nobody waits for the own ones. */
export const mayAsk = (r: FlowReport, initiator: string): boolean =>
  r.problems.length === 0 && r.terms.every((t) => t.allow || (t.ask !== undefined && t.owner !== initiator))
