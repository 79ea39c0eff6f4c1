import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { usesCommand } from './uses.ts'
import { verifyCommand } from './verify.ts'

export function auditCommand(context: CliContext): Command {
  const noun = command(context, 'audit', 'audit')
  for (const make of [verifyCommand, usesCommand]) noun.addCommand(make(context))
  return noun
}
