import { existsSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { codeCache } from '@secureflow/node/code-cache'
import type { Command } from 'commander'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { facts } from '../../format.ts'
import { notice, print } from '../../say.ts'

/** As `npm run build` leaves it; a node without it is used by command alone. */
const consoleFolder = fileURLToPath(new URL('../../../../console/dist', import.meta.url))

export function startCommand(context: CliContext): Command {
  return command(context, 'nodeStart', 'start', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const { text } = context
    const home = homeOf(options)
    enableCompileCache(codeCache)
    // Loading makes young garbage that outlives one collection; without this the heap grows by 50 MB and keeps them.
    setFlagsFromString('--semi-space-growth-factor=1')
    const { startNode } = await import('@secureflow/node')
    setFlagsFromString('--semi-space-growth-factor=2')
    const node = await startNode({
      home,
      passphrase: process.env.SECUREFLOW_PASSPHRASE,
      console: existsSync(consoleFolder) ? consoleFolder : undefined,
    })
    flushCompileCache() // now, since the process may be killed later
    const { name, url, peerAddress } = node
    if (options.json) print(JSON.stringify({ name, url, peerAddress, pid: process.pid }))
    else {
      print(text.node.up(name))
      print(
        facts([
          [text.columns.people, url],
          [text.columns.peers, peerAddress || '-'],
        ]),
      )
    }
    const signals = ['SIGINT', 'SIGTERM'] as const
    const told = new Promise<void>((resolve) => {
      for (const signal of signals) process.once(signal, () => resolve())
    })
    await Promise.race([told, node.ended])
    if (!options.json) notice(text.node.ending)
    await node.close()
  })
}
