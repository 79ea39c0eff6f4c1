import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { candidatesCommand } from './candidates.ts'
import { listCommand } from './list.ts'
import { proposalsCommand } from './proposals.ts'
import { proposeCommand } from './propose.ts'
import { showCommand } from './show.ts'
import { voteCommand } from './vote.ts'

export function memberCommand(context: CliContext): Command {
  const noun = command(context, 'member', 'member')
  for (const make of [listCommand, showCommand, candidatesCommand, proposalsCommand, proposeCommand, voteCommand])
    noun.addCommand(make(context))
  return noun
}
