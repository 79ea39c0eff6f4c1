import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { cancelCommand } from './cancel.ts'
import { listCommand } from './list.ts'
import { showCommand } from './show.ts'
import { watchCommand } from './watch.ts'

export function runNoun(context: CliContext): Command {
  const noun = command(context, 'run', 'run')
  for (const make of [listCommand, watchCommand, showCommand, cancelCommand]) noun.addCommand(make(context))
  return noun
}
