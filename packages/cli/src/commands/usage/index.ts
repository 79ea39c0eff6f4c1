import { usageBy } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { notice, print, printJson } from '../../say.ts'
import { reportText } from './report-text.ts'

export function usageCommand(context: CliContext): Command {
  const { by: aboutBy, since: aboutSince } = context.text.commands.usage
  return command(context, 'usage', 'usage', { json: true })
    .option('--by <what>', aboutBy, 'run')
    .option('--since <day>', aboutSince)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { by: string; since?: string }>()
      const by = usageBy.find((each) => each === options.by)
      if (by === undefined) throw cliErrors.CLI_INVALID({ name: '--by', expected: usageBy.join(', ') })
      const since = options.since === undefined ? undefined : timeOf(options.since)
      const client = connect(homeOf(options))
      const report = await client.usage.show({ by, ...(since === undefined ? {} : { since }) })
      if (options.json) return printJson(report)
      if (report.unreadable > 0) notice(context.text.usage.unreadable(report.unreadable))
      const text = reportText(report, by, context)
      if (text === '') return notice(context.text.usage.none)
      print(text)
    })
}

function timeOf(written: string): number {
  const time = Date.parse(written)
  if (Number.isNaN(time) || time < 0) throw cliErrors.CLI_INVALID({ name: '--since', expected: '2026-01-31' })
  return time
}
