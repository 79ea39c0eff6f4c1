import { errorFromBody, type RunDetail } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { bytes, facts, moment, table } from '../../format.ts'
import { errorText, print, printJson } from '../../say.ts'
import { partyTable } from '../usage/party-table.ts'

export function showCommand(context: CliContext): Command {
  return command(context, 'runShow', 'show <run>', { json: true }).action(
    async (run: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const detail = await connect(homeOf(options)).runs.show({ run })
      if (options.json) printJson(detail)
      else print(detailText(detail, context))
    },
  )
}

function detailText(run: RunDetail, { text, locale }: CliContext): string {
  const { columns, run: words } = text
  const blocks = [
    facts([
      [columns.run, run.run],
      [columns.flow, run.flow],
      [columns.status, words.status[run.status]],
      [columns.started, moment(run.startedAt)],
      [columns.parties, run.parties.join(', ')],
    ]),
    run.statement[locale].join('\n'),
    table(
      [columns.step, columns.component, columns.parties, columns.status, columns.seconds, '↑', '↓'],
      run.tasks.map((t) => [
        t.step,
        t.component,
        t.parties.map((p) => p.id).join(', '),
        t.attempt > 1 ? `${words.task[t.status]}, ${words.attempt(t.attempt)}` : words.task[t.status],
        t.tookSeconds?.toFixed(1) ?? '-',
        t.bytesSent === undefined ? '-' : bytes(t.bytesSent),
        t.bytesReceived === undefined ? '-' : bytes(t.bytesReceived),
      ]),
    ),
  ]
  blocks.push(partyTable(run.usage, { text }))
  for (const report of run.reports)
    blocks.push(
      `${report.title} (${report.step})\n${facts(Object.entries(report.figures).map(([k, v]) => [`  ${k}`, figure(v)]))}`,
    )
  if (run.outputs.length > 0)
    blocks.push(
      table(
        [columns.output, columns.rows, columns.file],
        run.outputs.map((o) => [`${o.step}.${o.port}`, o.rows === undefined ? '-' : String(o.rows), o.file]),
      ),
    )
  if (run.error !== undefined) blocks.push(errorText(errorFromBody(run.error), locale, text))
  return blocks.join('\n\n')
}

const figure = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(4))
