import { randomBytes } from 'node:crypto'
import type { Person } from '@secureflow/api'
import type { Client } from '@secureflow/sdk'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { moment, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'

export function peopleCommand(context: CliContext): Command {
  const { people: say } = context.text
  const noun = command(context, 'people', 'people')
  noun.addCommand(
    command(context, 'peopleList', 'list', { json: true }).action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const people = await connect(homeOf(options)).people.list()
      if (options.json) return printJson(people)
      if (people.length === 0) return notice(say.none)
      print(peopleTable(people, context))
    }),
  )
  noun.addCommand(
    command(context, 'peopleUnlock', 'unlock <name>').action(async (name: string, _: unknown, self: Command) => {
      const client = connect(homeOf(self.optsWithGlobals<GlobalOptions>()))
      await client.people.change({ id: (await personCalled(client, name)).id, unlock: true })
      print(say.unlocked)
    }),
  )
  noun.addCommand(
    command(context, 'peopleReset', 'reset <name>').action(async (name: string, _: unknown, self: Command) => {
      const client = connect(homeOf(self.optsWithGlobals<GlobalOptions>()))
      const { id } = await personCalled(client, name)
      const password = randomBytes(15).toString('base64url')
      await client.people.change({ id, password, resetSecondFactor: true })
      notice(say.resetTo)
      print(password)
    }),
  )
  return noun
}

/** @throws CLI_NOBODY */
export async function personCalled(client: Client, name: string): Promise<Person> {
  const same = (text: string) => text.normalize('NFKC').toLowerCase()
  const found = (await client.people.list()).find((p) => same(p.name) === same(name))
  if (found === undefined) throw cliErrors.CLI_NOBODY({ name })
  return found
}

function peopleTable(people: readonly Person[], { text: { columns, people: say } }: CliContext): string {
  const states = (p: Person) => [
    ...(p.disabled ? [say.states.disabled] : []),
    ...((p.lockedUntil ?? 0) > Date.now() ? [say.states.locked] : []),
    ...(p.secondFactor ? [say.states.second] : []),
    ...(p.provider ? [say.states.provider] : []),
  ]
  return table(
    [columns.name, say.columns.role, say.columns.last, say.columns.status],
    people.map((p) => [
      p.name,
      p.role,
      p.lastSeenAt === undefined ? say.never : moment(p.lastSeenAt),
      states(p).join(', ') || '-',
    ]),
  )
}
