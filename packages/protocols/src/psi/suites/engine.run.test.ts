/** Threads give what the calling thread gives, and end with their session. */
import { type Platform, platformRng, randomBytes, type WorkerHandle } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { type EcdhSuiteName, ecdhSuiteNames } from './cost.ts'
import { type Engine, startEngine } from './engine.ts'
import { loadSuite } from './suite.ts'

const rng = platformRng(nodePlatform)
/** Two workers, whatever this machine has. */
const platform: Platform = { ...nodePlatform, workers: { ...nodePlatform.workers!, parallelism: 2 } }
const tick = async () => {}

async function engines(name: EcdhSuiteName, over: Platform = platform, signal = new AbortController().signal) {
  const suite = await loadSuite(name, over)
  const scalar = suite.randomScalar(rng)
  const start = (rows: number) => startEngine({ name, suite, scalar, platform: over, signal, own: rows, theirs: rows })
  return { inline: start(0), threaded: start(1_000_000) }
}

const close = (all: readonly Engine[]) => Promise.all(all.map((engine) => engine.close()))

test.each(ecdhSuiteNames)('%s: threads compute what the calling thread does, and count it', async (name) => {
  const { inline, threaded } = await engines(name)
  const rows = name === 'curve25519' ? 2000 : 50
  const digests = randomBytes(rng, 32 * rows)
  let done = 0
  const count = async (more: number): Promise<void> => {
    done += more
  }
  const masked = await threaded.mask(digests, count)
  expect(done).toBe(rows)
  expect(masked).toEqual(await inline.mask(digests, tick))
  const [first, second] = await Promise.all([
    threaded.multiply(masked, tick),
    threaded.multiply(masked.subarray(32), tick),
  ])
  expect(first).toEqual(await inline.multiply(masked, tick))
  expect(second).toEqual(first.subarray(32))
  expect(await threaded.mask(new Uint8Array(0), tick)).toEqual(new Uint8Array(0))
  await close([inline, threaded])
})

describe('the end', () => {
  const digests = randomBytes(rng, 32 * 500)

  test('closing ends what is under way and what comes later', async () => {
    const { threaded } = await engines('p256')
    const working = threaded.mask(digests, tick)
    const failed = expect(working).rejects.toMatchObject({ code: 'ABORTED' })
    await threaded.close()
    await failed
    await expect(threaded.multiply(digests, tick)).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('cancelling does as well', async () => {
    const abort = new AbortController()
    const { threaded } = await engines('p256', platform, abort.signal)
    const working = threaded.mask(digests, tick)
    const failed = expect(working).rejects.toMatchObject({ code: 'ABORTED' })
    abort.abort()
    await failed
    await threaded.close()
  })

  test('a thread that dies ends the work with its own error', async () => {
    const spawned: WorkerHandle[] = []
    const dying: Platform = {
      ...platform,
      workers: {
        parallelism: 2,
        spawn: () => {
          const worker = nodePlatform.workers!.spawn(new URL('file:///no/such/module.ts'))
          spawned.push(worker)
          return worker
        },
      },
    }
    const { threaded } = await engines('p256', dying)
    await expect(threaded.mask(digests, tick)).rejects.toMatchObject({ code: 'KERNEL_WORKER_LOST' })
    expect(spawned).toHaveLength(2)
    await threaded.close()
  })

  test('an error of the one who counts ends the work', async () => {
    const { inline, threaded } = await engines('p256')
    for (const engine of [inline, threaded])
      await expect(engine.mask(digests, () => Promise.reject(new Error('enough')))).rejects.toThrow('enough')
    await close([inline, threaded])
  })
})
