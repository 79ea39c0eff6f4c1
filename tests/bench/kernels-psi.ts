/**
 * The kernels of rr22, step by step as both parties of one semi-honest intersection use them, on one thread, without
 * network and oblivious transfers; and their sum. Processor time, because the machine is shared.
 * `SECUREFLOW_BENCH_ITEMS` sets the size of both sets (default 2^20).
 */
import {
  type BlockKernels,
  type Blocks,
  loadBlocks,
  loadCurve25519,
  okvsShape,
  okvsVersion,
  type TreeCiphers,
  treeDepth,
  voleShape,
  voleVersion,
} from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import type { BenchRow } from './row.ts'

const items = Number(process.env.SECUREFLOW_BENCH_ITEMS ?? 2 ** 20)
const runs = 3

type Step = (what: string, work: () => unknown) => Promise<void>

export async function bench(): Promise<BenchRow[]> {
  const kernels = await loadBlocks(nodePlatform, { maxBytes: 2 ** 30 })
  const taken = new Map<string, number[]>()
  for (let run = -1; run < runs; run++) {
    const mark = kernels.mark()
    await bothParties(kernels, async (what, work) => {
      const ms = await cpuMs(work)
      if (run >= 0) taken.set(what, [...(taken.get(what) ?? []), ms])
    })
    kernels.release(mark)
  }
  const best = [...taken].map(([name, times]) => ({ name, value: Math.min(...times) }))
  const sum = best.reduce((total, { value }) => total + value, 0)
  const about = { unit: 'ms CPU', model: 'local', network: 'none' }
  const points = await curve()
  const versions = `${kernels.name}, okvs ${okvsVersion}, vole ${voleVersion}, best of ${runs}`
  return [
    ...best.map(({ name, value }) => ({ name: `rr22 kernels: ${name}`, value, ...about })),
    {
      name: `rr22 kernels: sum of both parties, ${items} x ${items}`,
      value: sum,
      ...about,
      note: versions,
      ...(items === 2 ** 20 ? { bar: { atMost: 1400 } } : {}),
    },
    ...points,
  ]
}

/** Curve25519 in WASM lanes, the fallback of platforms without a native library, beside libsodium. */
async function curve(): Promise<BenchRow[]> {
  const n = 4096
  const [k, uniform] = [new Uint8Array(32), new Uint8Array(32 * n)]
  nodePlatform.aesCtr(k.subarray(0, 16)).fill(uniform)
  const rows: BenchRow[] = []
  for (const [name, { fromUniform, multiply }] of Object.entries({
    'WASM lanes': await loadCurve25519(),
    libsodium: nodePlatform.curve25519,
  })) {
    const about = { unit: 'us CPU', model: 'local', network: 'none', note: 'a point' }
    const points = fromUniform(uniform)
    const time = async (work: () => unknown): Promise<number> => {
      const taken: number[] = []
      for (let i = 0; i < runs; i++) taken.push(await cpuMs(work))
      return (Math.min(...taken) * 1000) / n
    }
    rows.push({ name: `Curve25519 X25519, ${name}`, value: await time(() => multiply(k, points)), ...about })
    rows.push({ name: `Curve25519 Elligator 2, ${name}`, value: await time(() => fromUniform(uniform)), ...about })
  }
  return rows
}

async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** What the receiver and the sender compute, up to what goes through oblivious transfers. Results are checked. */
async function bothParties(kernels: BlockKernels, step: Step): Promise<void> {
  const random = nodePlatform.aesCtr(new Uint8Array(16))
  const drawn = (count: number): Blocks => {
    const v = kernels.zeros(count)
    random.fill(v)
    return v
  }
  const key = new Uint8Array(32)
  const okvs = okvsShape(items)
  const { trees, code } = voleShape(okvs.columns)
  const depth = treeDepth(trees.leaves)
  const ciphers: TreeCiphers = [
    nodePlatform.aesBlocks(key.subarray(0, 16)),
    nodePlatform.aesBlocks(key.fill(1, 16).subarray(16)),
  ]
  const permutation = nodePlatform.aesBlocks(key.slice(8, 24))
  const delta = kernels.zeros(1)
  random.fill(delta)

  const ids = new Uint8Array(32 * items)
  random.fill(ids)
  const offsets = Uint32Array.from({ length: items + 1 }, (_, i) => 32 * i)
  const [x, hashed] = [kernels.zeros(items), kernels.zeros(items)]
  await step('hash 32-byte items (twice)', async () => {
    for (let side = 0; side < 2; side++) await kernels.hashItems(x, ids, offsets, key)
  })
  await step('H_B of items (twice)', () => {
    for (let side = 0; side < 2; side++) kernels.hash(hashed, x, permutation)
  })
  const beforeRows = kernels.mark()
  let rows = kernels.placeKeys(x, okvs, permutation)
  kernels.release(beforeRows)
  await step('OKVS rows (twice)', () => {
    for (let side = 0; side < 2; side++) {
      kernels.release(beforeRows)
      rows = kernels.placeKeys(x, okvs, permutation)
    }
  })
  const p = kernels.zeros(okvs.columns)
  await step('OKVS encode', async () => {
    if (!(await kernels.encode(p, rows, hashed))) throw new Error('no encoding')
  })

  // VOLE: c = b + Δ·a of the noisy vectors, compressed on both sides.
  const count = trees.trees * trees.leaves
  const [a, b, c] = [kernels.zeros(count), kernels.zeros(count), kernels.zeros(count)]
  const sums = kernels.zeros(2 * trees.trees * depth)
  const seeds = drawn(trees.trees)
  await step('VOLE trees, sender', () => kernels.expandTrees(b, sums, seeds, trees, ciphers))
  const points = Uint32Array.from({ length: trees.trees }, (_, tree) => (tree * 7919) % trees.leaves)
  const siblings = kernels.zeros(trees.trees * depth)
  points.forEach((point, tree) => {
    for (let level = 0; level < depth; level++) {
      const at = tree * depth + level
      const side = 1 - ((point >> (depth - 1 - level)) & 1)
      siblings.set(sums.subarray(32 * at + 16 * side, 32 * at + 16 * side + 16), 16 * at)
    }
  })
  await step('VOLE trees, receiver', () => kernels.expandPunctured(c, points, siblings, trees, ciphers))
  const noise = drawn(trees.trees)
  points.forEach((point, tree) => {
    const at = 16 * (tree * trees.leaves + point)
    a.set(noise.subarray(16 * tree, 16 * tree + 16), at)
    kernels.scale(c.subarray(at, at + 16), a.subarray(at, at + 16), delta)
    kernels.xor(c.subarray(at, at + 16), c.subarray(at, at + 16), b.subarray(at, at + 16))
  })
  await step('VOLE compress, receiver (2 vectors)', () => kernels.compress([a, c], code))
  await step('VOLE compress, sender', () => kernels.compress([b], code))

  const columns = 16 * okvs.columns
  const [A, B, C] = [a.subarray(0, columns), b.subarray(0, columns), c.subarray(0, columns)]
  await step('A = P + A′, K = B + Δ·A', () => {
    kernels.xor(p, p, A)
    kernels.addScaled(B, p, delta)
  })
  const [left, right] = [kernels.zeros(items), kernels.zeros(items)]
  await step('OKVS decode (twice)', async () => {
    await kernels.decode(left, rows, C)
    await kernels.decode(right, rows, B)
  })
  await step('Δ·H_B, output hash (twice)', () => {
    kernels.addScaled(right, hashed, delta)
    kernels.hash(left, left, permutation)
    kernels.hash(right, right, permutation)
  })
  if (Buffer.compare(left, right) !== 0) throw new Error('the parties disagree on an item that both have')
}
