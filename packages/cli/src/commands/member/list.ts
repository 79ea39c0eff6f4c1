import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'
import { memberTable } from '../network/members.ts'

export function listCommand(context: CliContext): Command {
  return command(context, 'memberList', 'list', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const found = await connect(homeOf(options)).members.list()
    if (options.json) return printJson(found)
    print(memberTable(found.members, context))
    print(`\n${context.text.member.quorum(found.needed, found.quorum)}`)
  })
}
