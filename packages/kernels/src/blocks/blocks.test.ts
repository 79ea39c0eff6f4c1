import { blake3 } from '@noble/hashes/blake3.js'
import { nodePlatform } from '@secureflow/platform'
import { expect, it } from 'vitest'
import { blocksSuite, randomInto } from './blocks.suite.ts'
import { keyedBlake3 } from './reference/blake3.ts'
import { referenceBlocks } from './reference/blocks.ts'
import { wasmBlocks } from './wasm/blocks.ts'

blocksSuite('reference', async () => referenceBlocks(nodePlatform))
blocksSuite('wasm, shared memory', () => wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, shared: true }))
blocksSuite('wasm, plain memory', () => wasmBlocks(nodePlatform, { maxBytes: 2 ** 26, shared: false }))

it('the item hash is keyed BLAKE3', () => {
  const input = new Uint8Array(7000)
  randomInto(input, 1)
  const key = input.slice(100, 132)
  for (const n of [0, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 3072, 4096, 4097, 7000])
    expect(keyedBlake3(input.subarray(0, n), key), `${n} bytes`).toEqual(
      blake3(input.subarray(0, n), { key, dkLen: 16 }),
    )
})
