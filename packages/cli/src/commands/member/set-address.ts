import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print } from '../../say.ts'

export function setAddressCommand(context: CliContext): Command {
  return command(context, 'memberSetAddress', 'set-address <address>').action(
    async (address: string, _: unknown, self: Command) => {
      const client = connect(homeOf(self.optsWithGlobals<GlobalOptions>()))
      await client.members.setAddress({ address: address === '-' ? '' : address })
      print(context.text.member.addressed((await client.node.status()).peerAddress || '-'))
    },
  )
}
