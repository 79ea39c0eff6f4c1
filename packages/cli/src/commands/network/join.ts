import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'
import { memberTable } from './members.ts'

export function joinCommand(context: CliContext): Command {
  return command(context, 'networkJoin', 'join <invitation>', { json: true }).action(
    async (invitation: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const network = await connect(homeOf(options)).network.join({ invitation })
      if (options.json) return printJson(network)
      print(context.text.network.joined(network.id))
      print(`\n${memberTable(network.members, context)}`)
    },
  )
}
