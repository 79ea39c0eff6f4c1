import type { Command } from 'commander'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment } from '../../format.ts'
import { print } from '../../say.ts'

export function renewCommand(context: CliContext): Command {
  return command(context, 'nodeRenew', 'renew').action(async (_: unknown, self: Command) => {
    const home = homeOf(self.optsWithGlobals<GlobalOptions>())
    const { renewCertificate } = await import('@secureflow/node/identity/index')
    const { validTo } = await renewCertificate(home, { passphrase: process.env.SECUREFLOW_PASSPHRASE })
    print(context.text.node.renewed(moment(validTo)))
  })
}
