import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'

export function createCommand(context: CliContext): Command {
  return command(context, 'networkCreate', 'create', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const network = await connect(homeOf(options)).network.create()
    if (options.json) printJson(network)
    else print(context.text.network.created(network.id))
  })
}
