import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print } from '../../say.ts'

export function cancelCommand(context: CliContext): Command {
  return command(context, 'runCancel', 'cancel <run>').action(async (run: string, _: unknown, self: Command) => {
    await connect(homeOf(self.optsWithGlobals<GlobalOptions>())).runs.cancel({ run })
    print(context.text.run.cancelled)
  })
}
