import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Locale } from '@secureflow/base'
import { Command } from 'commander'
import { type CliText, textOf } from './text/index.ts'

/** What every command is given. */
export interface CliContext {
  locale: Locale
  text: CliText
  /** What `runCommand` returns; set by a command that ended well or badly without throwing. */
  exitCode: number
}

export const newContext = (locale: Locale): CliContext => ({ locale, text: textOf(locale), exitCode: 0 })

export interface GlobalOptions {
  home?: string
  json?: boolean
}

export const homeOf = (options: GlobalOptions): string =>
  resolve(options.home ?? process.env.SECUREFLOW_HOME ?? join(homedir(), '.secureflow'))

export type CommandName = keyof CliText['commands']

/** A command with its texts: what it does, its examples, and `--json` where it reads. */
export function command(context: CliContext, name: CommandName, usage: string, { json = false } = {}): Command {
  const { about, examples } = context.text.commands[name] as { about: string; examples?: string }
  const made = new Command(usage.split(' ')[0]).description(about)
  const args = usage.split(' ').slice(1).join(' ')
  if (args !== '') made.arguments(args)
  if (json) made.option('--json', context.text.options.json)
  if (examples !== undefined)
    made.addHelpText('after', `\n${context.text.help.examples}\n${examples.replaceAll(/^/gm, '  ')}`)
  return made
}
