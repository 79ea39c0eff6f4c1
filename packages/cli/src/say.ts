/** What the command prints. Answers go to stdout, errors and notices to stderr. */
import { errorToBody } from '@secureflow/api'
import { asSecureflowError, type Locale, type SecureflowError } from '@secureflow/base'
import { facts } from './format.ts'
import type { CliText } from './text/index.ts'

export const print = (text: string): void => void process.stdout.write(`${text}\n`)
export const notice = (text: string): void => void process.stderr.write(`${text}\n`)
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

/** An error is for the person who must act: the code and one sentence, then who and what to do. */
export function errorText(error: SecureflowError, locale: Locale, text: CliText): string {
  const { code, party, what, fix } = error.say(locale)
  const lines: [string, string][] = []
  if (party !== undefined) lines.push([`  ${text.error.party}`, party])
  lines.push([`  ${text.error.fix}`, fix])
  return `${code}  ${what}\n${facts(lines)}`
}

export function printError(thrown: unknown, locale: Locale, text: CliText, asJson: boolean): SecureflowError {
  const error = asSecureflowError(thrown)
  notice(asJson ? JSON.stringify(errorToBody(error)) : errorText(error, locale, text))
  return error
}
