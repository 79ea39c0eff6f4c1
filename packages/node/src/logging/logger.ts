/** The node's log: one JSON object a line in `logs/node.log`. Secrets have no way in: names that hold them are hidden, bytes are counted, and texts are cut. */
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, SecureflowError } from '@secureflow/base'
import { pino } from 'pino'
import { asStorageError } from '../storage/errors.ts'

export interface NodeLogger extends Logger {
  /** From now on. */
  setLevel?(level: 'debug' | 'info' | 'warn' | 'error'): void
  close(): void
}

export const logFile = (home: string): string => join(home, 'logs', 'node.log')

/** Names under which something secret, or something of a partner's, could stand. */
const hidden =
  /^(.*key(pem)?|.*token|authorization|cookie|pass(word|phrase)|secrets?|invitation|seeds?|salt|nonce|shares?|rows|values?|body|payload|stack)$/i
const open = new Set(['publickey', 'pinnedkey'])
const longest = 500
const deepest = 4

export function openLogger(home: string, { name, level }: { name: string; level: string }): NodeLogger {
  const folder = join(home, 'logs')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (error) {
    throw asStorageError(error)
  }
  const destination = pino.destination({ dest: logFile(home), sync: true, mode: 0o600 })
  destination.on('error', () => {}) // a full disk must not end the node: what must be durable is not in the log
  const log = pino(
    {
      level,
      base: { node: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => clean(fields, 0) as Record<string, unknown>,
      },
      serializers: {}, // errors come through `clean`
    },
    destination,
  )
  const write =
    (at: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: Record<string, unknown>, message: string): void =>
      log[at](clean(fields, 0) as object, message)
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    setLevel(level) {
      log.level = level
    },
    close: () => destination.end(),
  }
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length <= longest ? value : `${value.slice(0, longest)}…`
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof Error) return cleanError(value, depth)
  if (depth >= deepest) return '[…]'
  if (Array.isArray(value)) return value.slice(0, 50).map((v) => clean(v, depth + 1))
  const out: Record<string, unknown> = {}
  for (const [name, v] of Object.entries(value))
    out[name] = hidden.test(name) && !open.has(name.toLowerCase()) ? '[hidden]' : clean(v, depth + 1)
  return out
}

/** Our own errors by code and public fields; others by kind and place, without their message, which may quote anything. */
function cleanError(error: Error, depth: number): unknown {
  const { code } = error as { code?: unknown }
  const cause = error.cause instanceof Error && depth < deepest ? { cause: cleanError(error.cause, depth + 1) } : {}
  if (error instanceof SecureflowError)
    return { code: error.code, fields: clean(error.fields, depth + 1), party: error.party, ...cause }
  const at = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
  return { name: error.name, ...(typeof code === 'string' ? { code } : {}), at, ...cause }
}
