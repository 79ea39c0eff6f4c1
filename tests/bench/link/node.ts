/** One node of the link bench, as a process of its own: peers, and one task behind a pipe. Told by its parent over IPC. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { memberId, platformRng, silentLogger } from '@secureflow/base'
import { type PeerAddress, Peers } from '@secureflow/node/peers/index'
import { NodeEnd } from '@secureflow/node/tasks/pipe'
import { nodePlatform } from '@secureflow/platform'
import { peakMb } from '../memory.ts'

export interface NodeSetup {
  self: string
  peer: string
  identity: { certPem: string; keyPem: string }
  peerFingerprint: string
  address?: PeerAddress
  /** The program of the task, a file of this folder. Default `task.ts`. */
  task?: string
}

let peers: Peers
let end: NodeEnd
let child: ChildProcess
let cpu = process.cpuUsage()
/** What a node of the product holds beside its links, for the collector to walk through. */
let others: unknown[] = []

process.on('message', (message: { setup: NodeSetup } | { order: unknown } | { hold: number } | { end: true }) => {
  if ('setup' in message) void setUp(message.setup)
  else if ('hold' in message)
    others = Array.from({ length: message.hold }, (_, i) => ({ number: i, text: `object ${i}` }))
  else if ('order' in message) {
    cpu = process.cpuUsage()
    end.send(message.order)
  } else {
    child.kill()
    void peers.close().then(() => process.disconnect())
  }
})

async function setUp({ self, peer, identity, peerFingerprint, address, task = 'task.ts' }: NodeSetup): Promise<void> {
  const member = memberId(peer)
  peers = new Peers(
    {
      self: memberId(self),
      identity,
      listen: { host: '127.0.0.1', port: 0 },
      version: '0.1.0',
      addressOf: () => address,
      pinnedKeyOf: () => peerFingerprint,
      memberOfKey: (fingerprint) => (fingerprint === peerFingerprint ? member : undefined),
    },
    { logger: silentLogger, clock: { now: Date.now }, rng: platformRng(nodePlatform) },
  )
  await peers.start()
  child = spawn(process.execPath, [fileURLToPath(new URL(`./${task}`, import.meta.url))], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  end = new NodeEnd(child.stdio[3] as unknown as Socket, {
    control: (answer) => {
      const { user, system } = process.cpuUsage(cpu)
      process.send!({
        ...(answer as object),
        nodeCpu: (user + system) / 1e6,
        nodeResident: process.memoryUsage.rss(),
        nodePeakMb: peakMb(),
        held: others.length,
      })
    },
    closed() {},
  })
  end.splice(1, peers.channel(member, '1'.repeat(32)))
  process.send!({ port: peers.port })
}
