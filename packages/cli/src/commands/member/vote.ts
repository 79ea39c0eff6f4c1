import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { print, printJson } from '../../say.ts'
import { proposalText } from './proposals.ts'

export function voteCommand(context: CliContext): Command {
  return command(context, 'memberVote', 'vote <proposal>', { json: true }).action(
    async (proposal: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      if (!/^\d{1,9}$/.test(proposal)) throw cliErrors.CLI_INVALID({ name: 'proposal', expected: '0, 1, 2 …' })
      const voted = await connect(homeOf(options)).members.vote({ proposal: Number(proposal) })
      if (options.json) printJson(voted)
      else print(proposalText(voted, context))
    },
  )
}
