import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { facts, moment } from '../../format.ts'
import { print, printJson } from '../../say.ts'
import { memberTable } from '../network/members.ts'

export function statusCommand(context: CliContext): Command {
  return command(context, 'nodeStatus', 'status', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const status = await connect(homeOf(options)).node.status()
    if (options.json) return printJson(status)
    const { columns, node } = context.text
    print(
      facts([
        [columns.member, status.name],
        [columns.account, status.account],
        [columns.key, status.fingerprint],
        [columns.certificate, moment(status.expiresAt)],
        [columns.peers, status.peerAddress || '-'],
        [columns.network, status.network === undefined ? node.noNetwork : status.network.id],
        ...(status.network === undefined ? [] : [[columns.height, String(status.network.height)] as const]),
      ]),
    )
    const { standing } = status
    if (standing !== undefined && standing.state !== 'active')
      print(`\n${context.text.member.notActive(context.text.member.states[standing.state], standing.by.join(', '))}`)
    if (status.nextAccount !== undefined) print(`\n${context.text.member.accountChanged(status.nextAccount)}`)
    if (status.expiresAt - Date.now() < 30 * 86_400_000)
      print(`\n${context.text.member.expiresSoon(moment(status.expiresAt))}`)
    if (status.network !== undefined) print(`\n${memberTable(status.network.members, context)}`)
  })
}
