/** What nodes say to each other about runs, checked before it is believed. */
import type { Plain } from '@secureflow/base'
import { spaceRules } from '@secureflow/flow'
import { z } from 'zod'
import type { TaskStatus } from './meeting.ts'

const run = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().max(64)
const attempt = z.number().int().min(1).max(1000)
const bytes = (min: number, max: number) =>
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length >= min && b.length <= max)

const status = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('away'), attempt: z.literal(0) }),
  z.strictObject({ phase: z.literal('ready'), attempt, nonce: bytes(32, 32) }),
  z.strictObject({ phase: z.literal('done'), attempt, receipt: bytes(1, 256 * 1024), signature: bytes(65, 65) }),
])

const failure = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/), party: name, step: name })

/** `run.task`: the own status of a task, answered with the other's. */
export const taskMessage = z.strictObject({ run, task: z.number().int().min(0).max(10_000), status })
export const answerSchema = z.union([z.strictObject({ status }), z.strictObject({ failed: failure })])

/** `run.failed` */
export const failedMessage = z.strictObject({ run, ...failure.shape })

/** `run.news` */
export const newsMessage = z.strictObject({ run, news: z.unknown() })

/** `run.propose`: the proposal, to be signed or only to be judged. */
export const proposeMessage = z.strictObject({ proposal: bytes(1, 4 << 20), sign: z.boolean() })

const text = z.strictObject({ en: z.string().max(2000), zh: z.string().max(2000) })
const reason = z.strictObject({
  code: name,
  rule: z.string().max(200),
  step: name.optional(),
  column: z.string().max(200).optional(),
  party: name.optional(),
  expected: z.union([z.string().max(500), z.number()]),
  actual: z.union([z.string().max(500), z.number()]),
  what: text,
  fix: text,
})

/** Why a run is not signed though its terms allow it. */
const refusalCodes = [
  'RUN_GRANT_MISSING',
  'RUN_GRANT_OTHER',
  'RUN_GRANT_REVOKED',
  'RUN_GRANT_EXPIRED',
  'RUN_GRANT_SPENT',
  'RUN_TERMS_CHANGED',
] as const

const changeLines = z.array(z.string().max(500)).min(1).max(200)

/** What an owner says about each of its assets. */
export const judgedTerms = z
  .array(
    z.strictObject({
      asset: name,
      name: z.string().max(128),
      allow: z.boolean(),
      reasons: z.array(reason).max(200),
      /** Nothing forbids it, and it waits for this. */
      ask: z
        .strictObject({
          approval: z.boolean(),
          endorsements: z
            .strictObject({ missing: z.number().int().min(1).max(1000), of: z.array(name).max(1000) })
            .optional(),
        })
        .optional(),
      /** The smallest change that would pass, where the owner tells it: one line an edit. */
      change: z.strictObject({ en: changeLines, zh: changeLines }).optional(),
    }),
  )
  .max(256)

export const judgement = z.strictObject({
  terms: judgedTerms,
  signature: bytes(65, 65).optional(),
  /** The node came to another agreement: what differs. */
  differs: z.string().max(200).optional(),
  /** It was the same, but may not be run now. */
  refused: z.enum(refusalCodes).optional(),
  /** The space that the flow names does not allow it, or is not in force there. */
  space: z
    .strictObject({
      rule: z.enum(['none', ...spaceRules]),
      expected: z.string().max(4000),
      actual: z.string().max(500),
    })
    .optional(),
})
export type Judgement = z.output<typeof judgement>

export const statusToPlain = (s: TaskStatus): Plain => ({ ...s })
