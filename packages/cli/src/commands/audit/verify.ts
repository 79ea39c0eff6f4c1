import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { exitCodeOf } from '../../exit-code.ts'
import { count, facts } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'

export function verifyCommand(context: CliContext): Command {
  return command(context, 'auditVerify', 'verify', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const report = await connect(homeOf(options)).audit.verify()
    const { text, locale } = context
    if (report.findings.length > 0) context.exitCode = exitCodeOf('peer')
    if (options.json) return printJson(report)
    const { entries, receipts, runs, findings } = report
    if (findings.length === 0)
      return print(text.audit.ok(count(entries, locale), count(receipts, locale), count(runs, locale)))
    notice(text.audit.bad(findings.length))
    for (const { code, party, what, fix } of findings) {
      const lines: [string, string][] = party === undefined ? [] : [[`  ${text.error.party}`, party]]
      notice(`${code}  ${what[locale]}\n${facts([...lines, [`  ${text.error.fix}`, fix[locale]]])}`)
    }
  })
}
