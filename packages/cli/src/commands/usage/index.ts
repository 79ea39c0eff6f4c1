import { type UsageReport, usageBy } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { bytes, count, moment, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { partyTable } from './party-table.ts'

type By = (typeof usageBy)[number]

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

function reportText({ runs = [], assets = [], partners = [] }: UsageReport, by: By, context: CliContext): string {
  const { text, locale } = context
  const { columns, usage } = text
  if (by === 'run')
    return runs.length === 0
      ? ''
      : [
          ...runs.map((r) =>
            [
              `${r.run.slice(0, 12)}  ${r.flow}  ${text.run.status[r.status]}  ${moment(r.startedAt)}`,
              partyTable(r.parties, context).replaceAll(/^/gm, '  '),
            ].join('\n'),
          ),
          usage.measured,
        ].join('\n\n')
  const { columns: own } = usage
  if (by === 'partner')
    return partners.length === 0
      ? ''
      : [
          table(
            [own.partner, own.runs, '↑', '↓', columns.seconds, own.cpu],
            partners.map((p) => [
              p.partner,
              String(p.runs),
              bytes(p.bytesSent),
              bytes(p.bytesReceived),
              p.seconds.toFixed(1),
              p.cpuSeconds.toFixed(1),
            ]),
          ),
          usage.measured,
        ].join('\n\n')
  if (assets.length === 0) return ''
  return table(
    [
      own.dataset,
      own.asked,
      own.refused,
      own.uses,
      own.failed,
      columns.rows,
      own.releases,
      own.epsilon,
      own.askers,
      own.last,
    ],
    assets.map((a) => [
      a.name,
      String(a.demand.allowed + a.demand.waits + a.demand.refused),
      String(a.demand.refused),
      String(a.uses),
      String(a.failed),
      count(a.rows, locale),
      String(a.releases),
      a.epsilonUnknown > 0 ? `≥ ${a.epsilon}` : String(a.epsilon),
      a.askers.map((by) => `${by.member} ${by.uses}`).join(', '),
      a.lastUsedAt === undefined ? '-' : moment(a.lastUsedAt),
    ]),
  )
}
