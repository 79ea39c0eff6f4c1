import { setTimeout as pause } from 'node:timers/promises'
import type { NetworkView, WaitingForVotes } from '@secureflow/api'
import { networkErrors } from '@secureflow/node/network/errors'
import type { Client } from '@secureflow/sdk'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { moment } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { memberTable } from './members.ts'

export function joinCommand(context: CliContext): Command {
  return command(context, 'networkJoin', 'join <invitation>', { json: true })
    .option('--no-wait', context.text.commands.networkJoin.noWait)
    .action(async (invitation: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { wait: boolean }>()
      const client = connect(homeOf(options))
      let network = await client.network.join({ invitation })
      if (network.waiting !== undefined) {
        notice(context.text.member.waits(network.founder))
        notice(votes(network.waiting, context))
        if (options.wait) network = await admitted(client, network.waiting, context)
      }
      if (options.json) return printJson(network)
      if (network.waiting !== undefined) return
      print(context.text.network.joined(network.id))
      print(`\n${memberTable(network.members, context)}`)
    })
}

/** The node asks by itself, whether somebody looks on or not. */
async function admitted(client: Client, first: WaitingForVotes, context: CliContext): Promise<NetworkView> {
  let told = first.votes
  for (;;) {
    await pause(1000)
    const { state, waiting, founder = '?' } = await client.members.application()
    if (state === 'joined') return client.network.show()
    if (state !== 'waiting') {
      const { name } = await client.node.status()
      throw networkErrors.NETWORK_APPLICATION_LAPSED({ name }, { party: founder })
    }
    if (waiting === undefined || waiting.votes === told) continue
    told = waiting.votes
    notice(votes(waiting, context))
  }
}

const votes = ({ proposal, votes, needed, voted, expiresAt }: WaitingForVotes, { text }: CliContext): string =>
  text.member.votesOf(
    proposal === undefined ? '?' : String(proposal),
    votes,
    needed,
    voted.join(', '),
    moment(expiresAt),
  )
