import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print } from '../../say.ts'

export function changeAccountCommand(context: CliContext): Command {
  return command(context, 'memberChangeAccount', 'change-account').action(async (_: unknown, self: Command) => {
    const { account } = await connect(homeOf(self.optsWithGlobals<GlobalOptions>())).members.changeAccount()
    print(context.text.member.accountChanged(account))
  })
}
