/** On a machine with more processors the kernels share their work among threads: what comes out is the same, bit by bit. */
import type { Platform, Workers } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { ids, run, scratchFiles } from '../testing.ts'

/** This machine with so many processors, and a count of the threads that were started and ended. */
function machine(parallelism: number) {
  const counts = { started: 0, ended: 0 }
  const workers: Workers = {
    parallelism,
    spawn(entry) {
      counts.started++
      const handle = nodePlatform.workers!.spawn(entry)
      return {
        ...handle,
        async terminate() {
          await handle.terminate()
          counts.ended++
        },
      }
    },
  }
  const platform: Platform = { ...nodePlatform, workers }
  return { platform, counts }
}

const [left, right] = [ids(36_000), ids(35_000, 900)]

const on = async (parallelism: number, protocol: 'rr22' | 'rr22-malicious', buckets: number) => {
  const { platform, counts } = machine(parallelism)
  const more = buckets === 1 ? {} : { buckets, scratch: scratchFiles() }
  const { mesh, ...found } = await run(left, right, { protocol, platform, seed: 'threads', ...more })
  expect(counts.ended).toBe(counts.started)
  const said = mesh.transcript('bank-a', 'bank-b').map(({ tag, body }) => `${tag} ${nodePlatform.sha256(body).join()}`)
  return { found, started: counts.started, said: said.toSorted() }
}

test.each(['rr22', 'rr22-malicious'] as const)(
  '%s says and finds the same, message by message',
  async (protocol) => {
    const [alone, threaded] = [await on(2, protocol, 1), await on(4, protocol, 1)]
    expect(alone.started).toBe(0)
    expect(threaded.started).toBeGreaterThan(0)
    expect(threaded.found).toEqual(alone.found)
    expect(threaded.said).toEqual(alone.said)
  },
  120_000,
)

test('in buckets too, each draws its randomness when it is ready, and finds the same rows', async () => {
  const { found, started } = await on(4, 'rr22', 2)
  expect(started).toBeGreaterThan(0)
  const common = Array.from({ length: 35_000 }, (_, i) => i + 900).filter((row) => row < 36_000)
  expect([...found.left].sort((a, b) => a - b)).toEqual(common)
  expect(Array.from(found.left, (row) => left[row])).toEqual(Array.from(found.right, (row) => right[row]))
}, 120_000)
