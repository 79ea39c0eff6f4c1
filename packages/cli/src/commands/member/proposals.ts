import type { ProposalView } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment, table } from '../../format.ts'
import { print, printJson } from '../../say.ts'

export function proposalsCommand(context: CliContext): Command {
  return command(context, 'memberProposals', 'proposals', { json: true })
    .option('--open', context.text.commands.memberProposals.open)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { open?: boolean }>()
      const all = await connect(homeOf(options)).members.proposals()
      const proposals = options.open ? all.filter((p) => p.state === 'open') : all
      if (options.json) printJson(proposals)
      else print(proposals.length === 0 ? context.text.member.noProposals : proposalTable(proposals, context))
    })
}

function proposalTable(proposals: readonly ProposalView[], { text: { member: say } }: CliContext): string {
  const { columns } = say
  return table(
    [columns.id, columns.what, columns.state, columns.votes, columns.voted, columns.until, columns.own],
    proposals.map((p) => [
      String(p.id),
      [say.actions[p.action], p.member ?? p.quorum, p.roles.join(',')].join(' ').trimEnd(),
      say.proposalStates[p.state],
      `${p.votes}/${p.needed}`,
      p.voted.join(', '),
      moment(p.expiresAt),
      p.awaitsOwnVote ? say.awaited : '',
    ]),
  )
}

/** What became of a proposal, after it was made or voted on. */
export function proposalText(p: ProposalView, { text: { member: say } }: CliContext): string {
  if (p.state === 'carried') return say.carried(p.id)
  const stands = say.open(p.id, p.votes, p.needed, moment(p.expiresAt))
  return p.candidate === undefined ? stands : `${stands}\n${say.admits(p.candidate.id, p.candidate.fingerprint)}`
}
