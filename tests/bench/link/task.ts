/** A task process of the link bench: it echoes, asks, pours out or swallows, over the same pipe and wire as real tasks. */
import { TaskEnd } from '@secureflow/node/tasks/pipe'
import { TaskWire } from '@secureflow/node/tasks/wire'
import { nodePlatform } from '@secureflow/platform'
import { median } from '../measure.ts'

export type Order =
  | { do: 'ask'; count: number; bytes: number }
  | { do: 'echo'; count: number; bytes: number }
  | { do: 'pour'; count: number; bytes: number }
  | { do: 'swallow'; count: number; bytes: number }
  | { do: 'end' }

const end = TaskEnd.open({
  control: (order) => void obey(order as unknown as Order),
  closed: () => process.exit(0),
})
const wire = new TaskWire(end, { number: 1, peer: 'other', platform: nodePlatform, timeoutMs: 60_000 })

async function obey(order: Order): Promise<void> {
  if (order.do === 'end') return end.close()
  const { count, bytes } = order
  const body = new Uint8Array(bytes)
  const taken: number[] = []
  const cpu = process.cpuUsage()
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const from = performance.now()
    if (order.do === 'ask' || order.do === 'pour') await wire.send('m', body)
    if (order.do !== 'pour') await wire.recv('m', bytes)
    if (order.do === 'echo') await wire.send('m', body)
    taken.push(performance.now() - from)
  }
  if (order.do === 'pour') await wire.recv('m', 1)
  if (order.do === 'swallow') await wire.send('m', new Uint8Array(1))
  const { user, system } = process.cpuUsage(cpu)
  end.send({ seconds: (performance.now() - start) / 1000, medianMs: median(taken), taskCpu: (user + system) / 1e6 })
}
end.send({ ready: true })
