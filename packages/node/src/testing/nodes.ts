/** Whole nodes of a test, on ports that the system chooses, closed after it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { initHome, loadIdentity } from '../identity/index.ts'
import { type NodeOptions, type RunningNode, startNode } from '../node.ts'
import type { RunService } from '../runs/interface.ts'
import { temporaryFolder } from './folders.ts'
import { MemoryLedgers } from './memory-ledger.ts'

const loopback = { host: '127.0.0.1', port: 0 }

export interface TestNode extends RunningNode {
  home: string
  token: string
  certPem: string
}

/** Homes of members that know nothing of each other. */
export async function makeHome(name: string, folder = temporaryFolder()): Promise<string> {
  const home = join(folder, name)
  mkdirSync(folder, { recursive: true })
  await initHome({ home, name, locale: 'en', people: loopback, peers: loopback })
  return home
}

/** Runs that are none: for tests of everything else. */
export const noRuns = async (): Promise<RunService & { close(): Promise<void> }> => {
  const refuse = async (): Promise<never> => {
    throw new RangeError('no runs in this test')
  }
  return {
    check: refuse,
    start: refuse,
    list: async () => [],
    show: refuse,
    cancel: refuse,
    events: refuse,
    desk: {
      requests: async () => [],
      request: refuse,
      approve: refuse,
      refuse,
      ask: refuse,
      answer: refuse,
      withdraw: refuse,
      grants: async () => [],
      grant: refuse,
      revoke: refuse,
      simulate: async () => [],
    },
    close: async () => {},
  }
}

export async function start(home: string, options: Partial<NodeOptions> = {}): Promise<TestNode> {
  const node = await startNode({ home, createRuns: noRuns, ...options })
  onTestFinished(() => node.close())
  const { token, certificate } = await loadIdentity(home)
  return Object.assign(node, { home, token, certPem: certificate.pem })
}

/** Starts nodes on one ledger in memory. */
export function inMemory(): (home: string, options?: Partial<NodeOptions>) => Promise<TestNode> {
  const ledgers = new MemoryLedgers()
  return (home, options) => start(home, { createLedgers: ({ identity }) => ledgers.hostFor(identity), ...options })
}
