import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'

export function listCommand(context: CliContext): Command {
  return command(context, 'runList', 'list', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const runs = await connect(homeOf(options)).runs.list()
    if (options.json) return printJson(runs)
    const { columns, run: words } = context.text
    if (runs.length === 0) return notice(words.none)
    print(
      table(
        [columns.run, columns.flow, columns.status, columns.started, columns.parties],
        runs.map((r) => [
          r.run.slice(0, 16), // as much as `run show` needs
          r.flow,
          r.code === undefined ? words.status[r.status] : `${words.status[r.status]} (${r.code})`,
          moment(r.startedAt),
          r.parties.join(', '),
        ]),
      ),
    )
  })
}
