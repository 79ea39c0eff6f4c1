import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { waitingText } from './waiting.ts'

export function listCommand(context: CliContext): Command {
  const { columns, request: words } = context.text
  return command(context, 'requestList', 'list', { json: true })
    .option('--waiting', context.text.commands.requestList.waiting)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { waiting?: boolean }>()
      const all = await connect(homeOf(options)).requests.list()
      const requests = options.waiting ? all.filter((r) => r.status === 'waiting') : all
      if (options.json) return printJson(requests)
      if (requests.length === 0) return notice(words.none)
      const at = words.columns
      print(
        table(
          [columns.id, at.direction, at.from, columns.flow, at.purpose, columns.status, at.asked, at.waiting],
          requests.map((r) => [
            r.id.slice(0, 12),
            r.kind === 'vouch' ? words.kinds.vouch : words.directions[r.direction],
            r.initiator,
            r.flow,
            r.purpose,
            r.code === undefined ? words.statuses[r.status] : `${words.statuses[r.status]} (${r.code})`,
            moment(r.askedAt),
            waitingText(r.waiting, context),
          ]),
        ),
      )
    })
}
