import { apiErrors } from '@secureflow/api'
import type { Locale } from '@secureflow/base'
import type { Command } from 'commander'
import { type CliContext, command } from '../context.ts'
import { exitCodeOf } from '../exit-code.ts'
import { facts } from '../format.ts'
import { print, printJson } from '../say.ts'
import { textOf } from '../text/index.ts'

export function explainCommand(context: CliContext): Command {
  return command(context, 'explain', 'explain <code>', { json: true }).action(
    async (given: string, options: { json?: boolean }) => {
      const { knownErrors } = await import('../known-errors.ts')
      const { locale, text } = context
      const code = given.toUpperCase()
      const template = knownErrors().get(code)
      if (template === undefined) throw apiErrors.API_NOT_FOUND({ name: given })
      const exitCode = exitCodeOf(template.class)
      if (options.json) return printJson({ code, ...template, exitCode })
      // Both languages, the reader's own first: a code is often asked about together with a partner.
      const said = (language: Locale) =>
        `${template[language]}\n${facts([[`  ${textOf(language).error.fix}`, template.fix[language]]])}`
      print(`${code}  ${said(locale)}\n\n${said(locale === 'en' ? 'zh' : 'en')}`)
      print(`\n${text.error.class}  ${template.class} (${text.error.exit} ${exitCode})`)
    },
  )
}
