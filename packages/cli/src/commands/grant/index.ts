import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { notice, print, printJson } from '../../say.ts'
import { grantTable, grantText } from './grant-view.ts'

export function grantCommand(context: CliContext): Command {
  const words = context.text.request
  const noun = command(context, 'grant', 'grant')
  noun.addCommand(
    command(context, 'grantList', 'list', { json: true }).action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const grants = await connect(homeOf(options)).grants.list()
      if (options.json) return printJson(grants)
      if (grants.length === 0) return notice(words.noGrants)
      print(grantTable(grants, context))
    }),
  )
  noun.addCommand(
    command(context, 'grantShow', 'show <id>', { json: true }).action(async (id: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const grant = await connect(homeOf(options)).grants.show({ id })
      if (options.json) printJson(grant)
      else print(grantText(grant, context))
    }),
  )
  noun.addCommand(
    command(context, 'grantRevoke', 'revoke <id>', { json: true }).action(
      async (id: string, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<GlobalOptions>()
        const done = await connect(homeOf(options)).grants.revoke({ id })
        if (options.json) return printJson(done)
        print(words.revoked)
        if (done.stopped.length > 0) print(words.stopped(done.stopped.map((r) => r.slice(0, 16)).join(', ')))
        if (!done.onLedger) notice(words.notYetOnLedger)
      },
    ),
  )
  return noun
}
