import type { WorkerHandle, Workers } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterEach, describe, expect, it } from 'vitest'
import { type RingPool, type RingPoolOptions, ringPool } from './pool.ts'
import { referenceRing64 } from './reference/ring64.ts'
import type { Ring64, U64 } from './ring64.ts'
import { wasmRing64 } from './wasm/ring64.ts'

const two: Workers = { ...nodePlatform.workers!, parallelism: 2 }
const open: RingPool[] = []
const poolOn = async (options: RingPoolOptions = {}): Promise<RingPool> => {
  const pool = ringPool(await wasmRing64({ maxBytes: 8 * 2 ** 20 }), { workers: two, threshold: 0, ...options })
  open.push(pool)
  return pool
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()))
})

const random = (ring: Ring64, n: number): U64 => {
  const v = ring.zeros(n)
  nodePlatform.randomFill(new Uint8Array(v.buffer, v.byteOffset, v.byteLength))
  return v
}

/** A worker that can be seen and killed, and that can keep a job for ever. */
function watched(options: { stuck?: boolean } = {}) {
  const jobs: number[] = []
  const live = new Set<WorkerHandle>()
  const deaths: ((cause: unknown) => void)[] = []
  const workers: Workers = {
    parallelism: 2,
    spawn(entry) {
      const worker = two.spawn(entry)
      live.add(worker)
      const index = jobs.push(0) - 1
      return {
        ...worker,
        post(message) {
          if ('calls' in (message as object)) {
            jobs[index]!++
            if (options.stuck) return
          }
          worker.post(message)
        },
        onDeath: (listener) => void deaths.push(listener),
        async terminate() {
          await worker.terminate()
          live.delete(worker)
        },
      }
    },
  }
  return { workers, jobs, live, die: () => deaths[0]!(new Error('killed')) }
}

describe('RingPool', () => {
  it('computes on the workers what the ring computes alone', async () => {
    const { workers, jobs } = watched()
    const pool = await poolOn({ workers })
    await pool.warm()
    const { ring } = pool
    for (const [m, k, n] of [
      [1, 1, 1],
      [7, 5, 1],
      [50, 300, 9],
      [64, 23, 1],
      [0, 3, 2],
      [9, 0, 2],
      [2, 9, 5],
    ] as const) {
      const a = random(ring, m * k)
      const b = random(ring, k * n)
      const c = random(ring, m * n)
      const product = ring.zeros(m * n)
      const transposed = ring.zeros(k * n)
      await Promise.all([pool.matmul(product, a, b, m, k, n), pool.matmulTransposed(transposed, a, c, m, k, n)])
      const alone = referenceRing64()
      const [x, y] = [alone.zeros(m * n), alone.zeros(k * n)]
      alone.matmul(x, a, b, m, k, n)
      alone.matmulTransposed(y, a, c, m, k, n)
      expect([...product], `matmul ${m} ${k} ${n}`).toEqual([...x])
      expect([...transposed], `matmulTransposed ${m} ${k} ${n}`).toEqual([...y])
    }
    expect(Math.min(...jobs), 'jobs of each worker').toBeGreaterThan(3)
  })

  it('stays on the calling thread below the threshold, without workers, and on the reference', async () => {
    const { workers, jobs } = watched()
    for (const pool of [
      await poolOn({ workers, threshold: 9 }),
      await poolOn({ workers: undefined }),
      ringPool(referenceRing64(), { workers, threshold: 0 }),
    ]) {
      const { ring } = pool
      const out = ring.zeros(4)
      await pool.matmul(out, ring.zeros(4).fill(2n), ring.zeros(4).fill(3n), 2, 2, 2)
      expect([...out]).toEqual([12n, 12n, 12n, 12n])
      await pool.close()
    }
    expect(jobs).toEqual([])
  })

  it('refuses lengths that do not fit', async () => {
    const pool = await poolOn()
    const v = pool.ring.zeros(4)
    await expect(pool.matmul(v, v, v, 2, 3, 2)).rejects.toThrow(RangeError)
    await expect(pool.matmulTransposed(v, v, v, 2, 3, 2)).rejects.toThrow(RangeError)
  })

  it('ends what is under way with ABORTED when the signal comes, after its workers have stopped', async () => {
    const { workers, live } = watched({ stuck: true })
    const controller = new AbortController()
    const pool = await poolOn({ workers, signal: controller.signal })
    await pool.warm()
    const v = pool.ring.zeros(64)
    const job = pool.matmul(pool.ring.zeros(64), v, v, 8, 8, 8)
    controller.abort()
    await expect(job).rejects.toMatchObject({ code: 'ABORTED' })
    expect(live.size).toBe(0)
    await expect(pool.matmul(pool.ring.zeros(64), v, v, 8, 8, 8)).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(pool.warm()).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('interrupts a kernel in the middle of a long product', async () => {
    const controller = new AbortController()
    const pool = await poolOn({ signal: controller.signal })
    await pool.warm()
    const { ring } = pool
    const job = pool.matmul(ring.zeros(2 ** 18), ring.zeros(2 ** 18), ring.zeros(2 ** 18), 512, 512, 512) // about 30 ms
    setTimeout(() => controller.abort(), 3)
    await expect(job).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('says KERNEL_WORKER_LOST when a worker dies, to every job, and ends the others', async () => {
    const { workers, live, die } = watched({ stuck: true })
    const pool = await poolOn({ workers })
    await pool.warm()
    const v = pool.ring.zeros(64)
    const jobs = [1, 2].map(() => pool.matmul(pool.ring.zeros(64), v, v, 8, 8, 8))
    die()
    for (const job of jobs) await expect(job).rejects.toMatchObject({ code: 'KERNEL_WORKER_LOST' })
    expect(live.size).toBe(0)
    await expect(pool.matmul(pool.ring.zeros(64), v, v, 8, 8, 8)).rejects.toMatchObject({ code: 'KERNEL_WORKER_LOST' })
  })

  it('notices a thread that really dies', async () => {
    const workers: Workers = { ...two, spawn: () => two.spawn(new URL('file:///no/such/module.ts')) }
    const pool = await poolOn({ workers })
    await expect(pool.warm()).rejects.toMatchObject({ code: 'KERNEL_WORKER_LOST' })
  })

  it('ends its workers on close, and once only', async () => {
    const { workers, live } = watched()
    const pool = await poolOn({ workers })
    await pool.warm()
    expect(live.size).toBe(2)
    await Promise.all([pool.close(), pool.close()])
    expect(live.size).toBe(0)
    const v = pool.ring.zeros(1)
    await expect(pool.matmul(v, v, v, 1, 1, 1), 'however small').rejects.toMatchObject({ code: 'ABORTED' })
  })
})
