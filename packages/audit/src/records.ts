/** What the verifier reads in the entries about runs. Other kinds are the node's own affair and only signed. */
import { z } from 'zod'
import type { Entry } from './log.ts'

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const count = z.number().int().min(0)
const signedReceipt = { receipt: bytes, signature: bytes }
const attempt = { task: count, attempt: count }

const bodies = {
  'run.signed': z.looseObject({}),
  'run.registered': z.looseObject({}),
  'run.succeeded': z.looseObject({}),
  'run.failed': z.looseObject({}),
  'task.attempt': z.looseObject(attempt),
  'task.release': z.looseObject({ ...attempt, disclosure: z.string(), to: z.string(), count }),
  'task.done': z.looseObject({ ...attempt, ...signedReceipt }),
  'task.finished': z.looseObject({
    ...attempt,
    partners: z.array(z.looseObject({ party: z.string().max(64), ...signedReceipt })).max(64),
  }),
}

type Kind = keyof typeof bodies
/** A log says this about a run, in the order in which it happened. */
export type AuditedRecord = { [K in Kind]: { kind: K } & z.output<(typeof bodies)[K]> }[Kind]

/** @returns undefined for a kind that the verifier does not read */
export function readBody({ kind, body }: Entry): AuditedRecord | 'malformed' | undefined {
  if (!Object.hasOwn(bodies, kind)) return undefined
  const parsed = bodies[kind as Kind].safeParse(body)
  return parsed.success ? ({ ...parsed.data, kind } as AuditedRecord) : 'malformed'
}
