import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment, table } from '../../format.ts'
import { print, printJson } from '../../say.ts'

export function candidatesCommand(context: CliContext): Command {
  return command(context, 'memberCandidates', 'candidates', { json: true }).action(
    async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const candidates = await connect(homeOf(options)).members.candidates()
      if (options.json) return printJson(candidates)
      const { columns, member: say } = context.text
      if (candidates.length === 0) return print(say.noCandidates)
      print(
        table(
          [columns.member, columns.account, columns.key, say.columns.until],
          candidates.map((c) => [c.id, c.account, c.fingerprint, moment(c.expiresAt)]),
        ),
      )
    },
  )
}
