import type { Command } from 'commander'
import { type CliContext, command, homeOf } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { facts } from '../format.ts'
import { notice, print, printJson } from '../say.ts'

interface Options {
  home?: string
  json?: boolean
  name: string
  people?: string
  peers?: string
  advertise?: string
}

export function initCommand(context: CliContext): Command {
  const text = context.text.commands.init
  return command(context, 'init', 'init', { json: true })
    .requiredOption('--name <name>', text.name)
    .option('--people <host:port>', text.people)
    .option('--peers <host:port>', text.peers)
    .option('--advertise <host:port>', text.advertise)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<Options>()
      const { locale, text } = context
      const { initHome } = await import('@secureflow/node/identity/index')
      const made = await initHome({
        home: homeOf(options),
        name: options.name,
        locale,
        passphrase: process.env.SECUREFLOW_PASSPHRASE,
        ...(options.people === undefined ? {} : { people: hostPort('--people', options.people) }),
        ...(options.peers === undefined
          ? {}
          : { peers: options.peers === 'none' ? null : hostPort('--peers', options.peers) }),
        ...(options.advertise === undefined ? {} : { advertise: checked('--advertise', options.advertise) }),
      })
      if (options.json) printJson({ ...made, home: homeOf(options) })
      else {
        print(text.init.made(made.name))
        print(
          facts([
            [text.columns.account, made.account],
            [text.columns.key, made.fingerprint],
            [text.columns.file, homeOf(options)],
          ]),
        )
      }
      if (made.passphraseFile !== undefined) notice(`\n${text.init.passphrase(made.passphraseFile)}`)
    })
}

function hostPort(name: string, value: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(value)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) throw cliErrors.CLI_INVALID({ name, expected: 'host:port' })
  return { host: match[1]!.replace(/^\[(.*)\]$/, '$1'), port }
}

function checked(name: string, value: string): string {
  hostPort(name, value)
  return value
}
