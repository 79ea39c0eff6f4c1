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

test.each([
  ['rr22', 1],
  ['rr22-malicious', 2],
] as const)(
  '%s, %i parts',
  async (protocol, buckets) => {
    const on = async (parallelism: number) => {
      const { platform, counts } = machine(parallelism)
      const more = buckets === 1 ? {} : { buckets, scratch: scratchFiles() }
      const { mesh, ...found } = await run(left, right, { protocol, platform, seed: 'threads', ...more })
      const said = mesh.transcript('bank-a', 'bank-b').map(({ tag, body }) => [tag, nodePlatform.sha256(body)] as const)
      return { found, counts, said: said.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) }
    }
    const [alone, threaded] = [await on(2), await on(4)]
    expect(alone.counts).toEqual({ started: 0, ended: 0 })
    expect(threaded.counts.started).toBeGreaterThan(0)
    expect(threaded.counts.ended).toBe(threaded.counts.started)
    expect(threaded.found).toEqual(alone.found)
    expect(threaded.said).toEqual(alone.said)
  },
  120_000,
)
