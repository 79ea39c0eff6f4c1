import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { follow } from './follow.ts'

export function watchCommand(context: CliContext): Command {
  return command(context, 'runWatch', 'watch <run>', { json: true }).action(
    async (run: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      context.exitCode = await follow(connect(homeOf(options)), run, context, { json: options.json === true })
    },
  )
}
