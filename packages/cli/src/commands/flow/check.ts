import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'
import { readFlow } from './read-flow.ts'
import { reportExitCode, reportText } from './report-view.ts'

export function checkCommand(context: CliContext): Command {
  return command(context, 'flowCheck', 'check <file>', { json: true }).action(
    async (file: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const report = await connect(homeOf(options)).flows.check({ flow: readFlow(file) })
      if (options.json) printJson(report)
      else print(reportText(report, context))
      context.exitCode = reportExitCode(report)
    },
  )
}
