import { resolve } from 'node:path'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'
import { type DescribingOptions, describing, descriptionOf, listOf, readTerms } from '../asset/options.ts'

interface Options extends DescribingOptions {
  path?: string
  id?: string
  label?: string
  terms?: string
  allow?: string
  retirePrevious?: boolean
}

export function versionCommand(context: CliContext): Command {
  const { dataAdd, dataVersion } = context.text.commands
  return describing(command(context, 'dataVersion', 'version <name>', { json: true }), context)
    .option('--path <file>', dataVersion.path)
    .option('--id <column>', dataAdd.id)
    .option('--label <column>', dataAdd.label)
    .option('--terms <file>', dataAdd.terms)
    .option('--allow <members>', dataAdd.allow)
    .option('--retire-previous', dataVersion.retirePrevious)
    .action(async (name: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<Options>()
      const client = connect(homeOf(options))
      const added = await client.data.version({
        name,
        ...(options.path === undefined ? {} : { path: resolve(options.path) }),
        ...(options.id === undefined ? {} : { id: options.id }),
        ...(options.label === undefined ? {} : { label: options.label }),
        ...(options.terms === undefined ? {} : { terms: readTerms(options.terms) }),
        ...(options.allow === undefined ? {} : { allow: listOf(options.allow) }),
        retirePrevious: options.retirePrevious ?? false,
        ...descriptionOf(options),
      })
      if (options.json) return printJson(added)
      const version = added.token === undefined ? '1' : String((await client.assets.show({ asset: name })).version)
      print(context.text.asset.say.version(added.name, version))
    })
}

export function termsCommand(context: CliContext): Command {
  return command(context, 'dataTerms', 'terms <name>', { json: true })
    .requiredOption('--terms <file>', context.text.commands.dataAdd.terms)
    .action(async (name: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { terms: string }>()
      const changed = await connect(homeOf(options)).data.setTerms({ name, terms: readTerms(options.terms) })
      if (options.json) printJson(changed)
      else print(context.text.asset.say.termsChanged(changed.name))
    })
}
