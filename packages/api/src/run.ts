/** A run as lists and pages show it. */
import { z } from 'zod'
import { errorBody } from './errors.ts'
import { flowReport, plannedTask } from './flow-report.ts'
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
  notes: z.array(z.string()).optional(),
})

export const runDetail = runSummary.extend({
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
export type RunReport = z.infer<typeof runReport>
export type RunDetail = z.infer<typeof runDetail>
export type StartedRun = z.infer<typeof startedRun>
export type RunEvents = z.infer<typeof runEvents>
