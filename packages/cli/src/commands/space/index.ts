import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, type CommandName, command, type GlobalOptions, homeOf } from '../../context.ts'
import { count, moment, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { spaceText } from './space-view.ts'

type Client = ReturnType<typeof connect>
interface Options extends GlobalOptions {
  charter?: string
  change?: string
  reason?: string
  text?: string
}

export function spaceCommand(context: CliContext): Command {
  const { text, locale } = context
  const words = text.space
  const noun = command(context, 'space', 'space')
  const act = (
    name: CommandName,
    usage: string,
    work: (client: Client, id: string, options: Options) => Promise<unknown>,
    done: string,
  ): Command => {
    const made = command(context, name, usage, { json: true }).action(async (id: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<Options>()
      const result = await work(connect(homeOf(options)), id, options)
      if (options.json) printJson(result)
      else print(done)
    })
    noun.addCommand(made)
    return made
  }
  noun.addCommand(
    command(context, 'spaceList', 'list', { json: true }).action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const all = await connect(homeOf(options)).spaces.list()
      if (options.json) return printJson(all)
      if (all.length === 0) return notice(words.none)
      print(
        table(
          [
            text.columns.id,
            words.at.title,
            words.at.goal,
            words.at.members,
            text.columns.status,
            words.at.runs,
            words.at.until,
          ],
          all.map((s) => [
            s.id.slice(0, 12),
            s.title,
            words.goals[s.goal],
            s.members.join(', '),
            words.statuses[s.status] + (s.awaitsOwn && s.status !== 'invited' ? ` (${words.awaits})` : ''),
            `${count(s.runsUsed, locale)} / ${count(s.runs, locale)}`,
            moment(s.until),
          ]),
        ),
      )
    }),
  )
  noun.addCommand(
    command(context, 'spaceShow', 'show <id>', { json: true }).action(async (id: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const found = await connect(homeOf(options)).spaces.show({ id })
      if (options.json) printJson(found)
      else print(spaceText(found, context))
    }),
  )
  noun.addCommand(
    command(context, 'spaceCreate', 'create <file>', { json: true })
      .option('--change <id>', text.commands.spaceCreate.change)
      .action(async (file: string, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<Options>()
        const client = connect(homeOf(options))
        const { draftOf } = await import('./draft.ts') // components: too much for every other command
        const draft = await draftOf(file, client)
        const made = await client.spaces.propose({
          draft,
          ...(options.change === undefined ? {} : { id: options.change }),
        })
        if (options.json) printJson(made)
        else print(words.proposed(made.id.slice(0, 12)))
      }),
  )
  act(
    'spaceAccept',
    'accept <id>',
    (client, id, { charter }) => client.spaces.accept({ id, ...(charter === undefined ? {} : { charter }) }),
    words.accepted,
  ).option('--charter <hash>', text.commands.spaceAccept.charter)
  act(
    'spaceRefuse',
    'refuse <id>',
    (client, id, { reason = '' }) => client.spaces.refuse({ id, reason }),
    words.refused,
  ).requiredOption('--reason <text>', text.commands.spaceRefuse.reason)
  act(
    'spaceChange',
    'change <id>',
    (client, id, { text: said = '' }) => client.spaces.change({ id, text: said }),
    words.asked,
  ).requiredOption('--text <text>', text.commands.spaceChange.text)
  act('spaceWithdraw', 'withdraw <id>', (client, id) => client.spaces.withdraw({ id }), words.withdrawn)
  act('spaceLeave', 'leave <id>', (client, id) => client.spaces.leave({ id }), words.left)
  act('spaceClose', 'close <id>', (client, id) => client.spaces.close({ id }), words.closed)
  return noun
}
