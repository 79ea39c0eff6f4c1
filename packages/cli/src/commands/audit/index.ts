import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { verifyCommand } from './verify.ts'

export function auditCommand(context: CliContext): Command {
  return command(context, 'audit', 'audit').addCommand(verifyCommand(context))
}
