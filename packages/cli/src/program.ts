/** Builds the command tree, runs one command, and turns whatever it threw into one printed error and an exit code. */
import { release } from '@secureflow/api'
import { baseErrors, type SecureflowError } from '@secureflow/base'
import { Command, CommanderError } from 'commander'
import { assetCommand } from './commands/asset/index.ts'
import { auditCommand } from './commands/audit/index.ts'
import { backupCommand } from './commands/backup/index.ts'
import { consoleCommand } from './commands/console.ts'
import { dataCommand } from './commands/data/index.ts'
import { demoCommand } from './commands/demo/index.ts'
import { explainCommand } from './commands/explain.ts'
import { flowCommand } from './commands/flow/index.ts'
import { grantCommand } from './commands/grant/index.ts'
import { initCommand } from './commands/init.ts'
import { memberCommand } from './commands/member/index.ts'
import { networkCommand } from './commands/network/index.ts'
import { nodeCommand } from './commands/node/index.ts'
import { peopleCommand } from './commands/people/index.ts'
import { requestCommand } from './commands/request/index.ts'
import { runNoun } from './commands/run/index.ts'
import { spaceCommand } from './commands/space/index.ts'
import { termsCommand } from './commands/terms/index.ts'
import { tokenCommand } from './commands/token/index.ts'
import { usageCommand } from './commands/usage/index.ts'
import { type CliContext, newContext } from './context.ts'
import { cliErrors } from './errors.ts'
import { exitCodeOf } from './exit-code.ts'
import { printError } from './say.ts'
import { localeOf } from './text/index.ts'

/** @returns the exit code */
export async function runCommand(args: readonly string[]): Promise<number> {
  const locale = localeOf(args, process.env)
  const context = newContext(locale)
  try {
    await buildProgram(context).parseAsync(args, { from: 'user' })
    return context.exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    // A noun without a verb: commander has shown its help.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return exitCodeOf('input')
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown
    return exitCodeOf(printError(error, locale, context.text, args.includes('--json')).class)
  }
}

function buildProgram(context: CliContext): Command {
  const { text } = context
  const program = new Command('secureflow')
    .description(text.tagline)
    .option('--home <folder>', text.options.home)
    .option('--locale <language>', text.options.locale)
    .version(release, '-V, --version', text.options.version)
    .addHelpText('after', `\n${text.help.examples}\n${text.examples.replaceAll(/^/gm, '  ')}\n\n${text.help.codes}`)
  for (const make of [
    initCommand,
    nodeCommand,
    networkCommand,
    memberCommand,
    dataCommand,
    assetCommand,
    flowCommand,
    runNoun,
    spaceCommand,
    usageCommand,
    requestCommand,
    grantCommand,
    termsCommand,
    auditCommand,
    consoleCommand,
    peopleCommand,
    tokenCommand,
    backupCommand,
    explainCommand,
    demoCommand,
  ])
    program.addCommand(make(context))
  prepare(program, context)
  return program
}

/** Applies the language and the way of failing to the whole tree: commander passes neither down to added commands. */
function prepare(command: Command, context: CliContext): void {
  const { help } = context.text
  command
    .exitOverride()
    .helpOption('-h, --help', help.option)
    .helpCommand(false)
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      styleTitle: (title) => help.titles[title as keyof typeof help.titles] ?? title,
      showGlobalOptions: true,
    })
  for (const sub of command.commands) prepare(sub, context)
}

function usageError(error: CommanderError): SecureflowError {
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownCommand':
      return cliErrors.CLI_UNKNOWN_COMMAND({ name })
    case 'commander.unknownOption':
      return cliErrors.CLI_UNKNOWN_OPTION({ name })
    case 'commander.missingArgument':
    case 'commander.missingMandatoryOptionValue':
    case 'commander.optionMissingArgument':
      return cliErrors.CLI_MISSING({ name })
    case 'commander.excessArguments':
      return cliErrors.CLI_TOO_MUCH({})
    default:
      return baseErrors.INVALID_VALUE({ label: 'command line', expected: 'known options', received: error.code })
  }
}
