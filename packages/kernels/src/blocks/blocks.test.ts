import { blake3 } from '@noble/hashes/blake3.js'
import type { Workers } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, it } from 'vitest'
import { blocksSuite, randomInto } from './blocks.suite.ts'
import { loadBlocks } from './load.ts'
import { okvsShape } from './okvs-parameters.ts'
import { keyedBlake3 } from './reference/blake3.ts'
import { referenceBlocks } from './reference/blocks.ts'
import { wasmBlocks } from './wasm/blocks.ts'
import { tablesAt, vectorsAt } from './wasm/module.ts'

blocksSuite('reference', async () => referenceBlocks(nodePlatform))
blocksSuite('wasm, shared memory', () => wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, shared: true }))
blocksSuite('wasm, plain memory', () => wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, shared: false }))
const two: Workers = { ...nodePlatform.workers!, parallelism: 2 }
blocksSuite('wasm, on two workers', async () => {
  const kernels = await wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, workers: two, threshold: 0 })
  await kernels.warm()
  return kernels
})

const nothing = new Uint8Array(0)

describe('wasmBlocks', () => {
  it('is what loadBlocks gives on this engine', async () => {
    expect((await loadBlocks(nodePlatform, { maxBytes: 2 ** 20 })).name).toBe('wasm')
  })

  it('splits a long code and long lists of items among workers, with the same result', {
    timeout: 60_000,
  }, async () => {
    const code = { outputs: 300_000, seed: new Uint8Array(16) }
    const offsets = Uint32Array.from({ length: 50_001 }, (_, i) => 30 * i + (i % 7))
    const items = new Uint8Array(offsets.at(-1)!)
    randomInto(items, 3)
    const results = []
    for (const workers of [undefined, two]) {
      const kernels = await wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, workers })
      await kernels.warm()
      const vectors = [kernels.zeros(600_000), kernels.zeros(600_000)]
      vectors.forEach(randomInto)
      await kernels.compress(vectors, code)
      const hashes = kernels.zeros(50_000)
      await kernels.hashItems(hashes, items, offsets, items.subarray(0, 32))
      results.push(nodePlatform.sha256(...vectors.map((v) => v.subarray(0, 16 * code.outputs)), hashes))
      await kernels.close()
    }
    expect(results[0]).toEqual(results[1])
  })

  it('ends with ABORTED when the signal comes in the middle, and stays so', { timeout: 60_000 }, async () => {
    const controller = new AbortController()
    const kernels = await wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, workers: two, signal: controller.signal })
    await kernels.warm()
    const work = kernels.compress([kernels.zeros(600_000)], { outputs: 300_000, seed: new Uint8Array(16) })
    controller.abort()
    await expect(work).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(
      kernels.hashItems(kernels.zeros(0), nothing, new Uint32Array(1), new Uint8Array(32)),
    ).rejects.toMatchObject({
      code: 'ABORTED',
    })
    await kernels.close()
  })

  it('lets the event loop run during long work, and ends with what that throws', { timeout: 60_000 }, async () => {
    let left = 3
    const kernels = await wasmBlocks(nodePlatform, {
      maxBytes: 2 ** 26,
      async pause() {
        if (--left === 0) throw new Error('enough')
      },
    })
    const mark = kernels.mark()
    const vector = kernels.zeros(600_000)
    const work = async (): Promise<void> => {
      for (;;) await kernels.compress([vector], { outputs: 300_000, seed: new Uint8Array(16) })
    }
    await expect(work()).rejects.toThrow('enough')
    kernels.release(mark)
    expect(kernels.zeros(2 ** 20).every((byte) => byte === 0)).toBe(true)
  })

  it('refuses vectors of another memory, and more than the memory it may use', async () => {
    const [one, other] = [await wasmBlocks(nodePlatform, { maxBytes: 2 ** 20 }), referenceBlocks(nodePlatform)]
    const v = one.zeros(1)
    expect(() => one.xor(v, v, other.zeros(1))).toThrow('another memory')
    expect(() => one.zeros(2 ** 17)).toThrow('KERNEL_MEMORY')
  })

  it('leaves nothing behind besides the vectors', async () => {
    const kernels = await wasmBlocks(nodePlatform, { maxBytes: 2 ** 24 })
    const shape = okvsShape(500)
    const v = kernels.zeros(2048)
    randomInto(v, 1)
    const cipher = nodePlatform.aesBlocks(v.slice(0, 16))
    const half = v.subarray(0, 16 * 1024)
    kernels.scale(half, half, v.slice(0, 16))
    kernels.powerSum(v, v.slice(0, 16))
    kernels.dot(v, v)
    kernels.transpose(half, v.subarray(16 * 1024))
    kernels.hash(v, v, cipher)
    kernels.hashTweaked(v, v, 0, cipher)
    await kernels.hashItems(v.subarray(0, 32), v.slice(0, 64), Uint32Array.of(0, 32, 64), v.slice(0, 32))
    await kernels.compress([v], { outputs: 1024, seed: v.slice(0, 16) })
    const rows = kernels.placeKeys(v.subarray(0, 16 * 500), shape, cipher)
    const encoding = kernels.zeros(shape.columns)
    await kernels.encode(encoding, rows, half.subarray(0, 16 * 500))
    await kernels.decode(half.subarray(0, 16 * 500), rows, encoding)
    const reserved = new Uint8Array(v.buffer, tablesAt, vectorsAt - tablesAt)
    expect(reserved.findIndex((byte) => byte !== 0)).toBe(-1)
    const after = new Uint8Array(encoding.buffer, encoding.byteOffset + encoding.length)
    expect(after.findIndex((byte) => byte !== 0)).toBe(-1)
  })
})

it('the item hash is keyed BLAKE3', () => {
  const input = new Uint8Array(7000)
  randomInto(input, 1)
  const key = input.slice(100, 132)
  for (const n of [0, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 3072, 4096, 4097, 7000])
    expect(keyedBlake3(input.subarray(0, n), key), `${n} bytes`).toEqual(
      blake3(input.subarray(0, n), { key, dkLen: 16 }),
    )
})
