import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { facts, moment } from '../../format.ts'
import { print, printJson } from '../../say.ts'

export function showCommand(context: CliContext): Command {
  return command(context, 'memberShow', 'show <name>', { json: true }).action(
    async (name: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const member = await connect(homeOf(options)).members.show({ member: name })
      if (options.json) return printJson(member)
      const { columns, member: say } = context.text
      print(
        facts([
          [columns.member, member.id],
          [say.columns.state, say.states[member.state]],
          [say.columns.roles, member.roles.join(', ')],
          [columns.link, member.self ? columns.self : member.connected ? columns.up : columns.down],
          ...(member.problem === undefined ? [] : [[say.columns.problem, member.problem] as const]),
          [columns.address, member.address || '-'],
          [columns.account, member.account],
          [columns.key, member.fingerprint],
          [say.columns.certificate, member.certificate],
          ...(member.expiresAt === undefined ? [] : [[say.columns.expires, moment(member.expiresAt)] as const]),
        ]),
      )
    },
  )
}
