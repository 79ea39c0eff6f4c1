/** The three nodes of the demo: real processes on loopback, each with a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locale } from '@secureflow/base'
import { initHome } from '@secureflow/node/identity/index'
import type { Client } from '@secureflow/sdk'
import { connect } from '../../connect.ts'
import { cliErrors } from '../../errors.ts'

export interface DemoNode {
  member: string
  home: string
  client: Client
  url: string
  peerAddress: string
  process: ChildProcess
}

const entry = fileURLToPath(new URL('../../main.ts', import.meta.url))

/** Makes the home and starts `secureflow node start` on it. */
export async function startDemoNode(folder: string, member: string, locale: Locale): Promise<DemoNode> {
  const home = join(folder, member)
  const loopback = { host: '127.0.0.1', port: 0 }
  await initHome({ home, name: member, locale, people: loopback, peers: loopback, passphrase: undefined })
  const child = spawn(process.execPath, [entry, '--home', home, 'node', 'start', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a Ctrl-C in the terminal ends the demo, which then ends them in good order
  })
  const ready = await firstLine(child)
  if (ready === undefined) throw cliErrors.DEMO_NODE_DIED({ member, home })
  const { url, peerAddress } = JSON.parse(ready) as { url: string; peerAddress: string }
  return { member, home, client: connect(home, {}), url, peerAddress, process: child }
}

/** Ends a node in good order; kills it where it does not end within some seconds. */
export async function stopDemoNode({ process: child }: DemoNode): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exited
  clearTimeout(force)
}

/** Lets it live on after this process. */
export function leaveDemoNode({ process: child }: DemoNode): void {
  child.stdout?.destroy()
  child.unref()
}

function firstLine(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
    child.once('exit', () => resolve(undefined))
  })
}
