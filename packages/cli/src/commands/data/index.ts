import type { Command } from 'commander'
import { type CliContext, command } from '../../context.ts'
import { addCommand } from './add.ts'
import { listCommand } from './list.ts'
import { showCommand } from './show.ts'
import { usesCommand } from './uses.ts'
import { termsCommand, versionCommand } from './version.ts'

export function dataCommand(context: CliContext): Command {
  const noun = command(context, 'data', 'data')
  for (const make of [addCommand, versionCommand, termsCommand, listCommand, showCommand, usesCommand])
    noun.addCommand(make(context))
  return noun
}
