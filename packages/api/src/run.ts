/** A run as lists and pages show it. */
import { z } from 'zod'
import { errorBody } from './errors.ts'
import { estimate, flowReport, plannedTask } from './flow-report.ts'
import { requestSummary } from './request.ts'
import { runEvent } from './run-event.ts'
import { page } from './text.ts'
import { partyUsage } from './usage.ts'

const runStatus = z.enum(['proposed', 'running', 'succeeded', 'failed'])

export const runSummary = z.object({
  run: z.string(),
  flow: z.string(),
  /** The space that it is run in. */
  space: z.string().optional(),
  status: runStatus,
  initiator: z.string(),
  parties: z.array(z.string()),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  /** Why it failed. */
  code: z.string().optional(),
})

/** What the statement lets one party learn in a task. */
const taskDisclosure = z.object({
  id: z.string(),
  what: z.string(),
  to: z.string(),
  from: z.array(z.string()),
  atMost: z.number(),
  gated: z.boolean(),
})

/** As each party signed it; those of partners once they matched. Times are by the party's own clock. */
const taskReceipt = z.object({
  party: z.string(),
  startedAt: z.number(),
  endedAt: z.number(),
  cpuSeconds: z.number().optional(),
  bytesSent: z.number(),
  bytesReceived: z.number(),
})

/** What this node sent, by class of message, and what its task process waited for. */
const taskTraffic = z.object({
  sendSeconds: z.number(),
  waitSeconds: z.number(),
  classes: z.array(
    z.object({
      to: z.string(),
      tag: z.string(),
      /** Ids of the disclosures that it says; empty where it says nothing by itself. */
      disclosures: z.array(z.string()),
      messages: z.number().int(),
      bytes: z.number(),
    }),
  ),
})

const runTask = plannedTask.extend({
  status: z.enum(['waiting', 'running', 'finished', 'failed']),
  attempt: z.number().int(),
  /** As it took here. */
  tookSeconds: z.number().optional(),
  bytesSent: z.number().optional(),
  bytesReceived: z.number().optional(),
  /** By partner. */
  channels: z.array(z.object({ peer: z.string(), sentBytes: z.number(), receivedBytes: z.number() })).optional(),
  rounds: z.number().optional(),
  /** Resolved: defaults and automatic choices filled in. */
  params: z.record(z.string(), z.json()),
  disclosures: z.array(taskDisclosure),
  receipts: z.array(taskReceipt),
  /** What passed the gate here, in every attempt. */
  releases: z.array(z.object({ attempt: z.number().int(), disclosure: z.string(), to: z.string(), count: z.number() })),
  traffic: taskTraffic.optional(),
})

/** Something that this member holds after the run. */
const runOutput = z.object({
  step: z.string(),
  port: z.string(),
  type: z.enum(['table', 'model', 'scores', 'report']),
  file: z.string(),
  rows: z.number().optional(),
})

const runReport = z.object({
  step: z.string(),
  title: z.string(),
  figures: z.record(z.string(), z.number()),
  curves: z.record(z.string(), z.object({ x: z.array(z.number()), y: z.array(z.number()) })).optional(),
  tables: z
    .record(
      z.string(),
      z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.union([z.number(), z.string()]))) }),
    )
    .optional(),
  notes: z.array(z.string()).optional(),
})

/** A model as this member holds it: the weights of its own columns. */
const runModel = z.object({
  step: z.string(),
  columns: z.array(z.string()),
  weights: z.array(z.number()),
  intercept: z.number().optional(),
  /** The columns that were standardised before training: their weights compare with each other. */
  prepared: z.array(z.object({ name: z.string(), mean: z.number(), deviation: z.number() })),
})

export const runDetail = runSummary.extend({
  purpose: z.string(),
  /** The flow as it was proposed. */
  flowText: z.string(),
  estimate,
  /** Under which datasets of others are used. */
  grants: z.array(z.object({ asset: z.string(), name: z.string(), owner: z.string(), grant: z.string() })),
  models: z.array(runModel),
  statement: page,
  tasks: z.array(runTask),
  outputs: z.array(runOutput),
  reports: z.array(runReport),
  /** By party. */
  usage: z.array(partyUsage),
  error: errorBody.optional(),
})

/** Where it does not start, the report says why; where it waits for people, it starts by itself once they have agreed. */
export const startedRun = z.discriminatedUnion('started', [
  z.object({ started: z.literal(true), run: z.string() }),
  z.object({
    started: z.literal(false),
    report: flowReport,
    request: requestSummary.pick({ id: true, waiting: true }).optional(),
  }),
])

export const runEvents = z.object({
  events: z.array(runEvent),
  /** Ask for what came after this next. */
  next: z.number().int(),
  ended: z.boolean(),
})

export type RunSummary = z.infer<typeof runSummary>
export type RunTask = z.infer<typeof runTask>
export type RunOutput = z.infer<typeof runOutput>
export type RunModel = z.infer<typeof runModel>
export type RunReport = z.infer<typeof runReport>
export type RunDetail = z.infer<typeof runDetail>
export type StartedRun = z.infer<typeof startedRun>
export type RunEvents = z.infer<typeof runEvents>
