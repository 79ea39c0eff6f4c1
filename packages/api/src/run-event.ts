/** What happens to a run, as a person follows it. Ordered by `seq` at one node; progress is news and is not kept. */
import { z } from 'zod'
import { errorBody } from './errors.ts'

const about = { seq: z.number().int(), run: z.string(), at: z.number() }
/** What of its time a task spent sending without room, and waiting for messages; the rest it computed. */
const times = { sendSeconds: z.number().min(0).optional(), waitSeconds: z.number().min(0).optional() }
const task = { task: z.number().int(), step: z.string(), attempt: z.number().int(), party: z.string() }

export const runEvent = z.discriminatedUnion('kind', [
  z.object({
    ...about,
    kind: z.literal('proposed'),
    flow: z.string(),
    initiator: z.string(),
    parties: z.array(z.string()),
  }),
  z.object({ ...about, kind: z.literal('signed'), party: z.string() }),
  z.object({ ...about, kind: z.literal('agreed') }),
  z.object({ ...about, kind: z.literal('registered'), height: z.number().int() }),
  z.object({ ...about, ...task, kind: z.literal('task-started'), part: z.string(), component: z.string() }),
  z.object({
    ...about,
    ...task,
    kind: z.literal('task-progress'),
    fraction: z.number().min(0).max(1),
    done: z.number().optional(),
    total: z.number().optional(),
    unit: z.string().optional(),
    bytesSent: z.number(),
    bytesReceived: z.number(),
    seconds: z.number(),
    ...times,
  }),
  z.object({
    ...about,
    ...task,
    kind: z.literal('task-finished'),
    bytesSent: z.number(),
    bytesReceived: z.number(),
    rounds: z.number().optional(),
    seconds: z.number(),
    ...times,
  }),
  z.object({ ...about, ...task, kind: z.literal('task-failed'), error: errorBody, final: z.boolean() }),
  z.object({ ...about, kind: z.literal('anchored') }),
  z.object({ ...about, kind: z.literal('run-succeeded'), seconds: z.number() }),
  z.object({
    ...about,
    kind: z.literal('run-failed'),
    code: z.string(),
    party: z.string(),
    step: z.string(),
    error: errorBody,
  }),
])
export type RunEvent = z.infer<typeof runEvent>

type WithoutPlace<E> = E extends unknown ? Omit<E, 'seq' | 'run' | 'at'> : never
/** An event before it has its place in the order. */
export type RunNews = WithoutPlace<RunEvent>

export const runEnded = (e: { kind: RunEvent['kind'] }): boolean =>
  e.kind === 'run-succeeded' || e.kind === 'run-failed'
