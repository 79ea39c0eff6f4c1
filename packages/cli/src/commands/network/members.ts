import type { MemberView } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { table } from '../../format.ts'
import { print, printJson } from '../../say.ts'

export function membersCommand(context: CliContext): Command {
  return command(context, 'networkMembers', 'members', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const { members } = await connect(homeOf(options)).network.show()
    if (options.json) printJson(members)
    else print(memberTable(members, context))
  })
}

export function memberTable(members: readonly MemberView[], { text: { columns, member: say } }: CliContext): string {
  return table(
    [columns.member, say.columns.state, say.columns.roles, columns.link, columns.address, columns.account, columns.key],
    members.map((m) => [
      m.founder ? `${m.id} (${columns.founder})` : m.id,
      say.states[m.state],
      m.roles.join(','),
      m.self ? columns.self : m.connected ? columns.up : columns.down,
      m.address || '-',
      m.account,
      m.fingerprint.slice(0, 16),
    ]),
  )
}
