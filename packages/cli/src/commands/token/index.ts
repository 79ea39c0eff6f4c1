import { type ApiToken, type PersonRole, personRoles, type TokenScope, tokenScopes } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { moment, table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { personCalled } from '../people/index.ts'

type CreateOptions = GlobalOptions & { for: string; name: string; scope: string; role?: string; days: string }

export function tokenCommand(context: CliContext): Command {
  const { people: say, commands } = context.text
  const noun = command(context, 'token', 'token')
  noun.addCommand(
    command(context, 'tokenCreate', 'create', { json: true })
      .requiredOption('--for <person>', commands.tokenCreate.for)
      .requiredOption('--name <name>', commands.tokenCreate.name)
      .option('--scope <scope>', commands.tokenCreate.scope, 'read')
      .option('--role <role>', commands.tokenCreate.role)
      .option('--days <n>', commands.tokenCreate.days, '30')
      .action(async (_: unknown, self: Command) => {
        const options = self.optsWithGlobals<CreateOptions>()
        const days = Number(options.days)
        if (!(Number.isInteger(days) && days >= 1 && days <= 366))
          throw cliErrors.CLI_INVALID({ name: '--days', expected: '1 … 366' })
        const scope = oneOf<TokenScope>('--scope', options.scope, tokenScopes)
        const role = options.role === undefined ? {} : { role: oneOf<PersonRole>('--role', options.role, personRoles) }
        const client = connect(homeOf(options))
        const { id } = await personCalled(client, options.for)
        const made = await client.people.addToken({ id, name: options.name, scope, days, ...role })
        if (options.json) return printJson(made)
        notice(say.once)
        print(made.secret)
      }),
  )
  noun.addCommand(
    command(context, 'tokenList', 'list', { json: true }).action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const tokens = await connect(homeOf(options)).people.tokens()
      if (options.json) return printJson(tokens)
      if (tokens.length === 0) return notice(say.noTokens)
      print(tokenTable(tokens, context))
    }),
  )
  noun.addCommand(
    command(context, 'tokenRevoke', 'revoke <id>').action(async (id: string, _: unknown, self: Command) => {
      await connect(homeOf(self.optsWithGlobals<GlobalOptions>())).people.revokeToken({ id })
      print(say.revoked)
    }),
  )
  return noun
}

/** @throws CLI_INVALID */
function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw cliErrors.CLI_INVALID({ name, expected: allowed.join(', ') })
  return found
}

const tokenTable = (tokens: readonly ApiToken[], { text: { columns, people: say } }: CliContext): string =>
  table(
    [
      columns.id,
      columns.name,
      say.columns.owner,
      say.columns.role,
      say.columns.scope,
      say.columns.expires,
      say.columns.used,
    ],
    tokens.map((t) => [
      t.id,
      t.name,
      t.person.name,
      t.role,
      t.scope,
      moment(t.expiresAt),
      t.lastUsedAt === undefined ? say.never : moment(t.lastUsedAt),
    ]),
  )
