import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'
import { quorumOf } from '../member/propose.ts'

export function createCommand(context: CliContext): Command {
  return command(context, 'networkCreate', 'create', { json: true })
    .option('--quorum <n>', context.text.commands.networkCreate.quorum, '1')
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { quorum: string }>()
      const network = await connect(homeOf(options)).network.create({ quorum: quorumOf(options.quorum) })
      if (options.json) printJson(network)
      else print(context.text.network.created(network.id))
    })
}
