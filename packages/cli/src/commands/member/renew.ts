import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { moment } from '../../format.ts'
import { print, printJson } from '../../say.ts'

type Options = GlobalOptions & { days?: string }

export const renewCommand = (context: CliContext): Command => made(context, false)
export const rotateCommand = (context: CliContext): Command => made(context, true)

function made(context: CliContext, rotate: boolean): Command {
  const name = rotate ? 'memberRotate' : 'memberRenew'
  return command(context, name, rotate ? 'rotate' : 'renew', { json: true })
    .option('--days <n>', context.text.commands[name].days)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<Options>()
      const days = options.days === undefined ? {} : { days: daysOf(options.days) }
      const renewed = await connect(homeOf(options)).members.renew({ rotate, ...days })
      if (options.json) return printJson(renewed)
      const { member: say } = context.text
      const until = moment(renewed.validTo)
      print(rotate ? say.rotated(renewed.fingerprint, until) : say.renewed(until))
    })
}

function daysOf(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days
  throw cliErrors.CLI_INVALID({ name: '--days', expected: '1 … 3650' })
}
