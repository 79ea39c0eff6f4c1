import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, type CommandName, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { print, printJson } from '../../say.ts'
import { listCommand } from './list.ts'
import { requestText } from './request-view.ts'

export function requestCommand(context: CliContext): Command {
  const { text } = context
  const noun = command(context, 'request', 'request')
  noun.addCommand(listCommand(context))
  noun.addCommand(
    command(context, 'requestShow', 'show <id>', { json: true }).action(
      async (id: string, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<GlobalOptions>()
        const found = await connect(homeOf(options)).requests.show({ id })
        if (options.json) printJson(found)
        else print(requestText(found, context))
      },
    ),
  )
  noun.addCommand(
    decision(context, 'requestApprove', 'approve', async (client, id, { uses, until }) => {
      const agreed = { uses: wholeNumber(uses ?? '1'), ...(until === undefined ? {} : { until: instant(until) }) }
      const { kind } = await client.requests.approve({ id, ...agreed })
      return kind === 'vouch' ? text.request.endorsed : text.request.approved
    })
      .option('--uses <n>', text.commands.requestApprove.uses)
      .option('--until <date>', text.commands.requestApprove.until),
  )
  noun.addCommand(
    decision(context, 'requestRefuse', 'refuse', async (client, id, { reason }) => {
      await client.requests.refuse({ id, ...(reason === undefined ? {} : { reason }) })
      return text.request.refused
    }).option('--reason <text>', text.commands.requestRefuse.reason),
  )
  noun.addCommand(
    decision(context, 'requestAsk', 'ask', async (client, id, { text: said = '' }) => {
      await client.requests.ask({ id, text: said })
      return text.request.asked
    }).requiredOption('--text <text>', text.commands.requestAsk.text),
  )
  noun.addCommand(
    decision(context, 'requestAnswer', 'answer', async (client, id, { text: said = '' }) => {
      await client.requests.answer({ id, text: said })
      return text.request.asked
    }).requiredOption('--text <text>', text.commands.requestAnswer.text),
  )
  noun.addCommand(
    decision(context, 'requestWithdraw', 'withdraw', async (client, id) => {
      await client.requests.withdraw({ id })
      return text.request.withdrawn
    }),
  )
  return noun
}

interface Decided extends GlobalOptions {
  uses?: string
  until?: string
  reason?: string
  text?: string
}

function decision(
  context: CliContext,
  name: CommandName,
  verb: string,
  act: (client: ReturnType<typeof connect>, id: string, options: Decided) => Promise<string>,
): Command {
  return command(context, name, `${verb} <id>`).action(async (id: string, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<Decided>()
    print(await act(connect(homeOf(options)), id, options))
  })
}

function wholeNumber(given: string): number {
  if (!/^[1-9]\d{0,5}$/.test(given)) throw cliErrors.CLI_INVALID({ name: '--uses', expected: '1, 2, 3 …' })
  return Number(given)
}

function instant(given: string): number {
  const at = /^\d{4}-\d\d-\d\d(T.*)?$/.test(given) ? Date.parse(given) : Number.NaN
  if (!(at > Date.now())) throw cliErrors.CLI_INVALID({ name: '--until', expected: '2027-06-30, 2027-06-30T12:00Z' })
  return at
}
