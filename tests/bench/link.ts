/**
 * The path of a task's bytes: task -> node -> TLS -> node -> task, with four real processes, and for comparison the same
 * messages over one bare TLS socket between two processes' worth of work.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { testIdentity } from '@secureflow/node/peers/testing'
import type { NodeSetup } from './link/node.ts'
import { rawTls } from './link/raw.ts'
import type { Order } from './link/task.ts'
import { median } from './measure.ts'
import type { BenchRow } from './row.ts'

interface Outcome {
  seconds: number
  medianMs: number
  /** Seconds of processor time since the order was given. */
  taskCpu: number
  nodeCpu: number
  nodeResident: number
}

const smallMessage = 64
const largeMessage = 8 << 20
const runs = 5

export async function bench(): Promise<BenchRow[]> {
  const pair = await Pair.start()
  try {
    await pair.pingPong(500) // warm-up
    const oneWay: number[] = []
    for (let i = 0; i < runs; i++) oneWay.push((await pair.pingPong(2000))[0].medianMs * 500)
    const bulk = await pour(pair)
    pair.hold(1_300_000)
    const full = await pour(pair)
    const raw = await rawTls({ pings: 2000, smallMessage, bytes: 32 * largeMessage, runs })
    const row = (name: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => {
      return { name, value, unit, model: 'local', network: 'loopback', ...more }
    }
    const rate = bulk.megabytesPerSecond
    return [
      row('link: one way, 64 B', median(oneWay), 'us', { bar: { atMost: 150 }, note: 'half a round trip' }),
      row('link: bulk', rate, 'MB/s', { bar: { atLeast: 300 }, note: '8 MiB messages, hashed at both ends' }),
      row('link: bulk, processor time', bulk.cpu, 'ms/MB', { note: 'two tasks and two nodes together' }),
      row('link: bulk, processor time, full nodes', full.cpu, 'ms/MB', { note: 'nodes that hold 100 MB of objects' }),
      row('link: bulk, memory of a node', bulk.resident / 1e6, 'MB'),
      row('bare TLS: one way, 64 B', raw.oneWayUs, 'us', { note: 'two processes' }),
      row('bare TLS: bulk', raw.megabytesPerSecond, 'MB/s', { note: 'two processes' }),
      row('link: bulk, of bare TLS', rate / raw.megabytesPerSecond, 'ratio'),
    ]
  } finally {
    await pair.end()
  }
}

/** Medians over the runs, after one to warm up; the greatest resident memory of a node. */
async function pour(pair: Pair): Promise<{ megabytesPerSecond: number; cpu: number; resident: number }> {
  const rates: number[] = []
  const cpu: number[] = []
  let resident = 0
  await pair.bulk(4)
  const megabytes = (32 * largeMessage) / 1e6
  for (let i = 0; i < runs; i++) {
    const ends = await pair.bulk(32)
    rates.push(megabytes / ends[0].seconds)
    cpu.push((1000 * (ends[0].taskCpu + ends[0].nodeCpu + ends[1].nodeCpu + ends[1].taskCpu)) / megabytes)
    resident = Math.max(resident, ends[0].nodeResident, ends[1].nodeResident)
  }
  return { megabytesPerSecond: median(rates), cpu: median(cpu), resident }
}

/** Two nodes with one task each. */
class Pair {
  readonly #a: ChildProcess
  readonly #b: ChildProcess

  private constructor(a: ChildProcess, b: ChildProcess) {
    this.#a = a
    this.#b = b
  }

  static async start(): Promise<Pair> {
    const [a, b] = await Promise.all([testIdentity('a1'), testIdentity('b1')])
    const script = new URL('./link/node.ts', import.meta.url)
    const start = async (setup: NodeSetup): Promise<[ChildProcess, number]> => {
      const child = fork(script)
      child.send({ setup })
      const [{ port }] = await once(child, 'message')
      await once(child, 'message') // the task is there
      return [child, port]
    }
    const [nodeB, port] = await start({ self: 'b1', peer: 'a1', identity: b, peerFingerprint: a.fingerprint })
    const address = { host: '127.0.0.1', port }
    const [nodeA] = await start({ self: 'a1', peer: 'b1', identity: a, peerFingerprint: b.fingerprint, address })
    return new Pair(nodeA, nodeB)
  }

  pingPong(count: number): Promise<[Outcome, Outcome]> {
    return this.#both({ do: 'ask', count, bytes: smallMessage }, { do: 'echo', count, bytes: smallMessage })
  }

  bulk(count: number): Promise<[Outcome, Outcome]> {
    return this.#both({ do: 'pour', count, bytes: largeMessage }, { do: 'swallow', count, bytes: largeMessage })
  }

  /** The nodes hold so many objects from now on. */
  hold(objects: number): void {
    for (const node of [this.#a, this.#b]) node.send({ hold: objects })
  }

  async end(): Promise<void> {
    await Promise.all(
      [this.#a, this.#b].map(async (node) => {
        node.send({ end: true })
        await once(node, 'exit')
      }),
    )
  }

  async #both(forA: Order, forB: Order): Promise<[Outcome, Outcome]> {
    const answers = [this.#a, this.#b].map(async (node) => (await once(node, 'message'))[0] as Outcome)
    this.#b.send({ order: forB })
    this.#a.send({ order: forA })
    return (await Promise.all(answers)) as [Outcome, Outcome]
  }
}

if (import.meta.main)
  for (const row of await bench()) console.log(`${row.name.padEnd(40)} ${row.value.toFixed(1)} ${row.unit}`)
