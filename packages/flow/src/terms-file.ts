/** Terms as an owner writes them. Apart from what they are: the console shows terms long before anybody writes some. */
import { parse as parseYaml } from 'yaml'
import { type Terms, termsSchema } from './terms.ts'
import { termsErrors } from './terms-errors.ts'

/** Reads YAML or JSON. @throws {InputError} TERMS_NOT_YAML, TERMS_SHAPE */
export function parseTerms(text: string): Terms {
  let value: unknown
  try {
    value = parseYaml(text, { maxAliasCount: 0 })
  } catch (cause) {
    throw termsErrors.TERMS_NOT_YAML({}, { cause })
  }
  const parsed = termsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message, code, ...issue } = parsed.error.issues[0]!
  const where = [...path, ...('keys' in issue ? [issue.keys.join(', ')] : [])].map(String).join('.') || 'terms'
  throw termsErrors.TERMS_SHAPE({ where, expected: code === 'unrecognized_keys' ? 'absent' : message })
}
