import { memberRoles, type ProposalAction, proposalActions } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { print, printJson } from '../../say.ts'
import { proposalText } from './proposals.ts'

type Options = GlobalOptions & { days: string; roles?: string }

export function proposeCommand(context: CliContext): Command {
  const { days, roles } = context.text.commands.memberPropose
  return command(context, 'memberPropose', 'propose <action> [subject] [roles]', { json: true })
    .option('--days <n>', days, '7')
    .option('--roles <roles>', roles)
    .action(
      async (action: string, subject: string | undefined, given: string | undefined, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<Options>()
        const wanted = given ?? options.roles
        const made = await connect(homeOf(options)).members.propose({
          action: actionOf(action),
          ...(subject === undefined
            ? {}
            : action === 'set-quorum'
              ? { quorum: quorumOf(subject) }
              : { member: subject }),
          ...(wanted === undefined ? {} : { roles: rolesOf(wanted) }),
          days: daysOf(options.days),
        })
        if (options.json) printJson(made)
        else print(proposalText(made, context))
      },
    )
}

function actionOf(text: string): ProposalAction {
  const action = proposalActions.find((a) => a === text)
  if (action === undefined) throw cliErrors.CLI_INVALID({ name: 'action', expected: proposalActions.join(', ') })
  return action
}

function rolesOf(text: string) {
  const names = text.split(',').map((name) => name.trim())
  const roles = memberRoles.filter((role) => names.includes(role))
  if (roles.length !== names.length) throw cliErrors.CLI_INVALID({ name: 'roles', expected: memberRoles.join(', ') })
  return roles
}

export function quorumOf(text: string): number {
  const quorum = Number(text)
  if (Number.isInteger(quorum) && quorum >= 1 && quorum <= 1000) return quorum
  throw cliErrors.CLI_INVALID({ name: 'quorum', expected: '1 … 1000' })
}

function daysOf(text: string): number {
  const days = Number(text)
  if (days >= 0.00001 && days <= 90) return days
  throw cliErrors.CLI_INVALID({ name: '--days', expected: '0.00001 … 90' })
}
