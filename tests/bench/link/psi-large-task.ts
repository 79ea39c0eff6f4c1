/**
 * A task process that intersects a large set in buckets, over the same pipe and wire as real tasks. Ids are UTF-8 texts
 * end to end, as the table of a step holds them; nothing of them is hashed before the time runs.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { platformRng, silentLogger } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { TaskEnd } from '@secureflow/node/tasks/pipe'
import { TaskWire } from '@secureflow/node/tasks/wire'
import { fileScratch, nodePlatform } from '@secureflow/platform'
import { Session } from '@secureflow/protocols'
import { type EncodedItems, intersect, type Learns, type PsiProtocol, type Side } from '@secureflow/protocols/psi'
import { peakMb } from '../memory.ts'

export interface LargeOrder {
  side: Side
  rows: number
  protocol: PsiProtocol
  learns: Learns
  buckets: number
  scratch: string
}

export interface LargeMeasured {
  seconds: number
  cpuSeconds: number
  sentBytes: number
  peakMb: number
  /** Before the intersection began: the program, and the ids. */
  beforeMb: number
  scratchMb: number
  /** When the rows were in their buckets, and the sizes of both sides known. */
  dividedSeconds: number
  matches: number
}

const end = TaskEnd.open({
  control: (order) => void obey(order as unknown as LargeOrder),
  closed: () => process.exit(0),
})
const taskWire = new TaskWire(end, { number: 1, peer: 'other', platform: nodePlatform, timeoutMs: 600_000 })
let sentBytes = 0
const wire: Wire = {
  send(tag, body) {
    sentBytes += body.length
    return taskWire.send(tag, body)
  },
  recv: (tag, maxBytes) => taskWire.recv(tag, maxBytes),
  close: (error) => taskWire.close(error),
}

/** `customer-<number>` for each row; one side counts upwards and the other downwards. */
function idsOf(side: Side, rows: number): EncodedItems {
  const first = side === 'left' ? 0 : rows / 4 // three quarters in common
  const text = (row: number) => `customer-${side === 'left' ? row : first + rows - 1 - row}`
  const bytes = new Uint8Array(rows * `customer-${first + rows}`.length)
  const offsets = new Uint32Array(rows + 1)
  const encoder = new TextEncoder()
  for (let row = 0; row < rows; row++)
    offsets[row + 1] = offsets[row]! + encoder.encodeInto(text(row), bytes.subarray(offsets[row])).written
  return { bytes: bytes.subarray(0, offsets[rows]), offsets }
}

async function obey({ side, rows, protocol, learns, buckets, scratch: folder }: LargeOrder): Promise<void> {
  const ids = idsOf(side, rows)
  const peer = side === 'left' ? 'bank-b' : 'bank-a'
  const scratch = fileScratch(folder, randomBytes(32))
  let start = 0
  let dividedSeconds = 0
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
    scratch,
    progress: () => {
      if (dividedSeconds === 0) dividedSeconds = (performance.now() - start) / 1000
    },
  })
  sentBytes = 0
  await wire.send('ready', new Uint8Array(1))
  await wire.recv('ready', 1) // both have their ids
  const beforeMb = process.memoryUsage.rss() / 2 ** 20
  const cpu = process.cpuUsage()
  start = performance.now()
  const found = await intersect(session, { ids, as: side, learns, protocol, buckets })
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const scratchBytes =
    buckets === 1 ? 0 : readdirSync(folder).reduce((sum, f) => sum + statSync(join(folder, f)).size, 0)
  await scratch.clear()
  end.send({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    sentBytes: sentBytes - 1,
    peakMb: peakMb(),
    beforeMb,
    scratchMb: scratchBytes / 2 ** 20,
    dividedSeconds,
    matches: found.length,
  } satisfies LargeMeasured)
}
end.send({ ready: true })
