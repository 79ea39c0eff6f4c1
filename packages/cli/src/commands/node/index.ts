import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { renewCommand } from './renew.ts'
import { startCommand } from './start.ts'
import { statusCommand } from './status.ts'
import { stopCommand } from './stop.ts'

export function nodeCommand(context: CliContext): Command {
  const noun = command(context, 'node', 'node')
  for (const make of [startCommand, statusCommand, stopCommand, renewCommand]) noun.addCommand(make(context))
  return noun
}
