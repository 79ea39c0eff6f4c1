import { resolve } from 'node:path'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, homeOf } from '../../context.ts'
import { count } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { type DescribingOptions, describing, descriptionOf, listOf, readTerms } from '../asset/options.ts'

interface Options extends DescribingOptions {
  name: string
  id: string
  label?: string
  terms?: string
  allow?: string
}

export function addCommand(context: CliContext): Command {
  const about = context.text.commands.dataAdd
  return describing(command(context, 'dataAdd', 'add <file>', { json: true }), context)
    .requiredOption('--name <name>', about.name)
    .requiredOption('--id <column>', about.id)
    .option('--label <column>', about.label)
    .option('--terms <file>', about.terms)
    .option('--allow <members>', about.allow)
    .action(async (file: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<Options>()
      const added = await connect(homeOf(options)).data.add({
        path: resolve(file),
        name: options.name,
        id: options.id,
        ...(options.label === undefined ? {} : { label: options.label }),
        ...(options.terms === undefined ? {} : { terms: readTerms(options.terms) }),
        ...(options.allow === undefined ? {} : { allow: listOf(options.allow) }),
        ...descriptionOf(options),
      })
      if (options.json) return printJson(added)
      const { text, locale } = context
      print(text.data.added(added.name, count(added.rows, locale), added.columns.length))
      if (options.terms === undefined && options.allow === undefined) notice(text.data.denied)
    })
}
