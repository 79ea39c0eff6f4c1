import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { count, facts } from '../../format.ts'
import { print, printJson } from '../../say.ts'

export function showCommand(context: CliContext): Command {
  return command(context, 'dataShow', 'show <name>', { json: true }).action(
    async (name: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const dataset = await connect(homeOf(options)).data.show({ name })
      if (options.json) return printJson(dataset)
      const { text, locale } = context
      const { columns } = text
      print(
        facts([
          [columns.name, dataset.name],
          [columns.file, dataset.path],
          [columns.rows, count(dataset.rows, locale)],
          [columns.columns, dataset.columns.map((c) => `${c.name} (${c.type})`).join(', ')],
          [columns.id, dataset.idColumn],
          [columns.label, dataset.labelColumn ?? '-'],
          [columns.digest, dataset.digest],
          [columns.ledger, dataset.registered ? columns.yes : columns.no],
        ]),
      )
      print(`${columns.terms}\n${JSON.stringify(dataset.terms, null, 2).replaceAll(/^/gm, '  ')}`)
    },
  )
}
