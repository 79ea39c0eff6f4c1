import { writeFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { notice, print, printJson } from '../../say.ts'
import { usesPage } from './uses-page.ts'
import { toHtml, toMarkdown } from './written-page.ts'

const endings = ['.json', '.md', '.html']

export function usesCommand(context: CliContext): Command {
  return command(context, 'dataUses', 'uses <name>', { json: true })
    .option('--export <file>', context.text.commands.dataUses.export)
    .action(async (name: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { export?: string }>()
      const file = options.export
      const ending = file === undefined ? '' : extname(file).toLowerCase()
      if (file !== undefined && !endings.includes(ending))
        throw cliErrors.CLI_INVALID({ name: '--export', expected: endings.join(', ') })
      const document = await connect(homeOf(options)).usage.dataset({ name })
      if (document.unreadable > 0) notice(context.text.usage.unreadable(document.unreadable))
      const page = () => usesPage(document, context)
      if (file === undefined) return options.json ? printJson(document) : print(toMarkdown(page()))
      const written =
        ending === '.json'
          ? `${JSON.stringify(document, null, 1)}\n`
          : ending === '.md'
            ? `${toMarkdown(page())}\n`
            : toHtml(page(), context.locale)
      try {
        writeFileSync(file, written)
      } catch (cause) {
        throw cliErrors.CLI_FILE({ file }, { cause })
      }
      notice(context.text.usage.written(file))
    })
}
