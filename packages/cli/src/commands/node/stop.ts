import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print } from '../../say.ts'

export function stopCommand(context: CliContext): Command {
  return command(context, 'nodeStop', 'stop').action(async (_: unknown, self: Command) => {
    await connect(homeOf(self.optsWithGlobals<GlobalOptions>())).node.stop()
    print(context.text.node.stopped)
  })
}
