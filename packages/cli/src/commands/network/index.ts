import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { createCommand } from './create.ts'
import { inviteCommand } from './invite.ts'
import { joinCommand } from './join.ts'
import { membersCommand } from './members.ts'

export function networkCommand(context: CliContext): Command {
  const noun = command(context, 'network', 'network')
  for (const make of [createCommand, inviteCommand, joinCommand, membersCommand]) noun.addCommand(make(context))
  return noun
}
