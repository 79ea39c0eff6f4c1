/** Training on shares: 24,000 rows of 13 + 10 columns, both parties and the dealer in one process. */
import { platformRng, silentLogger } from '@secureflow/base'
import { memoryPair, type Wire } from '@secureflow/channel'
import {
  chooseBatch,
  type LogisticParams,
  logisticDefaults,
  type OwnWeights,
  trainingCost,
  trainingSeconds,
  trainLogistic,
  trainVerticalLogistic,
} from '@secureflow/learning'
import { nodePlatform } from '@secureflow/platform'
import { Session } from '@secureflow/protocols'
import { seconds } from './measure.ts'
import type { BenchRow } from './row.ts'

const rows = 24_000
const columns = [13, 10]
const width = 23
const seed = new Uint8Array(32)
const far = { roundTripMs: 30, bytesPerSecond: 12.5e6 }

/** Delivers each message later, in order, no faster than the link carries it. */
function slowed(wire: Wire, { roundTripMs, bytesPerSecond }: typeof far): Wire {
  let free = 0
  let last = Promise.resolve()
  return {
    async send(tag, body) {
      free = Math.max(free, performance.now()) + (1000 * body.length) / bytesPerSecond
      const arrival = free + roundTripMs / 2
      const copy = body.slice()
      const before = last
      last = new Promise<void>((resolve) => setTimeout(resolve, arrival - performance.now()))
        .then(() => before)
        .then(() => wire.send(tag, copy))
    },
    recv: (tag, maxBytes) => wire.recv(tag, maxBytes),
    close: (error) => wire.close(error),
  }
}

function table() {
  let state = 1
  const normal = (): number => {
    let sum = -6
    for (let i = 0; i < 12; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      sum += state / 2 ** 32
    }
    return sum
  }
  const x = Float64Array.from({ length: rows * width }, normal)
  const y = Float64Array.from({ length: rows }, (_, i) => (x[i * width]! + x[i * width + 20]! + normal() > 1 ? 1 : 0))
  const block = (from: number, count: number) =>
    Float64Array.from({ length: rows * count }, (_, at) => x[Math.floor(at / count) * width + from + (at % count)]!)
  return { x, y, blocks: [block(0, 13), block(13, 10)] }
}

const { x, y, blocks } = table()

async function train(params: LogisticParams, link?: typeof far): Promise<OwnWeights[]> {
  const parties = [
    { id: 'a', part: 'label' },
    { id: 'b', part: 'feature' },
    { id: 'centre', part: 'dealer' },
  ]
  const wires = parties.map(() => new Map<string, Wire>())
  for (const [i, { id: a }] of parties.entries())
    for (const [j, { id: b }] of parties.entries()) {
      if (j <= i) continue
      const ends = memoryPair()
      const [here, there] = link === undefined ? ends : ends.map((end) => slowed(end, link))
      wires[i]!.set(b, here!)
      wires[j]!.set(a, there!)
    }
  const outcomes = await Promise.all(
    parties.map(({ id, part }, i) => {
      const session = new Session({
        self: id,
        parties,
        wires: wires[i]!,
        gate: { release: async () => {} },
        platform: nodePlatform,
        rng: platformRng(nodePlatform),
        signal: new AbortController().signal,
        logger: silentLogger,
      })
      const label = part === 'label' ? { label: y } : {}
      const own = part === 'dealer' ? {} : { own: { rows, columns: columns[i]!, features: blocks[i]!, ...label } }
      return trainVerticalLogistic(session, { params, seed, ...own })
    }),
  )
  return outcomes.filter((o) => o !== undefined)
}

export async function bench(): Promise<BenchRow[]> {
  const memory = { model: 'semi-honest, dealer', network: 'memory' }
  const params = logisticDefaults
  const sizes = { rows, columnsPerParty: columns, params }
  const cost = trainingCost(sizes)
  let trained: OwnWeights[] = []
  const time = await seconds(
    async () => {
      trained = await train(params)
    },
    3,
    1,
  )
  const twin = trainLogistic({ x, columns: width, y, params, seed })
  const apart = trained.flatMap((o) => [...o.weights]).map((w, j) => Math.abs(w - twin.weights[j]!))
  const plain = await seconds(() => trainLogistic({ x, columns: width, y, params, seed }), 3, 1)

  const batch = chooseBatch({ rows, columnsPerParty: columns, epochs: params.epochs, link: far })
  const once = { ...params, batch, epochs: 1 }
  const start = performance.now()
  await train(once, far)
  const afar = (performance.now() - start) / 1000
  const estimate = trainingSeconds({ ...sizes, params: once }, far)
  const whole = trainingSeconds({ ...sizes, params: { ...params, batch } }, far)
  const distant = { model: 'semi-honest, dealer', network: '30 ms, 100 Mbit/s' }
  return [
    { name: 'training 24,000 x 23, 10 epochs, batch 128', value: time, unit: 's', ...memory, bar: { atMost: 5 } },
    {
      name: 'training, an iteration',
      value: (time * 1000) / cost.iterations,
      unit: 'ms',
      ...memory,
      note: 'all parties on one core',
    },
    { name: 'training, the same on plain numbers', value: plain, unit: 's', model: 'local', network: 'none' },
    {
      name: 'training, largest distance of a weight from plain',
      value: Math.max(...apart),
      unit: '',
      ...memory,
      bar: { atMost: 2 ** -10 },
    },
    { name: 'training, rounds', value: trained[0]!.rounds, unit: '', ...memory },
    { name: 'training, sent by party a', value: cost.between['0>1']! / 1e6, unit: 'MB', ...memory },
    { name: 'training, sent by the dealer', value: cost.fromDealer / 1e6, unit: 'MB', ...memory },
    { name: `training, one epoch, batch ${batch}`, value: afar, unit: 's', ...distant },
    {
      name: 'training, measured / estimated',
      value: afar / estimate,
      unit: '',
      ...distant,
      bar: { atLeast: 0.7, atMost: 1.3 },
    },
    {
      name: `training, 10 epochs, batch ${batch}, estimated`,
      value: whole,
      unit: 's',
      ...distant,
      bar: { atMost: 180 },
    },
  ]
}
