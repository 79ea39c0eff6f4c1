/** The ring kernels, alone and on the pool, beside copying the same bytes and beside BigInt; and the random stream. */
import { Prg } from '@secureflow/crypto'
import { type Ring64, referenceRing64, ringPool, type U64, wasmRing64 } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { seconds } from './measure.ts'
import type { BenchRow } from './row.ts'

const local = { model: 'local', network: 'none' }
const n = 2 ** 20

export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const ring = await wasmRing64({ maxBytes: 2 ** 28 })
  const add = (name: string, unit: string, value: number, more: Partial<BenchRow> = {}): void =>
    void rows.push({ name, value, unit, ...local, ...more })
  /** Nanoseconds of one of `count` parts of the work, which is repeated until it can be timed. */
  const each = async (count: number, work: () => unknown): Promise<number> => {
    const repeats = Math.ceil(n / count)
    const repeated = (): void => {
      for (let i = 0; i < repeats; i++) work()
    }
    return ((await seconds(repeated, 15, 10)) * 1e9) / count / repeats
  }

  const prg = new Prg(nodePlatform, new Uint8Array(16), 'bench')
  const random = (on: Ring64, length: number): U64 => {
    const v = on.zeros(length)
    prg.fillU64(v)
    return v
  }

  const products = [
    { m: 256, k: 256, n: 256, bar: { atMost: 0.6 } },
    { m: 128, k: 23, n: 1 },
    { m: 24_000, k: 23, n: 1 },
    { m: 24_000, k: 23, n: 23 },
  ]
  for (const { m, k, n: columns, bar } of products) {
    const mark = ring.mark()
    const [a, b, c] = [random(ring, m * k), random(ring, k * columns), random(ring, m * columns)]
    const [product, transposed] = [ring.zeros(m * columns), ring.zeros(k * columns)]
    const work = m * k * columns
    const shape = `${m}x${k}x${columns}`
    const more = bar === undefined ? {} : { bar }
    add(`ring matmul ${shape}`, 'ns/MAC', await each(work, () => ring.matmul(product, a, b, m, k, columns)), more)
    add(
      `ring matmul transposed ${shape}`,
      'ns/MAC',
      await each(work, () => ring.matmulTransposed(transposed, a, c, m, k, columns)),
    )
    ring.release(mark)
  }

  const pool = ringPool(ring, { workers: nodePlatform.workers, threshold: 0 })
  await pool.warm()
  for (const side of [16, 128, 256]) {
    const mark = ring.mark()
    const [a, b, out] = [random(ring, side ** 2), random(ring, side ** 2), ring.zeros(side ** 2)]
    const time = await seconds(() => pool.matmul(out, a, b, side, side, side), 15, 10)
    if (side === 16) add('ring pool, one small product', 'us', time * 1e6, { note: 'what a hand-over costs' })
    else
      add(`ring pool matmul ${side}^3`, 'ns/MAC', (time * 1e9) / side ** 3, {
        note: `${nodePlatform.workers?.parallelism} workers`,
      })
    ring.release(mark)
  }
  await pool.close()

  const mark = ring.mark()
  const [a, b, c, d, e, out] = [
    random(ring, n),
    random(ring, n),
    random(ring, n),
    random(ring, n),
    random(ring, n),
    ring.zeros(n),
  ]
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(i) * 69)
  const decoded = new Float64Array(n)
  const elements: Record<string, () => unknown> = {
    'copy (memcpy of a vector)': () => out.set(a),
    add: () => ring.add(out, a, b),
    mul: () => ring.mul(out, a, b),
    xor: () => ring.xor(out, a, b),
    'truncate opened': () => ring.truncateOpened(out, a, b, c, 18, true),
    'and opened': () => ring.andOpened(out, a, b, c, d, e, true),
    'bit-slice, 64 planes': () => ring.bitSlice(out, a, n, 0, 64),
    'bit-slice, the sign': () => ring.bitSlice(out, a, n, 63, 1),
    unslice: () => ring.unslice(out, a, n),
    'encode fixed': () => ring.encodeFixed(out, values, 18, 100),
    'decode fixed': () => ring.decodeFixed(decoded, out, 18),
  }
  for (const [name, work] of Object.entries(elements))
    add(`ring ${name}`, 'ns/element', await each(n, work), { note: '2^20 elements' })
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
  add('PRG into WASM memory', 'GB/s', 1 / (await each(bytes.length, () => prg.fill(bytes))), { bar: { atLeast: 1 } })
  ring.release(mark)

  const slow = referenceRing64()
  const [x, y, z] = [random(slow, 48 ** 2), random(slow, 48 ** 2), slow.zeros(48 ** 2)]
  add('BigInt matmul 48^3', 'ns/MAC', ((await seconds(() => slow.matmul(z, x, y, 48, 48, 48), 5, 1)) * 1e9) / 48 ** 3, {
    note: 'the reference, for comparison',
  })
  return rows
}
