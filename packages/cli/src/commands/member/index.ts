import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { candidatesCommand } from './candidates.ts'
import { changeAccountCommand } from './change-account.ts'
import { listCommand } from './list.ts'
import { proposalsCommand } from './proposals.ts'
import { proposeCommand } from './propose.ts'
import { renewCommand, rotateCommand } from './renew.ts'
import { setAddressCommand } from './set-address.ts'
import { showCommand } from './show.ts'
import { voteCommand } from './vote.ts'

const commands = [
  ...[listCommand, showCommand, candidatesCommand, proposalsCommand, proposeCommand, voteCommand],
  ...[renewCommand, rotateCommand, setAddressCommand, changeAccountCommand],
]

export function memberCommand(context: CliContext): Command {
  const noun = command(context, 'member', 'member')
  for (const make of commands) noun.addCommand(make(context))
  return noun
}
