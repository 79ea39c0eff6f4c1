import type { Simulated } from '@secureflow/api'
import { parseTerms } from '@secureflow/flow'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { facts, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { readFlow } from '../flow/read-flow.ts'

interface CheckOptions extends GlobalOptions {
  terms: string
  asset?: string
  by?: string
}

export function termsCommand(context: CliContext): Command {
  const { text } = context
  const noun = command(context, 'terms', 'terms')
  noun.addCommand(
    command(context, 'termsCheck', 'check [flow]', { json: true })
      .requiredOption('--terms <file>', text.commands.termsCheck.terms)
      .option('--asset <name>', text.commands.termsCheck.asset)
      .option('--by <member>', text.commands.termsCheck.by)
      .action(async (file: string | undefined, _: unknown, self: Command) => {
        const { terms, asset, by, ...options } = self.optsWithGlobals<CheckOptions>()
        const simulated = await connect(homeOf(options)).terms.simulate({
          terms: parseTerms(readFlow(terms)),
          ...(asset === undefined ? {} : { asset }),
          ...(by === undefined ? {} : { initiator: by }),
          ...(file === undefined ? {} : { flow: readFlow(file) }),
        })
        if (options.json) return printJson(simulated)
        if (simulated.length === 0) return notice(text.request.nothingAsked)
        print(simulatedText(simulated, context))
      }),
  )
  return noun
}

function simulatedText(simulated: readonly Simulated[], { text, locale }: CliContext): string {
  const { columns, request: words } = text
  const at = words.columns
  const head = [columns.id, at.from, columns.flow, at.asset, at.inForce, at.draft]
  const rows = simulated.map((s) => [
    s.request === '' ? '-' : s.request.slice(0, 12),
    s.initiator,
    s.flow,
    s.name,
    words.verdicts[s.inForce],
    words.verdicts[s.draft],
  ])
  const why = simulated
    .filter((s) => s.reasons.length > 0)
    .map((s) => {
      const reasons = s.reasons.map((r): [string, string] => [`  ${r.code}`, r.what[locale]])
      const change = (s.change?.[locale] ?? []).map((line, i): [string, string] => [
        i === 0 ? `  ${at.change}` : '',
        line,
      ])
      return `${s.request === '' ? s.flow : s.request.slice(0, 12)}  ${s.name}\n${facts([...reasons, ...change])}`
    })
  return [table(head, rows), ...why].join('\n\n')
}
