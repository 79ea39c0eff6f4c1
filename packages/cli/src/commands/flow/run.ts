import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { exitCodeOf } from '../../exit-code.ts'
import { notice, print, printJson } from '../../say.ts'
import { untilStarted, waitsText } from '../request/waiting.ts'
import { follow } from '../run/follow.ts'
import { readFlow } from './read-flow.ts'
import { reportExitCode, reportText } from './report-view.ts'

export function runCommand(context: CliContext): Command {
  return command(context, 'flowRun', 'run <file>', { json: true })
    .option('--detach', context.text.commands.flowRun.detach)
    .option('--wait', context.text.commands.flowRun.wait)
    .action(async (file: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { detach?: boolean; wait?: boolean }>()
      const client = connect(homeOf(options))
      const result = await client.runs.start({ flow: readFlow(file) })
      if (!result.started && result.request !== undefined) {
        const { id } = result.request
        if (options.json && !options.wait) return printJson(result)
        if (!options.json) {
          print(reportText(result.report, context))
          print(`\n${waitsText(result.request.waiting, context)}\n${context.text.request.starts(id.slice(0, 12))}`)
        }
        if (!options.wait) return
        const run = await untilStarted(client, id)
        if (!options.json) print(context.text.flow.started(run))
        context.exitCode = await follow(client, run, context, { json: options.json === true })
        return
      }
      if (!result.started) {
        if (options.json) printJson(result)
        else notice(`${reportText(result.report, context)}\n${context.text.flow.nothingSent}`)
        context.exitCode = reportExitCode(result.report) || exitCodeOf('policy')
        return
      }
      if (!options.json) print(context.text.flow.started(result.run))
      if (options.detach) {
        if (options.json) printJson(result)
        return
      }
      context.exitCode = await follow(client, result.run, context, { json: options.json === true })
    })
}
