import type { Command } from 'commander'
import { connect, urlOf } from '../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../context.ts'
import { moment } from '../format.ts'
import { notice, print } from '../say.ts'

export function consoleCommand(context: CliContext): Command {
  return command(context, 'console', 'console', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const { text } = context
    const home = homeOf(options)
    const client = connect(home)
    const [{ empty }, { fingerprint }] = await Promise.all([client.session.show(), client.node.status()])
    const code = empty ? await client.session.code() : undefined
    // After #: a browser keeps it to itself, and no log sees it.
    const url = `${urlOf(home)}/console/${code === undefined ? '' : `set-up#${code.code}`}`
    if (options.json) {
      print(JSON.stringify({ url, fingerprint, ...(code === undefined ? {} : { expiresAt: code.expiresAt }) }))
      return
    }
    notice(
      code === undefined
        ? text.console.open(fingerprint)
        : `${text.console.open(fingerprint)}\n${text.console.first(moment(code.expiresAt))}`,
    )
    print(url)
  })
}
