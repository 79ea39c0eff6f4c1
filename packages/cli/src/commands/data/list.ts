import type { Client } from '@secureflow/sdk'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { count, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'

export function listCommand(context: CliContext): Command {
  return command(context, 'dataList', 'list', { json: true })
    .option('--of <member>', context.text.commands.dataList.of)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { of?: string }>()
      const client = connect(homeOf(options))
      if (options.of !== undefined)
        return showOffered(await client.data.offered({ member: options.of }), options, context)
      const datasets = await client.data.list()
      if (options.json) return printJson(datasets)
      const { text, locale } = context
      const { columns } = text
      if (datasets.length === 0) return notice(text.data.none)
      print(
        table(
          [columns.name, columns.rows, columns.columns, columns.id, columns.label, columns.ledger, columns.file],
          datasets.map((d) => [
            d.name,
            count(d.rows, locale),
            String(d.columns.length),
            d.idColumn,
            d.labelColumn ?? '-',
            d.registered ? columns.yes : columns.no,
            d.path,
          ]),
        ),
      )
    })
}

type Offered = Awaited<ReturnType<Client['data']['offered']>>

function showOffered(datasets: Offered, { json }: GlobalOptions, { text, locale }: CliContext): void {
  const { columns } = text
  const names = (d: Offered[number]) => d.schema.columns.map((c) => c.name).join(', ')
  const rows = datasets.map((d) => [d.name, count(d.rows, locale), names(d)])
  if (json) printJson(datasets)
  else if (datasets.length === 0) notice(text.data.noneOffered)
  else print(table([columns.name, columns.rows, columns.columns], rows))
}
