import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { acceptCommand, grantCommand, offerCommand, retireCommand, revokeCommand, settingsCommand } from './change.ts'
import { composeCommand, computeCommand, modelCommand, publishCommand } from './publish.ts'
import { lineageCommand, listCommand, showCommand, waitingCommand } from './read.ts'

export function assetCommand(context: CliContext): Command {
  const noun = command(context, 'asset', 'asset')
  for (const make of [
    ...[listCommand, showCommand, waitingCommand, lineageCommand],
    ...[publishCommand, modelCommand, computeCommand, composeCommand],
    ...[grantCommand, revokeCommand, settingsCommand, offerCommand, acceptCommand, retireCommand],
  ])
    noun.addCommand(make(context))
  return noun
}
