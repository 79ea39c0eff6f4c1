import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment } from '../../format.ts'
import { print } from '../../say.ts'

/** A running node registers the certificate at once; one that does not run, at its next start. */
export function renewCommand(context: CliContext): Command {
  return command(context, 'nodeRenew', 'renew').action(async (_: unknown, self: Command) => {
    const home = homeOf(self.optsWithGlobals<GlobalOptions>())
    const client = connect(home)
    const runs = await client.node.status().then(
      (status) => status.network !== undefined,
      () => false, // whatever keeps it from answering, an expired certificate among others
    )
    if (runs) {
      const { validTo } = await client.members.renew({})
      return print(context.text.member.renewed(moment(validTo)))
    }
    const { renewCertificate } = await import('@secureflow/node/identity/index')
    const { validTo } = await renewCertificate(home, { passphrase: process.env.SECUREFLOW_PASSPHRASE })
    print(context.text.node.renewed(moment(validTo)))
  })
}
