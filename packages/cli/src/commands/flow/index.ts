import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { checkCommand } from './check.ts'
import { runCommand } from './run.ts'

export function flowCommand(context: CliContext): Command {
  const noun = command(context, 'flow', 'flow')
  for (const make of [checkCommand, runCommand]) noun.addCommand(make(context))
  return noun
}
