/** A task process that intersects, over the same pipe and wire as real tasks. */
import { platformRng, silentLogger } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { TaskEnd } from '@secureflow/node/tasks/pipe'
import { TaskWire } from '@secureflow/node/tasks/wire'
import { nodePlatform } from '@secureflow/platform'
import { Session } from '@secureflow/protocols'
import { type EcdhSuiteName, intersect, type Learns, type PsiProtocol, type Side } from '@secureflow/protocols/psi'

export interface PsiOrder {
  side: Side
  rows: number
  protocol: PsiProtocol
  /** Of `ecdh`. */
  suite?: EcdhSuiteName
  learns: Learns
}

/** What one side measured. */
export interface PsiMeasured {
  seconds: number
  cpuSeconds: number
  sentBytes: number
  residentMb: number
  /** Processor time until each step of the protocol, milliseconds since the last. */
  phases: number[]
  matches: number
}

const end = TaskEnd.open({
  control: (order) => void obey(order as unknown as PsiOrder),
  closed: () => process.exit(0),
})
const taskWire = new TaskWire(end, { number: 1, peer: 'other', platform: nodePlatform, timeoutMs: 300_000 })
let sentBytes = 0
const wire: Wire = {
  send(tag, body) {
    sentBytes += body.length
    return taskWire.send(tag, body)
  },
  recv: (tag, maxBytes) => taskWire.recv(tag, maxBytes),
  close: (error) => taskWire.close(error),
}

async function obey({ side, rows, protocol, suite, learns }: PsiOrder): Promise<void> {
  const from = side === 'left' ? 0 : rows / 4 // three quarters in common
  const ids = Array.from({ length: rows }, (_, i) => `customer-${from + i}`)
  const peer = side === 'left' ? 'bank-b' : 'bank-a'
  const phases: number[] = []
  let last = process.cpuUsage()
  const session = new Session({
    self: side === 'left' ? 'bank-a' : 'bank-b',
    parties: [
      { id: 'bank-a', part: 'left' },
      { id: 'bank-b', part: 'right' },
    ],
    wires: new Map([[peer, wire]]),
    gate: { release: async () => {} },
    platform: nodePlatform,
    rng: platformRng(nodePlatform),
    signal: new AbortController().signal,
    logger: silentLogger,
    progress: ({ unit }) => {
      if (unit !== 'steps') return
      const { user, system } = process.cpuUsage(last)
      last = process.cpuUsage()
      phases.push((user + system) / 1000)
    },
  })
  sentBytes = 0
  await wire.send('ready', new Uint8Array(1))
  await wire.recv('ready', 1) // both have their ids
  const cpu = process.cpuUsage()
  last = process.cpuUsage()
  const start = performance.now()
  const found = await intersect(session, {
    ids,
    as: side,
    learns,
    protocol,
    ...(suite === undefined ? {} : { suite }),
  })
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  end.send({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    sentBytes: sentBytes - 1,
    residentMb: process.resourceUsage().maxRSS / 1024,
    phases,
    matches: found.length,
  } satisfies PsiMeasured)
}
end.send({ ready: true })
