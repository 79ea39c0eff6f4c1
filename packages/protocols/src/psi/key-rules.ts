/** Rules by which two organisations write the columns of a key alike, as a flow agrees on them. What they do: keys.ts. */
import type { DateOrder } from './key-values.ts'

/** Whoever changes what a rule makes of a value counts it up. */
const keysVersion = 1

export const keyRules = ['text', 'digits', 'phone', 'date', 'china-id', 'email'] as const

/** How one column is written alike. What a rule does not use is ignored, and not part of its text. */
export interface KeyRule {
  rule: (typeof keyRules)[number]
  /** For `text`: drop white space at both ends. */
  trim: boolean
  /** For `text`: white space inside kept, each run one space, or none. */
  spaces: 'keep' | 'one' | 'none'
  /** For `text`. */
  case: 'keep' | 'upper' | 'lower'
  /** For `text`: full-width letters and digits to half-width; or compatibility forms of all kinds (NFKC). */
  width: 'keep' | 'half' | 'nfkc'
  /** For `phone`: the calling code of numbers without one, digits. */
  country: string
  /** For `date`: how dates are read that do not begin with the year. */
  order: DateOrder
}

/** The rules of all columns as one line: what the two sides compare, and people read. */
export function sayRules(rules: readonly KeyRule[]): string {
  return `keys ${keysVersion}: ${rules.map(sayRule).join(' + ')}`
}

export function sayRule({ rule, trim, spaces, case: letters, width, country, order }: KeyRule): string {
  if (rule === 'phone') return `phone(+${country})`
  if (rule === 'date') return `date(${order})`
  if (rule !== 'text') return rule
  const kept = [
    ...(trim ? ['trim'] : []),
    ...(spaces === 'keep' ? [] : [spaces === 'one' ? 'one space' : 'no spaces']),
    ...(letters === 'keep' ? [] : [letters]),
    ...(width === 'keep' ? [] : [width]),
  ]
  return kept.length === 0 ? 'text as it is' : `text(${kept.join(', ')})`
}
