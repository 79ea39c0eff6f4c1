import type { Locale } from '@secureflow/base'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type CliText = typeof en

export const textOf = (locale: Locale): CliText => (locale === 'zh' ? zh : en)

/** `--locale` if it is given, else the environment, as POSIX orders it. */
export function localeOf(args: readonly string[], env: Record<string, string | undefined>): Locale {
  const at = args.findIndex((a) => a === '--locale' || a.startsWith('--locale='))
  const given = at < 0 ? undefined : (args[at]!.split('=')[1] ?? args[at + 1])
  const wanted = given ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || 'en')
  return /^zh/i.test(wanted) ? 'zh' : 'en'
}
