import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { moment } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'

export function inviteCommand(context: CliContext): Command {
  return command(context, 'networkInvite', 'invite', { json: true })
    .option('--hours <n>', context.text.commands.networkInvite.hours, '24')
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { hours: string }>()
      const validForSeconds = Math.round(Number(options.hours) * 3600)
      if (!(validForSeconds >= 1 && validForSeconds <= 30 * 86400))
        throw cliErrors.CLI_INVALID({ name: '--hours', expected: '0.001 … 720' })
      const { invitation, expiresAt } = await connect(homeOf(options)).network.invite({ validForSeconds })
      if (options.json) return printJson({ invitation, expiresAt })
      notice(context.text.network.invitation(moment(expiresAt)))
      print(invitation)
    })
}
