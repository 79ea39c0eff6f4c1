/** `config.json`: what a person may change by hand. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memberId } from '@secureflow/base'
import { z } from 'zod'
import { identityErrors } from './errors.ts'

const port = z.number().int().min(0).max(65_535)
const patience = z
  .number()
  .int()
  .min(1)
  .max(30 * 86_400)
const listen = z.strictObject({ host: z.string().min(1), port })

const configSchema = z.strictObject({
  name: z.string().transform((text, context) => {
    try {
      return memberId(text)
    } catch {
      context.addIssue('expected 2 to 32 lower-case letters, digits or dashes')
      return z.NEVER
    }
  }),
  locale: z.enum(['en', 'zh']),
  /** Port 0: the system chooses at every start. */
  listen: z.strictObject({
    people: listen,
    /** Absent: this node only dials out. */
    peers: listen.optional(),
  }),
  /** `host:port` under which partners reach the peer listener, where it differs from what it listens on. */
  advertise: z.string().max(300).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** What this node takes in. */
  data: z
    .strictObject({
      /** Of one uploaded file, and of what may come out of a compressed one. */
      uploadBytes: z
        .number()
        .int()
        .min(1)
        .max(2 ** 42),
    })
    .partial()
    .optional(),
  /** How patient this node is in runs. */
  runs: z
    .strictObject({
      /** How long a partner may stay away before the run fails for everybody. */
      absenceSeconds: patience,
      /** How long a task waits for one message of a partner. */
      messageSeconds: patience,
      /** How long a proposal of this node may wait for signatures and registration. */
      proposalSeconds: patience,
      /** From then to the end of a run that this node proposes; ten times its estimate where that is longer. */
      runSeconds: patience,
    })
    .partial()
    .optional(),
})

export type NodeConfig = z.output<typeof configSchema>

export const configFile = (home: string): string => join(home, 'config.json')
/** The bearer token of the people's listener. */
export const tokenFile = (home: string): string => join(home, 'token')
export const certificateFile = (home: string): string => join(home, 'certificate.pem')
/** Of a change that has begun, and of the key before the last rotation. */
export const nextCertificateFile = (home: string): string => join(home, 'certificate.next.pem')
export const previousCertificateFile = (home: string): string => join(home, 'certificate.previous.pem')
/** Where a running node is reached: written at every start, since the system may have chosen the ports. */
export const runningFile = (home: string): string => join(home, 'node.json')

/** @throws HOME_MISSING, HOME_CONFIG */
export function readConfig(home: string): NodeConfig {
  const file = configFile(home)
  if (!existsSync(file)) throw identityErrors.HOME_MISSING({ home })
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw identityErrors.HOME_CONFIG({ file, reason: 'not JSON' }, { cause })
  }
  const parsed = configSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw identityErrors.HOME_CONFIG({ file, reason: `${issue.path.join('.') || 'file'}: ${issue.message}` })
}
